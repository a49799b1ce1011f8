// store retention: how long records are kept.
#include "pharmacy/retention.h"

#include "cli/frame.h"
#include "cli/i18n.h"
#include "store/store.h"

namespace pharmacy::cli {

void define_retention(Frame& frame) {
  CLI::App& cmd = frame.command(
      "retention", _("Say how long each kind of record is kept, and how many are past that"),
      {"store retention", "store retention --format json"});
  frame.on_read(cmd, [](const Store& store, Output& out) {
    Reading reading = store.read();
    out.list("store.retention", "kinds", retention(reading));
  });
}

}  // namespace pharmacy::cli
