// Points that are corrected by hand.
#include <fmt/format.h>

#include "cli/approvals.h"
#include "cli/asked.h"
#include "cli/frame.h"
#include "cli/i18n.h"
#include "member/member.h"
#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "pharmacy/points.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

struct AskedAdjustment {
  std::string who;
  std::optional<Points> add;
  std::optional<Points> take;
  std::string reason;
  std::optional<ApprovalId> approval;
};

// Throws where not exactly one of both is given.
Points points_of(const AskedAdjustment& asked) {
  std::vector<Fault> faults;
  if (asked.add.has_value() == asked.take.has_value()) {
    faults.push_back({asked.add ? _("both --add and --take") : _("nothing to correct by"),
                      _("give one of them: --add POINTS or --take POINTS")});
  }
  for (const auto& points : {asked.add, asked.take}) {
    if (!points || *points > Points{0}) continue;
    faults.push_back({fmt::format(fmt::runtime(_("not a number of points to correct by: {}")),
                                  to_string(*points)),
                      _("give a whole number above 0")});
  }
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return asked.add ? *asked.add : -*asked.take;
}

void adjust(Transaction& tx, Output& out, MemberId id, const PointsAdjustment& adjustment) {
  adjust_points(tx, adjustment);
  const PointsBalance now = points_balance(tx, id, tx.today());
  out.report("member.points", to_table(std::vector{now}),
             {list_section("entries", points_entries(tx, id, 1))});
  const bool adds = adjustment.points > Points{0};
  out.changed(
      fmt::format(fmt::runtime(adds ? _("added {points} points to {member}: {balance} now")
                                    : _("took {points} points from {member}: {balance} "
                                        "now")),
                  fmt::arg("points", to_string(adds ? adjustment.points : -adjustment.points)),
                  fmt::arg("member", to_string(id)), fmt::arg("balance", to_string(now.balance))),
      adjust_command(id, -adjustment.points, "typing"));
}

}  // namespace

void define_member_adjust(Frame& frame) {
  CLI::App& cmd = frame.command("adjust", _("Correct a member's points by hand"),
                                {"member adjust 6001 --add 200 --reason 补记昨日积分",
                                 "member adjust M1 --take 30 --reason typing"});
  auto asked = std::make_shared<AskedAdjustment>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--add", asked->add, _("How many points to add"));
  frame.option(cmd, "--take", asked->take, _("How many points to take away"));
  frame.option(cmd, "--reason", asked->reason, _("Why; it stays with the points"))->required();
  declare_approval(frame, cmd, asked->approval);
  frame.on_session(cmd, [asked](Session& session) {
    const Points points = points_of(*asked);
    change_approved(session, {.approval = asked->approval,
                              .request =
                                  [&](Transaction& tx) {
                                    return adjustment_request(get_member_id(tx, asked->who), points,
                                                              asked->reason);
                                  },
                              .reason = asked->reason,
                              .plan =
                                  [&](Reading& reading) {
                                    return plan_adjustment_of(
                                        reading, get_member_id(reading, asked->who), points);
                                  },
                              .change =
                                  [&](Transaction& tx, Output& out) {
                                    const MemberId id = get_member_id(tx, asked->who);
                                    adjust(tx, out, id, {id, points, asked->reason});
                                  }});
  });
}

}  // namespace pharmacy::cli
