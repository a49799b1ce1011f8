#include "members/consent/consent.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "members/facts/facts.h"
#include "members/rights/status.h"
#include "members/tables.h"
#include "policy/policies.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

using vault::database;
using vault::Permission;

constexpr int grown_up_age = 18;
constexpr std::int64_t text_version_max = 1'000'000;

constexpr std::string_view consent_rows =
    "SELECT c.purpose, iif(c.given, 'given', 'withdrawn'), c.at, c.text_version, c.channel,"
    " c.guardian, s.login FROM consent c JOIN staff s ON s.id = c.staff";

// In the reader's language.
std::string name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::membership:
      return _("membership");
    case Purpose::health:
      return _("health notes");
    case Purpose::marketing:
      return _("advertising");
    case Purpose::profiling:
      return _("profiling");
    case Purpose::follow_up:
      return _("follow-up calls");
  }
  return to_word(purpose);
}

std::optional<Consent> newest(db::Database& db, MemberId member, Purpose purpose) {
  return db.row<Consent>(std::string{consent_rows} +
                             " WHERE c.member = ?1 AND c.purpose = ?2 ORDER BY c.id DESC LIMIT 1",
                         member, purpose);
}

// By any day of birth that is known of her.
bool is_under(Reading& reading, MemberId member, int age) {
  return std::ranges::any_of(births_of(reading, member), [&](Date birth) {
    return add_months(birth, 12 * age) > reading.today();
  });
}

// Of a child somebody else decides, and of nobody else. Who is restricted gives and takes back
// her consent all the same.
void check_guardian(std::vector<Fault>& faults, Transaction& tx, const NewConsent& input, int age) {
  const MemberId member = input.member;
  const bool is_child = is_under(tx, member, age);
  if (is_child && !input.guardian) {
    faults.push_back({fmt::format(fmt::runtime(_("{member} is under {age}: a guardian must agree")),
                                  fmt::arg("member", to_string(member)), fmt::arg("age", age)),
                      _("name the parent or guardian, who is a member too, by --guardian")});
  }
  if (!input.guardian) return;
  const MemberId guardian = *input.guardian;
  members::require_kept(database(tx), guardian);
  vault::shows(tx, guardian);
  if (!is_child) {
    faults.push_back({fmt::format(fmt::runtime(_("{member} is not known to be under {age}: nobody"
                                                 " else can agree")),
                                  fmt::arg("member", to_string(member)), fmt::arg("age", age)),
                      _("leave --guardian out, or correct the day of birth first")});
  }
  if (guardian == member || is_under(tx, guardian, grown_up_age)) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("{} cannot be the guardian")), to_string(guardian)),
         _("a guardian is another member, of 18 years or more")});
  }
}

void check_has_health(std::vector<Fault>& faults, Transaction& tx, const NewConsent& input) {
  if (input.purpose != Purpose::health) return;
  if (members::kind_of(database(tx), input.member) == MemberKind::person) return;
  faults.push_back({fmt::format(fmt::runtime(_("{} is no person: only a person has notes about"
                                               " health")),
                                to_string(input.member)),
                    {}});
}

void insert(Transaction& tx, const NewConsent& input, ConsentStatus status) {
  const bool is_given = status == ConsentStatus::given;
  database(tx).run(
      "INSERT INTO consent (member, purpose, given, text_version, channel, guardian, at, staff)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      input.member, input.purpose, is_given, input.text_version, input.channel, input.guardian,
      tx.now(), tx.actor().id);
  vault::shown(tx).note(std::string{to_word(input.purpose)} + ' ' + to_word(status));
  if (input.purpose != Purpose::membership) return;
  // What nobody may use any more is kept only.
  if (is_given) {
    members::lift_withdrawal(tx, input.member);
  } else {
    members::restrict_by_withdrawal(tx, input.member);
  }
}

}  // namespace

bool members::agrees(db::Database& db, MemberId member, Purpose purpose) {
  if (status_of(db, member) != MemberStatus::active) return false;
  return db
      .value<bool>(
          "SELECT given FROM consent WHERE member = ?1 AND purpose = ?2"
          " ORDER BY id DESC LIMIT 1",
          member, purpose)
      .value_or(false);
}

void require_consent(Reading& reading, MemberId member, Purpose purpose) {
  if (members::agrees(database(reading), member, purpose)) return;
  throw Error(
      Errc::refused,
      fmt::format(fmt::runtime(_("{member} did not agree to this purpose: {purpose}")),
                  fmt::arg("member", to_string(member)), fmt::arg("purpose", name_of(purpose))),
      fmt::format(fmt::runtime(_("ask, and record it: member consent give {member} --purpose"
                                 " {purpose} --channel counter")),
                  fmt::arg("member", to_string(member)), fmt::arg("purpose", to_word(purpose))));
}

bool give_consent(Transaction& tx, const NewConsent& input) {
  vault::require(tx, Permission::edit_people);
  members::require_kept(database(tx), input.member);
  vault::shows(tx, input.member);
  const Policy policy = policy::policy_on(database(tx), tx.today());
  NewConsent given = input;
  if (!given.text_version) given.text_version = policy.consent.text_version;

  std::vector<Fault> faults;
  if (*given.text_version < 1 || *given.text_version > text_version_max) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("not the version of a text: {}")), *given.text_version),
         _("versions are 1, 2, 3 …, as printed on the form")});
  }
  check_guardian(faults, tx, given, policy.members.guardian_age);
  check_has_health(faults, tx, given);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));

  const auto before = newest(database(tx), given.member, given.purpose);
  const bool is_same = before && before->status == ConsentStatus::given &&
                       before->text_version == given.text_version &&
                       before->guardian == given.guardian;
  if (is_same) return false;
  insert(tx, given, ConsentStatus::given);
  return true;
}

bool withdraw_consent(Transaction& tx, MemberId member, Purpose purpose, ConsentChannel channel) {
  vault::require(tx, Permission::edit_people);
  members::require_kept(database(tx), member);
  vault::shows(tx, member);
  const auto before = newest(database(tx), member, purpose);
  if (!before || before->status != ConsentStatus::given) return false;
  insert(tx, {.member = member, .purpose = purpose, .channel = channel}, ConsentStatus::withdrawn);
  return true;
}

std::vector<Consent> list_consents(Reading& reading, MemberId member) {
  vault::require(reading, Permission::view_people);
  members::require_kept(database(reading), member);
  vault::shows(reading, member);
  std::vector<Consent> consents;
  for (const auto& [purpose, word] : EnumNames<Purpose>::table) {
    consents.push_back(newest(database(reading), member, purpose)
                           .value_or(Consent{.purpose = purpose,
                                             .status = ConsentStatus::not_asked,
                                             .at = {},
                                             .text_version = {},
                                             .channel = {},
                                             .guardian = {},
                                             .staff = {}}));
  }
  return consents;
}

std::vector<Consent> consent_history(Reading& reading, MemberId member) {
  vault::require(reading, Permission::view_people);
  members::require_kept(database(reading), member);
  vault::shows(reading, member);
  return database(reading).rows<Consent>(
      std::string{consent_rows} + " WHERE c.member = ?1 ORDER BY c.id", member);
}

}  // namespace pharmacy
