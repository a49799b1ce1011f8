// visit check: what speaks against a cart, before it is sold.
#include <fmt/format.h>

#include "cli/i18n.h"
#include "pharmacy/counter_check.h"
#include "visit/buyer.h"
#include "visit/visit.h"

namespace pharmacy::cli {

void define_check(Frame& frame) {
  struct Asked {
    std::string member;
    std::vector<std::string> products;
  };
  CLI::App& cmd = frame.command(
      "check", _("Check products against a member's notes, and each other"),
      {"visit check 6001 6901234567890", "visit check - 6901234567890"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->member, _("M12, a card or a phone; - for no member"))
      ->required();
  frame.option(cmd, "product", asked->products, _("Codes of the products"))->required();
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    const auto check = check_products(reading, buyer(reading, asked->member), asked->products);
    out.report("visit.check", {},
               {list_section("alerts", check.alerts), list_section("tables", check.tables)});
    if (check.alerts.empty()) out.note(_("nothing speaks against it"));
    if (check.is_refused()) out.ends_with(static_cast<int>(Exit::refused));
  });
}

}  // namespace pharmacy::cli
