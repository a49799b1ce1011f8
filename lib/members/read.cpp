#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "base/phone.h"
#include "members/facts/facts.h"
#include "members/masks.h"
#include "members/merge/numbers.h"
#include "members/rights/status.h"
#include "members/tables.h"
#include "pharmacy/review.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/permissions.h"

namespace pharmacy {

Member members::stored_member(db::Database& db, MemberId id) {
  auto member = db.row<Member>(
      "SELECT id, name, card, phone, sex, birth, address, note, joined, other_cards, kind, class,"
      " region, relation, call_as, contact_by, city_size FROM current_member WHERE id = ?1",
      id);
  if (!member) members::throw_no_member(to_string(id));
  return std::move(*member);
}

namespace {

// Who can be used, else all: whoever names one who is restricted is told so.
std::vector<MemberId> in_use_first(db::Database& db, std::vector<MemberId> owners) {
  const auto restricted = std::stable_partition(
      owners.begin(), owners.end(),
      [&db](MemberId owner) { return members::status_of(db, owner) == MemberStatus::active; });
  if (restricted != owners.begin()) owners.erase(restricted, owners.end());
  return owners;
}

// Who "M12" is: the member of that number, or whose card says so.
std::optional<MemberId> find_by_number(db::Database& db, MemberId typed, std::string_view text) {
  const MemberId id = members::standing_for(db, typed);
  const auto owner = members::card_owner(db, text);
  const bool is_card_of_another = owner && !owner->ended_at && owner->member != id;
  if (!members::is_kept(db, id))
    return is_card_of_another ? std::optional{owner->member} : std::nullopt;
  if (!is_card_of_another) return id;
  throw Error(
      Errc::conflict,
      fmt::format(fmt::runtime(_("{text} is the number of a member and the card of {member}")),
                  fmt::arg("text", text), fmt::arg("member", to_string(owner->member))),
      _("name the one you mean by phone, or by another card"));
}

std::optional<MemberId> who_is_meant(db::Database& db, std::string_view text) {
  members::Faults ignored;
  const auto card = members::checked_card(text, ignored);
  if (card) {
    if (const auto id = parse_member_id(*card)) return find_by_number(db, *id, *card);
    const auto owner = members::card_owner(db, *card);
    if (owner && !owner->ended_at) return owner->member;
  }
  const auto phone = members::checked_phone(text, ignored);
  if (!phone) return std::nullopt;
  constexpr std::int64_t named_max = 5;
  const auto owners = in_use_first(db, members::phone_owners(db, *phone, named_max));
  if (owners.empty()) return std::nullopt;
  if (owners.size() == 1) return owners[0];
  std::string all;
  for (const auto owner : owners) all += (all.empty() ? "" : ", ") + to_string(owner);
  throw Error(Errc::conflict,
              fmt::format(fmt::runtime(_("several members share this phone: {}")), all),
              _("give the number of the one you mean"));
}

// One more than asked for, to know whether there are more.
std::vector<MemberLine> lines_of(db::Database& db, const MemberRange& range) {
  const auto limit = static_cast<std::int64_t>(range.limit) + 1;
  if (range.kind || range.member_class) return members::lines_by_facts(db, range, limit);
  if (!range.joined) {
    return db.rows<MemberLine>(
        "SELECT id, name, card, phone, birth, joined FROM current_member WHERE id > ?1"
        " ORDER BY id LIMIT ?2",
        range.after, limit);
  }
  // The numbers first, so that cards and phones are looked up for those shown only.
  return db.rows<MemberLine>(
      "SELECT id, name, card, phone, birth, joined FROM current_member WHERE id IN"
      " (SELECT id FROM member WHERE joined BETWEEN ?1 AND ?2 AND id > ?3"
      "  AND status = 'active' ORDER BY id LIMIT ?4)"
      " ORDER BY id",
      range.joined->from, range.joined->to, range.after, limit);
}

}  // namespace

Member get_member(Reading& reading, MemberId id, const Reveal& reveal) {
  vault::require(reading, vault::Permission::view_people);
  members::begin_reveal(reading, reveal);
  require_in_use(reading, id);
  auto member = members::stored_member(vault::database(reading), id);
  vault::shows(reading, id);
  return members::masked(std::move(member), reading.actor(), reveal.field);
}

std::optional<MemberId> find_member(Reading& reading, std::string_view text) {
  vault::require(reading, vault::Permission::view_people);
  const auto id = who_is_meant(vault::database(reading), text);
  if (id) {
    vault::shows(reading, *id);
  } else {
    vault::shown(reading).note("nobody");
  }
  return id;
}

std::vector<MemberId> members_with_phone(Reading& reading, std::string_view phone) {
  vault::require(reading, vault::Permission::view_people);
  constexpr std::int64_t owners_max = 100;
  const auto e164 = normalise_phone(phone);
  if (!e164) return {};
  auto& db = vault::database(reading);
  auto owners = in_use_first(db, members::phone_owners(db, *e164, owners_max));
  for (const MemberId owner : owners) vault::shows(reading, owner);
  return owners;
}

MemberId get_member_id(Reading& reading, std::string_view text) {
  vault::require(reading, vault::Permission::view_people);
  const auto id = find_member(reading, text);
  if (!id) members::throw_no_member(text);
  return *id;
}

MemberList list_members(Reading& reading, const MemberRange& range) {
  vault::require(reading, vault::Permission::view_people);
  members::check_limit(range.limit);
  return members::shown_list(reading, lines_of(vault::database(reading), range), range.limit);
}

std::int64_t count_export(Reading& reading) {
  vault::require_to_plan(reading, vault::Permission::export_people, Approvable::show_many);
  return *vault::database(reading).value<std::int64_t>("SELECT count(*) FROM current_member");
}

std::vector<Member> export_members(Reading& reading, MemberId after, std::size_t limit) {
  vault::require(reading, vault::Permission::export_people);
  members::check_limit(limit);
  const auto all = vault::database(reading).value<std::int64_t>(
      "SELECT count(*) FROM (SELECT 1 FROM current_member LIMIT ?1)",
      static_cast<std::int64_t>(people_shown_max) + 1);
  vault::require_may_show(reading, static_cast<std::size_t>(all.value_or(0)));
  auto members = vault::database(reading).rows<Member>(
      "SELECT id, name, card, phone, sex, birth, address, note, joined, other_cards, kind, class,"
      " region, relation, call_as, contact_by, city_size FROM current_member"
      " WHERE id > ?1 ORDER BY id LIMIT ?2",
      after, static_cast<std::int64_t>(limit));
  if (!members.empty())
    vault::shown(reading).members.push_back({members.front().id, members.back().id});
  return members;
}

std::vector<Date> births_of(Reading& reading, MemberId id) {
  auto& db = vault::database(reading);
  auto numbers = members::merged_into(db, id);
  numbers.push_back(id);
  std::vector<Date> births;
  for (const MemberId number : numbers) {
    const auto birth =
        db.value<std::optional<Date>>("SELECT birth FROM member WHERE id = ?1", number);
    if (birth && *birth) births.push_back(**birth);
  }
  return births;
}

std::vector<MemberChange> member_history(Reading& reading, MemberId id) {
  vault::require(reading, vault::Permission::view_people);
  auto& db = vault::database(reading);
  require_in_use(reading, id);
  vault::shows(reading, id);
  auto changes = db.rows<MemberChange>(
      "SELECT c.at, s.login, c.field, c.old, c.new, c.reason FROM member_change c"
      " JOIN staff s ON s.id = c.staff WHERE c.member = ?1 ORDER BY c.id",
      id);
  if (!vault::may(reading.actor(), vault::Permission::view_risks))
    std::erase_if(changes, [](const MemberChange& change) { return change.field == "risk"; });
  for (auto& change : changes) change = members::masked(std::move(change), reading.actor());
  return changes;
}

}  // namespace pharmacy
