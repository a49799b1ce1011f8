// Every column of the schema that holds a member's number is in the one table of them.
#include "members/file/child_tables.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "support/test_store.h"
#include "vault/access.h"

using namespace pharmacy;
using test::TestStore;

namespace {

// Numbers without a foreign key that are no member's, by the name of their column: wherever a new
// name comes up, somebody has to decide.
constexpr std::string_view numbers_of_other_things[] = {"added",
                                                        "added_at",
                                                        "alerts",
                                                        "amount",
                                                        "approved_at",
                                                        "asked_at",
                                                        "at",
                                                        "birth",
                                                        "checkup",
                                                        "day",
                                                        "days_supply",
                                                        "discount",
                                                        "earned_on",
                                                        "earning",
                                                        "earns",
                                                        "earns_points",
                                                        "effective_on",
                                                        "eligible",
                                                        "ended_at",
                                                        "ends_at",
                                                        "epoch",
                                                        "expires_on",
                                                        "expiry",
                                                        "found",
                                                        "given",
                                                        "id",
                                                        "inner_part",
                                                        "joined",
                                                        "last_seq",
                                                        "lifted_at",
                                                        "line",
                                                        "list_amount",
                                                        "made_at",
                                                        "paid",
                                                        "points",
                                                        "price",
                                                        "quantity",
                                                        "rate_bp",
                                                        "received_at",
                                                        "recorded_at",
                                                        "refund_line",
                                                        "refunded_line",
                                                        "score",
                                                        "seq",
                                                        "shared",
                                                        "staff",
                                                        "text_version",
                                                        "undone_at",
                                                        "unit_price",
                                                        "verified_on",
                                                        "version",
                                                        "below",
                                                        "from_age",
                                                        "held",
                                                        "loaded_at",
                                                        "long_term",
                                                        "position",
                                                        "voucher",
                                                        "receipt",
                                                        "due_at",
                                                        "erased",
                                                        "started_at",
                                                        "unreached",
                                                        "cash_only",
                                                        "manager_sign_off",
                                                        "no_special_drugs",
                                                        "review_on",
                                                        "set_at",
                                                        "cleared_at",
                                                        "held_until",
                                                        "counts",
                                                        "recorded_on",
                                                        "promised_at",
                                                        "delivered_at",
                                                        "next_on",
                                                        "left_at",
                                                        "joined_at",
                                                        "voided_at",
                                                        "ack_seconds",
                                                        "answer_seconds",
                                                        "round",
                                                        "policy",
                                                        "bytes",
                                                        "cost",
                                                        "is_new",
                                                        "onset",
                                                        "sent_at",
                                                        "due",
                                                        "done_at",
                                                        "done_on",
                                                        "dropped_at",
                                                        "checked_at",
                                                        "effect_days",
                                                        "before_count",
                                                        "after_count",
                                                        "before_receipts",
                                                        "after_receipts",
                                                        "step"};

bool is_listed(const std::string& table, const std::string& column) {
  return std::ranges::any_of(members::child_tables(), [&](const members::ChildTable& child) {
    return child.table == table && child.column == column;
  });
}

struct SchemaColumn {
  std::string table;
  std::string column;

  static constexpr auto fields() {
    return std::tuple{Field{"table", &SchemaColumn::table}, Field{"column", &SchemaColumn::column}};
  }
};

}  // namespace

TEST_CASE("every column that refers to a member is listed, once") {
  TestStore t{"2026-03-01"};
  auto tx = t.begin();
  const auto found = vault::database(tx).rows<SchemaColumn>(
      "SELECT s.name, f.\"from\" FROM sqlite_schema s JOIN pragma_foreign_key_list(s.name) f"
      " WHERE s.type = 'table' AND f.\"table\" = 'member' ORDER BY 1, 2");
  CHECK(found.size() >= 10);
  for (const auto& [table, column] : found) {
    CAPTURE(table);
    CAPTURE(column);
    CHECK(is_listed(table, column));
  }
  std::set<std::string> seen;
  for (const members::ChildTable& child : members::child_tables()) {
    CAPTURE(child.table);
    CHECK(seen.insert(std::string{child.table} + '.' + std::string{child.column}).second);
  }
}

TEST_CASE("every other number in the schema is known to be no member's, or listed too") {
  TestStore t{"2026-03-01"};
  auto tx = t.begin();
  const auto found = vault::database(tx).rows<SchemaColumn>(
      "SELECT s.name, c.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c"
      " WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite%' AND c.type = 'INTEGER'"
      " AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(s.name) f WHERE f.\"from\" = c.name)"
      " ORDER BY 1, 2");
  CHECK(found.size() >= 50);
  int members_numbers = 0;
  for (const auto& [table, column] : found) {
    const bool is_known = std::ranges::find(numbers_of_other_things, std::string_view{column}) !=
                          std::end(numbers_of_other_things);
    if (!is_known) ++members_numbers;
    CAPTURE(table);
    CAPTURE(column);
    CHECK((is_known || is_listed(table, column)));
  }
  CHECK(members_numbers == 3);  // written_for, first and last: the check finds what it is to find
}
