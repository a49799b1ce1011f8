#include "members/facts/upkeep.h"

#include <fmt/format.h>

#include <array>

#include "base/i18n.h"
#include "members/masks.h"
#include "members/tables.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

using members::Verifications;

// Days are kept as days since 1970-01-01, what was never verified in the index as before all.
constexpr std::int64_t never = -1'000'000;

// A place in the list: the day, then the number.
struct StalePlace {
  std::int64_t day;
  MemberId member;

  static constexpr auto fields() {
    return std::tuple{Field{"day", &StalePlace::day}, Field{"member", &StalePlace::member}};
  }
};

std::int64_t number_of(Date day) { return day.epoch_days(); }

void add(std::string& words, std::string_view word) {
  words += (words.empty() ? "" : ",") + std::string{word};
}

// Where the list goes on behind a member.
StalePlace place_behind(db::Database& db, const StaleFilter& filter, Date until) {
  if (!filter.after) return {never - 1, MemberId{0}};
  const auto day = db.value<std::int64_t>(
      "SELECT min(coalesce(verified_on, -1000000)) FROM contact"
      " WHERE member = ?1 AND ended_at IS NULL HAVING count(*) > 0",
      *filter.after);
  if (day && *day <= number_of(until)) return {*day, *filter.after};
  throw Error(
      Errc::not_found,
      fmt::format(fmt::runtime(_("{} is not on this list any more")), to_string(*filter.after)),
      _("begin again without --after"));
}

StaleLine line_of(Reading& reading, MemberId id, Date until) {
  auto& db = vault::database(reading);
  vault::shows(reading, id);
  const Member member = members::stored_member(db, id);
  const Verifications verified = members::verifications(db, id);
  const Member shown = members::masked(member, reading.actor());
  StaleLine line{.id = id,
                 .name = shown.name,
                 .phone = shown.phone,
                 .to_verify = members::to_verify(member, verified, until),
                 .verified_on = {}};
  const bool of_phone = member.phone.has_value(), of_address = member.address.has_value();
  if (of_phone && of_address) {
    if (verified.phone && verified.address)
      line.verified_on = std::min(*verified.phone, *verified.address);
  } else {
    line.verified_on = of_phone ? verified.phone : verified.address;
  }
  return line;
}

}  // namespace

namespace members {

// Of several that hold, after a merge, the one not verified for longest.
Verifications verifications(db::Database& db, MemberId member) {
  const auto day_of = [&](ContactKind kind) -> std::optional<Date> {
    const auto day = db.value<std::int64_t>(
        "SELECT min(coalesce(verified_on, -1000000)) FROM contact"
        " WHERE member = ?1 AND kind = ?2 AND ended_at IS NULL HAVING count(*) > 0",
        member, kind);
    if (!day || *day == never) return std::nullopt;
    return Date::from_epoch_days(static_cast<std::int32_t>(*day));
  };
  return {day_of(ContactKind::phone), day_of(ContactKind::address)};
}

Date stale_until(Date today, std::int64_t days) { return today - std::chrono::days{days}; }

bool is_stale(std::optional<Date> verified_on, Date until) {
  return !verified_on || *verified_on <= until;
}

std::string to_verify(const Member& member, const Verifications& verified, Date until) {
  std::string words;
  if (member.phone && is_stale(verified.phone, until)) add(words, "phone");
  if (member.address && is_stale(verified.address, until)) add(words, "address");
  return words;
}

Completeness completeness_of(const Known& known, Date until) {
  // Asked of a phone that there is.
  constexpr std::string_view phone_check = "phone_check";
  struct Part {
    std::string_view fact;
    bool there;
    int of_person;
    int of_party;
  };
  const bool is_verified = known.phone_verified && *known.phone_verified > number_of(until);
  Completeness sum{.score = 0, .lacking = {}};
  for (const auto& [fact, there, of_person, of_party] :
       {Part{"name", known.name, 20, 30}, Part{"phone", known.phone_verified.has_value(), 25, 30},
        Part{phone_check, is_verified, 15, 20}, Part{"birth", known.birth, 20, 0},
        Part{"sex", known.sex, 10, 0}, Part{"address", known.address, 10, 20}}) {
    const int weight = known.is_person ? of_person : of_party;
    if (there) {
      sum.score += weight;
    } else if (weight > 0 && (fact != phone_check || known.phone_verified)) {
      add(sum.lacking, fact);
    }
  }
  return sum;
}

Completeness completeness_of(db::Database& db, MemberId member, Date until) {
  const auto known =
      db.row<Known>(fmt::format("SELECT {} FROM member m WHERE m.id = ?1", known_columns), member);
  return completeness_of(known.value(), until);
}

}  // namespace members

std::vector<ContactKind> verify_contacts(Transaction& tx, MemberId member,
                                         std::optional<ContactKind> only) {
  vault::require(tx, vault::Permission::edit_people);
  require_in_use(tx, member);
  vault::shows(tx, member);
  auto& db = vault::database(tx);
  const Member now = members::stored_member(db, member);
  const Verifications before = members::verifications(db, member);
  std::vector<ContactKind> verified;
  bool is_any = false;
  for (const ContactKind kind : {ContactKind::phone, ContactKind::address}) {
    const bool of_phone = kind == ContactKind::phone;
    const bool is_there = (of_phone ? now.phone : now.address).has_value();
    const auto last = of_phone ? before.phone : before.address;
    if ((only && *only != kind) || !is_there) continue;
    is_any = true;
    if (last == tx.today()) continue;
    db.run(
        "UPDATE contact SET verified_on = ?3 WHERE member = ?1 AND kind = ?2 AND ended_at IS NULL",
        member, kind, tx.today());
    members::insert_change(tx, member,
                           {.field = of_phone ? "phone_verified" : "address_verified",
                            .before = last ? std::optional{to_string(*last)} : std::nullopt,
                            .after = to_string(tx.today()),
                            .reason = {}});
    verified.push_back(kind);
  }
  if (is_any) return verified;
  throw Error(Errc::not_found,
              fmt::format(fmt::runtime(_("{} has nothing to verify: no such phone or address")),
                          to_string(member)),
              fmt::format("member edit {} --phone …", to_string(member)));
}

StaleList list_stale(Reading& reading, const StaleFilter& filter) {
  vault::require(reading, vault::Permission::view_people);
  members::check_limit(filter.limit);
  constexpr std::int64_t days_max = 36'500;
  const auto days = filter.days.value_or(policy_on(reading, reading.today()).members.stale_days);
  if (days < 0 || days > days_max) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("not a number of days from 0 to {most}: {days}")),
                            fmt::arg("most", days_max), fmt::arg("days", days)));
  }
  const Date until = members::stale_until(reading.today(), days);
  auto& db = vault::database(reading);
  const auto [day, after] = place_behind(db, filter, until);
  // A member stands where her oldest fact does.
  auto places = db.rows<StalePlace>(
      "SELECT DISTINCT coalesce(c.verified_on, -1000000), c.member FROM contact c"
      " JOIN member m ON m.id = c.member AND m.status = 'active'"
      " WHERE c.ended_at IS NULL AND coalesce(c.verified_on, -1000000) BETWEEN ?1 AND ?2"
      " AND (coalesce(c.verified_on, -1000000) > ?1 OR c.member > ?3)"
      " AND NOT EXISTS (SELECT 1 FROM contact o WHERE o.member = c.member AND o.ended_at IS NULL"
      "  AND coalesce(o.verified_on, -1000000) < coalesce(c.verified_on, -1000000))"
      " ORDER BY coalesce(c.verified_on, -1000000), c.member LIMIT ?4",
      day, number_of(until), after, static_cast<std::int64_t>(filter.limit) + 1);
  StaleList list;
  list.more = places.size() > filter.limit;
  if (list.more) places.pop_back();
  if (members::sees_names(reading.actor())) vault::require_may_show(reading, places.size());
  for (const StalePlace& place : places)
    list.lines.push_back(line_of(reading, place.member, until));
  return list;
}

IncompleteList list_incomplete(Reading& reading, const IncompleteFilter& filter) {
  vault::require(reading, vault::Permission::view_people);
  members::check_limit(filter.limit);
  if (filter.below < 1 || filter.below > 100) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("not a completeness from 1 to 100: {}")), filter.below));
  }
  auto& db = vault::database(reading);
  const Date until =
      members::stale_until(reading.today(), policy_on(reading, reading.today()).members.stale_days);
  auto all = db.prepare(
      fmt::format("SELECT {} FROM member m WHERE m.id > ?1 AND m.status = 'active' ORDER BY m.id",
                  members::known_columns));
  all.bind(filter.after);
  IncompleteList list;
  while (!list.more && all.step()) {
    const auto known = all.row<members::Known>();
    auto [score, lacking] = members::completeness_of(known, until);
    if (score >= filter.below) continue;
    list.more = list.lines.size() == filter.limit;
    if (list.more) break;
    const Member shown = members::masked(members::stored_member(db, known.id), reading.actor());
    list.lines.push_back({known.id, shown.name, shown.phone, score, std::move(lacking)});
  }
  if (members::sees_names(reading.actor())) vault::require_may_show(reading, list.lines.size());
  for (const IncompleteLine& line : list.lines) vault::shows(reading, line.id);
  return list;
}

}  // namespace pharmacy
