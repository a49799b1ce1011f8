#include <sqlite3.h>

#include <algorithm>
#include <functional>

#include "support/vault.h"
#include "vault/access.h"

using namespace pharmacy;
using test::KeyringInHand;
using test::TestStore;

namespace {

bool found(const std::vector<Finding>& findings, const std::string& check,
           const std::string& subject) {
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.check == check && finding.subject == subject && !finding.problem.empty();
  });
}

// A member, a product, and one sale of two lines for 12.00.
void add_sale(Transaction& tx) {
  auto& db = vault::database(tx);
  db.run(
      "INSERT INTO member (id, name, joined, recorded_at, recorded_by)"
      " VALUES (1, '张伟', 0, 0, 1)");
  db.run(
      "INSERT INTO product (id, code, name, recorded_at, recorded_by)"
      " VALUES (1, 'A', 'A', 0, 1)");
  db.run(
      "INSERT INTO receipt (id, kind, member, at, day, amount, channel, staff, policy,"
      " recorded_at) VALUES (1, 'sale', 1, 0, 0, 1200, 'counter', 1, 1, 0)");
  db.run("INSERT INTO line (receipt, line, product, quantity, amount) VALUES (1, 1, 1, 1000, 500)");
  db.run("INSERT INTO line (receipt, line, product, quantity, amount) VALUES (1, 2, 1, 1000, 700)");
  db.run("INSERT INTO payment (receipt, kind, amount) VALUES (1, 'cash', 1200)");
}

// The root page of a table or an index.
std::uint32_t page_of(TestStore& t, const std::string& name) {
  auto reading = t.reading();
  return static_cast<std::uint32_t>(
      vault::database(reading)
          .value<std::int64_t>("SELECT rootpage FROM sqlite_schema WHERE name = ?1", name)
          .value());
}

// Changes a page and seals it again: what only somebody with the key can do, or a bug.
void edit_page(const TestStore& t, std::uint32_t number,
               const std::function<void(test::Page&)>& edit) {
  const KeyringInHand hand{t};
  test::empty_log(hand);
  std::string file = test::bytes_of(hand.place.database());
  test::Page page = test::opened_page(hand.keys(), number, file);
  edit(page);
  file.replace(std::size_t{number - 1} * db::page_size, db::page_size,
               test::sealed_page(hand.keys(), number, page));
  test::put_bytes(hand.place.database(), file);
}

}  // namespace

TEST_CASE("a good store has no findings, and the check tells how far it is") {
  TestStore t{"2026-03-01"};
  {
    auto tx = t.begin();
    add_sale(tx);
    tx.commit();
  }
  std::vector<std::int64_t> steps;
  std::int64_t total = 0;
  const auto findings = t.store().check([&](std::int64_t done, std::int64_t of) {
    steps.push_back(done);
    total = of;
  });
  for (const Finding& finding : findings) {
    MESSAGE(finding.check << " " << finding.subject << " " << finding.problem);
  }
  CHECK(findings.empty());
  CHECK(std::ranges::is_sorted(steps));
  CHECK(steps.back() == total);
  t.begin().commit();  // the gate is free again
}

TEST_CASE("a flipped bit in a page is found with the page's number, and the other checks go on") {
  TestStore t{"2026-03-01"};
  {
    auto tx = t.begin();
    add_sale(tx);
    tx.commit();
  }
  const auto page = page_of(t, "product");
  t.close();
  const KeyringInHand hand{t};
  test::empty_log(hand);
  std::string bytes = test::bytes_of(hand.place.database());
  bytes[4096 * (page - 1) + 100] ^= 4;
  test::put_bytes(hand.place.database(), bytes);
  t.reopen();
  std::vector<std::string> checks;
  for (const Finding& finding : t.store().check()) {
    CAPTURE(finding.check);
    CHECK(finding.problem.find("***") == std::string::npos);
    CHECK_FALSE(finding.advice.empty());
    checks.push_back(finding.check);
  }
  CHECK(found(t.store().check(), "pages", std::to_string(page)));
  // The sums do not need products.
  CHECK(std::ranges::count(checks, "receipts") == 0);
  CHECK(std::ranges::count(checks, "points") == 0);
}

TEST_CASE("a page cut off the end of the file is found") {
  TestStore t{"2026-03-01"};
  {
    auto tx = t.begin();
    vault::database(tx).run_script(
        "INSERT INTO setting SELECT 'k' || i, printf('%.3000c', 'x') FROM (WITH RECURSIVE n(i) AS"
        " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) SELECT i FROM n)");
    tx.commit();
  }
  t.close();
  test::empty_log(KeyringInHand{t});
  const auto file = t.path() / "store.db";
  const auto size = std::filesystem::file_size(file);
  std::filesystem::resize_file(file, size - 100);
  t.reopen();
  CHECK(found(t.store().check(), "pages", std::to_string(size / 4096)));
}

TEST_CASE("bytes behind the last page are told as that, and a change of keys leaves them behind") {
  TestStore t{"2026-03-01"};
  t.close();
  test::empty_log(KeyringInHand{t});
  const auto file = t.path() / "store.db";
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 4096, 5000}) {
    CAPTURE(size);
    test::put_bytes(file, test::bytes_of(file) + std::string(size, 'x'));
    t.reopen();
    const auto findings = t.store().check();
    REQUIRE(findings.size() == 1);
    CHECK(findings.front().check == "pages");
    CHECK(findings.front().subject.empty());
    CHECK(findings.front().problem.starts_with(std::to_string(size) + " byte"));
    CHECK(findings.front().problem.ends_with("nothing in the store is lost or changed"));
    CHECK(findings.front().advice.ends_with("store key rotate"));
    t.store().rotate_keys(false);
    CHECK(t.store().check().empty());
    t.close();
    CHECK(test::bytes_of(file).size() % 4096 == 0);
  }
}

TEST_CASE("a certificate that its manager did not sign is found in the keyring") {
  TestStore t{"2026-03-01"};
  CHECK(t.store().check().empty());
  KeyringInHand hand{t};
  hand.slot(1).certificate.name = "someone else";
  hand.write();
  const auto findings = t.store().check();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].check == "keyring");
  CHECK_FALSE(findings[0].problem.empty());
}

TEST_CASE("an index that does not agree with its table is found, in words of ours") {
  TestStore t{"2026-03-01"};
  {
    auto tx = t.begin();
    add_sale(tx);
    tx.commit();
  }
  const auto page = page_of(t, "receipt_day");
  t.close();
  edit_page(t, page, [](test::Page& leaf) {
    // One entry less: the count of cells on an index leaf.
    REQUIRE(leaf[0] == 10);
    REQUIRE(leaf[4] == 1);
    leaf[4] = 0;
    leaf[3] = 0;
  });
  t.reopen();
  const auto findings = t.store().check();
  CHECK(found(findings, "structure", "receipt_day"));
  for (const Finding& finding : findings) {
    CHECK(finding.check == "structure");
    CHECK(finding.problem.find("missing") == std::string::npos);
    CHECK(finding.problem.find("main") == std::string::npos);
  }
}

TEST_CASE("a broken page that authenticates is found with its number") {
  TestStore t{"2026-03-01"};
  {
    auto tx = t.begin();
    add_sale(tx);
    tx.commit();
  }
  const auto page = page_of(t, "line");
  t.close();
  edit_page(t, page, [](test::Page& leaf) {
    leaf[5] = 0xff;  // where the content begins
    leaf[6] = 0xff;
  });
  t.reopen();
  const auto findings = t.store().check();
  CHECK(found(findings, "structure", std::to_string(page)));
  CHECK_FALSE(found(findings, "pages", std::to_string(page)));
}

TEST_CASE("what SQLite says of no page and no table is told in words of ours too") {
  TestStore t{"2026-03-01"};
  t.close();
  edit_page(t, 1, [](test::Page& first) { first[39] = 3; });  // pages on the free list
  t.reopen();
  const auto findings = t.store().check();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].check == "structure");
  CHECK(findings[0].subject == "");
  CHECK(findings[0].problem == "the structure of the file is damaged");
}

TEST_CASE("a record that refers to nothing is found") {
  TestStore t{"2026-03-01"};
  {
    auto tx = t.begin();
    add_sale(tx);
    tx.commit();
  }
  {
    auto tx = t.begin();
    sqlite3* db = vault::database(tx).handle();
    tx.commit();
    // Between transactions, as a program of another make would have it.
    REQUIRE(sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr) == SQLITE_OK);
  }
  {
    auto tx = t.begin();
    vault::database(tx).run("DELETE FROM product");
    tx.commit();
  }
  const auto findings = t.store().check();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].check == "foreign_keys");
  CHECK(findings[0].subject == "line");
  CHECK(findings[0].problem == "a record refers to one of product that is not there");
}

TEST_CASE("a check holds up nobody: it needs the gate only for what fails") {
  TestStore t{"2026-03-01"};
  Store reader = t.open_again();
  Store writer = t.open_again();
  const auto reading = reader.read();
  auto tx = writer.begin({.id = new_operation_id(), .request = "test"});
  Store checker = t.open_again(std::chrono::milliseconds{0});
  CHECK(checker.check().empty());
  tx.commit();
}

TEST_CASE("a foreign file and an open one in the store's directory are found") {
  TestStore t{"2026-03-01"};
  const auto stray = t.path() / "copy.db";
  test::put_bytes(stray, "");
  std::filesystem::permissions(stray, std::filesystem::perms{0644});
  std::filesystem::create_symlink(stray, t.path() / "link");
  const auto findings = t.store().check();
  CHECK(found(findings, "modes", "copy.db"));
  CHECK(found(findings, "modes", "link"));
}
