#include "members/tables.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "members/facts/facts.h"
#include "vault/access.h"

namespace pharmacy::members {

std::optional<CardOwner> card_owner(db::Database& db, std::string_view card) {
  return db.row<CardOwner>("SELECT member, ended_at FROM card WHERE number = ?1", card);
}

std::vector<MemberId> phone_owners(db::Database& db, std::string_view phone, std::int64_t limit) {
  auto statement = db.prepare(
      "SELECT DISTINCT member FROM contact"
      " WHERE kind = 'phone' AND ended_at IS NULL AND value = ?1"
      " ORDER BY member LIMIT ?2");
  statement.bind(phone, limit);
  std::vector<MemberId> owners;
  while (statement.step()) owners.push_back(statement.get<MemberId>(0));
  return owners;
}

Fault card_taken(const CardOwner& owner) {
  const std::string member = to_string(owner.member);
  return owner.ended_at ? Fault{fmt::format(fmt::runtime(_("this card belonged to {}")), member),
                                _("take a card that nobody had")}
                        : Fault{fmt::format(fmt::runtime(_("this card belongs to {}")), member),
                                _("take another card, or first take it off that member")};
}

Fault phone_taken(MemberId owner) {
  return {fmt::format(fmt::runtime(_("this phone number belongs to {}")), to_string(owner)),
          _("use --shared if the two share a phone")};
}

void insert_card(db::Database& db, MemberId member, std::string_view card, Instant now) {
  db.run("INSERT INTO card (number, member, added_at) VALUES (?1, ?2, ?3)", card, member, now);
}

void insert_contact(db::Database& db, MemberId member, const NewContact& contact,
                    const Provenance& from) {
  db.run(
      "INSERT INTO contact (member, kind, value, shared, source, verified_on, added_at)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      member, contact.kind, contact.value, contact.shared, from.source, from.verified_on, from.now);
}

void insert_key(db::Database& db, MemberId member, const SearchKey& key) {
  db.run("INSERT INTO member_key (inner_part, key, member) VALUES (?1, ?2, ?3)", key.inner, key.key,
         member);
}

Provenance told(Transaction& tx, FactSource source) {
  const bool here = source == FactSource::counter;
  return {.source = to_word(source),
          .now = tx.now(),
          .staff = tx.actor().id,
          .verified_on = here ? std::optional{tx.today()} : std::nullopt,
          .import = std::nullopt};
}

void insert_change(Transaction& tx, MemberId member, const NewChange& change) {
  vault::database(tx).run(
      "INSERT INTO member_change (member, field, old, new, at, staff, reason)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      member, change.field, change.before, change.after, tx.now(), tx.actor().id, change.reason);
}

MemberId insert_member(db::Database& db, const NewMember& member, Date joined,
                       const Provenance& from, const std::optional<db::Bytes>& identity) {
  db.run(
      "INSERT INTO member (name, sex, birth, note, joined, recorded_at, recorded_by, import,"
      " import_identity) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      member.name, member.sex, member.birth, member.note, member.joined.value_or(joined), from.now,
      from.staff, from.import, identity);
  const MemberId id{db.last_insert_id()};
  if (member.card) insert_card(db, id, *member.card, from.now);
  if (member.phone) {
    insert_contact(db, id, {"phone", *member.phone, member.shared_phone}, from);
  }
  if (member.address) insert_contact(db, id, {"address", *member.address}, from);
  for (const auto& [fact, value] : facts_of(member)) {
    if (value) insert_fact(db, id, {.fact = fact, .value = *value, .reason = member.reason}, from);
  }
  return id;
}

}  // namespace pharmacy::members
