// What speaks against a sale before it is made.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/i18n.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/receipts/risk_terms.h"
#include "visits/special/guard.h"
#include "visits/text_checks.h"

namespace pharmacy {

static NewSale cart_as_kept(const NewSale& input) {
  NewSale cart{.member = input.member, .items = input.items};
  std::vector<Fault> faults;
  if (cart.items.empty()) {
    faults.push_back({_("no item to check"),
                      _("CODE[=QUANTITY][@PRICE][#BATCH], as 6901234567890=2@28.00#B2291")});
  }
  for (const SaleItem& item : cart.items) visits::check_quantity(faults, item.quantity);
  cart.prescription =
      visits::checked_text(faults, _("prescription"), input.prescription, prescription_max);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return cart;
}

// In one sentence, as an alert has it.
static CounterAlert refusal_of(const Fault& fault) {
  return {.level = AlertLevel::refuse,
          .kind = AlertKind::special_drug,
          .product = {},
          .text = fault.hint.empty() ? fault.message : fault.message + _("; ") + fault.hint};
}

// What a risk of the member says of special drugs in the sale.
static std::vector<Fault> risks_of_special(Reading& reading, const visits::CheckedSale& checked) {
  std::vector<Fault> faults;
  for (const visits::RiskTerm& term : visits::risk_terms(reading, checked)) {
    if (term.condition != RiskCondition::no_special_drugs) continue;
    vault::shown(reading).note("foretold a risk: no_special_drugs");
    faults.insert(faults.end(), term.faults.begin(), term.faults.end());
  }
  return faults;
}

// What is known of special drugs in the cart, and what the sale will ask.
static std::vector<CounterAlert> special_alerts(Reading& reading, const NewSale& cart) {
  const visits::CheckedSale checked{
      .sale = cart,
      .when = {.at = reading.now(), .day = reading.today()},
      .items = visits::stocked_items(vault::database(reading), cart.items),
      .total = {},
      .payments = {},
      .pharmacist = {}};
  std::vector<CounterAlert> alerts;
  for (const Fault& fault : risks_of_special(reading, checked)) alerts.push_back(refusal_of(fault));
  for (const Fault& fault : visits::foretell_special(reading, checked))
    alerts.push_back(refusal_of(fault));
  for (const visits::StockedItem& item : checked.items) {
    const auto is_told = [&](const CounterAlert& alert) {
      return alert.product == item.product.code;
    };
    if (!item.product.special || std::ranges::any_of(alerts, is_told)) continue;
    alerts.push_back(
        {.level = AlertLevel::tell,
         .kind = AlertKind::special_drug,
         .product = item.product.code,
         .text = fmt::format(
             fmt::runtime(_("{}: the sale asks for the name and number of the buyer's document, and"
                            " what was bought by it counts too")),
             item.product.name)});
  }
  return alerts;
}

void check_before_document(Reading& reading, const NewSale& sale) {
  vault::require(reading, vault::Permission::sell);
  auto checked = visits::checked_sale(reading, sale, visits::Extent::terms);
  checked.items = visits::stocked_items(vault::database(reading), sale.items);
  auto faults = risks_of_special(reading, checked);
  for (Fault& fault : visits::before_document(reading, checked)) faults.push_back(std::move(fault));
  if (!faults.empty()) throw Error(Errc::refused, std::move(faults));
}

CounterCheck check_cart(Reading& reading, const NewSale& input) {
  vault::require(reading, vault::Permission::sell);
  const NewSale cart = cart_as_kept(input);
  std::vector<std::string> codes;
  for (const SaleItem& item : cart.items) codes.push_back(item.code);
  CounterCheck check = check_products(reading, cart.member, codes);
  auto special = special_alerts(reading, cart);
  check.alerts.insert(check.alerts.begin(), std::move_iterator{special.begin()},
                      std::move_iterator{special.end()});
  std::ranges::stable_sort(check.alerts, {}, &CounterAlert::level);
  return check;
}

}  // namespace pharmacy
