// The tables of this room: what writes a member's rows, and whom a card or a phone belongs to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/database.h"
#include "members/check.h"
#include "members/search/search_keys.h"
#include "pharmacy/members.h"

namespace pharmacy::members {

struct CardOwner {
  MemberId member;
  std::optional<Instant> ended_at;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &CardOwner::member}, Field{"ended_at", &CardOwner::ended_at}};
  }
};
// Whose the card is or was.
std::optional<CardOwner> card_owner(db::Database& db, std::string_view card);
// Who is reached by the phone, in E.164; the lowest number first, at most `limit`.
std::vector<MemberId> phone_owners(db::Database& db, std::string_view phone, std::int64_t limit);

Fault card_taken(const CardOwner& owner);
Fault phone_taken(MemberId owner);

// Where facts come from.
struct Provenance {
  std::string_view source;  // 'counter', or the import's
  Instant now;
  StaffId staff;
  std::optional<Date> verified_on;
  std::optional<ImportId> import;
};

// The rows of one fact.
void insert_card(db::Database& db, MemberId member, std::string_view card, Instant now);
struct NewContact {
  std::string_view kind;  // 'phone' or 'address'
  std::string_view value;
  bool shared = false;
};
void insert_contact(db::Database& db, MemberId member, const NewContact& contact,
                    const Provenance& from);
void insert_key(db::Database& db, MemberId member, const SearchKey& key);
// All rows of a member but the search keys. `member` is checked and free of conflicts; `identity`
// is that of an imported row without a card.
MemberId insert_member(db::Database& db, const NewMember& member, Date joined,
                       const Provenance& from,
                       const std::optional<db::Bytes>& identity = std::nullopt);

// Of what somebody told, just now.
Provenance told(Transaction& tx, FactSource source);

// A line of the member's history.
struct NewChange {
  std::string_view field;
  std::optional<std::string> before;
  std::optional<std::string> after;
  std::optional<std::string> reason;
};
void insert_change(Transaction& tx, MemberId member, const NewChange& change);
// Fields of the history about what a member likes begin with it: "preference_brand".
inline constexpr std::string_view preference_fields = "preference";

// The whole member, for whoever compares and changes; what is shown is masked. Throws not_found.
Member stored_member(db::Database& db, MemberId id);

// edit_member, for facts that come from elsewhere than the counter.
std::vector<MemberChange> edit(Transaction& tx, MemberId id, const MemberEdit& edit,
                               const Provenance& from);

}  // namespace pharmacy::members
