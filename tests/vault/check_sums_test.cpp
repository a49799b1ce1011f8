// Each sum of the check finds what it is for, and nothing else.
#include <algorithm>

#include "support/vault.h"
#include "vault/access.h"

using namespace pharmacy;
using test::TestStore;

namespace {

// Two members, each with a lot of 10 points; a sale of two lines for 12.00 to the first.
constexpr const char* base =
    "INSERT INTO member (id, name, joined, recorded_at, recorded_by)"
    " VALUES (1, '张伟', 0, 0, 1), (2, '李娜', 0, 0, 1);"
    "INSERT INTO product (id, code, name, recorded_at, recorded_by) VALUES (1, 'A', 'A', 0, 1);"
    "INSERT INTO receipt (id, kind, member, at, day, amount, channel, staff, policy, recorded_at)"
    " VALUES (1, 'sale', 1, 0, 0, 1200, 'counter', 1, 1, 0);"
    "INSERT INTO line (receipt, line, product, quantity, amount)"
    " VALUES (1, 1, 1, 1000, 500), (1, 2, 1, 1000, 700);"
    "INSERT INTO payment (receipt, kind, amount) VALUES (1, 'cash', 1200);"
    "INSERT INTO points_lot (id, member, kind, earned_on, expires_on, points, recorded_at, staff)"
    " VALUES (1, 1, 'opening', 0, 9, 10, 0, 1), (2, 2, 'opening', 0, 9, 10, 0, 1);";

// A refund of the first line, tied to it, by which points came back.
constexpr const char* refund =
    "INSERT INTO receipt (id, kind, member, at, day, amount, channel, staff, refund_of, policy,"
    " recorded_at) VALUES (2, 'refund', 1, 0, 0, 500, 'counter', 1, 1, 1, 0);"
    "INSERT INTO line (receipt, line, product, quantity, amount, refunded_line)"
    " VALUES (2, 1, 1, 1000, 500, 1);"
    "INSERT INTO payment (receipt, kind, amount) VALUES (2, 'cash', 500);"
    "INSERT INTO line_return (receipt, line, refund, refund_line, quantity, amount)"
    " VALUES (1, 1, 2, 1, 1000, 500);";

constexpr const char* debit =
    "INSERT INTO points_debit (id, member, kind, receipt, of_lot, day, points, recorded_at, staff)"
    " VALUES ";
constexpr const char* no_triggers =
    "DROP TRIGGER points_allocation_fits; DROP TRIGGER line_return_fits;";

class Books {
 public:
  Books() { run(std::string{base} + no_triggers); }

  void run(const std::string& script) {
    auto tx = t_.begin();
    vault::database(tx).run_script(script);
    tx.commit();
  }
  void allocate(int debit_id, int lot, int points, const std::string& returned = "NULL") {
    run("INSERT INTO points_allocation (debit, lot, points, day, returned) VALUES (" +
        std::to_string(debit_id) + ", " + std::to_string(lot) + ", " + std::to_string(points) +
        ", 0, " + returned + ")");
  }

  // "check subject problem" of all findings, one a line.
  std::string findings() {
    std::string all;
    for (const Finding& finding : t_.store().check()) {
      CHECK_FALSE(finding.advice.empty());
      all += finding.check + ' ' + finding.subject + ' ' + finding.problem + '\n';
    }
    return all;
  }

 private:
  TestStore t_{"2026-03-01"};
};

}  // namespace

TEST_CASE("books that agree have no findings") {
  Books books;
  CHECK(books.findings() == "");
  books.run(refund);
  books.run(std::string{debit} +
            "(1, 1, 'redeem', 1, NULL, 0, 6, 0, 1),"
            "(2, 1, 'revoke', 2, 1, 0, 9, 0, 1),"
            "(3, 2, 'expire', NULL, NULL, 0, 10, 0, 1)");
  books.allocate(1, 1, 6);
  books.run(
      "INSERT INTO points_return (id, member, debit, receipt, day, points, recorded_at, staff)"
      " VALUES (1, 1, 1, 2, 0, 2, 0, 1)");
  books.allocate(1, 1, -2, "1");
  books.allocate(2, 1, 5);  // the rest is owed
  books.allocate(3, 2, 10);
  CHECK(books.findings() == "");
}

TEST_CASE("a receipt whose lines or payments do not add up is found") {
  Books books;
  books.run(
      "INSERT INTO receipt (id, kind, at, day, amount, channel, staff, policy, recorded_at)"
      " VALUES (7, 'sale', 0, 0, 100, 'counter', 1, 1, 0),"
      " (8, 'sale', 0, 0, 100, 'counter', 1, 1, 0);"
      "INSERT INTO line (receipt, line, product, quantity, amount)"
      " VALUES (7, 1, 1, 1, 99), (8, 1, 1, 1, 100);"
      "INSERT INTO payment (receipt, kind, amount) VALUES (7, 'cash', 100)");
  CHECK(books.findings() ==
        "receipts 7 the amount is not the sum of the lines\n"
        "payments 8 the amount is not the sum of the payments\n");
}

TEST_CASE("more taken back than was sold is found") {
  Books books;
  books.run(refund);
  SUBCASE("by amount") { books.run("INSERT INTO line_return VALUES (1, 2, 2, 2, 1, 701)"); }
  SUBCASE("by quantity") { books.run("INSERT INTO line_return VALUES (1, 2, 2, 2, 1001, 1)"); }
  CHECK(books.findings() == "refunds 1/2 more of the line was taken back than was sold\n");
}

TEST_CASE("a refund of which nobody knows the sale is told, and is no damage") {
  Books books;
  books.run(
      "INSERT INTO receipt (id, kind, at, day, amount, channel, staff, policy, recorded_at)"
      " VALUES (3, 'refund', 0, 0, 500, 'counter', 1, 1, 0);"
      "INSERT INTO line (receipt, line, product, quantity, amount) VALUES (3, 1, 1, 1000, 500);"
      "INSERT INTO payment (receipt, kind, amount) VALUES (3, 'cash', 500)");
  CHECK(books.findings() ==
        "untied_refund 3/1 no sale is known that this line of a refund takes back\n");
}

TEST_CASE("a lot that gave more than it had, or got back more than it gave, is found") {
  Books books;
  books.run(std::string{debit} + "(1, 1, 'redeem', 1, NULL, 0, 11, 0, 1)");
  books.allocate(1, 1, 11);
  CHECK(books.findings() == "points M1 a lot of this member gave more points than it had\n");
}

TEST_CASE("a debit that took more than its points is found") {
  Books books;
  books.run(std::string{debit} + "(1, 1, 'revoke', 1, 1, 0, 6, 0, 1)");
  books.allocate(1, 1, 7);
  CHECK(books.findings() == "points M1 a debit of this member took more points than it has\n");
}

TEST_CASE("a complaint that is not where its steps led is found") {
  Books books;
  books.run(
      "INSERT INTO complaint (id, kind, origin, channel, text, received_at, recorded_at, staff,"
      " policy, calendar, severity, ack_seconds, answer_seconds, state, round)"
      " VALUES (2026000001, 'complaint', 'staff', 'store', 'x', 0, 0, 1, 1, 'shop', 'minor', 0, 0,"
      " 'acknowledged', 1), (2026000002, 'complaint', 'staff', 'store', 'x', 0, 0, 1, 1, 'shop',"
      " 'minor', 0, 0, 'received', 1);"
      "INSERT INTO complaint_step (complaint, step, state, round, at, staff)"
      " VALUES (2026000001, 'ack', 'acknowledged', 1, 0, 1)");
  CHECK(books.findings() == "");
  books.run("UPDATE complaint SET round = 2 WHERE id = 2026000001");
  const std::string problem = " its state is not where its last step led\n";
  CHECK(books.findings() == "complaints C2026-000001" + problem);
  books.run("UPDATE complaint SET state = 'closed' WHERE id = 2026000002");
  CHECK(books.findings() ==
        "complaints C2026-000001" + problem + "complaints C2026-000002" + problem);
}

TEST_CASE("points that were spent or ended without being taken from a lot are found") {
  Books books;
  const std::string problem =
      "points M1 a debit of this member did not take its points from any lot\n";
  SUBCASE("spent, nothing taken") {
    books.run(std::string{debit} + "(1, 1, 'redeem', 1, NULL, 0, 6, 0, 1)");
  }
  SUBCASE("spent, too little taken") {
    books.run(std::string{debit} + "(1, 1, 'redeem', 1, NULL, 0, 6, 0, 1)");
    books.allocate(1, 1, 5);
  }
  SUBCASE("taken away by hand") {
    books.run(
        "INSERT INTO points_debit (member, kind, day, points, recorded_at, staff, reason)"
        " VALUES (1, 'adjust', 0, 6, 0, 1, 'typing')");
  }
  SUBCASE("ended") { books.run(std::string{debit} + "(1, 1, 'expire', NULL, NULL, 0, 6, 0, 1)"); }
  CHECK(books.findings() == problem);
}

TEST_CASE("points that came back and went to no lot are found") {
  Books books;
  books.run(refund);
  books.run(std::string{debit} + "(1, 1, 'redeem', 1, NULL, 0, 6, 0, 1)");
  books.allocate(1, 1, 6);
  books.run(
      "INSERT INTO points_return (id, member, debit, receipt, day, points, recorded_at, staff)"
      " VALUES (1, 1, 1, 2, 0, 2, 0, 1)");
  SUBCASE("none") {}
  SUBCASE("too few") { books.allocate(1, 1, -1, "1"); }
  CHECK(books.findings() == "points M1 points that came back to this member went to no lot\n");
}

TEST_CASE("a debit that took from another member's lot is found") {
  Books books;
  books.run(std::string{debit} + "(1, 1, 'redeem', 1, NULL, 0, 6, 0, 1)");
  books.allocate(1, 2, 6);
  CHECK(books.findings() == "points M1 a debit of this member took from another member's lot\n");
}
