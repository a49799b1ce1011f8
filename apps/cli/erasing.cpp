#include "cli/erasing.h"

#include <fmt/format.h>

#include "cli/approvals.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

// By its number, and as the list says it.
ApprovalRequest request_of(const Erasing& erasing, const std::string& reason) {
  const std::string command = fmt::format("{} --reason {}", erasing.command,
                                          shell_word(normalise(reason).value_or(reason)));
  return {.action = Approvable::erase_person,
          .request = command,
          .command = for_terminal(command),
          .summary = erasing.summary};
}

}  // namespace

void ErasureOptions::declare(Frame& frame, CLI::App& cmd) {
  frame.option(cmd, "--reason", reason, _("Why; it stays in the access log"))->required();
  frame.option(cmd, "--confirm", confirm, _("The store's name, in place of typing it"));
  declare_approval(frame, cmd, approval);
}

void tell_of_backups(Session& session, const std::optional<Instant>& newest) {
  session.out().note(
      newest ? fmt::format(fmt::runtime(_("backups made before this, the newest on {}, hold her"
                                          " until these files are deleted")),
                           to_string(session.store().zone().day_of(*newest)))
             : std::string{_("a copy of the store that was made in another way holds her still")});
}

void erase_approved(Session& session, const ErasureOptions& options, const Erasing& erasing) {
  if (session.dry_run()) return;
  if (!session.confirm_by_name(erasing.question, session.store().info().path, options.confirm)) {
    session.out().ends_with(static_cast<int>(Exit::not_found));
    return;
  }
  change_approved(session,
                  {.approval = options.approval,
                   .request = [&](Transaction&) { return request_of(erasing, options.reason); },
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
