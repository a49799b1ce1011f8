// Items and payments as they are typed.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/i18n.h"
#include "pharmacy/text.h"
#include "pharmacy/visits.h"
#include "visits/import/rows.h"

namespace pharmacy {

namespace {

struct Halves {
  std::string_view before;
  std::optional<std::string_view> after;  // the mark; absent where there is none
};

}  // namespace

// At the first mark, in either width.
static Halves split_at(std::string_view text, std::string_view mark, std::string_view wide_mark) {
  const auto narrow = text.find(mark);
  const auto wide = text.find(wide_mark);
  if (narrow == std::string_view::npos && wide == std::string_view::npos) return {text, {}};
  const auto at = std::min(narrow, wide);
  const auto length = narrow < wide ? mark.size() : wide_mark.size();
  return {text.substr(0, at), text.substr(at + length)};
}

std::optional<SaleItem> parse_sale_item(std::string_view text) {
  const auto [rest, batch] = split_at(text, "#", "＃");
  const auto [coded, price] = split_at(rest, "@", "＠");
  const auto [code, quantity] = split_at(coded, "=", "＝");

  SaleItem item;
  item.code = normalise(code).value_or("");
  if (item.code.empty()) return std::nullopt;
  if (quantity) {
    const auto parsed = parse_quantity(*quantity);
    if (!parsed || *parsed <= Quantity{0}) return std::nullopt;
    item.quantity = *parsed;
  }
  if (price) {
    item.price = parse_unit_price(*price);
    if (!item.price || *item.price < UnitPrice{0}) return std::nullopt;
  }
  if (batch) {
    item.batch = normalise(fold_width(*batch));
    if (!item.batch || item.batch->empty()) return std::nullopt;
  }
  return item;
}

std::optional<Date> parse_expiry(std::string_view text) { return purchases::parse_expiry(text); }

std::optional<PaymentPart> parse_payment(std::string_view text) {
  const auto [word, amount] = split_at(text, "=", "＝");
  const auto kind = purchases::payment_called(word);
  if (!kind) return std::nullopt;
  PaymentPart part{.kind = *kind};
  if (amount) {
    part.amount = parse_money(*amount);
    if (!part.amount || *part.amount <= Money{0}) return std::nullopt;
  }
  return part;
}

Fault payment_fault(std::string_view text) {
  const auto [word, amount] = split_at(text, "=", "＝");
  if (!purchases::payment_called(word)) {
    const auto kinds = words_of<PaymentKind>();
    const auto near = nearest(word, kinds);
    return {fmt::format(fmt::runtime(_("not a kind of payment: {}")), for_terminal(word)),
            near ? fmt::format(fmt::runtime(_("did you mean {}?")), *near)
                 : fmt::format(fmt::runtime(_("one of: {}")), fmt::join(kinds, ", "))};
  }
  const std::string_view given = amount.value_or("");
  const std::string shown = given.empty() ? "''" : for_terminal(given);
  if (!parse_money(given)) {
    return {fmt::format(fmt::runtime(_("not an amount of money: {}")), shown),
            _("yuan with at most 2 decimals, like 28 or 28.50")};
  }
  return {fmt::format(fmt::runtime(_("not an amount to pay: {}")), shown),
          _("an amount is above 0")};
}

}  // namespace pharmacy
