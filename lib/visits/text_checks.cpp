#include "visits/text_checks.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/catalog.h"
#include "pharmacy/text.h"
#include "visits/receipts/receipt_rows.h"

namespace pharmacy::visits {

std::optional<std::string> kept_code(std::string_view text) {
  const auto kept = normalise(text);
  if (!kept) return std::nullopt;
  auto folded = normalise(fold_width(*kept));
  if (!folded || folded->size() > product_code_max) return std::nullopt;
  return folded;
}

std::string checked_code(std::vector<Fault>& faults, std::string_view text) {
  const auto kept = kept_code(text);
  return checked_text(faults, _("product code"), kept ? std::string_view{*kept} : text,
                      product_code_max);
}

void check_quantity(std::vector<Fault>& faults, Quantity quantity) {
  if (quantity <= Quantity{0}) {
    faults.push_back({fmt::format(fmt::runtime(_("not a quantity: {}")), to_string(quantity)),
                      _("a quantity is above 0, with at most 3 decimals")});
  } else if (quantity > quantity_max) {
    faults.push_back({fmt::format(fmt::runtime(_("too large a quantity: {}")), to_string(quantity)),
                      fmt::format(fmt::runtime(_("give at most {}")), to_string(quantity_max))});
  }
}

void check_price(std::vector<Fault>& faults, UnitPrice price) {
  if (price < UnitPrice{0}) {
    faults.push_back({fmt::format(fmt::runtime(_("not a price: {}")), to_string(price)),
                      _("a price is 0 or more")});
  } else if (price > unit_price_max) {
    faults.push_back({fmt::format(fmt::runtime(_("too high a price: {}")), to_string(price)),
                      fmt::format(fmt::runtime(_("give at most {}")), to_string(unit_price_max))});
  }
}

}  // namespace pharmacy::visits
