// Who of the staff looks after a member.
#pragma once

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

// A member who has a keeper.
struct KeptMember {
  MemberId member;
  std::optional<std::string> name;  // masked for whoever may not see names
  std::string keeper;               // login
  Instant since;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &KeptMember::member}, Field{"name", &KeptMember::name},
                      Field{"keeper", &KeptMember::keeper}, Field{"since", &KeptMember::since}};
  }
};
struct KeeperFilter {
  std::optional<std::string> keeper{};  // a login: only whom she looks after
  MemberId after{0};                    // only numbers above this one
  std::size_t limit = 100;              // 1-members_limit_max
};
struct KeptList {
  std::vector<KeptMember> members;
  bool more = false;
};
// A keeper that a member has or had.
struct CopiedKeeper {
  std::string keeper;  // login
  Instant added;
  std::optional<Instant> ended;

  static constexpr auto fields() {
    return std::tuple{Field{"keeper", &CopiedKeeper::keeper},
                      Field{"added_at", &CopiedKeeper::added},
                      Field{"ended_at", &CopiedKeeper::ended}};
  }
};

// These two throw not_found; refused where the member is restricted.

// False where she has this keeper already.
PHARMACY_API bool set_keeper(Transaction& tx, MemberId member, const std::string& login);
// False where she has none.
PHARMACY_API bool clear_keeper(Transaction& tx, MemberId member);

// Of one keeper, or of all; by the members' numbers. Throws not_found for the login; ApprovalNeeded
// as list_members.
PHARMACY_API KeptList list_kept(Reading& reading, const KeeperFilter& filter);

}  // namespace pharmacy
