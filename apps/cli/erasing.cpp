#include "cli/erasing.h"

#include <fmt/format.h>

#include "cli/approvals.h"
#include "cli/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {

void ErasureOptions::declare(Frame& frame, CLI::App& cmd) {
  frame.option(cmd, "--reason", reason, _("Why; it stays in the access log"))->required();
  frame.option(cmd, "--confirm", confirm, _("The store's name, in place of typing it"));
  declare_approval(frame, cmd, approval);
}

void erase_approved(Session& session, const ErasureOptions& options, const Erasing& erasing) {
  if (session.dry_run()) return;
  if (!session.confirm_by_name(erasing.question, session.store().info().path, options.confirm)) {
    session.out().ends_with(static_cast<int>(Exit::not_found));
    return;
  }
  change_approved(session,
                  {.approval = options.approval,
                   .request = [&](Transaction&) { return erasing.request; },
                   .reason = options.reason,
                   .change =
                       [&](Transaction& tx, Output& out) {
                         erasing.erase(tx);
                         out.changed(fmt::format(fmt::runtime(_("erased {}")), erasing.number), {});
                       }});
  if (session.store().info().log_bytes == 0) return;
  session.out().note(
      _("somebody reads an older state: what was erased leaves the store's log when"
        " another change is made after that"));
}

}  // namespace pharmacy::cli
