// What purchases say of how a member buys, against a naive look at each of them.
#include "pharmacy/habits.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "member/member.h"
#include "pharmacy/consent.h"
#include "pharmacy/rights.h"
#include "support/counter_store.h"
#include "support/errors.h"
#include "support/run.h"
#include "support/trials.h"

namespace pharmacy::test {

namespace {

struct Drug {
  std::string code, name, drug_class, form, maker;  // what is empty is not known
};
const std::vector<Drug> drugs{
    {"D1", "氨氯地平", "C08", "片剂", "甲厂"}, {"D2", "硝苯地平", "C08", "片剂", "乙厂"},
    {"D3", "布洛芬", "M01", "胶囊", "甲厂"},   {"D4", "创可贴", "", "", ""},
    {"D5", "二甲双胍", "A10", "片剂", ""},     {"D6", "阿莫西林", "J01", "胶囊", "丙厂"},
    {"D7", "氯雷他定", "R06", "片剂", "丁厂"}};

struct HabitStore : CounterStore {
  explicit HabitStore(std::string_view day = "2026-03-01") : CounterStore{day} {
    auto tx = begin();
    for (const Drug& drug : drugs) {
      NewProduct product{.code = drug.code, .name = drug.name, .price = UnitPrice{100'000}};
      if (!drug.drug_class.empty()) product.atc = drug.drug_class;
      if (!drug.form.empty()) product.form = drug.form;
      if (!drug.maker.empty()) product.maker = drug.maker;
      add_product(tx, product);
    }
    tx.commit();
  }
  void agree() {
    auto tx = begin();
    give_consent(tx, {.member = member, .purpose = Purpose::profiling});
    tx.commit();
  }
  DerivedHabits derived(const std::optional<Period>& period = std::nullopt) {
    auto reading = this->reading();
    return derive_habits(reading, member, period);
  }
  // Sold on another day by who rings up now.
  ReceiptId buy_on(std::string_view day, const std::vector<std::string>& items,
                   const std::vector<std::string>& payments = {},
                   const std::string& channel = "counter") {
    set_day(day);
    NewSale sale{.member = member, .items = items_of(items), .payments = payments_of(payments)};
    sale.channel = channel;
    return sell(sale);
  }
};

// The things of one kind, as "name×receipts".
std::string usual(const DerivedHabits& derived, HabitKind kind) {
  std::string text;
  for (const UsualThing& thing : derived.things) {
    if (thing.kind != kind) continue;
    text += fmt::format("{}{}×{}", text.empty() ? "" : " ",
                        thing.code.value_or(thing.name.value_or("?")), thing.receipts);
  }
  return text;
}

// What the test knows of a sale.
struct KnownSale {
  ReceiptId id{};
  Date day{};
  std::string channel{};
  PaymentKind payment{};
  std::map<std::size_t, std::int64_t> kept{};  // of each drug
};

bool has_kept(const KnownSale& sale) {
  return std::ranges::any_of(sale.kept, [](const auto& one) { return one.second > 0; });
}

// What most of the sales have, by counting each value again and again: "value×n".
template <class Value>
std::string naive_usual(const std::vector<KnownSale>& sales, Value (*value_of)(const KnownSale&)) {
  std::optional<Value> best;
  std::int64_t most = 0;
  for (auto sale = sales.rbegin(); sale != sales.rend(); ++sale) {
    const Value value = value_of(*sale);
    const auto count = std::ranges::count_if(
        sales, [&](const KnownSale& other) { return value_of(other) == value; });
    if (count > most) std::tie(best, most) = std::pair{value, count};
  }
  if (!best) return "";
  if constexpr (std::is_same_v<Value, std::string>) {
    return fmt::format("{}×{}", *best, most);
  } else {
    return fmt::format("{}×{}", to_word(*best), most);
  }
}

std::string naive_interval(const std::vector<KnownSale>& sales) {
  std::vector<int> gaps;
  for (std::size_t i = 1; i < sales.size(); ++i) {
    const auto gap = static_cast<int>((sales[i].day - sales[i - 1].day).count());
    if (gap > 0) gaps.push_back(gap);
  }
  if (gaps.empty()) return "-";
  std::ranges::sort(gaps);
  const auto half = gaps.size() / 2;
  const double median = gaps.size() % 2 == 1 ? gaps[half] : (gaps[half - 1] + gaps[half]) / 2.0;
  return std::to_string(static_cast<int>(median + 0.5));
}

std::string naive_things(const std::vector<KnownSale>& sales, std::string Drug::*of) {
  struct Seen {
    std::int64_t receipts = 0;
    Date last{};
    std::string key{};
  };
  std::vector<Seen> all;
  for (const Drug& drug : drugs) {
    const std::string& key = drug.*of;
    if (key.empty() || std::ranges::find(all, key, &Seen::key) != all.end()) continue;
    Seen seen{.key = key};
    for (const KnownSale& sale : sales) {
      const bool has = std::ranges::any_of(sale.kept, [&](const auto& one) {
        return one.second > 0 && drugs[one.first].*of == key;
      });
      if (!has) continue;
      ++seen.receipts;
      seen.last = sale.day;
    }
    if (seen.receipts > 0) all.push_back(seen);
  }
  std::ranges::sort(all, [](const Seen& a, const Seen& b) {
    if (a.receipts != b.receipts) return a.receipts > b.receipts;
    return a.last != b.last ? a.last > b.last : a.key < b.key;
  });
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 5); ++i)
    text += fmt::format("{}{}×{}", i == 0 ? "" : " ", all[i].key, all[i].receipts);
  return text;
}

std::string naive(const std::vector<KnownSale>& all, const Period& period) {
  std::vector<KnownSale> sales;
  std::set<Date> days;
  for (const KnownSale& sale : all) {
    if (!has_kept(sale) || !period.contains(sale.day)) continue;
    sales.push_back(sale);
    days.insert(sale.day);
  }
  return fmt::format(
      "{} {} {} {} {} | {} | {} | {} | {}", sales.size(), days.size(), naive_interval(sales),
      naive_usual<std::string>(sales, [](const KnownSale& one) { return one.channel; }),
      naive_usual<PaymentKind>(sales, [](const KnownSale& one) { return one.payment; }),
      naive_things(sales, &Drug::code), naive_things(sales, &Drug::drug_class),
      naive_things(sales, &Drug::form), naive_things(sales, &Drug::maker));
}

std::string said(const DerivedHabits& derived) {
  const MemberHabits& habits = derived.habits;
  return fmt::format(
      "{} {} {} {} {} | {} | {} | {} | {}", habits.receipts, habits.days,
      habits.usual_interval_days ? std::to_string(*habits.usual_interval_days) : "-",
      habits.channel ? fmt::format("{}×{}", *habits.channel, habits.channel_receipts) : "",
      habits.payment ? fmt::format("{}×{}", to_word(*habits.payment), habits.payment_receipts) : "",
      usual(derived, HabitKind::product), usual(derived, HabitKind::drug_class),
      usual(derived, HabitKind::form), usual(derived, HabitKind::maker));
}

}  // namespace

TEST_CASE("habits take consent to profiling, and go with it") {
  HabitStore t;
  const Error refusal = error_of([&] { t.derived(); });
  CHECK(refusal.code() == Errc::refused);
  t.agree();
  CHECK(t.derived().habits.receipts == 0);
  auto tx = t.begin();
  withdraw_consent(tx, t.member, Purpose::profiling, ConsentChannel::phone);
  tx.commit();
  CHECK(code_of([&] { return t.derived(); }) == Errc::refused);
  t.agree();
  auto restricting = t.begin();
  restrict_member(restricting, t.member, "本人要求");
  restricting.commit();
  CHECK(code_of([&] { return t.derived(); }) == Errc::refused);
}

TEST_CASE("the interval is the median of the days between days with a purchase") {
  HabitStore t;
  t.agree();
  const auto interval = [&] { return t.derived().habits.usual_interval_days; };
  t.buy_on("2026-03-01", {"D1"});
  t.buy_on("2026-03-01", {"D3"});
  CHECK_FALSE(interval());
  t.buy_on("2026-03-31", {"D1"});
  CHECK(interval() == 30);
  t.buy_on("2026-04-04", {"D1"});  // 30 and 4
  CHECK(interval() == 17);
  t.buy_on("2026-04-05", {"D1"});  // 30, 4 and 1
  CHECK(interval() == 4);
  const auto last = t.buy_on("2026-04-10", {"D1"});  // 30, 4, 1 and 5
  CHECK(interval() == 5);
  t.take_back({.receipt = last, .all = true, .reason = "quality"});
  CHECK(interval() == 4);
  CHECK(t.derived().habits.receipts == 5);
  CHECK(t.derived().habits.days == 4);
}

TEST_CASE("a purchase counts for what paid most of it, and for what of it was kept") {
  HabitStore t;
  t.agree();
  t.buy_on("2026-03-01", {"D1=2", "D3"}, {"insurance_personal=20.00", "cash=10.00"});
  const auto second = t.buy_on("2026-03-05", {"D1=2", "D4"}, {"wechat"}, "online");
  t.take_back({.receipt = second, .items = {{.line = 1}}, .reason = "quality"});
  const auto derived = t.derived();
  CHECK(derived.habits.payment == PaymentKind::wechat);  // each once: the later one
  CHECK(derived.habits.payment_receipts == 1);
  CHECK(derived.habits.channel == "online");
  CHECK(usual(derived, HabitKind::product) == "D4×1 D1×1 D3×1");
  CHECK(usual(derived, HabitKind::drug_class) == "C08×1 M01×1");
  // As of the day before it, what came back later was kept.
  CHECK(derived.habits.last_day == parse_date("2026-03-05"));
}

TEST_CASE("days to come are left out, and the year that ends today is looked at") {
  HabitStore t{"2024-06-01"};
  t.agree();
  t.buy_on("2025-03-01", {"D1"});
  t.buy_on("2025-03-02", {"D3"});
  t.set_day("2026-03-01");
  CHECK(t.derived().habits.receipts == 1);
  CHECK(t.derived().habits.from == parse_date("2025-03-02"));
  CHECK(t.derived(Period{parse_date("2024-01-01").value(), parse_date("2030-01-01").value()})
            .habits.to == parse_date("2026-03-01"));
  CHECK(code_of([&] {
          return t.derived(
              Period{parse_date("2026-03-02").value(), parse_date("2026-03-04").value()});
        }) == Errc::invalid_input);
  const auto ran =
      run(cli::member, t, {"pref", "derive", "6001", "--today", "2025-03-01", "--format", "json"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find(R"("to":"2025-03-01","receipts":1,"visit_days":1)") != std::string::npos);
}

TEST_CASE("habits agree with a naive look at every purchase, as of any day") {
  Trials trials("habits", 4, 2'000);
  trials.each([&](std::int64_t, Random& random) {
    HabitStore t;
    t.agree();
    std::vector<KnownSale> sales;
    const Date first = parse_date("2026-03-01").value();
    Date day = first;
    static const std::vector<std::string> channels{"counter", "phone", "online"};
    static const std::vector<PaymentKind> kinds{PaymentKind::cash, PaymentKind::wechat,
                                                PaymentKind::alipay};
    for (int step = 0; step < 25; ++step) {
      day = day + std::chrono::days{random.between(0, 9)};
      t.set_day(to_string(day));
      if (!sales.empty() && random.one_in(4)) {
        KnownSale& sale = sales[random.below(static_cast<std::uint32_t>(sales.size()))];
        if (!has_kept(sale)) continue;
        t.take_back({.receipt = sale.id, .all = true, .reason = "quality"});
        for (auto& [drug, quantity] : sale.kept) quantity = 0;
        trials.tally("taken back");
        continue;
      }
      const auto kind = random.below(3);
      KnownSale sale{.day = day, .channel = channels[random.below(3)], .payment = kinds[kind]};
      NewSale sold{.member = t.member};
      sold.channel = sale.channel;
      for (int item = 0; item < 3; ++item) {
        const auto drug = static_cast<std::size_t>(random.below(7));
        sold.items.push_back({.code = drugs[drug].code});
        sale.kept[drug] += 1;
      }
      sold.payments.push_back({.kind = sale.payment, .amount = Money{2000}});
      sold.payments.push_back({.kind = kinds[(kind + 1 + random.below(2)) % 3]});
      sale.id = t.sell(sold);
      sales.push_back(sale);
      CHECK(said(t.derived()) == naive(sales, {first, day}));
      const Period part{first + std::chrono::days{10}, first + std::chrono::days{40}};
      if (day >= part.to) trials.tally("parts");
      if (day >= part.to && std::ranges::all_of(sales, has_kept))
        CHECK(said(t.derived(part)) == naive(sales, part));
    }
  });
  CHECK(trials.tallied("taken back") > 0);
}

}  // namespace pharmacy::test
