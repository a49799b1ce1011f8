// Five thousand cases of another system, and the figures on them against what is counted from the
// rows themselves, minute by minute.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "complaints/case_store.h"
#include "pharmacy/calendar.h"
#include "pharmacy/imports.h"
#include "support/trials.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

constexpr int case_count = 5'000;
constexpr std::int64_t day_minutes = 1'440;

// Minutes since 2025-06-01 00:00 of the shop.
using Minute = std::int64_t;
const Date first_day = Date{std::chrono::year{2025} / std::chrono::June / 1};
constexpr Minute now = 273 * day_minutes + 600;  // 2026-03-01 10:00

std::string written(Minute at) {
  const Date day = first_day + std::chrono::days{at / day_minutes};
  return fmt::format("{} {:02}:{:02}", to_string(day), at % day_minutes / 60, at % 60);
}

// The shop is open from 8 on, every day.
struct Hours {
  Minute closes = 21 * 60;
};
Minute open_minutes(Minute from, Minute until, Hours hours = {}) {
  Minute open = 0;
  for (Minute at = from; at < until; ++at) {
    const Minute of_day = at % day_minutes;
    open += of_day >= 8 * 60 && of_day < hours.closes;
  }
  return open;
}

enum class Bad { no, closed_first, replied_first, unknown_word, too_long, future };

struct Generated {
  std::string kind;
  int severity = 0;
  Minute received = 0;
  std::optional<Minute> acknowledged{};
  std::optional<Minute> replied{};
  std::optional<Minute> closed{};
  std::string outcome{};
  std::string text{};
  Bad bad = Bad::no;
};

// So many characters on several lines.
std::string lines_of(Random& random, int characters) {
  constexpr std::array words{"药", "盒", "少", "一", "板", "请", "补", "发", "谢", "谢"};
  std::string text;
  for (int i = 0; i < characters; ++i) {
    const bool is_break = i % 37 == 36 && i + 1 < characters;
    text += is_break ? "\n" : words[random.below(words.size())];
  }
  return text;
}

void spoil(Random& random, Generated& one) {
  constexpr std::array kinds{Bad::closed_first, Bad::replied_first, Bad::unknown_word,
                             Bad::too_long, Bad::future};
  one.bad = kinds[random.below(kinds.size())];
  if (one.bad == Bad::closed_first) {
    one.closed = one.received - random.between(1, 5'000);
    one.outcome = "满意";
  } else if (one.bad == Bad::replied_first) {
    one.replied = one.received - random.between(1, 5'000);
  } else if (one.bad == Bad::unknown_word) {
    one.kind = "传真";
  } else if (one.bad == Bad::too_long) {
    one.text = lines_of(random, 5'600);
  } else {
    one.received = now + random.between(1, 1'000);
    one.acknowledged = one.replied = one.closed = std::nullopt;
    one.outcome.clear();
  }
}

Generated generated(Random& random) {
  constexpr std::array kinds{"投诉", "投诉", "投诉", "投诉", "异议", "建议", "表扬"};
  Generated one;
  one.kind = kinds[random.below(kinds.size())];
  one.severity = static_cast<int>(random.below(3));
  one.received = random.between(10 * day_minutes, now);
  one.text = lines_of(random, random.one_in(20) ? 4'000 : 30);
  Minute at = one.received + random.between(0, 2'000);
  if (at < now && !random.one_in(10)) one.acknowledged = at;
  at += random.between(0, 6'000);
  if (at < now && !random.one_in(10)) one.replied = at;
  const Minute end = at + random.between(0, 20'000);
  if (one.kind == "建议") {
    if (one.replied) one.outcome = random.one_in(2) ? "采纳" : "未采纳";
  } else if (one.kind == "表扬") {
    if (end < now) one.closed = end;
  } else if (end < now && random.one_in(12)) {
    one.closed = end;
    one.outcome = "撤回";
  } else if (end < now && one.replied && !random.one_in(4)) {
    one.closed = end;
    one.outcome = random.one_in(5) ? "不满意" : "满意";
  }
  if (random.one_in(50)) spoil(random, one);
  return one;
}

std::string time_cell(const std::optional<Minute>& at) { return at ? written(*at) : ""; }

std::string csv_of(const std::vector<Generated>& cases) {
  constexpr std::array severities{"一般", "重要", "紧急"};
  std::string csv =
      "工单号,创建时间,投诉内容,投诉类型,优先级,姓名,电话,首次响应时间,答复时间,办结时间,"
      "满意度\n";
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Generated& one = cases[i];
    csv += fmt::format("W{:05},{},\"{}\",{},{},顾客{},138{:08},{},{},{},{}\n", i,
                       written(one.received), one.text, one.kind, severities[one.severity], i, i,
                       time_cell(one.acknowledged), time_cell(one.replied), time_cell(one.closed),
                       one.outcome);
  }
  return csv;
}

struct Figures {
  std::int64_t in_time = 0;
  std::int64_t late = 0;  // open and over its time, too
  std::int64_t answer_minutes = 0;
  std::int64_t closed = 0;
  std::int64_t resolution_minutes = 0;  // of all hours
  std::int64_t resolution_open = 0;     // of the shop's
  friend bool operator==(const Figures&, const Figures&) = default;
  [[nodiscard]] std::string text() const {
    return fmt::format(
        "in time {}, late {}, minutes to the answer {}, closed {}, minutes to the "
        "end {} of which open {}",
        in_time, late, answer_minutes, closed, resolution_minutes, resolution_open);
  }
};

// From the rows.
Figures counted(const std::vector<Generated>& cases, Hours hours = {}) {
  constexpr std::array<Minute, 3> allowed{1'560, 780, 390};
  Figures figures;
  for (const Generated& one : cases) {
    if (one.bad != Bad::no) continue;
    const bool is_told = one.kind == "建议" && one.replied;
    const auto closed = is_told ? one.replied : one.closed;
    if (closed) {
      ++figures.closed;
      figures.resolution_minutes += *closed - one.received;
      figures.resolution_open += open_minutes(one.received, *closed, hours);
    }
    const bool has_answer_clock = one.kind != "表扬" && !(one.outcome == "撤回" && !one.replied);
    if (!has_answer_clock) continue;
    const Minute spent = open_minutes(one.received, one.replied.value_or(now), hours);
    const Minute most = allowed[static_cast<std::size_t>(one.severity)];
    if (one.replied) {
      figures.answer_minutes += spent;
      ++(spent <= most ? figures.in_time : figures.late);
    } else if (spent > most) {
      ++figures.late;
    }
  }
  return figures;
}

// From the store.
Figures told(CaseStore& t) {
  Figures figures;
  auto reading = t.reading();
  const Calendar shop = calendar_of(reading, CalendarKind::shop);
  for (const ComplaintId id :
       vault::database(reading).values<ComplaintId>("SELECT id FROM complaint ORDER BY id")) {
    const Complaint one = get_complaint(reading, id);
    const ComplaintClocks clocks = complaint_clocks(reading, one.id);
    if (clocks.answer == ClockState::met) ++figures.in_time;
    if (clocks.answer == ClockState::missed || clocks.answer == ClockState::overdue) ++figures.late;
    if (clocks.answered) figures.answer_minutes += clocks.answer_seconds_spent / 60;
    if (one.state != ComplaintState::closed) continue;
    const Instant closed = complaint_events(reading, one.id).back().at;
    ++figures.closed;
    figures.resolution_minutes += (closed.seconds - one.received.seconds) / 60;
    figures.resolution_open += open_seconds(shop, one.received, closed) / 60;
  }
  return figures;
}

}  // namespace

TEST_CASE("five thousand cases are taken wholly, and their figures are those of their rows") {
  Random random;
  std::vector<Generated> cases;
  std::set<std::int64_t> bad_lines;
  std::int64_t line = 2;
  for (int i = 0; i < case_count; ++i) {
    cases.push_back(generated(random));
    if (cases.back().bad != Bad::no) bad_lines.insert(line);
    line += 1 + std::ranges::count(cases.back().text, '\n');
  }
  const std::string csv = csv_of(cases);

  CaseStore t{"2026-03-01"};
  ImportOptions options;
  options.keep_good = true;
  const auto begun = std::chrono::steady_clock::now();
  auto plan = [&] {
    auto reading = t.reading();
    return plan_complaint_import(reading, csv, options);
  }();
  std::set<std::int64_t> rejected;
  for (const auto& row : plan.rejected()) rejected.insert(row.line);
  CHECK(rejected == bad_lines);
  {
    auto tx = t.begin();
    CHECK(run_import(tx, plan).added == case_count - static_cast<std::int64_t>(bad_lines.size()));
    tx.commit();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  MESSAGE("rows " << case_count << ", bad " << bad_lines.size() << ", " << csv.size()
                  << " bytes, seconds " << took.count());
  CHECK(took.count() < 60);

  const Figures expected = counted(cases);
  const Figures found = told(t);
  MESSAGE(found.text());
  CHECK(found.text() == expected.text());
  // The control: hours that end one earlier come to other figures, all of them.
  const Figures wrong = counted(cases, {.closes = 20 * 60});
  CHECK(wrong.in_time != found.in_time);
  CHECK(wrong.late != found.late);
  CHECK(wrong.answer_minutes != found.answer_minutes);
  CHECK(wrong.resolution_open != found.resolution_open);
  CHECK(expected.late > 100);
  CHECK(expected.in_time > 100);

  // Numbers go by the receipt in each year.
  auto reading = t.reading();
  CHECK(vault::database(reading).value<std::int64_t>(
            "SELECT count(*) FROM (SELECT received_at, lag(received_at) OVER (ORDER BY id) AS"
            " before FROM complaint) WHERE received_at < before") == 0);
}

TEST_CASE("the same five hundred cases twice add nothing") {
  Random random;
  std::vector<Generated> cases;
  while (cases.size() < 500) {
    Generated one = generated(random);
    if (one.bad == Bad::no) cases.push_back(std::move(one));
  }
  const std::string csv = csv_of(cases);
  CaseStore t{"2026-03-01"};
  const auto import = [&] {
    auto plan = [&] {
      auto reading = t.reading();
      return plan_complaint_import(reading, csv, {});
    }();
    auto tx = t.begin();
    const auto summary = run_import(tx, plan);
    tx.commit();
    return summary;
  };
  CHECK(import().added == 500);
  const auto again = import();
  CHECK(again.added == 0);
  CHECK(again.already == 500);
  auto reading = t.reading();
  CHECK(vault::database(reading).value<std::int64_t>("SELECT count(*) FROM complaint") == 500);
}

}  // namespace pharmacy::test
