#include "demo/sales.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "demo/drugs.h"
#include "demo/shop.h"
#include "pharmacy/values.h"

namespace demo {

namespace {

// A member's daily medicine, and when it is bought next.
struct Therapy {
  std::uint32_t person;
  std::uint16_t drug;
  std::uint8_t packs;
};

class Year {
 public:
  Year(const SalesOptions& options, std::vector<Person> people, Random random, std::FILE* csv);
  SalesSummary run();

 private:
  void begin_therapies();
  void plan_days();
  void sell_day(std::size_t day);
  void sell_refills(std::size_t day);
  void sell_basket(std::size_t day);
  void take_back(std::size_t day);
  void schedule(std::size_t day, const Therapy& therapy);
  void maybe_return(std::size_t day, const Receipt& receipt);
  std::uint32_t customer(std::size_t day);
  std::size_t needed(Receipt& receipt, std::size_t day);
  [[nodiscard]] Date date(std::size_t day) const {
    return options_.from + std::chrono::days{static_cast<int>(day)};
  }

  SalesOptions options_;
  std::vector<Person> people_;
  Random random_;
  Shop shop_;
  ReceiptWriter writer_;
  std::vector<std::vector<Therapy>> refills_;  // by day
  std::vector<std::vector<Receipt>> returns_;  // by day
  std::vector<std::uint64_t> target_;          // lines up to the end of each day
  std::vector<Receipt> today_;
  std::uint64_t made_ = 0;  // lines, those of today included
  std::size_t joined_ = 0;  // how many of people_ are members on the day
};

Year::Year(const SalesOptions& options, std::vector<Person> people, Random random, std::FILE* csv)
    : options_{options},
      people_{std::move(people)},
      random_{random},
      writer_{csv, options.from, options.until},
      refills_(static_cast<std::size_t>((options.until - options.from).count()) + 1),
      returns_(refills_.size()),
      target_(refills_.size()) {}

// Refills make up less than half of all lines, whatever the sizes asked for.
void Year::begin_therapies() {
  const std::uint64_t wanted = options_.lines * 45ULL / 100 * 29 / refills_.size();
  const std::uint64_t possible = people_.size() * 6ULL / 10;
  for (std::uint64_t i = 0; i < std::min(wanted, possible); ++i) {
    const auto who = random_.below(static_cast<std::uint32_t>(people_.size()));
    const auto drug = shop_.pick_chronic(random_);
    const auto supply = drugs()[drug].days_supply;
    const Therapy therapy{
        .person = who,
        .drug = static_cast<std::uint16_t>(drug),
        .packs = static_cast<std::uint8_t>(std::max(1, (28 + supply / 2) / supply))};
    const int joined = std::max(0, people_[who].joined - options_.from.epoch_days());
    schedule(static_cast<std::size_t>(joined + random_.between(0, 29)), therapy);
  }
}

void Year::schedule(std::size_t day, const Therapy& therapy) {
  if (day < refills_.size()) refills_[day].push_back(therapy);
}

void Year::plan_days() {
  std::vector<std::int64_t> weights;
  std::int64_t total = 0;
  for (std::size_t day = 0; day < target_.size(); ++day) {
    total += shop_.busyness(date(day)) * random_.between(88, 112);
    weights.push_back(total);
  }
  for (std::size_t day = 0; day < target_.size(); ++day) {
    target_[day] = static_cast<std::uint64_t>(
        pharmacy::multiply_divide_floor(options_.lines, weights[day], weights.back()));
  }
}

void Year::sell_refills(std::size_t day) {
  auto due = std::move(refills_[day]);
  // Two drugs of one person go on one receipt.
  std::ranges::stable_sort(due, {}, &Therapy::person);
  for (std::size_t i = 0; i < due.size() && made_ < options_.lines;) {
    Receipt receipt = shop_.open_receipt(random_, due[i].person, date(day));
    const auto person = due[i].person;
    for (; i < due.size() && due[i].person == person && made_ < options_.lines; ++i) {
      const auto& therapy = due[i];
      if (receipt.has(therapy.drug)) continue;
      shop_.add(receipt, therapy.drug, therapy.packs * 1000U);
      ++made_;
      if (random_.chance(12)) continue;  // the doctor changed it
      const auto supply = static_cast<int>(drugs()[therapy.drug].days_supply) * therapy.packs;
      const int late = random_.chance(60) ? random_.between(8, 35) : random_.between(-2, 3);
      schedule(day + static_cast<std::size_t>(std::max(1, supply + late)), therapy);
    }
    const bool quiet = people_[person].quiet_until >= date(day).epoch_days();
    if (!quiet && random_.chance(180) && made_ < options_.lines) needed(receipt, day);
    today_.push_back(std::move(receipt));
  }
}

// One more thing that the season makes people need, once on a receipt; returns which.
std::size_t Year::needed(Receipt& receipt, std::size_t day) {
  const auto drug = shop_.pick_seasonal(random_, date(day));
  if (receipt.has(drug)) return drug;
  shop_.add(receipt, drug, shop_.acute_quantity(random_, drug));
  ++made_;
  return drug;
}

std::uint32_t Year::customer(std::size_t day) {
  if (joined_ == 0 || random_.chance(240)) return anyone;
  const int today = date(day).epoch_days();
  for (int attempt = 0; attempt < 12; ++attempt) {
    const auto who = random_.below(static_cast<std::uint32_t>(joined_));
    const auto& person = people_[who];
    if (person.quiet_until < today && random_.below(8) < person.activity) return who;
  }
  return anyone;
}

void Year::sell_basket(std::size_t day) {
  static constexpr std::uint32_t sizes[] = {0, 55, 28, 12, 5};
  Receipt receipt = shop_.open_receipt(random_, customer(day), date(day));
  const auto wanted = random_.weighted(sizes);
  auto last = needed(receipt, day);
  while (receipt.lines.size() < wanted && made_ < options_.lines) {
    // Half of what else goes into the bag is for the same trouble.
    if (random_.chance(500)) {
      const auto drug = shop_.pick_of_group(random_, drugs()[last].group);
      if (!receipt.has(drug)) {
        shop_.add(receipt, drug, shop_.acute_quantity(random_, drug));
        ++made_;
      } else if (random_.chance(500)) {
        break;
      }
    } else {
      last = needed(receipt, day);
    }
  }
  maybe_return(day, receipt);
  today_.push_back(std::move(receipt));
}

// Members bring back something of one basket in forty-five; until then they buy nothing else, so
// that it is clear which sale a refund takes back.
void Year::maybe_return(std::size_t day, const Receipt& receipt) {
  if (receipt.customer == anyone || !random_.chance(22)) return;
  const auto back = day + static_cast<std::size_t>(random_.between(1, 5));
  if (back >= returns_.size()) return;
  people_[receipt.customer].quiet_until = date(back).epoch_days();
  auto line = receipt.lines[random_.below(static_cast<std::uint32_t>(receipt.lines.size()))];
  Receipt refund = shop_.open_receipt(random_, receipt.customer, date(back));
  refund.is_refund = true;
  refund.payment = receipt.payment;
  refund.lines.push_back(line);
  returns_[back].push_back(std::move(refund));
}

void Year::take_back(std::size_t day) {
  for (auto& refund : returns_[day]) {
    if (made_ >= options_.lines) return;
    ++made_;
    today_.push_back(std::move(refund));
  }
}

void Year::sell_day(std::size_t day) {
  const int today = date(day).epoch_days();
  while (joined_ < people_.size() && people_[joined_].joined <= today) ++joined_;
  take_back(day);
  sell_refills(day);
  while (made_ < target_[day]) sell_basket(day);
  writer_.write(date(day), today_);
  today_.clear();
}

SalesSummary Year::run() {
  begin_therapies();
  plan_days();
  for (std::size_t day = 0; day < target_.size(); ++day) sell_day(day);
  return writer_.summary();
}

}  // namespace

SalesSummary make_sales(const SalesOptions& options, std::vector<Person> people, Random random,
                        std::FILE* csv) {
  return Year{options, std::move(people), random, csv}.run();
}

}  // namespace demo
