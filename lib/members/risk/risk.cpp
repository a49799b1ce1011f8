#include "pharmacy/risk.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "members/rights/status.h"
#include "members/risk/conditions.h"
#include "members/tables.h"
#include "pharmacy/error.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/people.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

using vault::database;
using vault::Permission;

// What the open risks of a member come to.
struct Bound {
  bool cash_only;
  bool manager_sign_off;
  bool no_special_drugs;

  static constexpr auto fields() {
    return std::tuple{Field{"cash_only", &Bound::cash_only},
                      Field{"manager_sign_off", &Bound::manager_sign_off},
                      Field{"no_special_drugs", &Bound::no_special_drugs}};
  }
};

// All faults at once.
NewRisk checked(const NewRisk& input, Date today) {
  constexpr std::size_t longest = 200;  // bytes
  constexpr int years_max = 100;
  NewRisk risk = input;
  std::vector<Fault> faults;
  risk.reason = checked_text(faults, _("reason"), std::string_view{input.reason}, longest);
  if (input.review_on <= today || input.review_on > add_months(today, 12 * years_max)) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("a risk is looked at again after today and within"
                                    " {years} years: {day}")),
                     fmt::arg("years", years_max), fmt::arg("day", to_string(input.review_on))),
         {}});
  }
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return risk;
}

std::vector<RiskKind> open_kinds(db::Database& db, MemberId member, std::optional<RiskKind> kind) {
  return db.values<RiskKind>(
      "SELECT DISTINCT kind FROM member_risk WHERE member = ?1 AND cleared_at IS NULL"
      " AND (?2 IS NULL OR kind = ?2) ORDER BY kind",
      member, kind);
}

void clear(Transaction& tx, MemberId member, RiskKind kind, const std::string& reason) {
  database(tx).run(
      "UPDATE member_risk SET cleared_at = ?3, cleared_by = ?4, clear_reason = ?5"
      " WHERE member = ?1 AND kind = ?2 AND cleared_at IS NULL",
      member, kind, tx.now(), tx.actor().id, reason);
}

}  // namespace

void set_risk(Transaction& tx, const NewRisk& input) {
  vault::require(tx, Permission::set_risks);
  require_in_use(tx, input.member);
  vault::shows(tx, input.member);
  const NewRisk risk = checked(input, tx.today());
  auto& db = database(tx);
  const auto before = open_kinds(db, risk.member, risk.kind);
  clear(tx, risk.member, risk.kind, risk.reason);
  const auto has = [&](RiskCondition condition) {
    return std::ranges::find(risk.conditions, condition) != risk.conditions.end();
  };
  db.run(
      "INSERT INTO member_risk (member, kind, cash_only, manager_sign_off, no_special_drugs,"
      " reason, review_on, set_at, set_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      risk.member, risk.kind, has(RiskCondition::cash_only), has(RiskCondition::manager_sign_off),
      has(RiskCondition::no_special_drugs), risk.reason, risk.review_on, tx.now(), tx.actor().id);
  members::insert_change(
      tx, risk.member,
      {.field = "risk",
       .before = before.empty() ? std::nullopt : std::optional<std::string>{to_word(risk.kind)},
       .after = to_word(risk.kind),
       .reason = risk.reason});
  vault::shown(tx).note("risk " + std::string{to_word(risk.kind)});
}

std::vector<RiskKind> clear_risks(Transaction& tx, MemberId member, std::optional<RiskKind> kind,
                                  const std::string& reason) {
  vault::require(tx, Permission::set_risks);
  require_in_use(tx, member);
  vault::shows(tx, member);
  const std::string kept = members::checked_reason(reason);
  auto kinds = open_kinds(database(tx), member, kind);
  for (const RiskKind one : kinds) {
    clear(tx, member, one, kept);
    members::insert_change(tx, member,
                           {.field = "risk", .before = to_word(one), .after = {}, .reason = kept});
    vault::shown(tx).note("risk " + std::string{to_word(one)} + " cleared");
  }
  return kinds;
}

RiskList list_risks(Reading& reading, const RiskFilter& filter) {
  vault::require(reading, Permission::view_risks);
  members::check_limit(filter.limit);
  constexpr Date end{std::chrono::year{9999} / 12 / 31};
  RiskList list;
  list.risks = database(reading).rows<Risk>(
      "SELECT r.member, m.name, r.kind," PHARMACY_RISK_CONDITIONS
      ","
      " r.review_on, r.reason, r.set_at, s.login"
      " FROM member_risk r JOIN member m ON m.id = r.member JOIN staff s ON s.id = r.set_by"
      " WHERE r.cleared_at IS NULL AND m.status = 'active' AND r.review_on <= ?1"
      " ORDER BY r.review_on, r.id LIMIT ?2",
      filter.due ? reading.today() : end, static_cast<std::int64_t>(filter.limit) + 1);
  list.more = list.risks.size() > filter.limit;
  if (list.more) list.risks.pop_back();
  vault::show_people(reading, list.risks);
  if (vault::sees_names(reading.actor())) return list;
  for (Risk& risk : list.risks) mask_text(risk.reason);
  return list;
}

std::vector<RiskCondition> risk_conditions(Reading& reading, MemberId member) {
  std::vector<RiskCondition> conditions;
  const auto bound = database(reading).row<Bound>(
      "SELECT max(cash_only), max(manager_sign_off), max(no_special_drugs) FROM member_risk"
      " WHERE member = ?1 AND cleared_at IS NULL HAVING count(*) > 0",
      member);
  if (!bound) return conditions;
  if (bound->cash_only) conditions.push_back(RiskCondition::cash_only);
  if (bound->manager_sign_off) conditions.push_back(RiskCondition::manager_sign_off);
  if (bound->no_special_drugs) conditions.push_back(RiskCondition::no_special_drugs);
  return conditions;
}

}  // namespace pharmacy
