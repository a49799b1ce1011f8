#include "pharmacy/licence.h"

#include <fmt/format.h>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "members/facts/facts.h"
#include "members/tables.h"
#include "pharmacy/error.h"
#include "pharmacy/rights.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/people.h"
#include "vault/permissions.h"

// What a Licence is made of, in the order of its fields(): those that hold and end by ?1, as of ?3,
// when what ends within ?5 days ends soon.
#define PHARMACY_LICENCES_UNTIL                                                           \
  "SELECT l.member, m.name, l.kind, l.number, l.expires_on, l.expires_on - ?3,"           \
  " iif(l.expires_on < ?3, 'expired', iif(l.expires_on <= ?3 + ?5, 'expiring', 'valid'))" \
  " FROM member_licence l JOIN member m ON m.id = l.member AND m.status = 'active'"       \
  " WHERE l.ended_at IS NULL AND l.expires_on <= ?1"
#define PHARMACY_LICENCE_ORDER " ORDER BY l.expires_on, l.id LIMIT ?2"

namespace pharmacy {
namespace {

// As it is kept, for whoever compares.
struct HeldLicence {
  std::string kind;
  Date expires_on;

  static constexpr auto fields() {
    return std::tuple{Field{"kind", &HeldLicence::kind},
                      Field{"expires_on", &HeldLicence::expires_on}};
  }
};

std::optional<HeldLicence> held(db::Database& db, MemberId member, const std::string& number) {
  return db.row<HeldLicence>(
      "SELECT kind, expires_on FROM member_licence"
      " WHERE member = ?1 AND number = ?2 AND ended_at IS NULL ORDER BY id DESC LIMIT 1",
      member, number);
}

NewLicence checked(const NewLicence& input, Date today) {
  constexpr std::size_t longest = 100;  // bytes
  constexpr int years_max = 100;
  NewLicence licence = input;
  std::vector<Fault> faults;
  licence.kind = checked_text(faults, _("kind"), std::string_view{input.kind}, longest);
  licence.number =
      checked_text(faults, _("number"), std::string_view{fold_width(input.number)}, longest);
  if (input.expires_on < members::earliest_day ||
      input.expires_on > add_months(today, 12 * years_max)) {
    faults.push_back({fmt::format(fmt::runtime(_("no day on which a licence runs out: {}")),
                                  to_string(input.expires_on)),
                      {}});
  }
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return licence;
}

void end_held(Transaction& tx, MemberId member, const std::string& number) {
  vault::database(tx).run(
      "UPDATE member_licence SET ended_at = ?3"
      " WHERE member = ?1 AND number = ?2 AND ended_at IS NULL",
      member, number, tx.now());
}

// As the history tells it.
std::string described(const std::string& number, const HeldLicence& licence) {
  return licence.kind + ' ' + number + ' ' + to_string(licence.expires_on);
}

}  // namespace

bool add_licence(Transaction& tx, const NewLicence& input) {
  vault::require(tx, vault::Permission::edit_people);
  require_in_use(tx, input.member);
  vault::shows(tx, input.member);
  const NewLicence licence = checked(input, tx.today());
  auto& db = vault::database(tx);
  if (members::kind_of(db, licence.member) == MemberKind::person) {
    throw Error(Errc::refused,
                fmt::format(fmt::runtime(_("{} is a person: licences are of institutions")),
                            to_string(licence.member)),
                fmt::format("member edit {} --kind clinic", to_string(licence.member)));
  }
  const auto before = held(db, licence.member, licence.number);
  if (before && before->kind == licence.kind && before->expires_on == licence.expires_on)
    return false;
  end_held(tx, licence.member, licence.number);
  db.run(
      "INSERT INTO member_licence (member, kind, number, expires_on, added_at, added_by)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      licence.member, licence.kind, licence.number, licence.expires_on, tx.now(), tx.actor().id);
  members::insert_change(
      tx, licence.member,
      {.field = "licence",
       .before = before ? std::optional{described(licence.number, *before)} : std::nullopt,
       .after = described(licence.number, {licence.kind, licence.expires_on}),
       .reason = {}});
  return true;
}

void end_licence(Transaction& tx, MemberId member, const std::string& typed) {
  vault::require(tx, vault::Permission::edit_people);
  require_in_use(tx, member);
  vault::shows(tx, member);
  const std::string number = normalise(fold_width(typed)).value_or(typed);
  const auto before = held(vault::database(tx), member, number);
  if (!before) {
    throw Error(Errc::not_found,
                fmt::format(fmt::runtime(_("{member} has no such licence: {number}")),
                            fmt::arg("member", to_string(member)),
                            fmt::arg("number", for_terminal(number))),
                fmt::format("member licence list {}", to_string(member)));
  }
  end_held(tx, member, number);
  members::insert_change(
      tx, member,
      {.field = "licence", .before = described(number, *before), .after = {}, .reason = {}});
}

LicenceList list_licences(Reading& reading, const LicenceFilter& filter) {
  vault::require(reading, vault::Permission::view_people);
  members::check_limit(filter.limit);
  constexpr std::int64_t days_max = 36'500;
  if (filter.within && (*filter.within < 0 || *filter.within > days_max)) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("not a number of days from 0 to {most}: {days}")),
                            fmt::arg("most", days_max), fmt::arg("days", *filter.within)));
  }
  if (filter.member) require_in_use(reading, *filter.member);
  const Date until = reading.today() + std::chrono::days{filter.within.value_or(days_max)};
  constexpr std::string_view of_all =
      PHARMACY_LICENCES_UNTIL " AND ?4 IS NULL" PHARMACY_LICENCE_ORDER;
  constexpr std::string_view of_one =
      PHARMACY_LICENCES_UNTIL " AND l.member = ?4" PHARMACY_LICENCE_ORDER;
  LicenceList list;
  list.licences = vault::database(reading).rows<Licence>(
      filter.member ? of_one : of_all, until, static_cast<std::int64_t>(filter.limit) + 1,
      reading.today(), filter.member, licence_soon_days);
  list.more = list.licences.size() > filter.limit;
  if (list.more) list.licences.pop_back();
  vault::show_people(reading, list.licences);
  return list;
}

}  // namespace pharmacy

#undef PHARMACY_LICENCE_ORDER
#undef PHARMACY_LICENCES_UNTIL
