// complain erase.
#include <fmt/format.h>

#include "cli/asked.h"
#include "cli/erasing.h"
#include "cli/i18n.h"
#include "complain/complain.h"
#include "pharmacy/complaint_erasure.h"

namespace pharmacy::cli {
namespace {

struct AskedErasure {
  ComplaintId id;
  ErasureOptions options;
};

void erase(Session& session, const AskedErasure& asked) {
  if (session.replayed()) return;
  AskedPlan plan;
  session.store().view([&](Reading& reading) { plan = plan_erasure_of(reading, asked.id); });
  tell_plan(session.out(), plan);
  const std::string number = to_string(asked.id);
  erase_approved(
      session, asked.options,
      {.number = number,
       .request = erasure_request(asked.id, asked.options.reason),
       .question = fmt::format(
           fmt::runtime(_("erase what was said in {}? It cannot be taken back;")), number),
       .erase = [&](Transaction& tx) { erase_complaint(tx, asked.id, asked.options.reason); }});
}

}  // namespace

void define_erase(Frame& frame) {
  CLI::App& cmd =
      frame.command("erase", _("Erase who complained, and what was said, where she is no member"),
                    {"complain erase C2026-000010 --reason 本人要求 --dry-run",
                     "complain erase C2026-000010 --reason 本人要求 --confirm store"});
  auto asked = std::make_shared<AskedErasure>();
  declare_number(frame, cmd, asked->id);
  asked->options.declare(frame, cmd);
  frame.on_session(cmd, [asked](Session& session) { erase(session, *asked); });
}

}  // namespace pharmacy::cli
