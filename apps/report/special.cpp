// report special: the register of special drugs, and who buys them unusually often.
#include "pharmacy/special.h"

#include "cli/approvals.h"
#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "report/report.h"

namespace pharmacy::cli {
namespace {

struct AskedRegister {
  Period period;
  bool unusual = false;
  ApprovalOptions approval;
};

constexpr const char* register_schema = "report.special";
constexpr const char* unusual_schema = "report.special.unusual";

Table register_for_people(const std::vector<SpecialSale>& sales, int columns) {
  return narrowed(only(to_table(sales),
                       {"day", "receipt", "name", "strength", "quantity_milli", "returned_milli",
                        "maker", "batch", "buyer", "id_number", "buyer_record", "staff"}),
                  {.scope = scope_of(register_schema),
                   .first_to_go = {"returned_milli", "buyer_record", "staff", "receipt", "maker"},
                   .columns = columns});
}

void print_unusual(Reading& reading, Output& out, const Period& period) {
  out.list(unusual_schema, "unusual", unusual_buying(reading, period),
           _("nobody bought special drugs unusually often"));
}

void print(Session& session, const AskedRegister& asked, Readers readers, int columns) {
  if (asked.unusual) {
    session.store().view(
        [&](Reading& reading) { print_unusual(reading, session.out(), asked.period); });
    return;
  }
  std::vector<SpecialSale> sales;
  view_approved(session, asked.approval, show_request(session.command_without(approval_options)),
                [&](Reading& reading) { sales = special_register(reading, asked.period); });
  session.out().list(
      register_schema, "sales",
      readers == Readers::people ? register_for_people(sales, columns) : to_table(sales),
      _("no special drug was sold"));
}

}  // namespace

void define_special(Frame& frame) {
  CLI::App& cmd = frame.command(
      "special", _("The register of special drugs: who bought them, by which document"),
      {"report special this-month", "report special 2026-10 --format csv",
       "report special this-month --unusual"});
  auto asked = std::make_shared<AskedRegister>();
  frame.option(cmd, "period", asked->period, _("A month, or another period"))->required();
  frame.option(cmd, "--unusual", asked->unusual,
               _("Who bought them more often than the policy calls usual"));
  asked->approval.declare(frame, cmd);
  frame.on_session(
      cmd,
      [asked, &frame](Session& session) {
        print(session, *asked, readers_of(frame), columns_of_screen(frame));
      },
      Steps::may_change);
}

}  // namespace pharmacy::cli
