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

template <>
std::optional<PaymentPart> parse_one<PaymentPart>(const std::string& name, const std::string& text,
                                                  const ParseContext&, std::vector<Fault>& faults) {
  auto part = parse_payment(text);
  if (!part) {
    auto [message, hint] = payment_fault(text);
    faults.push_back({name + ": " + message, std::move(hint)});
  }
  return part;
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

std::string Parser<SaleTime>::what() { return _("a time"); }
std::string Parser<SaleTime>::forms() {
  return _(
      "a day, as yesterday, 7d or 2026-10-31, and the time of it where it is known: "
      "yesterday 18:05, 2026-10-31 09:30, 2026-10-31T09:30:00+08:00");
}

// With its time of day: an instant, or a day and "18:05" of it.
static std::optional<Instant> instant_in(std::string_view folded, const ParseContext& context) {
  if (const auto at = parse_instant(folded, context.zone)) return at;
  const auto space = folded.find(' ');
  if (space == std::string::npos) return std::nullopt;
  const auto day = parse_day(folded.substr(0, space), context.today);
  if (!day) return std::nullopt;
  return parse_instant(to_string(*day) + std::string{folded.substr(space)}, context.zone);
}

std::optional<SaleTime> Parser<SaleTime>::parse(std::string_view text,
                                                const ParseContext& context) {
  constexpr std::chrono::hours noon{12};
  const std::string folded = fold_width(text);
  if (const auto day = parse_day(folded, context.today)) {
    if (*day == context.today) return SaleTime{};
    return SaleTime{context.zone.at_local(*day, noon)};
  }
  const auto at = instant_in(folded, context);
  return at ? std::optional{SaleTime{at}} : std::nullopt;
}

std::string Parser<PromisedTime>::what() { return _("a time"); }
std::string Parser<PromisedTime>::forms() {
  return _(
      "a day, as today, tomorrow or 2026-10-31, and the time of it where it matters: "
      "today 18:05, 2026-10-31 09:30");
}
std::optional<PromisedTime> Parser<PromisedTime>::parse(std::string_view text,
                                                        const ParseContext& context) {
  const std::string folded = fold_width(text);
  if (const auto day = parse_day(folded, context.today)) {
    constexpr std::chrono::seconds last_second{24 * 60 * 60 - 1};
    return PromisedTime{context.zone.at_local(*day, last_second)};
  }
  const auto at = instant_in(folded, context);
  return at ? std::optional{PromisedTime{*at}} : std::nullopt;
}

std::string Parser<ExpiryDay>::what() { return _("a day"); }
std::string Parser<ExpiryDay>::forms() {
  return _("a last day is written 2027-05-31, 20270531, or 2027-05, the last day of the month");
}
std::optional<ExpiryDay> Parser<ExpiryDay>::parse(std::string_view text, const ParseContext&) {
  const auto day = parse_expiry(text);
  return day ? std::optional{ExpiryDay{*day}} : std::nullopt;
}

void ItemOptions::define_quantities(Frame& frame, CLI::App& cmd) {
  frame.option(cmd, "--item", codes, _("Code of an item; the next options belong to it"));
  frame.option(cmd, "--qty", quantities, _("How much of the item; 1 where absent"));
}

void ItemOptions::define(Frame& frame, CLI::App& cmd) {
  define_quantities(frame, cmd);
  frame.option(cmd, "--price", prices, _("Price of one unit; the catalog's where absent"));
  frame.option(cmd, "--batch", batches, _("Batch of the item"));
  frame.option(cmd, "--expiry", expiries, _("Day on which the item expires"));
  frame.option(cmd, "--days-supply", days_supply, _("Days that the item lasts"));
}

enum class Misplaced { before_first_item, twice };

static Error misplaced(const std::string& name, Misplaced how) {
  return Error{Errc::invalid_input,
               how == Misplaced::twice
                   ? fmt::format(fmt::runtime(_("{} is given twice for one item")), name)
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
    if (found.empty()) throw misplaced(name, Misplaced::before_first_item);
    if (!of_this.insert(name).second) throw misplaced(name, Misplaced::twice);
    SaleItem& item = found.back();
    if (name == "--qty") item.quantity = *quantity++;
    if (name == "--price") item.price = *price++;
    if (name == "--batch") item.batch = *batch++;
    if (name == "--expiry") item.expiry = (expiry++)->day;
    if (name == "--days-supply") item.days_supply = *days++;
  }
  return found;
}

}  // namespace pharmacy::cli
