// Accounts that buy for several members: a company, a clinic, a class that buys together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

// A member of an account.
struct GroupMember {
  MemberId member;
  std::optional<std::string> name;   // masked for whoever may not see names
  std::optional<std::string> phone;  // masked
  Instant joined;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &GroupMember::member}, Field{"name", &GroupMember::name},
                      Field{"phone", &GroupMember::phone},
                      Field{"joined_at", &GroupMember::joined}};
  }
};
// An account that has members.
struct GroupAccount {
  MemberId account;
  std::optional<std::string> name;  // masked likewise
  std::int64_t members;

  static constexpr auto fields() {
    return std::tuple{Field{"account", &GroupAccount::account}, Field{"name", &GroupAccount::name},
                      Field{"members", &GroupAccount::members}};
  }
};
struct GroupFilter {
  MemberId after{0};        // only numbers above this one
  std::size_t limit = 100;  // 1-members_limit_max
};
struct GroupMembers {
  std::vector<GroupMember> members;
  bool more = false;
};
struct GroupAccounts {
  std::vector<GroupAccount> accounts;
  bool more = false;
};
// That one party was in the account of another.
struct CopiedGroup {
  MemberId account;
  MemberId member;
  Instant joined;
  std::optional<Instant> left;

  static constexpr auto fields() {
    return std::tuple{
        Field{"account", &CopiedGroup::account}, Field{"member", &CopiedGroup::member},
        Field{"joined_at", &CopiedGroup::joined}, Field{"left_at", &CopiedGroup::left}};
  }
};

// These two throw not_found; refused where one of them is restricted.

// False where she is in it already. An account is in no other account, and a member in one only:
// throws conflict where she is in another, or one of the two has the other part already;
// invalid_input where both are one.
PHARMACY_API bool join_group(Transaction& tx, MemberId account, MemberId member);
// False where she is not in it.
PHARMACY_API bool leave_group(Transaction& tx, MemberId account, MemberId member);

// Who is in an account, by their numbers. Throws not_found; ApprovalNeeded as list_members.
PHARMACY_API GroupMembers list_group(Reading& reading, MemberId account,
                                     const GroupFilter& filter = {});
// The accounts, by their numbers.
PHARMACY_API GroupAccounts list_groups(Reading& reading, const GroupFilter& filter = {});

}  // namespace pharmacy
