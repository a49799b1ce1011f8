// What allows an institution to deal in what it buys, and until when.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

struct NewLicence {
  MemberId member;
  std::string kind{};    // 1-100 bytes, as 药品经营许可证
  std::string number{};  // 1-100 bytes
  Date expires_on{};     // its last day; within a hundred years
};

// How soon its last day counts as near: today and this many days.
inline constexpr std::int64_t licence_soon_days = 30;
enum class LicenceState {
  valid,
  expiring,  // within licence_soon_days; on its last day it still holds
  expired
};
template <>
struct EnumNames<LicenceState> {
  using enum LicenceState;
  static constexpr std::array table{std::pair{valid, "valid"}, std::pair{expiring, "expiring"},
                                    std::pair{expired, "expired"}};
};

// A licence that was not ended.
struct Licence {
  MemberId member;
  std::optional<std::string> name;  // masked for whoever may not see names
  std::string kind;
  std::string number;
  Date expires_on;
  std::int64_t days_left;  // below 0 where it has run out
  LicenceState state;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &Licence::member},
                      Field{"name", &Licence::name},
                      Field{"licence", &Licence::kind},
                      Field{"number", &Licence::number},
                      Field{"expires_on", &Licence::expires_on},
                      Field{"days_left", &Licence::days_left},
                      Field{"state", &Licence::state}};
  }
};
struct LicenceFilter {
  std::optional<MemberId> member{};
  std::optional<std::int64_t> within{};  // 0-36,500: only what has run out, or will in so many days
  std::size_t limit = 100;               // 1-members_limit_max
};
struct LicenceList {
  std::vector<Licence> licences;
  bool more = false;
};
// A licence that a party has or had.
struct CopiedLicence {
  std::string kind;
  std::string number;
  Date expires_on;
  Instant added;
  std::optional<Instant> ended;

  static constexpr auto fields() {
    return std::tuple{
        Field{"licence", &CopiedLicence::kind}, Field{"number", &CopiedLicence::number},
        Field{"expires_on", &CopiedLicence::expires_on}, Field{"added_at", &CopiedLicence::added},
        Field{"ended_at", &CopiedLicence::ended}};
  }
};

// A licence of that number that she has already is replaced; false where all is the same. Throws
// not_found; refused where the member is restricted or a person; invalid_input.
PHARMACY_API bool add_licence(Transaction& tx, const NewLicence& input);
// Throws not_found where she has no such licence; refused where the member is restricted.
PHARMACY_API void end_licence(Transaction& tx, MemberId member, const std::string& number);
// By the day on which they run out. Throws invalid_input; not_found; ApprovalNeeded as
// list_members.
PHARMACY_API LicenceList list_licences(Reading& reading, const LicenceFilter& filter);

}  // namespace pharmacy
