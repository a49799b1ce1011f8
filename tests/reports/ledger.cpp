#include "reports/ledger.h"

#include <fmt/format.h>

#include <algorithm>

#include "vault/access.h"

namespace pharmacy::test {

std::int64_t ReceiptRow::amount() const {
  std::int64_t sum = 0;
  for (const auto& line : lines) sum += line.amount;
  return sum;
}

bool ReceiptRow::is_purchase() const {
  return kind == ReceiptKind::sale &&
         std::ranges::any_of(lines, [](const LineRow& line) { return line.quantity > 0; });
}

std::string product_code(std::int64_t product) { return fmt::format("P{:02}", product); }
std::string product_name(std::int64_t product) { return fmt::format("样品{}号", product); }

// Seconds since 1970, in China.
static std::int64_t noon_of(Date day) {
  return static_cast<std::int64_t>(day.epoch_days()) * 86'400 + std::int64_t{4} * 3600;
}

static void put_receipt(db::Database& database, const ReceiptRow& receipt, StaffId staff) {
  const Money amount{receipt.amount()};
  const std::int64_t noon = noon_of(receipt.day);
  database.run(
      "INSERT INTO receipt (id, kind, member, at, day, amount, channel, staff, staff_name, reason,"
      " policy, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'counter', ?7, ?8, ?9,"
      " (SELECT max(version) FROM policy), ?4)",
      receipt.id, receipt.kind, receipt.member, noon, receipt.day, amount, staff,
      receipt.staff_name, receipt.reason);
  std::int64_t number = 0;
  for (const auto& line : receipt.lines) {
    database.run(
        "INSERT INTO line (receipt, line, product, quantity, amount) VALUES (?1, ?2, ?3, ?4, ?5)",
        receipt.id, ++number, line.product, line.quantity, line.amount);
  }
  for (const auto& [kind, part] : receipt.payments) {
    database.run("INSERT INTO payment (receipt, kind, amount) VALUES (?1, ?2, ?3)", receipt.id,
                 kind, part);
  }
}

// Every movement needs a receipt of some kind; which one is nothing to the reports.
static void put_points(db::Database& database, const Ledger& ledger, StaffId staff) {
  const auto index = [](std::size_t i) { return static_cast<std::int64_t>(i) + 1; };
  for (const auto& lot : ledger.lots) {
    const bool earned = lot.kind == "earn";
    const auto terms = earned ? std::optional<std::int64_t>{0} : std::nullopt;
    const auto receipt = earned ? std::optional<std::int64_t>{1} : std::nullopt;
    database.run(
        "INSERT INTO points_lot (member, kind, receipt, earned_on, expires_on, points, eligible,"
        " earning, paid, rate_bp, recorded_at, staff, reason)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?7, ?7, 0, ?8,"
        " iif(?2 = 'adjust', 'typing', NULL))",
        lot.member, lot.kind, receipt, lot.earned_on, lot.expires_on, lot.points, terms, staff);
  }
  for (const auto& debit : ledger.debits) {
    const bool has_receipt = debit.kind != "expire" && debit.kind != "adjust";
    const auto receipt = has_receipt ? std::optional<std::int64_t>{1} : std::nullopt;
    const auto of_lot = debit.of_lot ? std::optional{index(*debit.of_lot)} : std::nullopt;
    database.run(
        "INSERT INTO points_debit (member, kind, receipt, of_lot, day, points, recorded_at, staff,"
        " reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, iif(?2 = 'adjust', 'typing', NULL))",
        debit.member, debit.kind, receipt, of_lot, debit.day, debit.points, staff);
  }
  for (const auto& part : ledger.allocations) {
    database.run("INSERT INTO points_allocation (debit, lot, points, day) VALUES (?1, ?2, ?3, ?4)",
                 index(part.debit), index(part.lot), part.points, part.day);
  }
}

void put(TestStore& store, const Ledger& ledger) {
  auto tx = store.begin();
  auto& database = vault::database(tx);
  const StaffId staff = tx.actor().id;
  for (const auto& member : ledger.members) {
    database.run(
        "INSERT INTO member (id, name, status, joined, recorded_at, recorded_by)"
        " VALUES (?1, '张伟', ?2, ?3, ?4, ?5)",
        member.id, member.status, member.joined, noon_of(member.joined), staff);
  }
  for (const FactRow& fact : ledger.facts) {
    database.run(
        "INSERT INTO member_fact (member, fact, value, added_at, added_by, ended_at)"
        " VALUES (?1, ?2, ?3, 0, ?4, iif(?5, 1, NULL))",
        fact.member, fact.fact, fact.value, staff, fact.is_over);
  }
  for (std::int64_t id = 1; id <= ledger.products; ++id) {
    database.run(
        "INSERT INTO product (id, code, name, recorded_at, recorded_by)"
        " VALUES (?1, ?2, ?3, 0, ?4)",
        id, product_code(id), product_name(id), staff);
  }
  for (const auto& receipt : ledger.receipts) put_receipt(database, receipt, staff);
  put_points(database, ledger, staff);
  tx.commit();
}

}  // namespace pharmacy::test
