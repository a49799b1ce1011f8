#include "members/household/household.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "members/facts/facts.h"
#include "members/masks.h"
#include "pharmacy/error.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

using vault::database;
using vault::Permission;

std::optional<HouseholdId> household_of(db::Database& db, MemberId member) {
  return db.value<HouseholdId>(
      "SELECT household FROM household_member WHERE member = ?1 AND left_at IS NULL LIMIT 1",
      member);
}

std::vector<MemberId> members_of(db::Database& db, HouseholdId household) {
  return db.values<MemberId>(
      "SELECT DISTINCT member FROM household_member WHERE household = ?1 AND left_at IS NULL"
      " ORDER BY member",
      household);
}

void end(Transaction& tx, MemberId member) {
  database(tx).run(
      "UPDATE household_member SET left_at = ?2, left_by = ?3"
      " WHERE member = ?1 AND left_at IS NULL",
      member, tx.now(), tx.actor().id);
}

void enter(Transaction& tx, HouseholdId household, MemberId member) {
  database(tx).run(
      "INSERT INTO household_member (household, member, joined_at, joined_by)"
      " VALUES (?1, ?2, ?3, ?4)",
      household, member, tx.now(), tx.actor().id);
}

// Sums over a household are made at each sale: it is a family, not a village.
void require_room(db::Database& db, const JoinedHousehold& joined) {
  if (joined.joined.empty()) return;
  if (members_of(db, joined.household).size() <= household_members_max) return;
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("household {id} would have more than {most} members")),
                          fmt::arg("id", to_string(joined.household)),
                          fmt::arg("most", household_members_max)),
              {});
}

HouseholdId make_household(Transaction& tx) {
  database(tx).run("INSERT INTO household (made_at, made_by) VALUES (?1, ?2)", tx.now(),
                   tx.actor().id);
  return HouseholdId{database(tx).last_insert_id()};
}

// With what masks() are to hide still whole.
#define PHARMACY_HOUSEHOLD_COLUMNS                                             \
  "SELECT h.household, h.member, m.name,"                                      \
  " (SELECT c.value FROM contact c WHERE c.member = m.id AND c.kind = 'phone'" \
  "  AND c.ended_at IS NULL ORDER BY c.id DESC LIMIT 1),"                      \
  " h.joined_at, a.login, h.left_at, e.login FROM household_member h"          \
  " JOIN member m ON m.id = h.member JOIN staff a ON a.id = h.joined_by"       \
  " LEFT JOIN staff e ON e.id = h.left_by"

std::vector<HouseholdMember> shown(Reading& reading, std::vector<HouseholdMember> rows) {
  for (HouseholdMember& row : rows) {
    vault::shows(reading, row.member);
    const MemberLine line = members::masked(MemberLine{.id = row.member,
                                                       .name = row.name,
                                                       .card = {},
                                                       .phone = row.phone,
                                                       .birth = {},
                                                       .joined = {}},
                                            reading.actor());
    row.name = line.name;
    row.phone = line.phone;
  }
  return rows;
}

}  // namespace

void members::agree_on_household(Transaction& tx, MemberId first, MemberId second) {
  auto& db = database(tx);
  const auto of_first = household_of(db, first);
  const auto of_second = household_of(db, second);
  if (!of_first || !of_second || *of_first == *of_second) return;
  for (const auto& [member, household] : {std::pair{first, *of_first}, {second, *of_second}}) {
    if (members_of(db, household).size() > 1) continue;
    end(tx, member);
    return;
  }
  throw Error(
      Errc::refused,
      fmt::format(fmt::runtime(_("{first} is in household {one}, and {second} in household {two}")),
                  fmt::arg("first", to_string(first)), fmt::arg("one", to_string(*of_first)),
                  fmt::arg("second", to_string(second)), fmt::arg("two", to_string(*of_second))),
      fmt::format(fmt::runtime(_("who moves leaves hers first: member household leave {}")),
                  to_string(first)));
}

static void require_person(db::Database& db, MemberId member) {
  const MemberKind kind = members::kind_of(db, member);
  if (kind == MemberKind::person || kind == MemberKind::household) return;
  throw Error(Errc::refused, fmt::format(fmt::runtime(_("{} is no person, and lives with nobody")),
                                         to_string(member)));
}

JoinedHousehold join_household(Transaction& tx, const NewHouseholdMember& input) {
  vault::require(tx, Permission::edit_people);
  if (input.member == input.with) {
    throw Error(Errc::invalid_input, _("nobody forms a household with herself"),
                _("name another member who lives with her, by --with"));
  }
  for (const MemberId one : {input.member, input.with}) {
    require_in_use(tx, one);
    vault::shows(tx, one);
    require_person(database(tx), one);
  }
  members::agree_on_household(tx, input.member, input.with);
  auto& db = database(tx);
  auto household = household_of(db, input.with);
  if (!household) household = household_of(db, input.member);
  if (!household) household = make_household(tx);
  JoinedHousehold joined{.household = *household, .joined = {}};
  for (const MemberId one : {input.member, input.with}) {
    if (household_of(db, one)) continue;
    enter(tx, *household, one);
    joined.joined.push_back(one);
  }
  require_room(db, joined);
  vault::shown(tx).note("household " + to_string(*household));
  return joined;
}

std::optional<HouseholdId> leave_household(Transaction& tx, MemberId member) {
  vault::require(tx, Permission::edit_people);
  require_in_use(tx, member);
  vault::shows(tx, member);
  const auto household = household_of(database(tx), member);
  if (!household) return std::nullopt;
  end(tx, member);
  vault::shown(tx).note("left household " + to_string(*household));
  return household;
}

std::vector<HouseholdMember> list_household(Reading& reading, MemberId member) {
  vault::require(reading, Permission::view_people);
  require_in_use(reading, member);
  vault::shows(reading, member);
  const auto household = household_of(database(reading), member);
  if (!household) return {};
  return shown(reading, database(reading).rows<HouseholdMember>(
                            PHARMACY_HOUSEHOLD_COLUMNS
                            " WHERE h.household = ?1 AND h.left_at IS NULL AND m.status = 'active'"
                            " AND NOT EXISTS (SELECT 1 FROM household_member o"
                            "  WHERE o.member = h.member AND o.left_at IS NULL AND o.id < h.id)"
                            " ORDER BY h.member",
                            *household));
}

std::vector<HouseholdMember> household_history(Reading& reading, MemberId member) {
  vault::require(reading, Permission::view_people);
  require_in_use(reading, member);
  return shown(
      reading,
      database(reading).rows<HouseholdMember>(
          PHARMACY_HOUSEHOLD_COLUMNS " WHERE h.member = ?1 ORDER BY h.joined_at, h.id", member));
}

Household get_household(Reading& reading, MemberId member) {
  auto& db = database(reading);
  const auto id = household_of(db, member);
  return {.id = id, .members = id ? members_of(db, *id) : std::vector{member}};
}

}  // namespace pharmacy

#undef PHARMACY_HOUSEHOLD_COLUMNS
