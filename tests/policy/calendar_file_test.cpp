// What a published calendar has to say, and what is refused.
#include "policy/calendar_file.h"

#include <doctest/doctest.h>

#include <string>

#include "pharmacy/error.h"

using namespace pharmacy;

namespace {

std::string document(const std::string& holidays, const std::string& workdays = "",
                     const std::string& in_lieu = "", const std::string& more = "") {
  return "{\"holidays\":{" + holidays + "},\"workdays\":{" + workdays + "},\"inLieuDays\":{" +
         in_lieu + "}" + more + "}";
}

const std::string new_year = R"("2024-01-01":"New Year's Day,元旦,1")";

std::string mistakes(const std::string& text) {
  try {
    static_cast<void>(policy::parse_calendar(text, "c.json"));
  } catch (const Error& error) {
    CHECK(error.code() == Errc::bad_data);
    std::string all;
    for (const Fault& fault : error.faults()) all += fault.message + '\n';
    return all;
  }
  return "";
}

}  // namespace

TEST_CASE("a calendar says which days are holidays, made up for, or in lieu") {
  const auto year = policy::parse_calendar(
      document(R"("2024-02-16":"Spring Festival,春节,3","2024-02-10":"Spring Festival,春节,3")",
               R"("2024-02-18":"Spring Festival,春节,3")",
               R"("2024-02-16":"Spring Festival,春节,3")"),
      "c.json");
  CHECK(year.year == 2024);
  const auto day = [](std::string_view text) { return parse_date(text).value(); };
  CHECK(year.days == std::vector<CalendarDay>{{day("2024-02-10"), DayKind::holiday, "春节"},
                                              {day("2024-02-16"), DayKind::in_lieu, "春节"},
                                              {day("2024-02-18"), DayKind::make_up, "春节"}});
  CHECK(mistakes("\xEF\xBB\xBF" + document(new_year) + "\n") == "");
  CHECK(mistakes(document("", R"("2024-02-18":"Spring Festival,春节,3")")) == "");
}

TEST_CASE("what is no calendar is told with its place or its key") {
  CHECK(mistakes("") == "c.json:1:1: this is not JSON\n");
  CHECK(mistakes("{\"holidays\":\n  {,") == "c.json:2:4: this is not JSON\n");
  CHECK(mistakes(document(new_year) + "x") == "c.json:1:84: this is not JSON\n");
  CHECK(mistakes("{\"holidays\":1e999}") == "c.json:1:18: this is not JSON\n");
  CHECK(mistakes("{\"\xFF\":1}") == "c.json:1:3: this is not JSON\n");
  CHECK(mistakes(std::string(100'000, '[')) == "c.json:1:100001: this is not JSON\n");
  CHECK(mistakes(std::string(calendar_bytes_max + 1, ' ')) ==
        "c.json: a calendar has at most 1048576 bytes\n");
  const std::string no_days =
      "c.json: no days under \"holidays\"\nc.json: no days under \"workdays\"\n"
      "c.json: no days under \"inLieuDays\"\n";
  CHECK(mistakes("[]") == no_days);
  CHECK(mistakes("null") == no_days);
  CHECK(mistakes("{\"holidays\":[],\"workdays\":1,\"year\":2024}") ==
        no_days + "c.json: unknown key year\n");
  CHECK(mistakes(document("")) == "c.json: there is no day in it\n");
}

TEST_CASE("a day that is wrong, or said twice, is told") {
  CHECK(mistakes(document(R"("2024-1-01":"a,元旦,1","2023-02-29":"a,元旦,1","":"a,元旦,1")")) ==
        "c.json: not a day: \nc.json: not a day: 2023-02-29\nc.json: not a day: 2024-1-01\n");
  for (const char* about : {"1", "\"\"", "\"元旦\"", "\"a,元旦\"", "\"a,,1\"", "\"a,元旦,x\"",
                            "\"a,b,c,1\"", "\"a,元\\u0007旦,1\"", "[]"}) {
    CHECK(mistakes(document(std::string{"\"2024-01-01\":"} + about)) ==
          "c.json: 2024-01-01 is not said to be what it is\n");
  }
  CHECK(mistakes(document(new_year + ',' + new_year)) ==
        "c.json: this is there twice: 2024-01-01\n");
  CHECK(mistakes(document(new_year, "", "", ",\"workdays\":{}")) ==
        "c.json: this is there twice: workdays\n");
  CHECK(mistakes(document(new_year, new_year)) ==
        "c.json: 2024-01-01 is a holiday and a working day\n");
  CHECK(mistakes(document(new_year, "", R"("2024-01-02":"New Year's Day,元旦,1")")) ==
        "c.json: 2024-01-02 is a day in lieu, and no such holiday\n");
  CHECK(mistakes(document(new_year, "", R"("2024-01-01":"New Year's Day,春节,1")")) ==
        "c.json: 2024-01-01 is a day in lieu, and no such holiday\n");
  CHECK(mistakes(document("", R"("2024-01-06":"a,元旦,1")", R"("2024-01-06":"a,元旦,1")")) ==
        "c.json: 2024-01-06 is a day in lieu, and no such holiday\n");
}

TEST_CASE("a file holds one year") {
  CHECK(mistakes(document(new_year + R"(,"2023-12-31":"New Year's Day,元旦,1")")) ==
        "c.json: it has days of 2023 and of 2024\n");
}

TEST_CASE("of very many mistakes the first are told") {
  std::string days;
  for (int i = 0; i < 1'000; ++i) days += (i > 0 ? ",\"d" : "\"d") + std::to_string(i) + "\":1";
  const auto told = mistakes(document(days));
  CHECK(std::count(told.begin(), told.end(), '\n') == 20);
}
