#include "members/relations/standing.h"

#include "members/facts/upkeep.h"
#include "members/masks.h"
#include "members/risk/conditions.h"
#include "members/tables.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

void put_upkeep(Reading& reading, MemberId member, MemberStanding& standing) {
  auto& db = vault::database(reading);
  const Member facts = members::stored_member(db, member);
  const auto verified = members::verifications(db, member);
  const Date until =
      members::stale_until(reading.today(), policy_on(reading, reading.today()).members.stale_days);
  standing.phone_verified = verified.phone;
  standing.address_verified = verified.address;
  auto to_verify = members::to_verify(facts, verified, until);
  if (!to_verify.empty()) standing.to_verify = std::move(to_verify);
  standing.completeness = members::completeness_of(db, member, until).score;
}

void put_risks(Reading& reading, MemberId member, MemberStanding& standing) {
  auto& db = vault::database(reading);
  standing.risks = db.value<std::string>(
      "SELECT group_concat(kind) FROM (SELECT DISTINCT kind FROM member_risk"
      " WHERE member = ?1 AND cleared_at IS NULL ORDER BY kind) HAVING count(*) > 0",
      member);
  if (!standing.risks) return;
  // What her sales are bound to, whoever sells must know; why, is not for everybody.
  if (!vault::may(reading.actor(), vault::Permission::view_risks)) standing.risks.reset();
  std::string words;
  for (const RiskCondition condition : risk_conditions(reading, member))
    words += (words.empty() ? "" : ",") + std::string{to_word(condition)};
  if (!words.empty()) standing.conditions = std::move(words);
}

std::optional<std::string> values_of(const std::vector<Preference>& preferences) {
  std::string values;
  for (const Preference& one : preferences)
    values += (values.empty() ? "" : "; ") + one.value.value_or("");
  return values.empty() ? std::nullopt : std::optional{std::move(values)};
}

}  // namespace

namespace members {

std::optional<std::string> keeper_of(db::Database& db, MemberId member) {
  return db.value<std::string>(
      "SELECT s.login FROM member_keeper k JOIN staff s ON s.id = k.keeper"
      " WHERE k.member = ?1 AND k.ended_at IS NULL ORDER BY k.id DESC LIMIT 1",
      member);
}

std::vector<Preference> preferences_of(db::Database& db, MemberId member, bool all) {
  return db.rows<Preference>(
      "SELECT p.key, p.value, p.source, p.added_at, s.login, p.ended_at FROM member_preference p"
      " JOIN staff s ON s.id = p.added_by"
      " WHERE p.member = ?1 AND (?2 OR p.ended_at IS NULL) ORDER BY p.id",
      member, all);
}

StandingCopy copy_standing(db::Database& db, MemberId member) {
  StandingCopy copy;
  copy.facts = db.rows<MemberFact>(
      "SELECT f.fact, f.value, f.reason, f.added_at, s.login, f.ended_at FROM member_fact f"
      " JOIN staff s ON s.id = f.added_by WHERE f.member = ?1 ORDER BY f.id",
      member);
  copy.risks = db.rows<CopiedRisk>(
      "SELECT r.kind," PHARMACY_RISK_CONDITIONS
      ","
      " r.reason, r.review_on, r.set_at, s.login, r.cleared_at, r.clear_reason FROM member_risk r"
      " JOIN staff s ON s.id = r.set_by WHERE r.member = ?1 ORDER BY r.id",
      member);
  copy.keepers = db.rows<CopiedKeeper>(
      "SELECT s.login, k.added_at, k.ended_at FROM member_keeper k JOIN staff s ON s.id = k.keeper"
      " WHERE k.member = ?1 ORDER BY k.id",
      member);
  copy.licences = db.rows<CopiedLicence>(
      "SELECT kind, number, expires_on, added_at, ended_at FROM member_licence"
      " WHERE member = ?1 ORDER BY id",
      member);
  copy.preferences = preferences_of(db, member, true);
  copy.groups = db.rows<CopiedGroup>(
      "SELECT account, member, joined_at, left_at FROM member_group"
      " WHERE account = ?1 OR member = ?1 ORDER BY id",
      member);
  return copy;
}

}  // namespace members

MemberStanding get_standing(Reading& reading, MemberId member) {
  vault::require(reading, vault::Permission::view_people);
  require_in_use(reading, member);
  vault::shows(reading, member);
  auto& db = vault::database(reading);
  MemberStanding standing;
  standing.class_reason = db.value<std::string>(
      "SELECT reason FROM member_fact"
      " WHERE member = ?1 AND fact = 'class' AND ended_at IS NULL ORDER BY id DESC LIMIT 1",
      member);
  put_upkeep(reading, member, standing);
  put_risks(reading, member, standing);
  standing.keeper = members::keeper_of(db, member);
  standing.licence_until = db.value<Date>(
      "SELECT min(expires_on) FROM member_licence WHERE member = ?1 AND ended_at IS NULL"
      " HAVING count(*) > 0",
      member);
  standing.preferences = values_of(members::preferences_of(db, member, false));
  if (members::sees_names(reading.actor())) return standing;
  members::mask_text(standing.class_reason);
  members::mask_text(standing.preferences);
  return standing;
}

}  // namespace pharmacy
