// The calendars of a store: its policies, the holidays that were imported, and days on which the
// shop is closed.
#include "pharmacy/calendar.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "pharmacy/audit.h"
#include "pharmacy/policy.h"
#include "support/errors.h"
#include "support/test_store.h"

namespace pharmacy::test {

namespace {

// The data does not come with the project: where it is not there, there is nothing to test.
const std::filesystem::path published{PHARMACY_SHARED_DATA "/cn_calendar"};

constexpr std::int64_t an_hour = 3'600;

Date on(std::string_view text) { return parse_date(text).value(); }

CalendarFile year_file(const std::string& year, const std::string& holidays,
                       const std::string& workdays = "") {
  const auto days = [&year](std::string text) {
    for (auto at = text.find("YEAR"); at != std::string::npos; at = text.find("YEAR"))
      text.replace(at, 4, year);
    return text;
  };
  return {.name = year + ".json",
          .content = "{\"holidays\":{" + days(holidays) + "},\"workdays\":{" + days(workdays) +
                     "},\"inLieuDays\":{}}"};
}

const std::string national_day =
    R"("YEAR-10-01":"National Day,国庆节,3","YEAR-10-02":"National Day,国庆节,3")";
const std::string made_up = R"("YEAR-10-10":"National Day,国庆节,3")";

std::vector<ImportedYear> import(TestStore& t, const std::vector<CalendarFile>& files) {
  auto tx = t.begin();
  auto years = import_calendar(tx, files);
  tx.commit();
  return years;
}

std::string told(const std::vector<ImportedYear>& years) {
  std::string all;
  for (const auto& year : years) {
    all += std::to_string(year.year) + ' ' + to_word(year.result) + ' ' +
           std::to_string(year.days) + ' ' + std::to_string(year.changed) + '\n';
  }
  return all;
}

std::string listed(TestStore& t, const std::optional<Period>& within = std::nullopt) {
  auto reading = t.reading();
  std::string all;
  for (const auto& day : list_calendar_days(reading, within))
    all += to_string(day.day) + ' ' + to_word(day.kind) + ' ' + day.occasion + '\n';
  return all;
}

Calendar calendar(TestStore& t, CalendarKind kind) {
  auto reading = t.reading();
  return calendar_of(reading, kind);
}

void set_hours(TestStore& t, const char* from, const std::string& document) {
  auto tx = t.begin();
  static_cast<void>(
      set_policy(tx, {.document = document, .name = "p.toml", .effective_on = on(from)}));
  tx.commit();
}

std::int64_t open_hours(const Calendar& calendar, std::string_view day) {
  const auto span = calendar.span_on(on(day));
  return span ? (span->closes.seconds - span->opens.seconds) / an_hour : 0;
}

}  // namespace

TEST_CASE("calendars follow the policy that is in force on each day") {
  TestStore t{"2026-03-01"};
  CHECK(open_hours(calendar(t, CalendarKind::shop), "2026-03-01") == 13);
  CHECK(open_hours(calendar(t, CalendarKind::office), "2026-03-01") == 0);  // a Sunday
  CHECK(open_hours(calendar(t, CalendarKind::office), "2026-03-02") == 9);
  CHECK(open_hours(calendar(t, CalendarKind::natural), "2026-03-01") == 24);
  set_hours(t, "2026-06-01", "[shop]\nopens = \"10:00\"\n[office]\ncloses = \"17:00\"\n");
  set_hours(t, "2026-04-01", "[shop]\ncloses = \"20:00\"\n");
  set_hours(t, "2026-06-01", "[shop]\nopens = \"12:00\"\n[office]\ncloses = \"16:00\"\n");
  const Calendar shop = calendar(t, CalendarKind::shop);
  CHECK(open_hours(shop, "0001-01-01") == 13);
  CHECK(open_hours(shop, "2026-03-31") == 13);
  CHECK(open_hours(shop, "2026-04-01") == 12);
  CHECK(open_hours(shop, "2026-05-31") == 12);
  CHECK(open_hours(shop, "2026-06-01") == 9);
  const Calendar office = calendar(t, CalendarKind::office);
  CHECK(open_hours(office, "2026-05-29") == 9);
  CHECK(open_hours(office, "2026-06-01") == 7);
  CHECK(office.zone().name() == "Asia/Shanghai");
  CHECK(office.kind() == CalendarKind::office);
}

TEST_CASE("holidays close the office, and make-up days open it, and the shop knows neither") {
  TestStore t{"2026-03-01"};
  CHECK_FALSE(knows_year(calendar(t, CalendarKind::office), 2026));
  CHECK(told(import(t, {year_file("2026", national_day, made_up)})) == "2026 added 3 3\n");
  const Calendar office = calendar(t, CalendarKind::office);
  CHECK_FALSE(office.opens_on(on("2026-10-01")));  // a Thursday
  CHECK_FALSE(office.opens_on(on("2026-10-03")));
  CHECK(office.opens_on(on("2026-10-05")));
  CHECK(office.opens_on(on("2026-10-10")));  // a Saturday
  CHECK(add_business_days(office, on("2026-09-30"), 1) == on("2026-10-05"));
  CHECK(add_business_days(office, on("2026-10-09"), 1) == on("2026-10-10"));
  CHECK(knows_year(office, 2026));
  CHECK_FALSE(knows_year(office, 2025));
  CHECK(open_hours(calendar(t, CalendarKind::shop), "2026-10-01") == 13);
}

TEST_CASE("the same calendar again adds nothing, and a later edition replaces its year") {
  TestStore t{"2026-03-01"};
  const auto first = year_file("2026", national_day, made_up);
  const auto other = year_file("2025", national_day);
  CHECK(told(import(t, {first, other})) == "2025 added 2 2\n2026 added 3 3\n");
  CHECK(told(import(t, {first, other})) == "2025 unchanged 2 0\n2026 unchanged 3 0\n");
  // Another day, another name, and a working day that is none any more.
  const auto later =
      year_file("2026", R"("YEAR-10-01":"National Day,国庆,3","YEAR-10-02":"National Day,国庆节,3",
                 "YEAR-10-04":"National Day,国庆节,3")");
  CHECK(told(import(t, {later})) == "2026 replaced 3 3\n");
  CHECK(listed(t) ==
        "2025-10-01 holiday 国庆节\n2025-10-02 holiday 国庆节\n"
        "2026-10-01 holiday 国庆\n2026-10-02 holiday 国庆节\n2026-10-04 holiday 国庆节\n");
  CHECK(listed(t, Period{on("2025-10-02"), on("2026-10-01")}) ==
        "2025-10-02 holiday 国庆节\n2026-10-01 holiday 国庆\n");
}

TEST_CASE("of several calendars all are imported, or none") {
  TestStore t{"2026-03-01"};
  const auto good = year_file("2026", national_day);
  auto bad = year_file("2025", national_day);
  bad.content += '}';
  auto tx = t.begin();
  CHECK(code_of([&] { return import_calendar(tx, std::vector{good, bad}); }) == Errc::bad_data);
  CHECK(message_of([&] {
          return import_calendar(tx, std::vector{good, good});
        }) == "2026.json: another file is of 2026 too");
  CHECK(message_of([&] {
          return plan_calendar_import(tx, std::vector{bad, good});
        }).starts_with("2025.json:1:"));
  tx.commit();
  CHECK(listed(t) == "");
}

TEST_CASE("a plan says what an import would do, and does nothing") {
  TestStore t{"2026-03-01"};
  const std::vector files{year_file("2026", national_day, made_up)};
  {
    auto reading = t.reading();
    CHECK(told(plan_calendar_import(reading, files)) == "2026 added 3 3\n");
  }
  CHECK(listed(t) == "");
  import(t, files);
  auto reading = t.reading();
  CHECK(told(plan_calendar_import(reading, files)) == "2026 unchanged 3 0\n");
}

TEST_CASE("the shop's clocks stop on days for which it is closed") {
  TestStore t{"2026-03-01"};
  const Period days{on("2026-03-03"), on("2026-03-04")};
  {
    auto tx = t.begin();
    CHECK(close_shop(tx, days, " 盘点 ").size() == 2);
    CHECK(close_shop(tx, {on("2026-03-04"), on("2026-03-05")}, "装修").size() == 1);
    tx.commit();
  }
  CHECK(listed(t) ==
        "2026-03-03 shop_closed 盘点\n2026-03-04 shop_closed 盘点\n2026-03-05 shop_closed 装修\n");
  const Calendar shop = calendar(t, CalendarKind::shop);
  CHECK(open_hours(shop, "2026-03-03") == 0);
  const Instant from = shop.zone().at_local(on("2026-03-02"), std::chrono::hours{20});
  CHECK(due_at(shop, from, 2 * an_hour) ==
        shop.zone().at_local(on("2026-03-06"), std::chrono::hours{9}));
  CHECK(calendar(t, CalendarKind::office).opens_on(on("2026-03-03")));
  // A holiday may be such a day too.
  import(t, {year_file("2026", R"("2026-03-03":"a,春节,1")")});
  CHECK(listed(t, Period{on("2026-03-03"), on("2026-03-03")}) ==
        "2026-03-03 holiday 春节\n2026-03-03 shop_closed 盘点\n");

  auto tx = t.begin();
  CHECK(open_shop(tx, days).size() == 2);
  CHECK(code_of([&] { return open_shop(tx, days); }) == Errc::not_found);
  CHECK(code_of([&] { return close_shop(tx, days, " "); }) == Errc::invalid_input);
  CHECK(code_of([&] {
          return close_shop(tx, {days.from, days.from + closed_days_max}, "装修");
        }) == Errc::invalid_input);
  CHECK(close_shop(tx,
                   {on("2026-05-01"), on("2026-05-01") + closed_days_max - std::chrono::days{1}},
                   "装修")
            .size() == 62);
  tx.commit();
}

TEST_CASE("what was published for China has its days right") {
  if (!std::filesystem::exists(published)) return;
  TestStore t{"2026-03-01"};
  std::vector<CalendarFile> files;
  for (const char* name : {"2026.json", "2024.json", "2023.json", "2025.json"})
    files.push_back({.name = name, .content = bytes_of(published / name)});
  CHECK(told(import(t, files)) ==
        "2023 added 33 33\n2024 added 36 36\n2025 added 33 33\n2026 added 39 39\n");
  const Calendar office = calendar(t, CalendarKind::office);
  CHECK(add_business_days(office, on("2024-02-09"), 3) == on("2024-02-20"));
  CHECK(add_business_days(office, on("2025-09-30"), 3) == on("2025-10-11"));
  // Working days of a year as the State Council's notices come to.
  const auto working_days = [&office](int year) {
    int count = 0;
    for (Date day{std::chrono::year{year} / 1 / 1}; day.ymd().year() == std::chrono::year{year};
         day = day + std::chrono::days{1}) {
      count += office.opens_on(day) ? 1 : 0;
    }
    return count;
  };
  CHECK(working_days(2023) == 249);
  CHECK(working_days(2024) == 251);
  CHECK(working_days(2025) == 248);
  CHECK(working_days(2026) == 248);
  CHECK_FALSE(knows_year(office, 2022));
  CHECK(knows_year(office, 2023));
  CHECK(knows_year(office, 2026));
  CHECK_FALSE(knows_year(office, 2027));
}

}  // namespace pharmacy::test
