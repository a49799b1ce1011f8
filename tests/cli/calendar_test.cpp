// store calendar, as it is typed.
#include "pharmacy/calendar.h"

#include <doctest/doctest.h>

#include "cli/policy_support.h"
#include "pharmacy/audit.h"

namespace pharmacy::test {

namespace {

std::string json_of(const std::string& holidays, const std::string& workdays = "") {
  return "{\"holidays\":{" + holidays + "},\"workdays\":{" + workdays + "},\"inLieuDays\":{}}";
}

const std::string festival =
    json_of(R"("2026-02-16":"Spring Festival,春节,3","2026-02-17":"Spring Festival,春节,3")",
            R"("2026-02-14":"Spring Festival,春节,3")");
const std::string festival_with_more = json_of(
    R"("2026-02-16":"Spring Festival,春节,3","2026-02-17":"Spring Festival,春节,3",
       "2026-02-18":"Spring Festival,春节,3")",
    R"("2026-02-14":"Spring Festival,春节,3")");
const std::string next_year = json_of(R"("2027-01-01":"New Year's Day,元旦,1")");

std::string json_file(const TestStore& t, const char* name, const std::string& text) {
  const auto path = t.path().parent_path() / name;
  put_bytes(path, text);
  return path.string();
}

std::size_t days_in(TestStore& t) {
  auto reading = t.reading();
  return list_calendar_days(reading).size();
}

}  // namespace

TEST_CASE("calendars are imported, all of them or none, and again without effect") {
  TestStore t{"2026-01-05"};
  const auto good = json_file(t, "2026.json", festival);
  const auto other = json_file(t, "2027.json", next_year);
  const auto bad = json_file(t, "bad.json", festival + "x");
  const auto refused = store(t, {"calendar", "import", good, bad});
  CHECK(refused.status == 65);
  CHECK(refused.out == "");
  CHECK(refused.err == "store calendar import: " + bad +
                           ":1:" + std::to_string(festival.size() + 1) + ": this is not JSON\n");
  CHECK(store(t, {"calendar", "import", good, good}).status == 65);
  CHECK(store(t, {"calendar", "import", good, bad + ".gone"}).status == 66);
  CHECK(store(t, {"calendar", "import"}).status == 2);
  CHECK(days_in(t) == 0);

  const auto rehearsed = store(t, {"calendar", "import", good, "-n"});
  CHECK(rehearsed.status == 0);
  CHECK(rehearsed.err == "would have: imported the calendar of 2026: 3 days\n");
  CHECK(days_in(t) == 0);

  const auto done = store(t, {"calendar", "import", other, good, "--format", "csv"});
  CHECK(done.out == "year,result,days,changed\n2026,added,3,3\n2027,added,1,1\n");
  CHECK(done.err ==
        "imported the calendar of 2026: 3 days\nimported the calendar of 2027: 1 day\n");
  const auto again = store(t, {"calendar", "import", good, "--format", "json"});
  CHECK(again.out ==
        "{\"schema\":\"pharmacy.store.calendar.import/1\",\"years\":[\n"
        "{\"year\":2026,\"result\":\"unchanged\",\"days\":3,\"changed\":0}\n]}\n");
  CHECK(again.err == "the calendar of 2026 is there already, so nothing was imported\n");
  CHECK(days_in(t) == 4);
  const auto later = store(t, {"calendar", "import", "-"}, {.in = festival_with_more});
  CHECK(later.err == "replaced the calendar of 2026: 1 day changed\n");
  CHECK(days_in(t) == 5);
}

TEST_CASE("on a terminal a calendar is asked about before it is imported") {
  TestStore t{"2026-01-05"};
  const auto good = json_file(t, "2026.json", festival);
  const auto no = store(t, {"calendar", "import", good}, terminal("n\n"));
  CHECK(no.status == 1);
  CHECK(has(no.err, "import the calendar of 2026?"));
  CHECK(days_in(t) == 0);
  CHECK(store(t, {"calendar", "import", good}, terminal("y\n")).status == 0);
  CHECK(days_in(t) == 3);
  // There is nothing to ask where nothing changes.
  CHECK_FALSE(has(store(t, {"calendar", "import", good}, terminal()).err, "?"));
  const auto later = json_file(t, "later.json", festival_with_more);
  const auto replaced = store(t, {"calendar", "import", later}, terminal("y\n"));
  CHECK(has(replaced.err, "the calendar of 2026 is there: 1 day of it changes"));
  CHECK(days_in(t) == 4);
}

TEST_CASE("business days are printed alone, and what is not known is said") {
  TestStore t{"2026-02-13"};
  const auto unknown = store(t, {"calendar", "add-days", "today", "1"});
  CHECK(unknown.status == 0);
  CHECK(unknown.out == "2026-02-16\n");
  CHECK(unknown.err ==
        "no calendar is imported for 2026: its weekends are known, and no holidays\n");
  store(t, {"calendar", "import", "-"}, {.in = festival});
  const auto known = store(t, {"calendar", "add-days", "2026-02-13", "2"});
  CHECK(known.out == "2026-02-18\n");
  CHECK(known.err == "");
  CHECK(store(t, {"calendar", "add-days", "2026-02-13", "1"}).out == "2026-02-14\n");
  CHECK(store(t, {"calendar", "add-days", "2026-02-15", "0"}, terminal()).out == "2026-02-18\n");
  CHECK(store(t, {"calendar", "add-days", "2026-02-13", "2", "--format", "json"}).out ==
        "{\"schema\":\"pharmacy.store.calendar.day/1\",\"from\":\"2026-02-13\","
        "\"business_days\":2,\"day\":\"2026-02-18\",\"known\":true}\n");
  const auto far = store(t, {"calendar", "add-days", "2025-12-31", "600"});
  CHECK(far.out == "2028-04-20\n");
  CHECK(has(far.err, "for 2025, 2027-2028: "));
  CHECK(store(t, {"calendar", "add-days", "2026-02-13", "-1"}).status == 2);
  CHECK(store(t, {"calendar", "add-days", "2026-02-30", "1"}).status == 2);
  CHECK(store(t, {"calendar", "add-days", "9999-12-31", "1"}).status == 2);
}

TEST_CASE("special days are listed in every format, and of a period") {
  TestStore t{"2026-02-13"};
  CHECK(has(store(t, {"calendar", "list"}, terminal()).err, "no day is special"));
  store(t, {"calendar", "import", "-"}, {.in = festival});
  store(t, {"calendar", "close", "2026-02-17", "--reason", "初一"});
  CHECK(store(t, {"calendar", "list", "--format", "csv"}).out ==
        "day,kind,occasion\n2026-02-14,make_up,春节\n2026-02-16,holiday,春节\n"
        "2026-02-17,holiday,春节\n2026-02-17,shop_closed,初一\n");
  CHECK(store(t, {"calendar", "list", "2026-02-15..2026-02-16", "--format", "json"}).out ==
        "{\"schema\":\"pharmacy.store.calendar/1\",\"days\":[\n"
        "{\"day\":\"2026-02-16\",\"kind\":\"holiday\",\"occasion\":\"春节\"}\n]}\n");
  const auto none = store(t, {"calendar", "list", "2027"});
  CHECK(none.out == "");
  CHECK(has(none.err, "no calendar is imported for 2027"));
  CHECK(store(t, {"calendar", "list", "2026"}).err == "");
  CHECK(has(store(t, {"calendar", "list"}, terminal()).out, "make-up working day"));
}

TEST_CASE("days on which the shop is closed say how to open it again, and the other way round") {
  TestStore t{"2026-02-13"};
  const std::vector<std::string> close{"calendar", "close", "2026-02-16..2026-02-18", "--reason",
                                       "春节 休息"};
  CHECK(store(t, close).err ==
        "the shop is closed on 2026-02-16..2026-02-18, 3 days (undo: store calendar open "
        "2026-02-16..2026-02-18)\n");
  CHECK(store(t, close).err == "the shop is closed on these days already, so nothing changed\n");
  CHECK(store(t, {"calendar", "open", "2026-02-18"}).err ==
        "the shop is open again on 1 day of 2026-02-18 (undo: store calendar close 2026-02-18 "
        "--reason '春节 休息')\n");
  // What was closed for two reasons, or in part, no one command closes again.
  store(t, {"calendar", "close", "2026-02-18", "--reason", "盘点"});
  const auto opened = store(t, {"calendar", "open", "2026-02-16..2026-02-18"});
  CHECK(opened.err == "the shop is open again on 3 days of 2026-02-16..2026-02-18\n");
  CHECK(store(t, {"calendar", "open", "2026-02-18"}).status == 1);
  CHECK(store(t, {"calendar", "close", "2026", "--reason", "装修"}).status == 2);
  CHECK(store(t, {"calendar", "close", "2026-02-18"}).status == 2);
  CHECK(days_in(t) == 0);
}

TEST_CASE("the access log tells who changed the calendar") {
  TestStore t{"2026-02-13"};
  store(t, {"calendar", "import", "-"}, {.in = festival});
  store(t, {"calendar", "close", "2026-02-17", "--reason", "初一"});
  const auto log = store(t, {"audit", "list", "--format", "csv"}).out;
  CHECK(has(log, "store calendar import,0,,calendar 2026,"));
  CHECK(has(log, "store calendar close,0,,closed 2026-02-17..2026-02-17,"));
}

}  // namespace pharmacy::test
