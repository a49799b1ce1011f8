#include "demo/shop.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace demo {

namespace {

constexpr std::size_t tills = 3;

// What share of all but daily medicine each group is, from `cold` on.
constexpr std::uint32_t shares[group_count] = {0, 0, 0, 0, 0, 0, 18, 10, 8, 8, 10,
                                               7, 8, 8, 5, 6, 9, 6,  4,  5, 7, 5};
// How many come in each hour from 8 to 20.
constexpr std::uint32_t hours[] = {4, 10, 12, 8, 4, 4, 6, 7, 8, 10, 11, 9, 5};
constexpr const char* payments[] = {"wechat", "insurance_personal", "alipay", "cash", "card"};
constexpr std::uint32_t payment_weights[] = {38, 28, 18, 10, 6};
constexpr const char* channels[] = {"counter", "online", "phone"};
constexpr std::uint32_t channel_weights[] = {93, 5, 2};
constexpr const char* sellers[] = {"刘芳", "陈静", "赵磊", "周婷", "吴敏"};

unsigned month_of(Date day) { return static_cast<unsigned>(day.ymd().month()); }
bool is_member_day(Date day) { return day.ymd().day() == std::chrono::day{8}; }

// Deliveries come every 40 to 80 days; a batch was made three months before it is sold.
Date made_on(std::size_t drug, std::int32_t sold_on) {
  const auto span = static_cast<std::int32_t>(40 + drug * 7 % 5 * 10);
  const auto shift = static_cast<std::int32_t>(drug * 13 % 40);
  return Date::from_epoch_days((sold_on + shift) / span * span - shift - 90);
}

std::string batch(std::size_t drug, std::int32_t sold_on) {
  const auto made = made_on(drug, sold_on).ymd();
  return fmt::format("{:02}{:02}{:02}{:c}{:c}", static_cast<int>(made.year()) % 100,
                     static_cast<unsigned>(made.month()), static_cast<unsigned>(made.day()),
                     static_cast<char>('A' + drug / 26), static_cast<char>('A' + drug % 26));
}

std::string yuan(std::uint32_t fen) { return fmt::format("{}.{:02}", fen / 100, fen % 100); }

std::string quantity_text(std::uint32_t milli) { return std::to_string(milli / 1000); }

}  // namespace

bool Receipt::has(std::size_t drug) const {
  return std::ranges::any_of(lines, [&](const Line& line) { return line.drug == drug; });
}

Shop::Shop() {
  std::array<std::uint32_t, group_count> popularity{};
  for (const auto& drug : drugs()) {
    popularity[static_cast<std::size_t>(drug.group)] += drug.popularity;
  }
  const auto push = [](Weights& totals, std::uint32_t weight) {
    totals.push_back((totals.empty() ? 0 : totals.back()) + weight);
  };
  for (const auto& drug : drugs()) {
    const auto group = static_cast<std::size_t>(drug.group);
    push(chronic_, is_chronic(drug.group) && drug.days_supply >= 7 ? drug.popularity : 0);
    for (unsigned month = 1; month <= 12; ++month) {
      const auto weight = shares[group] * season(drug.group, month) * drug.popularity * 10;
      push(seasonal_[month - 1], weight / popularity[group]);
    }
    for (std::size_t i = 0; i < group_count; ++i) {
      push(groups_[i], i == group ? drug.popularity : 0);
    }
  }
}

std::size_t Shop::pick(Random& random, const Weights& totals) {
  const auto at = random.below(totals.back());
  return static_cast<std::size_t>(std::ranges::upper_bound(totals, at) - totals.begin());
}

std::size_t Shop::pick_chronic(Random& random) const { return pick(random, chronic_); }
std::size_t Shop::pick_seasonal(Random& random, Date day) const {
  return pick(random, seasonal_[month_of(day) - 1]);
}
std::size_t Shop::pick_of_group(Random& random, Group group) const {
  return pick(random, groups_[static_cast<std::size_t>(group)]);
}

std::int64_t Shop::busyness(Date day) const {
  static constexpr std::int64_t weekdays[] = {118, 96, 95, 96, 98, 104, 116};  // from Sunday
  const std::int64_t usual = 100'000;
  const auto weekday = std::chrono::weekday{day.sys_days()}.c_encoding();
  const std::int64_t month = usual + seasonal_[month_of(day) - 1].back();
  return month * weekdays[weekday] * (is_member_day(day) ? 22 : 10) / 1000;
}

Receipt Shop::open_receipt(Random& random, std::uint32_t customer, Date day) const {
  const auto hour = 8 + static_cast<std::int32_t>(random.weighted(hours));
  return {.customer = customer,
          .second = hour * 3600 + random.between(0, 3599),
          .till = static_cast<std::uint8_t>(1 + random.below(tills)),
          .payment = static_cast<std::uint8_t>(random.weighted(payment_weights)),
          .channel = static_cast<std::uint8_t>(random.weighted(channel_weights)),
          .member_day = customer != anyone && is_member_day(day),
          .day = day.epoch_days()};
}

void Shop::add(Receipt& receipt, std::size_t drug, std::uint32_t quantity) {
  const std::uint32_t full = drugs()[drug].price_fen * (quantity / 1000);
  const std::uint32_t discount = receipt.member_day ? full * 12 / 100 : 0;
  receipt.lines.push_back({.drug = static_cast<std::uint16_t>(drug),
                           .sold_on = receipt.day,
                           .quantity = quantity,
                           .discount_fen = discount,
                           .amount_fen = full - discount});
}

std::uint32_t Shop::acute_quantity(Random& random, std::size_t drug) {
  static constexpr std::uint32_t packs[] = {0, 80, 15, 5};
  if (drugs()[drug].group == Group::herb) {
    return static_cast<std::uint32_t>(random.between(3, 30)) * 10'000;
  }
  return static_cast<std::uint32_t>(random.weighted(packs)) * 1000;
}

ReceiptWriter::ReceiptWriter(std::FILE* csv, Date from, Date until) : csv_{csv} {
  const auto all = drugs();
  const auto found = std::ranges::find(all, std::string_view{"缬沙坦胶囊"}, &Drug::name);
  recalled_drug_ = static_cast<std::size_t>(found - all.begin());
  summary_.recalled_code = drug_code(recalled_drug_);
  summary_.recalled_batch = batch(recalled_drug_, (from.epoch_days() + until.epoch_days()) / 2);
  fmt::print(csv_,
             "at,receipt,card,product,quantity,unit_price,discount,amount,payment,channel,"
             "batch,expiry,days_supply,staff\n");
}

void ReceiptWriter::write(Date day, std::vector<Receipt>& receipts) {
  std::ranges::stable_sort(receipts, {}, &Receipt::second);
  std::array<std::uint32_t, tills + 1> numbers{};
  for (const auto& receipt : receipts) write(receipt, day, ++numbers[receipt.till]);
}

void ReceiptWriter::write(const Receipt& receipt, Date day, std::uint32_t number) {
  const auto date = to_string(day);
  const auto ymd = day.ymd();
  const auto reference =
      fmt::format("{}-{:02}{:02}{:02}-{:04}", receipt.till, static_cast<int>(ymd.year()) % 100,
                  static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()), number);
  const auto at = fmt::format("{} {:02}:{:02}:{:02}", date, receipt.second / 3600,
                              receipt.second / 60 % 60, receipt.second % 60);
  const auto card = receipt.customer == anyone ? std::string{} : card_number(receipt.customer);
  const char* sign = receipt.is_refund ? "-" : "";
  const auto seller = (day.epoch_days() + receipt.till * 2) % static_cast<int>(std::size(sellers));
  for (const auto& line : receipt.lines) {
    const auto& drug = drugs()[line.drug];
    const bool has_batch = drug.group != Group::device;
    const auto from = has_batch ? batch(line.drug, line.sold_on) : std::string{};
    const auto expiry = has_batch
                            ? to_string(pharmacy::add_months(made_on(line.drug, line.sold_on), 24))
                            : std::string{};
    fmt::print(csv_, "{},{},{},{},{}{},{},{},{}{},{},{},{},{},{},{}\n", at, reference, card,
               drug_code(line.drug), sign, quantity_text(line.quantity),
               receipt.is_refund ? "" : yuan(drug.price_fen),
               line.discount_fen == 0 || receipt.is_refund ? "" : yuan(line.discount_fen), sign,
               yuan(line.amount_fen), payments[receipt.payment], channels[receipt.channel], from,
               expiry,
               drug.days_supply == 0 || receipt.is_refund
                   ? ""
                   : std::to_string(drug.days_supply * (line.quantity / 1000)),
               sellers[seller]);
    if (line.drug == recalled_drug_ && from == summary_.recalled_batch) ++summary_.recalled_lines;
  }
  ++summary_.receipts;
  if (receipt.is_refund) ++summary_.refunds;
}

}  // namespace demo
