#include "visits/importer.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "pharmacy/error.h"
#include "vault/access.h"

namespace pharmacy::test {

Importer::Importer() {
  options.source = "sales.csv";
  options.create_members = true;
  options.create_products = true;
}

ImportPlan Importer::plan(const std::string& csv) {
  auto reading = t.reading();
  return plan_purchase_import(reading, csv, options);
}

static ImportSummary written(TestStore& store, ImportPlan plan) {
  auto tx = store.begin();
  const auto summary = run_import(tx, plan);
  tx.commit();
  return summary;
}

ImportSummary Importer::run(const std::string& csv) { return written(t, plan(csv)); }

ImportSummary Importer::run_products(const std::string& csv) {
  auto planned = [&] {
    auto reading = t.reading();
    return plan_product_import(reading, csv, options);
  }();
  return written(t, std::move(planned));
}

ImportPlan Importer::plan_members(const std::string& csv) {
  auto reading = t.reading();
  return plan_member_import(reading, csv, options);
}

ImportSummary Importer::run_members(const std::string& csv) {
  return written(t, plan_members(csv));
}

std::vector<std::string> Importer::rows(const std::string& sql) {
  auto reading = t.reading();
  sqlite3* handle = vault::database(reading).handle();
  sqlite3_stmt* statement = nullptr;
  REQUIRE(sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  std::vector<std::string> all;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    auto& row = all.emplace_back();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      row += (i == 0 ? "" : " ") + std::string{text == nullptr ? "-" : text};
    }
  }
  sqlite3_finalize(statement);
  return all;
}

std::vector<std::string> Importer::receipts() {
  return rows(
      "SELECT r.kind || ' ' || coalesce((SELECT number FROM card WHERE member = r.member), '-')"
      " || ' ' || strftime('%Y-%m-%dT%H:%M:%S', r.at + 8 * 3600, 'unixepoch') || ' ' || r.amount"
      " || (SELECT group_concat(text, '') FROM"
      "  (SELECT ' / ' || p.code || ' ' || l.quantity || ' ' || l.amount || coalesce("
      "    (SELECT '>' || b.receipt || '.' || b.line FROM line_return b WHERE b.refund = r.id"
      "     AND b.refund_line = l.line), '') AS text"
      "   FROM line l JOIN product p ON p.id = l.product WHERE l.receipt = r.id ORDER BY l.line))"
      " FROM receipt r ORDER BY r.id");
}

std::vector<std::string> rejects(const ImportPlan& plan) {
  std::vector<std::string> all;
  for (const auto& row : plan.rejected()) {
    all.push_back(std::to_string(row.line) + ' ' + row.column + ": " + row.error);
  }
  return all;
}

std::vector<std::string> notices(const ImportPlan& plan) {
  std::vector<std::string> all;
  for (const auto& notice : plan.notices()) {
    all.push_back(notice.kind + ' ' + notice.subject + ' ' + std::to_string(notice.count));
  }
  return all;
}

std::vector<std::string> plan_faults(Importer& importer, const std::string& csv, Errc code) {
  std::vector<std::string> all;
  try {
    importer.plan(csv);
  } catch (const Error& error) {
    CHECK(error.code() == code);
    for (const auto& fault : error.faults()) all.push_back(fault.message + " / " + fault.hint);
  }
  return all;
}

}  // namespace pharmacy::test
