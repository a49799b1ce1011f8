// complain due: what is late, or will be soon.
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "complain/complain.h"
#include "pharmacy/complaint_clocks.h"

namespace pharmacy::cli {

void define_due(Frame& frame) {
  struct DueAsked {
    bool warn = false;
  };
  CLI::App& cmd =
      frame.command("due", _("What is late of open complaints, the longest first; for timers too"),
                    {"complain due", "complain due --warn", "complain due --warn --format tsv"});
  auto asked = std::make_shared<DueAsked>();
  frame.option(cmd, "--warn", asked->warn, _("What will be late soon too"));
  frame.on_read(cmd, [asked, &frame](const Store& store, Output& out) {
    Reading reading = store.read();
    const auto due =
        due_complaints(reading, asked->warn ? DueScope::warned_too : DueScope::overdue);
    const std::string none = _("nothing is late");
    if (readers_of(frame) == Readers::programs) {
      out.list("complain.due", "due", due, none);
      return;
    }
    out.list("complain.due", "due",
             narrowed(to_table(due), {.scope = scope_of("complain.due"),
                                      .first_to_go = {"complaint_kind", "is_escalated",
                                                      "department", "complaint_state", "owner"},
                                      .columns = columns_of_screen(frame)}),
             none);
  });
}

}  // namespace pharmacy::cli
