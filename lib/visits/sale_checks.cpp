#include "visits/sale_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "visits/receipt_rows.h"
#include "visits/text_checks.h"

namespace pharmacy::visits {

static constexpr std::size_t items_max = 500;
static constexpr std::int64_t days_supply_max = 3'650;
static constexpr std::array channels{"counter", "phone", "online"};

static bool pays_with_points(const NewSale& sale) {
  return std::any_of(sale.payments.begin(), sale.payments.end(),
                     [](const PaymentPart& part) { return part.kind == PaymentKind::points; });
}

static void check_item(std::vector<Fault>& faults, SaleItem& item) {
  item.code = checked_text(faults, _("product code"), std::string_view{item.code}, 64);
  if (item.batch) {
    item.batch = checked_text(faults, _("batch"), std::string_view{fold_width(*item.batch)}, 64);
  }
  if (item.quantity <= Quantity{0} || item.quantity > quantity_max) {
    faults.push_back({fmt::format(fmt::runtime(_("not a quantity: {}")), to_string(item.quantity)),
                      _("a quantity is above 0, with at most 3 decimals")});
  }
  if (item.price && (*item.price < UnitPrice{0} || item.price->count() > amount_max.count())) {
    faults.push_back({fmt::format(fmt::runtime(_("not a price: {}")), to_string(*item.price)),
                      _("a price is 0 or more")});
  }
  if (item.days_supply && (*item.days_supply < 1 || *item.days_supply > days_supply_max)) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("not a number of days of supply: {}")), *item.days_supply),
         fmt::format(fmt::runtime(_("give 1 to {}")), days_supply_max)});
  }
}

static void check_payments(std::vector<Fault>& faults, const NewSale& sale) {
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
}

NewSale checked_sale(const NewSale& input) {
  NewSale sale = input;
  std::vector<Fault> faults;
  if (sale.items.empty() || sale.items.size() > items_max) {
    faults.push_back(
        {fmt::format(fmt::runtime(P_("a sale of {} item", "a sale of {} items", sale.items.size())),
                     sale.items.size()),
         fmt::format(fmt::runtime(_("give 1 to {}")), items_max)});
  }
  for (auto& item : sale.items) check_item(faults, item);
  check_payments(faults, sale);
  if (sale.discount < Money{0}) {
    faults.push_back({fmt::format(fmt::runtime(_("not a discount: {}")), to_string(sale.discount)),
                      _("a discount is 0 or more")});
  }
  if (std::find(channels.begin(), channels.end(), sale.channel) == channels.end()) {
    faults.push_back({fmt::format(fmt::runtime(_("not a channel: {}")), for_terminal(sale.channel)),
                      _("give one of counter, phone, online")});
  }
  sale.reason = checked_text(faults, _("reason"), sale.reason, 200);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return sale;
}

std::vector<PricedItem> priced_items(Transaction& tx, const std::vector<SaleItem>& items) {
  auto& database = vault::database(tx);
  std::vector<PricedItem> priced;
  std::vector<Fault> unknown;
  std::vector<Fault> faults;
  for (const auto& item : items) {
    auto product = find_stocked(database, item.code);
    if (!product) {
      unknown.push_back(no_product(database, item.code));
      continue;
    }
    const auto price = item.price ? item.price : product->price;
    if (!price) {
      faults.push_back({fmt::format(fmt::runtime(_("the product {} has no price")), product->code),
                        fmt::format(fmt::runtime(_("give one: {}@PRICE")), product->code)});
      continue;
    }
    priced.push_back({*std::move(product), item, *price, line_amount(*price, item.quantity)});
  }
  if (!unknown.empty()) throw Error(Errc::not_found, std::move(unknown));
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return priced;
}

Occurrence checked_occurrence(Transaction& tx, const NewSale& sale) {
  if (!sale.on) return {tx.now(), tx.today()};
  const Occurrence when{*sale.on, tx.zone().day_of(*sale.on)};
  const std::string shown = to_string(when.at, tx.zone());
  if (when.at > tx.now()) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("this has not happened yet: {}")), shown));
  }
  if (pays_with_points(sale)) {
    throw Error(Errc::refused, _("a sale paid with points cannot be dated back"),
                _("leave out --on, or pay with something else"));
  }
  const int days_max = policy_on(tx, tx.today()).sales.clerk_backdate_days;
  if (tx.today() - when.day <= std::chrono::days{days_max}) return when;

  const auto& roles = tx.actor().roles;
  if (std::find(roles.begin(), roles.end(), Role::manager) == roles.end()) {
    throw Error(
        Errc::not_permitted,
        fmt::format(
            fmt::runtime(P_("only a manager may date a sale back by more than {} day",
                            "only a manager may date a sale back by more than {} days", days_max)),
            days_max));
  }
  if (!sale.reason) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(P_("a sale dated back by more than {} day needs a reason",
                                            "a sale dated back by more than {} days needs a reason",
                                            days_max)),
                            days_max),
                _("give one with --reason"));
  }
  return when;
}

}  // namespace pharmacy::visits
