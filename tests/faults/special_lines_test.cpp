// What older stores sold of special drugs, before lines said what they were.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "db/migrate.h"
#include "pharmacy/store.h"
#include "support/counter.h"
#include "support/old_schema.h"
#include "support/test_store.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

// The last schema without special_line.
std::int64_t schema_before_lines() {
  const auto migrations = db::migrations();
  const auto found = std::ranges::find_if(migrations, [](const db::Migration& migration) {
    return migration.sql.find("CREATE TABLE special_line ") != std::string_view::npos;
  });
  REQUIRE(found != migrations.end());
  return found->version - 1;
}

// "receipt.line special counts recorded_on", a line each.
std::string special_lines(const Counter& counter) {
  Store store = Store::open(counter.store(), KeyFile{Secret{bytes_of(counter.key())}});
  auto reading = store.read();
  auto rows = vault::database(reading).prepare(
      "SELECT receipt || '.' || line || ' ' || special || ' ' || counts"
      " || coalesce(' ' || recorded_on, '') FROM special_line ORDER BY receipt, line");
  rows.bind();
  std::string text;
  while (rows.step()) text += rows.get<std::string>(0) + '\n';
  return text;
}

// A shop with every kind of sale that the migration tells apart.
void sell_all_kinds(const Counter& counter) {
  const auto visit = [&](std::vector<std::string> words) {
    counter.must("visit", std::move(words));
  };
  const std::vector<std::string> buyer{"--buyer", "赵敏", "--id-number"};
  const auto sell = [&](std::vector<std::string> words, const char* number) {
    words.insert(words.begin(), "buy");
    words.insert(words.end(), buyer.begin(), buyer.end());
    words.emplace_back(number);
    visit(std::move(words));
  };
  visit({"product", "add", "E", "氨酚伪麻那敏片", "--price", "15", "--class", "otc_a", "--special",
         "ephedrine"});
  visit({"product", "add", "R", "复方甲麻口服溶液", "--price", "20", "--class", "rx", "--special",
         "ephedrine"});
  visit({"product", "add", "L", "后来列入的药", "--price", "9", "--class", "otc_a"});
  visit({"product", "add", "W", "后来移出的药", "--price", "9", "--class", "otc_a", "--special",
         "ephedrine"});
  sell({"6001", "6901234567890", "E=2", "--prescription", "RX-0"}, "11010519491231002X");
  sell({"-", "R=5", "--prescription", "RX-1"}, "110101199003070134");
  sell({"-", "R=1"}, "110101199003070134");
  sell({"-", "W=1"}, "110101199003070150");
  visit({"buy", "-", "L=3"});
  visit({"refund", "3", "--all", "--reason", "typing"});
  visit({"product", "edit", "L", "--special", "ephedrine"});
  visit({"product", "edit", "W", "--special", ""});
}

}  // namespace

TEST_CASE("lines of an older store are of a special drug where their product is one now") {
  const Counter counter;
  sell_all_kinds(counter);
  CHECK(special_lines(counter) ==
        "1.2 ephedrine 1\n2.1 ephedrine 0\n3.1 ephedrine 1\n4.1 ephedrine 1\n");
  put_schema_back(counter, schema_before_lines());
  counter.must("visit", {"show", "1"});
  // A prescription measures no over-the-counter drug; a refund is no sale.
  CHECK(special_lines(counter) ==
        "1.2 ephedrine 1\n2.1 ephedrine 0\n3.1 ephedrine 1\n5.1 ephedrine 1\n");
  CHECK(counter.run("store", {"check"}).status == 0);
}

TEST_CASE("what an older store sold to a member counts, and its register knows no buyer") {
  const Counter counter;
  sell_all_kinds(counter);
  put_schema_back(counter, schema_before_lines());
  const auto again = counter.run(
      "visit", {"buy", "6001", "E=1", "--buyer", "张伟", "--id-number", "110101199003070177"});
  CHECK(again.status == 3);
  CHECK_MESSAGE(again.err.find("(receipt 1)") != std::string::npos, again.err);
  // A document that nobody wrote down then counts for nothing.
  CHECK(
      counter
          .run("visit", {"buy", "-", "E=2", "--buyer", "赵敏", "--id-number", "11010519491231002X"})
          .status == 0);
  const auto listed = counter.must("report", {"special", "today", "--format", "csv"});
  CHECK(std::ranges::count(listed, '\n') == 6);  // its head, four lines and the new one
  CHECK_MESSAGE(listed.find("not_recorded") != std::string::npos, listed);
}

}  // namespace pharmacy::test
