// The medications of synthetic patients, as another system exports them. The data does not come
// with the project: where it is not there, there is nothing to test.
#include <doctest/doctest.h>

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::Importer;

namespace {

std::string medications() {
  std::ifstream file{PHARMACY_SHARED_DATA "/synthea/medications.csv"};
  std::ostringstream all;
  all << file.rdbuf();
  return all.str();
}

// No cell of this file has a comma or a quote in it.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in{line};
  for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
  return cells;
}

// Fen by month of Shanghai, summed from the text of the file.
std::map<std::string, long> nets_of(const std::string& csv) {
  std::map<std::string, long> nets;
  std::istringstream in{csv};
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const auto cells = cells_of(line);
    std::tm utc{};
    REQUIRE(strptime(cells[0].c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc) != nullptr);
    const std::time_t in_shanghai = timegm(&utc) + 8 * 3600;
    char month[8];
    std::strftime(month, sizeof month, "%Y-%m", gmtime(&in_shanghai));
    const auto& cost = cells[10];
    const auto point = cost.find('.');
    REQUIRE(point == cost.size() - 3);
    nets[month] += std::stol(cost.substr(0, point)) * 100 + std::stol(cost.substr(point + 1));
  }
  return nets;
}

}  // namespace

TEST_CASE("the medications of synthetic patients import, and every monthly net is theirs") {
  const std::string csv = medications();
  if (csv.empty()) {
    MESSAGE("no data in " PHARMACY_SHARED_DATA ": skipped");
    return;
  }
  REQUIRE(csv.find('"') == std::string::npos);
  Importer i;
  i.options.sheet.map = {{"at", "START"},           {"card", "PATIENT"},
                         {"product", "CODE"},       {"product_name", "DESCRIPTION"},
                         {"quantity", "DISPENSES"}, {"amount", "TOTALCOST"}};
  const auto summary = i.run(csv);
  CHECK(summary.rejected == 0);
  CHECK(summary.added == summary.rows);
  CHECK(summary.rows > 6'000);
  CHECK(summary.members_created > 90);

  std::vector<std::string> expected;
  for (const auto& [month, fen] : nets_of(csv))
    expected.push_back(month + ' ' + std::to_string(fen));
  CHECK(i.rows("SELECT strftime('%Y-%m', day * 86400, 'unixepoch'), sum(amount) FROM receipt"
               " GROUP BY 1 ORDER BY 1") == expected);
  CHECK(i.run(csv).already == summary.rows);
}
