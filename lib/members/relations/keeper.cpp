#include "pharmacy/keeper.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "members/relations/standing.h"
#include "members/tables.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/people.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {
namespace {

void end_keeper(Transaction& tx, MemberId member) {
  vault::database(tx).run(
      "UPDATE member_keeper SET ended_at = ?2 WHERE member = ?1 AND ended_at IS NULL", member,
      tx.now());
}

}  // namespace

bool set_keeper(Transaction& tx, MemberId member, const std::string& login) {
  vault::require(tx, vault::Permission::edit_people);
  require_in_use(tx, member);
  vault::shows(tx, member);
  const StaffId keeper = vault::staff_for_rows(tx, login);
  auto& db = vault::database(tx);
  const auto before = members::keeper_of(db, member);
  if (before == login) return false;
  end_keeper(tx, member);
  db.run("INSERT INTO member_keeper (member, keeper, added_at, added_by) VALUES (?1, ?2, ?3, ?4)",
         member, keeper, tx.now(), tx.actor().id);
  members::insert_change(tx, member,
                         {.field = "keeper", .before = before, .after = login, .reason = {}});
  return true;
}

bool clear_keeper(Transaction& tx, MemberId member) {
  vault::require(tx, vault::Permission::edit_people);
  require_in_use(tx, member);
  vault::shows(tx, member);
  const auto before = members::keeper_of(vault::database(tx), member);
  if (!before) return false;
  end_keeper(tx, member);
  members::insert_change(tx, member,
                         {.field = "keeper", .before = before, .after = {}, .reason = {}});
  return true;
}

KeptList list_kept(Reading& reading, const KeeperFilter& filter) {
  vault::require(reading, vault::Permission::view_people);
  members::check_limit(filter.limit);
  if (filter.keeper) vault::slot_of(reading.impl().keyring(), *filter.keeper);
  // Of two that hold, after a merge, the newer one.
  constexpr std::string_view of_all =
      "SELECT k.member, m.name, s.login, k.added_at FROM member m JOIN member_keeper k"
      " ON k.id = (SELECT n.id FROM member_keeper n WHERE n.member = m.id AND n.ended_at IS NULL"
      "  ORDER BY n.id DESC LIMIT 1) JOIN staff s ON s.id = k.keeper"
      " WHERE m.status = 'active' AND m.id > ?1 AND ?3 IS NULL ORDER BY m.id LIMIT ?2";
  constexpr std::string_view of_one =
      "SELECT k.member, m.name, s.login, k.added_at FROM staff s JOIN member_keeper k"
      " ON k.keeper = s.id JOIN member m ON m.id = k.member"
      " WHERE s.login = ?3 AND k.ended_at IS NULL AND m.status = 'active' AND k.member > ?1"
      " AND NOT EXISTS (SELECT 1 FROM member_keeper n WHERE n.member = k.member"
      "  AND n.ended_at IS NULL AND n.id > k.id) ORDER BY k.member LIMIT ?2";
  KeptList list;
  list.members = vault::database(reading).rows<KeptMember>(
      filter.keeper ? of_one : of_all, filter.after, static_cast<std::int64_t>(filter.limit) + 1,
      filter.keeper);
  list.more = list.members.size() > filter.limit;
  if (list.more) list.members.pop_back();
  vault::show_people(reading, list.members);
  return list;
}

}  // namespace pharmacy
