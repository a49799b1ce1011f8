// Synthetic patients and their medications, as another system exports them. The data does not come
// with the project: where it is not there, there is nothing to test.
#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "pharmacy/reports.h"
#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::Importer;

namespace {

const std::filesystem::path folder{PHARMACY_SHARED_DATA "/synthea"};

std::string content_of(const char* name) {
  std::ifstream file{folder / name};
  std::ostringstream all;
  all << file.rdbuf();
  return all.str();
}

// No cell of these files has a comma or a quote in it.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in{line};
  for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
  return cells;
}

// The month, as the C library reckons it in the store's zone.
std::string month_of(const std::string& at) {
  std::tm utc{};
  REQUIRE(strptime(at.c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc) != nullptr);
  const std::time_t seconds = timegm(&utc);
  std::tm local{};
  localtime_r(&seconds, &local);
  char month[8];
  std::strftime(month, sizeof month, "%Y-%m", &local);
  return month;
}

// Fen by month, summed from the text of the file.
std::map<std::string, std::int64_t> nets_of(const std::string& csv) {
  setenv("TZ", "Asia/Shanghai", 1);
  tzset();
  std::map<std::string, std::int64_t> nets;
  std::istringstream in{csv};
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const auto cells = cells_of(line);
    const auto& cost = cells[10];
    const auto point = cost.find('.');
    REQUIRE(point == cost.size() - 3);
    nets[month_of(cells[0])] +=
        std::stol(cost.substr(0, point)) * 100 + std::stol(cost.substr(point + 1));
  }
  unsetenv("TZ");
  tzset();
  return nets;
}

std::int64_t born_after(const std::string& csv, const std::string& day) {
  std::istringstream in{csv};
  std::string line;
  std::getline(in, line);
  std::int64_t count = 0;
  while (std::getline(in, line)) count += cells_of(line)[1] > day ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("synthetic patients and their medications import, and every month's net is theirs" *
          doctest::skip(!std::filesystem::exists(folder))) {
  const std::string patients = content_of("patients.csv");
  const std::string medications = content_of("medications.csv");
  REQUIRE(patients.find('"') == std::string::npos);
  REQUIRE(medications.find('"') == std::string::npos);
  Importer i;
  i.options.create_members = false;
  i.options.sheet.map = {
      {"name", "FIRST+LAST"}, {"card", "Id"}, {"birth", "BIRTHDATE"}, {"sex", "GENDER"}};
  const auto members = i.plan_members(patients);
  CHECK(members.summary().rejected == 0);
  CHECK(members.summary().rows > 100);
  std::int64_t infants = 0;
  for (const auto& notice : members.notices()) {
    if (notice.kind == "guardian_missing") infants += notice.count;
  }
  CHECK(infants == born_after(patients, "2012-03-01"));
  CHECK(infants > 0);
  CHECK(i.run_members(patients).added == members.summary().rows);

  i.options.sheet.map = {{"at", "START"},           {"card", "PATIENT"},
                         {"product", "CODE"},       {"product_name", "DESCRIPTION"},
                         {"quantity", "DISPENSES"}, {"amount", "TOTALCOST"}};
  const auto summary = i.run(medications);
  CHECK(summary.rejected == 0);
  CHECK(summary.added == summary.rows);
  CHECK(summary.rows > 6'000);

  const auto expected = nets_of(medications);
  REQUIRE(expected.size() > 100);
  for (const auto& [month, fen] : expected) {
    CAPTURE(month);
    const auto period = parse_period(month, i.t.reading().today());
    REQUIRE(period.has_value());
    CHECK(monthly_report(i.t.store(), *period).sales.net == Money{fen});
  }
  CHECK(i.run(medications).already == summary.rows);
}
