#include "visits/receipts/sale_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/i18n.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/delivery/promise.h"
#include "visits/receipts/payments.h"
#include "visits/receipts/receipt_rows.h"
#include "visits/receipts/risk_terms.h"
#include "visits/service/steps.h"
#include "visits/special/identity.h"
#include "visits/text_checks.h"

namespace pharmacy {

namespace visits {

static const std::array<std::string, 3> channels{"counter", "phone", "online"};

static int gravity(Errc code) {
  constexpr std::array rising{Errc::refused, Errc::not_found, Errc::invalid_input,
                              Errc::not_permitted};
  return static_cast<int>(std::find(rising.begin(), rising.end(), code) - rising.begin());
}

void SaleFaults::add(Errc code, Fault fault) {
  if (faults_.empty() || gravity(code) > gravity(code_)) code_ = code;
  faults_.push_back(std::move(fault));
}

void SaleFaults::add_all(Errc code, std::vector<Fault> faults) {
  for (auto& fault : faults) add(code, std::move(fault));
}

void SaleFaults::throw_if_any() {
  if (!faults_.empty()) throw Error(code_, std::move(faults_));
}

static bool pays_with_points(const NewSale& sale) {
  return std::any_of(sale.payments.begin(), sale.payments.end(),
                     [](const PaymentPart& part) { return part.kind == PaymentKind::points; });
}

static std::vector<Fault> item_faults(SaleItem& item) {
  std::vector<Fault> faults;
  item.code =
      checked_text(faults, _("product code"), std::string_view{item.code}, product_code_max);
  if (item.batch) {
    item.batch =
        checked_text(faults, _("batch"), std::string_view{fold_width(*item.batch)}, batch_max);
  }
  check_quantity(faults, item.quantity);
  if (item.price) check_price(faults, *item.price);
  if (item.days_supply && (*item.days_supply < 1 || *item.days_supply > days_supply_max)) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("not a number of days of supply: {}")), *item.days_supply),
         fmt::format(fmt::runtime(_("give 1 to {}")), days_supply_max)});
  }
  return faults;
}

// The item with its product; nothing, and a fault, where it cannot be sold.
static std::optional<StockedItem> stocked_item(db::Database& database, SaleItem item,
                                               SaleFaults& faults) {
  if (auto wrong = item_faults(item); !wrong.empty()) {
    faults.add_all(Errc::invalid_input, std::move(wrong));
    return std::nullopt;
  }
  auto product = find_stocked(database, item.code);
  if (!product) {
    faults.add(Errc::not_found, no_product(database, item.code));
    return std::nullopt;
  }
  const auto price = item.price ? item.price : product->price;
  if (!price) {
    faults.add(Errc::invalid_input,
               {fmt::format(fmt::runtime(_("the product {} has no price")), product->code),
                fmt::format(fmt::runtime(_("give one: {}@PRICE")), product->code)});
    return std::nullopt;
  }
  try {
    const Money amount = line_amount(*price, item.quantity);
    if (amount <= line_amount_max) return StockedItem{*std::move(product), item, *price, amount};
  } catch (const Error&) {  // beyond all numbers
  }
  faults.add(Errc::invalid_input,
             {fmt::format(fmt::runtime(_("too large for one receipt: {}")),
                          fmt::format("{} × {}", to_string(item.quantity), to_string(*price))),
              {}});
  return std::nullopt;
}

std::vector<StockedItem> stocked_items(db::Database& database, const std::vector<SaleItem>& items) {
  std::vector<StockedItem> stocked;
  for (const SaleItem& item : items) {
    auto product = find_stocked(database, item.code);
    if (product) stocked.push_back({*std::move(product), item, UnitPrice{0}, Money{0}});
  }
  return stocked;
}

static std::vector<Fault> payment_faults(const NewSale& sale) {
  std::vector<Fault> faults;
  const auto open = std::count_if(sale.payments.begin(), sale.payments.end(),
                                  [](const PaymentPart& part) { return !part.amount; });
  if (open > 1) {
    faults.push_back({_("more than one payment without an amount"),
                      _("only one can take the rest: --pay wechat=20.00 --pay cash")});
  }
  for (const auto& part : sale.payments) {
    if (part.amount && *part.amount <= Money{0}) {
      faults.push_back(
          {fmt::format(fmt::runtime(_("not an amount to pay: {}")), to_string(*part.amount)),
           _("an amount is above 0")});
    }
  }
  if (pays_with_points(sale) && !sale.member) {
    faults.push_back({_("only a member can pay with points"), _("name the member first")});
  }
  return faults;
}

static std::vector<Fault> text_faults(NewSale& sale) {
  std::vector<Fault> faults;
  if (sale.discount < Money{0}) {
    faults.push_back({fmt::format(fmt::runtime(_("not a discount: {}")), to_string(sale.discount)),
                      _("a discount is 0 or more")});
  }
  if (std::find(channels.begin(), channels.end(), sale.channel) == channels.end()) {
    const auto near = nearest(sale.channel, channels);
    faults.push_back({fmt::format(fmt::runtime(_("not a channel: {}")), for_terminal(sale.channel)),
                      near ? fmt::format(fmt::runtime(_("did you mean {}?")), *near)
                           : std::string{_("give one of counter, phone, online")}});
  }
  sale.reason = checked_text(faults, _("reason"), sale.reason, reason_max);
  if (sale.overrides && !sale.reason) {
    faults.push_back({_("to sell what the check speaks against needs a reason"),
                      _("give one with --reason; nothing about health belongs into it")});
  }
  sale.prescription = checked_text(faults, _("prescription"), sale.prescription, prescription_max);
  return faults;
}

static void check_backdating(Reading& reading, const NewSale& sale, Date day, SaleFaults& faults) {
  const int days_max = policy_on(reading, reading.today()).sales.clerk_backdate_days;
  if (reading.today() - day <= std::chrono::days{days_max}) return;
  if (!vault::may(reading.actor(), vault::Permission::backdate)) {
    faults.add(
        Errc::not_permitted,
        {fmt::format(
             fmt::runtime(P_("only a manager may date a sale back by more than {} day",
                             "only a manager may date a sale back by more than {} days", days_max)),
             days_max),
         {}});
  } else if (!sale.reason) {
    faults.add(Errc::invalid_input,
               {fmt::format(fmt::runtime(P_("a sale dated back by more than {} day needs a reason",
                                            "a sale dated back by more than {} days needs a reason",
                                            days_max)),
                            days_max),
                _("give one with --reason")});
  }
}

static Occurrence checked_occurrence(Reading& reading, const NewSale& sale, SaleFaults& faults) {
  if (!sale.on) return {reading.now(), reading.today()};
  const Occurrence when{*sale.on, reading.zone().day_of(*sale.on)};
  const std::string shown = to_string(when.at, reading.zone());
  if (when.at > reading.now()) {
    faults.add(Errc::invalid_input,
               {fmt::format(fmt::runtime(_("this has not happened yet: {}")), shown), {}});
  } else if (when.day < earliest_day) {
    faults.add(Errc::invalid_input,
               {fmt::format(fmt::runtime(_("{} lies before the year 1900")), shown), {}});
  } else {
    check_backdating(reading, sale, when.day, faults);
  }
  if (pays_with_points(sale)) {
    faults.add(Errc::refused, {_("a sale paid with points cannot be dated back"),
                               _("leave out --on, or pay with something else")});
  }
  return when;
}

static void check_member(Reading& reading, MemberId member, SaleFaults& faults) {
  try {
    require_in_use(reading, member);
  } catch (const Error& error) {
    faults.add_all(error.code(), error.faults());
  }
}

static Fault too_many_items() {
  return {fmt::format(fmt::runtime(P_("a sale has at most {} item", "a sale has at most {} items",
                                      sale_items_max)),
                      sale_items_max),
          {}};
}

// The items, all that they come to, and how that is paid; what is wrong is in `faults`.
static void complete(CheckedSale& checked, db::Database& database, SaleFaults& faults) {
  const auto& sale = checked.sale;
  const bool can_pay = payment_faults(sale).empty();
  if (sale.items.empty()) {
    faults.add(Errc::invalid_input,
               {_("no item to sell"),
                _("CODE[=QUANTITY][@PRICE][#BATCH], as 6901234567890=2@28.00#B2291")});
    return;
  }
  if (sale.items.size() > sale_items_max) {
    faults.add(Errc::invalid_input, too_many_items());
    return;
  }
  Money sum;
  for (const auto& item : sale.items) {
    auto stocked = stocked_item(database, item, faults);
    if (!stocked) continue;
    sum += stocked->list_amount;
    checked.items.push_back(*std::move(stocked));
  }
  if (checked.items.size() < sale.items.size()) return;  // nobody knows what it comes to
  if (sum > receipt_amount_max) {
    faults.add(Errc::invalid_input,
               {fmt::format(fmt::runtime(_("too large for one receipt: {}")), to_string(sum)), {}});
  } else if (sale.discount > sum) {
    faults.add(Errc::invalid_input,
               {fmt::format(fmt::runtime(_("the discount {discount} is more than the items {sum}")),
                            fmt::arg("discount", to_string(sale.discount)),
                            fmt::arg("sum", to_string(sum))),
                {}});
  } else if (sale.discount >= Money{0} && can_pay) {
    checked.total = sum - sale.discount;
    try {
      checked.payments = complete_payments(sale.payments, checked.total);
    } catch (const Error& error) {
      faults.add_all(error.code(), error.faults());
    }
  }
}

static std::optional<std::string> checked_pharmacist(Reading& reading, const NewSale& sale,
                                                     SaleFaults& faults) {
  try {
    return releasing_pharmacist(reading, sale.pharmacist);
  } catch (const Error& error) {
    faults.add_all(error.code(), error.faults());
    return std::nullopt;
  }
}

CheckedSale checked_sale(Reading& reading, const NewSale& input, Extent extent) {
  auto& database = vault::database(reading);
  CheckedSale checked{
      .sale = input, .when = {}, .items = {}, .total = {}, .payments = {}, .pharmacist = {}};
  SaleFaults faults;
  if (input.member) check_member(reading, *input.member, faults);
  faults.add_all(Errc::invalid_input, payment_faults(checked.sale));
  faults.add_all(Errc::invalid_input, text_faults(checked.sale));
  checked.pharmacist = checked_pharmacist(reading, checked.sale, faults);
  if (input.buyer) {
    std::vector<Fault> wrong;
    checked.sale.buyer = checked_buyer(wrong, *input.buyer, reading.today());
    faults.add_all(Errc::invalid_input, std::move(wrong));
  }
  checked.when = checked_occurrence(reading, checked.sale, faults);
  check_promise(reading, checked, faults);
  if (extent == Extent::all) complete(checked, database, faults);
  check_risk(reading, checked, faults);
  faults.throw_if_any();
  return checked;
}

}  // namespace visits

PricedItem price_item(Reading& reading, const SaleItem& item) {
  vault::require(reading, vault::Permission::sell);
  visits::SaleFaults faults;
  auto stocked = visits::stocked_item(vault::database(reading), item, faults);
  faults.throw_if_any();
  return {.item = std::move(stocked->item),
          .name = std::move(stocked->product.name),
          .price = stocked->price,
          .amount = stocked->list_amount};
}

void check_sale(Reading& reading, const NewSale& sale) {
  vault::require(reading, vault::Permission::sell);
  static_cast<void>(visits::checked_sale(reading, sale, visits::Extent::all));
}

void check_sale_terms(Reading& reading, const NewSale& sale) {
  vault::require(reading, vault::Permission::sell);
  static_cast<void>(visits::checked_sale(reading, sale, visits::Extent::terms));
}

}  // namespace pharmacy
