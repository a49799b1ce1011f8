#include "pharmacy/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/i18n.h"
#include "members/facts/facts.h"
#include "members/file/child_tables.h"
#include "members/household/household.h"
#include "members/merge/numbers.h"
#include "members/rights/status.h"
#include "pharmacy/error.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

using members::ChildTable;
using members::OnMerge;

struct StoredMerge {
  MemberId from;
  MemberId into;
  Instant at;
  std::optional<Instant> undone_at;

  static constexpr auto fields() {
    return std::tuple{Field{"from", &StoredMerge::from}, Field{"into", &StoredMerge::into},
                      Field{"at", &StoredMerge::at}, Field{"undone_at", &StoredMerge::undone_at}};
  }
};

NewMerge checked(const NewMerge& input) {
  if (input.from == input.into) {
    throw Error(Errc::invalid_input, fmt::format(fmt::runtime(_("{} and herself are one already")),
                                                 to_string(input.from)));
  }
  NewMerge merge = input;
  if (merge.reason) merge.reason = members::checked_reason(*merge.reason);
  return merge;
}

void require_same_kind(db::Database& db, const NewMerge& merge) {
  if (members::kind_of(db, merge.from) == members::kind_of(db, merge.into)) return;
  throw Error(
      Errc::refused,
      fmt::format(fmt::runtime(_("{from} and {into} are parties of different kinds")),
                  fmt::arg("from", to_string(merge.from)), fmt::arg("into", to_string(merge.into))),
      _("if one of them is wrong, correct it first: member edit MEMBER --kind KIND"));
}

// The first of the columns that an end writes: its time.
std::string_view end_time(const ChildTable& child) {
  return child.end.substr(0, child.end.find(','));
}

// Each row that is moved is written down first, by the column that moves; and by that of its end
// where it has none, as an end that it gets while the two are one is taken back with the merge.
void move_rows(db::Database& db, MergeId id, const NewMerge& merge) {
  for (const ChildTable& child : members::child_tables()) {
    if (child.merge != OnMerge::move) continue;
    db.run(fmt::format("INSERT INTO member_merge_row (merge, table_name, of_column, row_key)"
                       " SELECT ?1, ?2, ?3, CAST({0} AS TEXT) FROM {1} WHERE {2} = ?4",
                       child.key, child.table, child.column),
           id, child.table, child.column, merge.from);
    if (!child.end.empty()) {
      db.run(fmt::format("INSERT INTO member_merge_row (merge, table_name, of_column, row_key)"
                         " SELECT ?1, ?2, ?3, CAST({0} AS TEXT) FROM {1} WHERE {2} = ?4"
                         " AND {3} IS NULL",
                         child.key, child.table, child.column, end_time(child)),
             id, child.table, end_time(child), merge.from);
    }
    db.run(fmt::format("UPDATE {0} SET {1} = ?2 WHERE {1} = ?1", child.table, child.column),
           merge.from, merge.into);
  }
}

// Of a contact, but for a phone of her own that somebody has by now.
#define PHARMACY_IS_FREE                                                   \
  "NOT (kind = 'phone' AND shared = 0 AND EXISTS (SELECT 1 FROM contact o" \
  " WHERE o.kind = 'phone' AND o.ended_at IS NULL AND o.value = contact.value))"
// Takes back the ends of rows that had none; how many.
std::int64_t take_ends_back(db::Database& db, MergeId id) {
  std::int64_t count = 0;
  for (const ChildTable& child : members::child_tables()) {
    if (child.end.empty()) continue;
    std::string columns;
    for (std::string_view rest = child.end; !rest.empty();) {
      const auto comma = std::min(rest.find(','), rest.size());
      columns += fmt::format("{}{} = NULL", columns.empty() ? "" : ", ", rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    db.run(fmt::format("UPDATE {0} SET {1} WHERE {2} IN (SELECT CAST(row_key AS INTEGER)"
                       " FROM member_merge_row"
                       " WHERE merge = ?1 AND table_name = ?2 AND of_column = ?3)"
                       " AND {3} IS NOT NULL{4}",
                       child.table, columns, child.key, end_time(child),
                       child.table == "contact" ? " AND " PHARMACY_IS_FREE : ""),
           id, child.table, end_time(child));
    count += db.changes();
  }
  return count;
}

void bring_rows_back(db::Database& db, MergeId id, const StoredMerge& merge) {
  for (const ChildTable& child : members::child_tables()) {
    if (child.merge != OnMerge::move) continue;
    db.run(fmt::format("UPDATE {0} SET {1} = ?4 WHERE {1} = ?5 AND CAST({2} AS TEXT) IN"
                       " (SELECT row_key FROM member_merge_row"
                       "  WHERE merge = ?1 AND table_name = ?2 AND of_column = ?3)",
                       child.table, child.column, child.key),
           id, child.table, child.column, merge.from, merge.into);
  }
}

// Whether a row that came back would hang on one that does not, or the other way round.
bool is_used_since(db::Database& db, MergeId id) {
  return db
      .value<bool>(
          "WITH moved(kind, id) AS (SELECT table_name, CAST(row_key AS INTEGER)"
          "  FROM member_merge_row WHERE merge = ?1 AND of_column = 'member'"
          "  AND table_name IN ('receipt', 'points_lot', 'points_debit', 'points_return')),"
          " receipts AS (SELECT id FROM moved WHERE kind = 'receipt'),"
          " lots AS (SELECT id FROM moved WHERE kind = 'points_lot'),"
          " debits AS (SELECT id FROM moved WHERE kind = 'points_debit'),"
          " returns AS (SELECT id FROM moved WHERE kind = 'points_return')"
          " SELECT EXISTS (SELECT 1 FROM lots l JOIN points_allocation a ON a.lot = l.id"
          "   WHERE a.debit NOT IN debits)"
          " OR EXISTS (SELECT 1 FROM debits d JOIN points_allocation a ON a.debit = d.id"
          "   WHERE a.lot NOT IN lots)"
          " OR EXISTS (SELECT 1 FROM lots l JOIN points_debit d ON d.of_lot = l.id"
          "   WHERE d.id NOT IN debits)"
          " OR EXISTS (SELECT 1 FROM debits d JOIN points_lot l ON l.of_debit = d.id"
          "   WHERE l.id NOT IN lots)"
          " OR EXISTS (SELECT 1 FROM debits d JOIN points_return r ON r.debit = d.id"
          "   WHERE r.id NOT IN returns)"
          " OR EXISTS (SELECT 1 FROM receipts s JOIN line_return t ON t.receipt = s.id"
          "   WHERE t.refund NOT IN receipts)",
          id)
      .value_or(false);
}

StoredMerge stored_merge(db::Database& db, MergeId id) {
  const auto found = db.row<StoredMerge>(
      "SELECT from_member, into_member, at, undone_at FROM member_merge WHERE id = ?1", id);
  if (found) return *found;
  throw Error(Errc::not_found, fmt::format(fmt::runtime(_("there is no merge {}")), to_string(id)),
              _("its number was told when the members were merged"));
}

void check_can_unmerge(db::Database& db, MergeId id, const StoredMerge& merge) {
  if (merge.undone_at) {
    throw Error(Errc::conflict,
                fmt::format(fmt::runtime(_("merge {} was taken back already")), to_string(id)));
  }
  const auto later = db.value<MergeId>(
      "SELECT max(id) FROM member_merge WHERE from_member = ?1 AND undone_at IS NULL"
      " HAVING count(*) > 0",
      merge.into);
  if (later) {
    throw Error(
        Errc::refused,
        fmt::format(fmt::runtime(_("{} was merged into another after that")),
                    to_string(merge.into)),
        fmt::format(fmt::runtime(_("first take that back: member unmerge {}")), to_string(*later)));
  }
  if (!is_used_since(db, id)) return;
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("points or receipts that came from {} were used since")),
                          to_string(merge.from)),
              fmt::format(fmt::runtime(_(
                              "keep the two as one; or register her anew with member add, and give"
                              " back what is hers: take cards off {} with member edit")),
                          to_string(merge.into)));
}

// What the person took back while she was one holds for both: the older consent of the first comes
// back behind it.
void keep_withdrawals(db::Database& db, const StoredMerge& merge) {
  db.run(
      "INSERT INTO consent (member, purpose, given, channel, at, staff)"
      " SELECT ?1, c.purpose, 0, c.channel, c.at, c.staff FROM consent c"
      " WHERE c.member = ?2 AND c.given = 0 AND c.at >= ?3 AND c.id ="
      "  (SELECT max(id) FROM consent WHERE member = ?2 AND purpose = c.purpose)",
      merge.from, merge.into, merge.at);
}

}  // namespace

MergeId merge_members(Transaction& tx, const NewMerge& input) {
  vault::require(tx, vault::Permission::merge_people);
  const NewMerge merge = checked(input);
  for (const MemberId one : {merge.from, merge.into}) {
    require_in_use(tx, one);
    vault::shows(tx, one);
  }
  auto& db = vault::database(tx);
  require_same_kind(db, merge);
  members::agree_on_household(tx, merge.from, merge.into);
  db.run(
      "INSERT INTO member_merge (from_member, into_member, reason, at, staff)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      merge.from, merge.into, merge.reason, tx.now(), tx.actor().id);
  const MergeId id{db.last_insert_id()};
  move_rows(db, id, merge);
  db.run("UPDATE member SET status = 'merged' WHERE id = ?1", merge.from);
  db.run("DELETE FROM member_key WHERE member = ?1", merge.from);
  members::rebuild_keys(db, merge.into);
  vault::shown(tx).note("merge " + to_string(id));
  return id;
}

Unmerged unmerge_members(Transaction& tx, MergeId id) {
  vault::require(tx, vault::Permission::merge_people);
  auto& db = vault::database(tx);
  const StoredMerge merge = stored_merge(db, id);
  for (const MemberId one : {merge.from, merge.into}) vault::shows(tx, one);
  check_can_unmerge(db, id, merge);
  require_in_use(tx, merge.into);
  keep_withdrawals(db, merge);
  bring_rows_back(db, id, merge);
  const std::int64_t held_again = take_ends_back(db, id);
  db.run("DELETE FROM member_merge_row WHERE merge = ?1", id);
  db.run("UPDATE member_merge SET undone_at = ?2, undone_by = ?3 WHERE id = ?1", id, tx.now(),
         tx.actor().id);
  db.run("UPDATE member SET status = 'active' WHERE id = ?1", merge.from);
  members::rebuild_keys(db, merge.from);
  members::rebuild_keys(db, merge.into);
  vault::shown(tx).note("unmerge " + to_string(id));
  return {merge.from, merge.into, held_again};
}

}  // namespace pharmacy
