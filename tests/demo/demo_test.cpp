#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "demo/drugs.h"
#include "demo/facts.h"
#include "demo/people.h"
#include "demo/sales.h"
#include "pharmacy/csv.h"
#include "pharmacy/values.h"

using namespace demo;

namespace {

// A file in memory.
class Paper {
 public:
  Paper() : file_{open_memstream(&text_, &size_)} { REQUIRE(file_ != nullptr); }
  ~Paper() {
    std::fclose(file_);
    std::free(text_);  // NOLINT(cppcoreguidelines-no-malloc): open_memstream's own
  }
  Paper(const Paper&) = delete;
  Paper& operator=(const Paper&) = delete;
  std::FILE* file() { return file_; }
  std::string_view text() {
    std::fflush(file_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

const Date until{std::chrono::year{2026} / 10 / 31};
const Date from{std::chrono::year{2025} / 11 / 1};

struct Made {
  std::string members;
  std::string purchases;
  SalesSummary summary;
};

Made make(std::uint32_t members, std::uint32_t lines, std::uint32_t seed = 1) {
  Paper people_csv;
  Paper sales_csv;
  auto people = make_people({.count = members, .from = from, .until = until}, Random{seed, 1},
                            people_csv.file());
  auto summary = make_sales({.lines = lines, .from = from, .until = until}, std::move(people),
                            Random{seed, 2}, sales_csv.file());
  return {std::string{people_csv.text()}, std::string{sales_csv.text()}, std::move(summary)};
}

using Row = std::map<std::string, std::string>;

std::vector<Row> rows(std::string_view csv) {
  pharmacy::CsvReader reader{csv};
  const auto first = reader.next();
  const std::vector<std::string> header(first->begin(), first->end());
  std::vector<Row> all;
  while (const auto cells = reader.next()) {
    REQUIRE(cells->size() == header.size());
    auto& row = all.emplace_back();
    for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = std::string{(*cells)[i]};
  }
  return all;
}

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

}  // namespace

TEST_CASE("a seed fixes every byte, on every machine") {
  const auto made = make(300, 3000);
  CHECK(fnv1a(made.members) == 6317985995952287445U);
  CHECK(fnv1a(made.purchases) == 12803292687852510628U);
  CHECK(make(300, 3000, 2).purchases != made.purchases);
}

TEST_CASE("as many members and lines come out as were asked for") {
  for (const auto& [members, lines] : {std::pair{1U, 1U}, {3U, 4000U}, {2000U, 50U}, {50U, 999U}}) {
    const auto made = make(members, lines);
    CHECK(rows(made.members).size() == members);
    CHECK(rows(made.purchases).size() == lines);
  }
}

TEST_CASE("times go up, and stay within the period and the opening hours") {
  std::string last;
  for (const auto& row : rows(make(300, 5000).purchases)) {
    const auto& at = row.at("at");
    CHECK(last <= at);
    CHECK(at.substr(0, 10) >= to_string(from));
    CHECK(at.substr(0, 10) <= to_string(until));
    CHECK(at.substr(11, 2) >= "08");
    CHECK(at.substr(11, 2) < "21");
    last = at;
  }
}

TEST_CASE("paid is price times quantity less the discount") {
  std::size_t discounts = 0;
  for (const auto& row : rows(make(300, 5000).purchases)) {
    if (row.at("quantity").starts_with('-')) continue;
    const auto full = line_amount(*pharmacy::parse_unit_price(row.at("unit_price")),
                                  *pharmacy::parse_quantity(row.at("quantity")));
    const auto discount = row.at("discount").empty() ? pharmacy::Money{0}
                                                     : *pharmacy::parse_money(row.at("discount"));
    discounts += discount == pharmacy::Money{0} ? 0 : 1;
    CHECK(*pharmacy::parse_money(row.at("amount")) == full - discount);
  }
  CHECK(discounts > 0);
}

TEST_CASE("a refund takes back the newest line of that card and product, whole") {
  std::map<std::pair<std::string, std::string>, Row> newest;
  std::size_t refunds = 0;
  for (const auto& row : rows(make(500, 20000).purchases)) {
    const std::pair key{row.at("card"), row.at("product")};
    if (!row.at("quantity").starts_with('-')) {
      newest[key] = row;
      continue;
    }
    ++refunds;
    REQUIRE(newest.contains(key));
    const auto& sale = newest[key];
    CHECK(row.at("quantity") == "-" + sale.at("quantity"));
    CHECK(row.at("amount") == "-" + sale.at("amount"));
    CHECK(row.at("batch") == sale.at("batch"));
  }
  CHECK(refunds > 20);
}

TEST_CASE("only families share a phone") {
  std::map<std::string, std::string> surname_of;
  std::size_t shared = 0;
  for (const auto& row : rows(make(2000, 1).members)) {
    const auto& phone = row.at("phone");
    const auto surname = row.at("name").substr(0, 3);
    if (phone.empty() || surname.empty()) continue;
    CHECK(phone.starts_with("154"));
    const auto [at, added] = surname_of.try_emplace(phone, surname);
    if (added) continue;
    ++shared;
    CHECK(at->second == surname);
  }
  CHECK(shared > 50);
}

TEST_CASE("winter brings colds, spring allergies, and the 8th customers") {
  std::map<std::string, Group> group_of;
  for (std::size_t i = 0; i < drugs().size(); ++i) group_of[drug_code(i)] = drugs()[i].group;
  CHECK(group_of.size() == drugs().size());  // no code twice
  std::map<std::pair<Group, std::string>, int> by_month;
  std::map<std::string, int> by_day;
  for (const auto& row : rows(make(2000, 30000).purchases)) {
    const auto& at = row.at("at");
    ++by_month[{group_of.at(row.at("product")), at.substr(5, 2)}];
    ++by_day[at.substr(8, 2)];
  }
  CHECK(by_month[{Group::cold, "01"}] > 2 * by_month[{Group::cold, "07"}]);
  CHECK(by_month[{Group::allergy, "04"}] > 2 * by_month[{Group::allergy, "12"}]);
  for (const auto& [day, lines] : by_day) {
    if (day != "08") CHECK(by_day["08"] > lines);
  }
}

TEST_CASE("people buy their daily medicine again about when it is used up") {
  std::map<std::string, int> last_day;
  std::map<bool, int> on_time;
  for (const auto& row : rows(make(2000, 20000).purchases)) {
    if (row.at("days_supply") != "28" || row.at("card").empty()) continue;
    const int day = pharmacy::parse_date(row.at("at").substr(0, 10))->epoch_days();
    const auto key = row.at("card") + row.at("product");
    if (const auto found = last_day.find(key); found != last_day.end()) {
      ++on_time[day - found->second >= 24 && day - found->second <= 33];
    }
    last_day[key] = day;
  }
  CHECK(on_time[true] > 1000);
  CHECK(on_time[true] > 6 * on_time[false]);
}

TEST_CASE("one batch is recalled, and was sold") {
  const auto made = make(2000, 20000);
  std::uint32_t lines = 0;
  for (const auto& row : rows(made.purchases)) {
    if (row.at("product") == made.summary.recalled_code &&
        row.at("batch") == made.summary.recalled_batch) {
      ++lines;
    }
  }
  CHECK(lines > 5);
  CHECK(lines == made.summary.recalled_lines);
}

TEST_CASE("facts are those of drugs that are sold, as a catalog takes them") {
  std::size_t known = 0;
  for (const demo::Drug& drug : demo::drugs()) {
    const auto* facts = demo::facts_of(drug.name);
    if (facts == nullptr) continue;
    ++known;
    CAPTURE(drug.name);
    const bool is_medicine = std::string_view{facts->product_class} != "not_medicine";
    CHECK(is_medicine == !std::string_view{facts->ingredients}.empty());
    const std::size_t level = std::string_view{facts->atc}.size();
    CHECK((level == 0 || level == 5 || level == 7));
  }
  CHECK(known >= 80);
  CHECK(demo::facts_of("板蓝根颗粒") == nullptr);
}
