// report credit: what members owe, for how long it is overdue, and how well they pay.
#include "pharmacy/credit.h"

#include "cli/approvals.h"
#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "report/report.h"

namespace pharmacy::cli {
namespace {

struct AskedCredit {
  bool bands = false;
  std::optional<std::string> who;
  ApprovalOptions approval;
};

constexpr const char* credit_schema = "report.credit.members";

Table credit_for_people(const std::vector<MemberCredit>& credits, int columns) {
  return narrowed(to_table(credits),
                  {.scope = scope_of(credit_schema),
                   .first_to_go = {"settled_in_time", "balance_fen", "longest_days_late", "name"},
                   .columns = columns});
}

Table bands_for_people(const std::vector<BandFigures>& bands) {
  Table table = to_table(bands);
  table.rows.back()[0] = std::string{_("too few sales to tell")};
  return table;
}

void print_figures(Reading& reading, Output& out, Readers readers) {
  const auto report = credit_report(reading);
  out.report(
      "report.credit", {{"as_of"}, {{report.as_of}}},
      {record_section("in_all", report.in_all),
       list_section("by_age", report.by_age),
       {"bands", Section::Kind::list,
        readers == Readers::people ? bands_for_people(report.bands) : to_table(report.bands)}});
}

void print(Session& session, const AskedCredit& asked, Readers readers, int columns) {
  if (!asked.bands) {
    if (asked.who) {
      throw Error(Errc::invalid_input, _("the figures are of all members"),
                  _("give --bands for those of one"));
    }
    session.store().view([&](Reading& reading) { print_figures(reading, session.out(), readers); });
    return;
  }
  std::vector<MemberCredit> credits;
  view_approved(session, asked.approval, show_request(session.command_without(approval_options)),
                [&](Reading& reading) {
                  std::optional<MemberId> member;
                  if (asked.who) member = get_member_id(reading, *asked.who);
                  credits = list_credit(reading, member);
                });
  session.out().list(
      credit_schema, "members",
      readers == Readers::people ? credit_for_people(credits, columns) : to_table(credits),
      _("nobody ever bought on account"));
}

}  // namespace

void define_credit(Frame& frame) {
  CLI::App& cmd = frame.command(
      "credit", _("What members owe, for how long it is overdue, and how well they pay"),
      {"report credit", "report credit --bands", "report credit --bands --member 6001"});
  auto asked = std::make_shared<AskedCredit>();
  frame.option(cmd, "--bands", asked->bands, _("Each member with a band from A to D"));
  frame.option(cmd, "--member", asked->who,
               _("Only this one, with --bands: M12, a card, or a phone"));
  asked->approval.declare(frame, cmd);
  frame.on_session(
      cmd,
      [asked, &frame](Session& session) {
        print(session, *asked, readers_of(frame), columns_of_screen(frame));
      },
      Steps::may_change);
}

}  // namespace pharmacy::cli
