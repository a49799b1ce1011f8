// Erasing a person.
#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "members/file/child_tables.h"
#include "members/merge/numbers.h"
#include "members/rights/status.h"
#include "pharmacy/approval.h"
#include "pharmacy/error.h"
#include "policy/policies.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/log/erase.h"
#include "vault/permissions.h"
#include "vault/retention.h"
#include "vault/store_impl.h"

namespace pharmacy {
namespace {

using members::ChildTable;
using members::OnForget;
using vault::database;

constexpr const char* erased_setting =
    "erased_member";  // number of the one for all who were erased

std::int64_t count(db::Database& db, const ChildTable& child, MemberId id) {
  if (child.table == "log_subject") {
    return *db.value<std::int64_t>(
        "SELECT count(*) FROM log_subject WHERE first <= ?1 AND last >= ?1", id);
  }
  return *db.value<std::int64_t>(
      fmt::format("SELECT count(*) FROM {} WHERE {} = ?1", child.table, child.column), id);
}

ErasureFate fate_of(OnForget on_forget) {
  switch (on_forget) {
    case OnForget::remove:
      return ErasureFate::goes;
    case OnForget::hand_over:
      return ErasureFate::nameless;
    case OnForget::keep:
      return ErasureFate::number;
  }
  return ErasureFate::goes;
}

// The day on which the newest record of a kind is past its term, and by which rule.
class Terms {
 public:
  Terms(Reading& reading, MemberId id)
      : db_{database(reading)},
        zone_{reading.zone()},
        id_{id},
        months_{12 * policy::policy_on(db_, reading.today()).retention_years} {}

  void put(ErasureLine& line) const {
    if (line.record == PersonalRecord::access_log) {
      line.rule = RetentionRule::processing_law;
      const auto last = db_.value<Instant>(
          "SELECT max(e.at) FROM log_entry e JOIN log_subject s ON s.seq = e.seq"
          " WHERE s.first <= ?1 AND s.last >= ?1 HAVING count(*) > 0",
          id_);
      if (last) line.until = add_months(zone_.day_of(*last), processing_months);
      return;
    }
    line.rule = RetentionRule::policy;
    const auto last = newest_of(line.record);
    if (last) line.until = add_months(*last, static_cast<int>(months_));
  }

 private:
  [[nodiscard]] std::optional<Date> newest_of(PersonalRecord record) const {
    switch (record) {
      case PersonalRecord::purchases:
        return db_.value<Date>(
            "SELECT max(day) FROM (SELECT day FROM receipt WHERE member = ?1"
            " UNION ALL SELECT day FROM account_payment WHERE member = ?1) HAVING count(*) > 0",
            id_);
      case PersonalRecord::special_buyers:
        return db_.value<Date>(
            "SELECT max(r.day) FROM receipt r JOIN special_buyer b ON b.receipt = r.id"
            " WHERE r.member = ?1 HAVING count(*) > 0",
            id_);
      case PersonalRecord::points:
        return db_.value<Date>(
            "SELECT max(day) FROM (SELECT expires_on AS day FROM points_lot WHERE member = ?1"
            " UNION ALL SELECT day FROM points_debit WHERE member = ?1"
            " UNION ALL SELECT day FROM points_return WHERE member = ?1) HAVING count(*) > 0",
            id_);
      case PersonalRecord::complaints: {
        const auto last = db_.value<Instant>(
            "SELECT max(received_at) FROM complaint WHERE member = ?1 HAVING count(*) > 0", id_);
        return last ? std::optional{zone_.day_of(*last)} : std::nullopt;
      }
      case PersonalRecord::guardianships: {
        const auto last = db_.value<Instant>(
            "SELECT max(at) FROM consent WHERE guardian = ?1 HAVING count(*) > 0", id_);
        return last ? std::optional{zone_.day_of(*last)} : std::nullopt;
      }
      default:
        return std::nullopt;
    }
  }

  db::Database& db_;
  const Zone& zone_;
  MemberId id_;
  std::int64_t months_;
};

// Hers, and those that were merged into it.
std::vector<MemberId> numbers_of(db::Database& db, MemberId id) {
  auto numbers = members::merged_into(db, id);
  numbers.push_back(id);
  return numbers;
}

// The member to whom what stays of all who were erased belongs.
MemberId erased_one(Transaction& tx) {
  auto& db = database(tx);
  if (const auto known = vault::find_setting(db, erased_setting))
    return parse_member_id(*known).value();
  db.run(
      "INSERT INTO member (status, joined, recorded_at, recorded_by)"
      " VALUES ('erased', ?1, ?2, ?3)",
      tx.today(), tx.now(), tx.actor().id);
  const MemberId made{db.last_insert_id()};
  vault::put_setting(db, erased_setting, to_string(made));
  return made;
}

void require_empty_purse(db::Database& db, MemberId id) {
  const auto left = db.value<std::int64_t>(
      "SELECT coalesce((SELECT sum(points) FROM points_lot WHERE member = ?1), 0)"
      " - coalesce((SELECT sum(points) FROM points_debit WHERE member = ?1), 0)"
      " + coalesce((SELECT sum(points) FROM points_return WHERE member = ?1), 0)",
      id);
  PHARMACY_CHECK(left == 0);
}

void require_complaints_erased(db::Database& db, MemberId id) {
  const auto left =
      db.value<std::int64_t>("SELECT count(*) FROM complaint WHERE member = ?1 AND erased = 0", id);
  PHARMACY_CHECK(left == 0);
}

// Of one of her numbers.
void erase_rows(Transaction& tx, MemberId id) {
  auto& db = database(tx);
  const MemberId nobody = erased_one(tx);
  db.run(
      "DELETE FROM member_merge_row WHERE merge IN"
      " (SELECT id FROM member_merge WHERE from_member = ?1 OR into_member = ?1)",
      id);
  db.run("DELETE FROM line_tracking WHERE receipt IN (SELECT id FROM receipt WHERE member = ?1)",
         id);
  db.run("DELETE FROM health_tag WHERE note IN (SELECT id FROM health_note WHERE member = ?1)", id);
  db.run(
      "UPDATE lead_contact SET note = NULL WHERE note IS NOT NULL"
      " AND lead IN (SELECT id FROM lead WHERE member = ?1)",
      id);
  for (const ChildTable& child : members::child_tables()) {
    if (child.forget == OnForget::remove) {
      db.run(fmt::format("DELETE FROM {} WHERE {} = ?1", child.table, child.column), id);
    } else if (child.forget == OnForget::hand_over) {
      db.run(fmt::format("UPDATE {0} SET {1} = ?2 WHERE {1} = ?1", child.table, child.column), id,
             nobody);
    }
  }
  db.run(
      "UPDATE member SET name = NULL, sex = NULL, birth = NULL, note = NULL, import = NULL,"
      " import_identity = NULL, status = 'erased' WHERE id = ?1",
      id);
}

}  // namespace

ErasurePlan plan_erasure(Reading& reading, MemberId member) {
  vault::require_to_plan(reading, vault::Permission::erase_people, Approvable::erase_person);
  auto& db = database(reading);
  members::require_kept(db, member);
  vault::shows(reading, member);
  const Terms terms{reading, member};
  std::vector<ErasureLine> all;
  for (const auto& [record, word] : EnumNames<PersonalRecord>::table)
    all.push_back(
        {.record = record, .held = 0, .fate = ErasureFate::goes, .rule = {}, .until = {}});
  const auto line = [&all](PersonalRecord record) -> ErasureLine& {
    return *std::ranges::find(all, record, &ErasureLine::record);
  };
  line(PersonalRecord::facts).held = static_cast<std::int64_t>(numbers_of(db, member).size());
  for (const ChildTable& child : members::child_tables()) {
    if (child.forget == OnForget::keep && !child.is_copied) continue;  // counted by another column
    line(child.record).held += count(db, child, member);
    line(child.record).fate = fate_of(child.forget);
  }
  line(PersonalRecord::special_buyers).fate = ErasureFate::stays;
  line(PersonalRecord::special_buyers).held = *db.value<std::int64_t>(
      "SELECT count(*) FROM receipt r JOIN special_buyer b ON b.receipt = r.id"
      " WHERE r.member = ?1",
      member);
  line(PersonalRecord::parcels).held = *db.value<std::int64_t>(
      "SELECT count(*) FROM receipt r JOIN line_tracking t ON t.receipt = r.id"
      " WHERE r.member = ?1",
      member);
  for (const MemberId number : numbers_of(db, member)) {
    const vault::Traces traces = vault::traces_of(db, number);
    line(PersonalRecord::operations).held += traces.operations;
    line(PersonalRecord::log_details).held += traces.details;
    line(PersonalRecord::approvals).held += traces.approvals;
  }
  std::erase_if(all, [](const ErasureLine& one) { return one.held == 0; });
  for (ErasureLine& one : all) {
    if (one.fate != ErasureFate::goes) terms.put(one);
  }
  return {.lines = std::move(all), .backup = vault::find_time_setting(db, vault::backup_setting)};
}

void erase_member(Transaction& tx, const Erasure& erasure) {
  vault::require(tx, vault::Permission::erase_people);
  auto& db = database(tx);
  const MemberId id = erasure.member;
  members::require_kept(db, id);
  vault::shows(tx, id);
  const std::string reason = members::checked_reason(erasure.reason);
  vault::require_approved(
      tx, Approvable::erase_person,
      fmt::format(fmt::runtime(_("erasing {} takes an approval")), to_string(id)));
  erasure.empty_purse(tx, id);
  require_empty_purse(db, id);
  const auto numbers = numbers_of(db, id);
  for (const MemberId number : numbers) {
    erasure.erase_complaints(tx, number);
    require_complaints_erased(db, number);
    erase_rows(tx, number);
  }
  for (const MemberId number : numbers) vault::erase_traces(tx, number);
  vault::shown(tx).note(reason);
  vault::empty_log_after(tx);
}

}  // namespace pharmacy
