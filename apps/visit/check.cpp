// visit check: what speaks against a cart, before it is sold.
#include "cli/i18n.h"
#include "pharmacy/visits.h"
#include "visit/buyer.h"
#include "visit/items.h"
#include "visit/visit.h"

namespace pharmacy::cli {

void define_check(Frame& frame) {
  struct Asked {
    std::string member;
    ItemOptions by_options;
    NewSale sale;
  };
  CLI::App& cmd = frame.command(
      "check", _("Check a cart before it is sold: health notes, interactions, limits"),
      {"visit check 6001 6901234567890", "visit check - 6901234567890=2"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->member, _("M12, a card or a phone; - for no member"))
      ->required();
  frame.option(cmd, "item", asked->sale.items, _("CODE[=QUANTITY][@PRICE][#BATCH], as for buy"));
  asked->by_options.define_quantities(frame, cmd);
  frame.option(cmd, "--prescription", asked->sale.prescription, _("Number of the prescription"));
  frame.on_view(cmd, [asked, &cmd](Reading& reading, Output& out) {
    NewSale sale = asked->sale;
    for (SaleItem& item : asked->by_options.items(cmd)) sale.items.push_back(std::move(item));
    sale.member = buyer(reading, asked->member);
    const auto check = check_cart(reading, sale);
    out.report("visit.check", {},
               {list_section("alerts", check.alerts), list_section("tables", check.tables)});
    if (check.alerts.empty()) out.note(_("nothing speaks against it"));
    if (check.is_refused()) out.ends_with(static_cast<int>(Exit::refused));
  });
}

}  // namespace pharmacy::cli
