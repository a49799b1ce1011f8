#include "visits/special/links.h"

#include <set>

namespace pharmacy::visits {

std::vector<MemberId> members_by(db::Database& database, const db::Bytes& tag) {
  return database.values<MemberId>(
      "SELECT DISTINCT r.member FROM special_buyer s CROSS JOIN receipt r ON r.id = s.receipt"
      " CROSS JOIN member m ON m.id = r.member WHERE s.tag = ?1 AND m.status <> 'erased'"
      " ORDER BY r.member",
      tag);
}

// Who lives with a member, and she, as get_household() has them; and who lived with her until a
// time that is `since` or later.
static std::vector<MemberId> lived_with(db::Database& database, MemberId member, Instant since) {
  return database.values<MemberId>(
      "SELECT ?1 UNION SELECT b.member FROM household_member a CROSS JOIN household_member b"
      " ON b.household = a.household"
      " WHERE a.member = ?1 AND (a.left_at IS NULL OR a.left_at >= ?2)"
      " AND (b.left_at IS NULL OR b.left_at >= ?2)"
      " AND (a.left_at IS NULL OR b.joined_at <= a.left_at)"
      " AND (b.left_at IS NULL OR a.joined_at <= b.left_at) ORDER BY 1",
      member, since);
}

static std::vector<db::Bytes> documents_of(db::Database& database, MemberId member) {
  return database.values<db::Bytes>(
      "SELECT DISTINCT s.tag FROM receipt r CROSS JOIN special_buyer s ON s.receipt = r.id"
      " WHERE r.member = ?1 ORDER BY s.tag",
      member);
}

BoughtBy linked(db::Database& database, std::optional<MemberId> member,
                const std::optional<db::Bytes>& tag, Instant since) {
  std::vector<MemberId> named;
  if (tag) named = members_by(database, *tag);
  if (member) named.push_back(*member);
  std::set<MemberId> members;
  for (const MemberId one : named) {
    for (const MemberId other : lived_with(database, one, since)) members.insert(other);
  }
  std::set<db::Bytes> tags;
  if (tag) tags.insert(*tag);
  for (const MemberId one : members) {
    for (db::Bytes& other : documents_of(database, one)) tags.insert(std::move(other));
  }
  return {.members = {members.begin(), members.end()}, .tags = {tags.begin(), tags.end()}};
}

}  // namespace pharmacy::visits
