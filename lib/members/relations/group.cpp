#include "pharmacy/group.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "members/masks.h"
#include "members/tables.h"
#include "pharmacy/error.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

// A merge may make an account a member of itself: that counts for nothing.
std::optional<MemberId> account_of(db::Database& db, MemberId member) {
  return db.value<MemberId>(
      "SELECT account FROM member_group"
      " WHERE member = ?1 AND left_at IS NULL AND account <> member ORDER BY id DESC LIMIT 1",
      member);
}

bool is_account(db::Database& db, MemberId member) {
  return db
      .value<std::int64_t>(
          "SELECT 1 FROM member_group"
          " WHERE account = ?1 AND left_at IS NULL AND account <> member LIMIT 1",
          member)
      .has_value();
}

void begin_group_change(Transaction& tx, MemberId account, MemberId member) {
  vault::require(tx, vault::Permission::edit_people);
  for (const MemberId one : {account, member}) {
    require_in_use(tx, one);
    vault::shows(tx, one);
  }
}

[[noreturn]] void throw_in_account(MemberId member, MemberId account) {
  throw Error(
      Errc::conflict,
      fmt::format(fmt::runtime(_("{member} is in the account of {account}")),
                  fmt::arg("member", to_string(member)), fmt::arg("account", to_string(account))),
      fmt::format("member group leave {} {}", to_string(account), to_string(member)));
}

}  // namespace

bool join_group(Transaction& tx, MemberId account, MemberId member) {
  begin_group_change(tx, account, member);
  if (account == member) {
    throw Error(
        Errc::invalid_input,
        fmt::format(fmt::runtime(_("{} is no member of her own account")), to_string(account)));
  }
  auto& db = vault::database(tx);
  const auto now = account_of(db, member);
  if (now == account) return false;
  if (now) throw_in_account(member, *now);
  if (const auto above = account_of(db, account)) throw_in_account(account, *above);
  if (is_account(db, member)) {
    throw Error(
        Errc::conflict,
        fmt::format(fmt::runtime(_("{} is an account that has members itself")), to_string(member)),
        fmt::format("member group list {}", to_string(member)));
  }
  db.run("INSERT INTO member_group (account, member, joined_at, joined_by) VALUES (?1, ?2, ?3, ?4)",
         account, member, tx.now(), tx.actor().id);
  members::insert_change(
      tx, member, {.field = "account", .before = {}, .after = to_string(account), .reason = {}});
  return true;
}

bool leave_group(Transaction& tx, MemberId account, MemberId member) {
  begin_group_change(tx, account, member);
  auto& db = vault::database(tx);
  if (account_of(db, member) != account) return false;
  db.run(
      "UPDATE member_group SET left_at = ?3, left_by = ?4"
      " WHERE account = ?1 AND member = ?2 AND left_at IS NULL",
      account, member, tx.now(), tx.actor().id);
  members::insert_change(
      tx, member, {.field = "account", .before = to_string(account), .after = {}, .reason = {}});
  return true;
}

GroupMembers list_group(Reading& reading, MemberId account, const GroupFilter& filter) {
  vault::require(reading, vault::Permission::view_people);
  members::check_limit(filter.limit);
  require_in_use(reading, account);
  vault::shows(reading, account);
  GroupMembers list;
  list.members = vault::database(reading).rows<GroupMember>(
      "SELECT g.member, m.name, NULL, min(g.joined_at) FROM member_group g"
      " JOIN member m ON m.id = g.member AND m.status = 'active'"
      " WHERE g.account = ?1 AND g.left_at IS NULL AND g.member > ?2 AND g.member <> g.account"
      " GROUP BY g.member ORDER BY g.member LIMIT ?3",
      account, filter.after, static_cast<std::int64_t>(filter.limit) + 1);
  list.more = list.members.size() > filter.limit;
  if (list.more) list.members.pop_back();
  if (members::sees_names(reading.actor())) vault::require_may_show(reading, list.members.size());
  for (GroupMember& one : list.members) {
    vault::shows(reading, one.member);
    const Member shown = members::masked(
        members::stored_member(vault::database(reading), one.member), reading.actor());
    one.name = shown.name;
    one.phone = shown.phone;
  }
  return list;
}

GroupAccounts list_groups(Reading& reading, const GroupFilter& filter) {
  vault::require(reading, vault::Permission::view_people);
  members::check_limit(filter.limit);
  GroupAccounts list;
  list.accounts = vault::database(reading).rows<GroupAccount>(
      "SELECT g.account, m.name, count(DISTINCT g.member) FROM member_group g"
      " JOIN member m ON m.id = g.account AND m.status = 'active'"
      " WHERE g.left_at IS NULL AND g.account > ?1 AND g.member <> g.account"
      " GROUP BY g.account ORDER BY g.account LIMIT ?2",
      filter.after, static_cast<std::int64_t>(filter.limit) + 1);
  list.more = list.accounts.size() > filter.limit;
  if (list.more) list.accounts.pop_back();
  const bool sees_names = members::sees_names(reading.actor());
  if (sees_names) vault::require_may_show(reading, list.accounts.size());
  for (GroupAccount& one : list.accounts) {
    vault::shows(reading, one.account);
    if (!sees_names) members::mask_text(one.name);
  }
  return list;
}

}  // namespace pharmacy
