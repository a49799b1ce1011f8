#include "visit/items.h"

#include <fmt/format.h>

#include <set>

#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

std::string Parser<SaleItem>::what() { return _("an item"); }
std::string Parser<SaleItem>::forms() {
  return _("CODE[=QUANTITY][@PRICE][#BATCH], as 6901234567890=2@28.00#B2291");
}

std::string Parser<PaymentPart>::what() { return _("a payment"); }
std::string Parser<PaymentPart>::forms() {
  std::string kinds;
  for (const auto& word : words_of<PaymentKind>()) kinds += (kinds.empty() ? "" : ", ") + word;
  return fmt::format(fmt::runtime(_("KIND[=AMOUNT], as wechat=20.00; kinds: {}")), kinds);
}

std::string Parser<RefundItem>::what() { return _("a line of a receipt"); }
std::string Parser<RefundItem>::forms() {
  return _("LINE[=QUANTITY]: the number of the line as visit show lists it, as 1 or 1=0.5");
}
std::optional<RefundItem> Parser<RefundItem>::parse(std::string_view text,
                                                    const ParseContext& context) {
  const std::string folded = fold_width(text);
  const auto equals = folded.find('=');
  const auto line = Parser<std::int64_t>::parse(folded.substr(0, equals), context);
  if (!line || *line < 1) return std::nullopt;
  RefundItem item{.line = *line, .quantity = {}};
  if (equals != std::string::npos) {
    item.quantity = parse_quantity(folded.substr(equals + 1));
    if (!item.quantity || *item.quantity <= Quantity{0}) return std::nullopt;
  }
  return item;
}

void ItemOptions::define(Frame& frame, CLI::App& cmd) {
  frame.option(cmd, "--item", codes, _("Code of an item; the next options belong to it"));
  frame.option(cmd, "--qty", quantities, _("How much of the item; 1 where absent"));
  frame.option(cmd, "--price", prices, _("Price of one unit; the catalog's where absent"));
  frame.option(cmd, "--batch", batches, _("Batch of the item"));
  frame.option(cmd, "--expiry", expiries, _("Day on which the item expires"));
  frame.option(cmd, "--days-supply", days_supply, _("Days that the item lasts"));
}

static Error misplaced(const std::string& name, bool twice) {
  return Error{Errc::invalid_input,
               twice ? fmt::format(fmt::runtime(_("{} is given twice for one item")), name)
                     : fmt::format(fmt::runtime(_("{} stands before the first --item")), name),
               _("each --item CODE begins an item, and the options after it belong to it")};
}

std::vector<SaleItem> ItemOptions::items(const CLI::App& cmd) const {
  std::vector<SaleItem> found;
  std::set<std::string> of_this;  // options that the last item has
  auto code = codes.begin();
  auto quantity = quantities.begin();
  auto price = prices.begin();
  auto batch = batches.begin();
  auto expiry = expiries.begin();
  auto days = days_supply.begin();
  for (const std::string& name : Frame::order_given(cmd)) {
    if (name == "--item") {
      found.emplace_back().code = *code++;
      of_this.clear();
      continue;
    }
    static const std::set<std::string> details{"--qty", "--price", "--batch", "--expiry",
                                               "--days-supply"};
    if (!details.contains(name)) continue;
    if (found.empty()) throw misplaced(name, false);
    if (!of_this.insert(name).second) throw misplaced(name, true);
    SaleItem& item = found.back();
    if (name == "--qty") item.quantity = *quantity++;
    if (name == "--price") item.price = *price++;
    if (name == "--batch") item.batch = *batch++;
    if (name == "--expiry") item.expiry = *expiry++;
    if (name == "--days-supply") item.days_supply = *days++;
  }
  return found;
}

}  // namespace pharmacy::cli
