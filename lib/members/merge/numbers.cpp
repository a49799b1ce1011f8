#include "members/merge/numbers.h"

#include <set>
#include <string>

#include "members/search/search_keys.h"
#include "members/tables.h"

namespace pharmacy::members {

MemberId standing_for(db::Database& db, MemberId id) {
  return db
      .value<MemberId>(
          "WITH RECURSIVE later_number(id) AS (SELECT ?1 UNION"
          " SELECT m.into_member FROM later_number JOIN member_merge m"
          "  ON m.from_member = later_number.id WHERE m.undone_at IS NULL)"
          " SELECT later_number.id FROM later_number JOIN member m ON m.id = later_number.id"
          " WHERE m.status <> 'merged'",
          id)
      .value_or(id);
}

std::vector<MemberId> merged_into(db::Database& db, MemberId id) {
  return db.values<MemberId>(
      "WITH RECURSIVE earlier_number(id) AS"
      " (SELECT from_member FROM member_merge WHERE into_member = ?1 AND undone_at IS NULL UNION"
      " SELECT m.from_member FROM earlier_number JOIN member_merge m"
      "  ON m.into_member = earlier_number.id WHERE m.undone_at IS NULL)"
      " SELECT id FROM earlier_number ORDER BY id",
      id);
}

void rebuild_keys(db::Database& db, MemberId id) {
  auto numbers = merged_into(db, id);
  numbers.push_back(id);
  std::set<SearchKey> keys;
  for (const MemberId number : numbers) {
    const auto name =
        db.value<std::optional<std::string>>("SELECT name FROM member WHERE id = ?1", number);
    if (!name || !*name) continue;
    for (auto& key : search_keys(**name)) keys.insert(std::move(key));
  }
  db.run("DELETE FROM member_key WHERE member = ?1", id);
  for (const SearchKey& key : keys) insert_key(db, id, key);
}

}  // namespace pharmacy::members
