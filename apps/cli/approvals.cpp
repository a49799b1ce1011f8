#include "cli/approvals.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {
namespace {

// The reason, given or asked for.
std::string reason_of(Session& session, const ApprovalOptions& options) {
  if (options.reason) return *options.reason;
  if (session.can_ask()) {
    if (auto reason = session.ask(_("what for: "))) return *reason;
  }
  throw Error(Errc::invalid_input, _("this takes a reason"), _("give it with --reason TEXT"));
}

[[noreturn]] void ask(Session& session, const ApprovalRequest& request) {
  ApprovalId id;
  {
    auto tx = session.store().begin({new_operation_id(), request.request});
    id = ask_approval(tx, request);
    tx.commit();
  }
  throw Error(
      Errc::refused,
      fmt::format(fmt::runtime(_("this takes a second person: it is request {}")), to_string(id)),
      fmt::format(fmt::runtime(_("within a day another pharmacist or manager runs \"store approve "
                                 "{id}\"; then run this again with --approval {id}")),
                  fmt::arg("id", to_string(id))));
}

}  // namespace

void declare_approval(Frame& frame, CLI::App& cmd, std::optional<ApprovalId>& approval) {
  frame.option(cmd, "--approval", approval, _("The request that a second person approved"));
}

void ApprovalOptions::declare(Frame& frame, CLI::App& cmd) {
  declare_approval(frame, cmd, approval);
  frame.option(cmd, "--reason", reason, _("What for, where nobody else has to approve"));
}

void view_approved(Session& session, const ApprovalOptions& options, const ApprovalRequest& request,
                   const std::function<void(Reading&)>& look) {
  Store& store = session.store();
  auto who_approves = ApprovedBy::two;
  try {
    store.view([&](Reading& reading) {
      who_approves = approved_by(reading);
      if (options.approval) use_approval(reading, *options.approval, request);
      look(reading);
    });
    return;
  } catch (const ApprovalNeeded&) {
    if (session.dry_run()) throw;
  }
  if (who_approves == ApprovedBy::two) ask(session, request);
  const std::string reason = reason_of(session, options);
  Key key = session.key(Store::staff(store.info().path));
  store.view([&](Reading& reading) {
    approve_alone(reading, request.action, std::move(key), reason);
    look(reading);
  });
}

void change_approved(Session& session, const ApprovableChange& approvable) {
  auto who_approves = ApprovedBy::two;
  ApprovalRequest request;
  try {
    session.change([&](Transaction& tx, Output& out) {
      who_approves = approved_by(tx);
      request = approvable.request(tx);
      if (approvable.approval) use_approval(tx, *approvable.approval, request);
      approvable.change(tx, out);
    });
    return;
  } catch (const ApprovalNeeded&) {
  }
  if (session.dry_run()) {
    AskedPlan plan;
    session.store().view([&](Reading& reading) { plan = approvable.plan(reading); });
    tell_plan(session.out(), plan);
    if (who_approves == ApprovedBy::two) session.out().ends_with(static_cast<int>(Exit::refused));
    return;
  }
  if (who_approves == ApprovedBy::two) ask(session, request);
  Key key = session.key(Store::staff(session.store().info().path));
  session.change([&](Transaction& tx, Output& out) {
    approve_alone(tx, request.action, std::move(key), approvable.reason);
    approvable.change(tx, out);
  });
}

}  // namespace pharmacy::cli
