#include <algorithm>
#include <fstream>

#include "vault/access.h"
#include "vault_support.h"

using namespace pharmacy;
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

TEST_CASE("a receipt whose lines or payments do not add up is found") {
  TestStore t{"2026-03-01"};
  {
    auto tx = t.begin();
    add_sale(tx);
    auto& db = vault::database(tx);
    db.run(
        "INSERT INTO receipt (id, kind, at, day, amount, channel, staff, policy, recorded_at)"
        " VALUES (2, 'sale', 0, 0, 100, 'counter', 1, 1, 0)");
    db.run("INSERT INTO line (receipt, line, product, quantity, amount) VALUES (2, 1, 1, 1, 99)");
    db.run("INSERT INTO payment (receipt, kind, amount) VALUES (2, 'cash', 100)");
    db.run(
        "INSERT INTO receipt (id, kind, at, day, amount, channel, staff, policy, recorded_at)"
        " VALUES (3, 'sale', 0, 0, 100, 'counter', 1, 1, 0)");
    db.run("INSERT INTO line (receipt, line, product, quantity, amount) VALUES (3, 1, 1, 1, 100)");
    tx.commit();
  }
  const auto findings = t.store().check();
  CHECK(findings.size() == 2);
  CHECK(found(findings, "receipts", "2"));
  CHECK(found(findings, "payments", "3"));
}

TEST_CASE("a refund of more than was paid, and a lot that gave more than it had, are found") {
  TestStore t{"2026-03-01"};
  {
    auto tx = t.begin();
    add_sale(tx);
    auto& db = vault::database(tx);
    db.run(
        "INSERT INTO line_return (receipt, line, refund, refund_line, quantity, amount)"
        " VALUES (1, 2, 1, 1, 1000, 701)");
    db.run(
        "INSERT INTO points_lot (id, member, kind, earned_on, expires_on, points, recorded_at,"
        " staff) VALUES (1, 1, 'opening', 0, 9, 10, 0, 1)");
    db.run(
        "INSERT INTO points_debit (id, member, kind, receipt, day, points, recorded_at, staff)"
        " VALUES (1, 1, 'redeem', 1, 0, 11, 0, 1)");
    db.run("DROP TRIGGER points_allocation_fits");
    db.run("INSERT INTO points_allocation (debit, lot, points, day) VALUES (1, 1, 11, 0)");
    tx.commit();
  }
  const auto findings = t.store().check();
  CHECK(findings.size() == 2);
  CHECK(found(findings, "refunds", "1/2"));
  CHECK(found(findings, "points", "M1"));
}

TEST_CASE("a flipped bit in a page is found with the page's number") {
  TestStore t{"2026-03-01"};
  static_cast<void>(t.store().check());  // empties the log into the file
  std::int64_t page = 0;
  {
    auto reading = t.reading();
    page = vault::database(reading)
               .value<std::int64_t>("SELECT rootpage FROM sqlite_schema WHERE name = 'product'")
               .value();
  }
  t.close();
  {
    std::fstream file{t.path() / "store.db", std::ios::in | std::ios::out | std::ios::binary};
    const std::streamoff at = 4096 * (page - 1) + 100;
    file.seekg(at);
    const auto byte = static_cast<char>(file.get() ^ 4);
    file.seekp(at);
    file.put(byte);
  }
  t.reopen();
  const auto findings = t.store().check();
  CHECK(found(findings, "pages", std::to_string(page)));
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
