// What takes a second person: seeing what others ask for, and approving it.
#include <fmt/format.h>

#include <memory>

#include "cli/asked.h"
#include "cli/frame.h"
#include "cli/i18n.h"
#include "pharmacy/approval.h"
#include "pharmacy/review.h"
#include "pharmacy/text.h"
#include "store/store.h"

namespace pharmacy::cli {
namespace {

void define_waiting(Frame& frame) {
  CLI::App& cmd = frame.command("approvals", _("What waits for a second person; the newest first"),
                                {"store approvals", "store approvals --all --format json"});
  auto all = std::make_shared<bool>(false);
  frame.option(cmd, "--all", *all, _("Those too that are done or have ended"));
  frame.on_view(cmd, [all](Reading& reading, Output& out) {
    out.list("store.approvals", "approvals", list_approvals(reading, *all),
             _("nothing waits for an approval"));
  });
}

void define_approve(Frame& frame) {
  CLI::App& cmd = frame.command("approve", _("Approve what another person asks for"),
                                {"store approve 1", "store approve 1 --yes"});
  frame.proves_anew(cmd);
  auto id = std::make_shared<ApprovalId>();
  frame.option(cmd, "request", *id, _("The request's number"))->required();
  frame.on_session(cmd, [id](Session& session) {
    if (session.replayed()) return;
    Approval asked;
    ApprovalRequest request;
    AskedPlan plan;
    session.store().view([&](Reading& reading) {
      asked = get_approval(reading, *id);
      request = review_approval(reading, *id);
      plan = plan_asked(reading, request);
    });
    asked.summary = plan.notes.front();  // not what the asker's program said of it
    session.out().note(fmt::format(fmt::runtime(_("{login} asks for: {command}")),
                                   fmt::arg("login", asked.asked_by),
                                   fmt::arg("command", asked.command)));
    for (const auto& note : plan.notes) session.out().note(note);
    if (session.dry_run()) {
      session.out().report("store.approval", to_table(std::vector{asked}), {plan.rows});
      return;
    }
    if (session.world().out_is_terminal) tell_rows(session.out(), plan);
    if (!session.confirm(_("approve this?"))) return;
    session.change([&](Transaction& tx, Output& out) {
      // It can be done still; and whom it is about is logged.
      plan_asked(tx, review_approval(tx, *id));
      approve(tx, *id, request);
      Approval approved = get_approval(tx, *id);
      approved.summary = asked.summary;
      out.record("store.approval", approved);
      out.changed(fmt::format(fmt::runtime(_("approved request {id} of {login}")),
                              fmt::arg("id", to_string(*id)), fmt::arg("login", asked.asked_by)),
                  {});
    });
  });
}

}  // namespace

void define_approvals(Frame& frame) {
  define_waiting(frame);
  define_approve(frame);
}

}  // namespace pharmacy::cli
