// What a member's purchases say of how she usually buys, and what.
#include <algorithm>
#include <map>
#include <set>

#include "base/i18n.h"
#include "pharmacy/consent.h"
#include "pharmacy/error.h"
#include "pharmacy/habits.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

// A line of which something was kept.
struct KeptLine {
  ReceiptId receipt;
  Date day;
  Money amount;  // of the receipt
  std::string channel;
  std::string code;
  std::string name;
  std::optional<std::string> form;
  std::optional<std::string> maker;
  std::optional<std::string> drug_class;  // ATC, 3 characters
  std::optional<std::string> class_name;

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &KeptLine::receipt},
                      Field{"day", &KeptLine::day},
                      Field{"amount", &KeptLine::amount},
                      Field{"channel", &KeptLine::channel},
                      Field{"code", &KeptLine::code},
                      Field{"name", &KeptLine::name},
                      Field{"form", &KeptLine::form},
                      Field{"maker", &KeptLine::maker},
                      Field{"drug_class", &KeptLine::drug_class},
                      Field{"class_name", &KeptLine::class_name}};
  }
};

struct ReceiptPayment {
  ReceiptId receipt;
  PaymentKind kind;
  Money amount;

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &ReceiptPayment::receipt},
                      Field{"kind", &ReceiptPayment::kind},
                      Field{"amount", &ReceiptPayment::amount}};
  }
};

std::vector<KeptLine> kept_lines(Reading& reading, MemberId member, const Period& period) {
  return vault::database(reading).rows<KeptLine>(
      "SELECT r.id, r.day, r.amount, r.channel, p.code, p.name, p.form, p.maker,"
      " iif(length(p.atc) >= 3, substr(p.atc, 1, 3), NULL),"
      " (SELECT a.name FROM reference_atc a WHERE a.code = substr(p.atc, 1, 3))"
      " FROM receipt r JOIN line l ON l.receipt = r.id JOIN product p ON p.id = l.product"
      " WHERE r.member = ?1 AND r.kind = 'sale' AND r.day BETWEEN ?2 AND ?3"
      " AND l.quantity > coalesce((SELECT sum(b.quantity) FROM line_return b"
      "  JOIN receipt f ON f.id = b.refund"
      "  WHERE b.receipt = l.receipt AND b.line = l.line AND f.day <= ?3), 0)"
      " ORDER BY r.day, r.id, l.line",
      member, period.from, period.to);
}

// What paid most of each receipt: what has no payment on record was paid in cash.
std::map<ReceiptId, PaymentKind> main_payments(Reading& reading, MemberId member,
                                               const Period& period,
                                               const std::vector<KeptLine>& lines) {
  std::map<ReceiptId, std::map<PaymentKind, Money>> parts;
  for (const KeptLine& line : lines) parts[line.receipt] = {{PaymentKind::cash, line.amount}};
  for (const auto& [receipt, kind, amount] : vault::database(reading).rows<ReceiptPayment>(
           "SELECT p.receipt, p.kind, p.amount FROM receipt r JOIN payment p ON p.receipt = r.id"
           " WHERE r.member = ?1 AND r.kind = 'sale' AND r.day BETWEEN ?2 AND ?3"
           " ORDER BY p.receipt, p.kind",
           member, period.from, period.to)) {
    const auto of = parts.find(receipt);
    if (of == parts.end()) continue;
    of->second[PaymentKind::cash] -= amount;
    of->second[kind] += amount;
  }
  std::map<ReceiptId, PaymentKind> most;
  for (const auto& [receipt, amounts] : parts)
    most[receipt] =
        std::ranges::max_element(amounts, {}, [](const auto& one) { return one.second; })->first;
  return most;
}

// How many receipts have a thing, and the last of them.
struct Count {
  std::int64_t receipts = 0;
  std::pair<Date, ReceiptId> last{Date{}, ReceiptId{0}};

  void add(Date day, ReceiptId receipt) {
    if (receipts > 0 && last.second == receipt) return;
    ++receipts;
    last = {day, receipt};
  }
  friend auto operator<=>(const Count&, const Count&) = default;
};

template <class Key>
auto most_usual(const std::map<Key, Count>& counts) {
  return std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; });
}

std::optional<std::int64_t> median_interval(const std::set<Date>& days) {
  std::vector<std::int64_t> intervals;
  for (auto day = days.begin(); day != days.end() && std::next(day) != days.end(); ++day)
    intervals.push_back((*std::next(day) - *day).count());
  if (intervals.empty()) return std::nullopt;
  std::ranges::sort(intervals);
  const auto middle = intervals.size() / 2;
  if (intervals.size() % 2 == 1) return intervals[middle];
  return (intervals[middle - 1] + intervals[middle] + 1) / 2;
}

MemberHabits habits_of(MemberId member, const Period& period, const std::vector<KeptLine>& lines,
                       const std::map<ReceiptId, PaymentKind>& paid) {
  MemberHabits habits{};
  habits.member = member;
  habits.from = period.from;
  habits.to = period.to;
  std::set<Date> days;
  std::map<std::string, Count> channels;
  std::map<PaymentKind, Count> payments;
  for (const KeptLine& line : lines) {
    days.insert(line.day);
    channels[line.channel].add(line.day, line.receipt);
    payments[paid.at(line.receipt)].add(line.day, line.receipt);
  }
  habits.receipts = static_cast<std::int64_t>(paid.size());
  habits.days = static_cast<std::int64_t>(days.size());
  habits.usual_interval_days = median_interval(days);
  if (lines.empty()) return habits;
  habits.last_day = *days.rbegin();
  const auto channel = most_usual(channels);
  habits.channel = channel->first;
  habits.channel_receipts = channel->second.receipts;
  const auto payment = most_usual(payments);
  habits.payment = payment->first;
  habits.payment_receipts = payment->second.receipts;
  return habits;
}

// A thing by its code, where it has one, and its name.
using ThingKey = std::pair<std::optional<std::string>, std::optional<std::string>>;

ThingKey thing_of(const KeptLine& line, HabitKind kind) {
  switch (kind) {
    case HabitKind::product:
      return {line.code, line.name};
    case HabitKind::drug_class:
      return {line.drug_class, line.class_name};
    case HabitKind::form:
      return {std::nullopt, line.form};
    case HabitKind::maker:
      return {std::nullopt, line.maker};
  }
  return {};
}

void put_things(std::vector<UsualThing>& things, const std::vector<KeptLine>& lines,
                HabitKind kind) {
  std::map<ThingKey, Count> counts;
  for (const KeptLine& line : lines) {
    const auto key = thing_of(line, kind);
    if (key.first || key.second) counts[key].add(line.day, line.receipt);
  }
  std::vector<UsualThing> all;
  for (const auto& [key, count] : counts) {
    all.push_back({.kind = kind,
                   .code = key.first,
                   .name = key.second,
                   .receipts = count.receipts,
                   .last_day = count.last.first});
  }
  std::ranges::stable_sort(all, [](const UsualThing& a, const UsualThing& b) {
    return std::pair{a.receipts, a.last_day} > std::pair{b.receipts, b.last_day};
  });
  if (all.size() > usual_things_max) all.resize(usual_things_max);
  things.insert(things.end(), all.begin(), all.end());
}

Period looked_at(const std::optional<Period>& asked, Date today) {
  constexpr std::chrono::days year{365};
  if (!asked) return {today - year + std::chrono::days{1}, today};
  if (asked->from > today)
    throw Error(Errc::invalid_input, _("nothing was bought yet in a period that is to come"),
                _("give one that has begun"));
  return {asked->from, std::min(asked->to, today)};
}

}  // namespace

DerivedHabits derive_habits(Reading& reading, MemberId member,
                            const std::optional<Period>& period) {
  vault::require(reading, vault::Permission::view_people);
  vault::require(reading, vault::Permission::view_receipts);
  const Period days = looked_at(period, reading.today());
  require_in_use(reading, member);
  vault::shows(reading, member);
  require_consent(reading, member, Purpose::profiling);
  const auto lines = kept_lines(reading, member, days);
  const auto paid = main_payments(reading, member, days, lines);
  DerivedHabits derived{.habits = habits_of(member, days, lines, paid), .things = {}};
  for (const auto& [kind, word] : EnumNames<HabitKind>::table)
    put_things(derived.things, lines, kind);
  return derived;
}

}  // namespace pharmacy
