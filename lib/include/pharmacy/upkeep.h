// Whether what is known of members still holds, and is all there: what was verified when, who is to
// be asked again, and of whom much is lacking.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/members.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

enum class ContactKind { phone, address };
template <>
struct EnumNames<ContactKind> {
  static constexpr std::array table{std::pair{ContactKind::phone, "phone"},
                                    std::pair{ContactKind::address, "address"}};
};

// Records that the phone, the address, or where nothing is named what there is of both was checked
// today and is right; returns what was not verified today already. Who did so is in the member's
// history. Throws not_found for a fact that she does not have.
PHARMACY_API std::vector<ContactKind> verify_contacts(Transaction& tx, MemberId member,
                                                      std::optional<ContactKind> only = {});

// A member of whom a phone or an address was not verified for long.
struct StaleLine {
  MemberId id;
  std::optional<std::string> name;
  std::optional<std::string> phone;  // masked
  std::string to_verify;             // "phone", "address" or "phone,address"
  std::optional<Date> verified_on;   // the older of the two; absent where one never was

  static constexpr auto fields() {
    return std::tuple{Field{"id", &StaleLine::id}, Field{"name", &StaleLine::name},
                      Field{"phone", &StaleLine::phone}, Field{"to_verify", &StaleLine::to_verify},
                      Field{"verified_on", &StaleLine::verified_on}};
  }
};
struct StaleFilter {
  std::optional<std::int64_t> days{};  // 0-36,500; the policy's stale_days where absent
  std::optional<MemberId> after{};     // only those that such a list has behind this one
  std::size_t limit = 100;             // 1-members_limit_max
};
struct StaleList {
  std::vector<StaleLine> lines;
  bool more = false;  // whether others come after these
};
// Who has a phone or an address that was last verified `days` days ago or longer, or never: those
// first who were never asked, then those who were not for longest; of one day by their numbers.
// Throws invalid_input; not_found where `after` is not on the list; ApprovalNeeded as list_members.
PHARMACY_API StaleList list_stale(Reading& reading, const StaleFilter& filter);

// How much of what the pharmacy wants to know of a member it does, from 0 to 100. Of a person: name
// 20, phone 25, its being verified 15 (not stale by the policy), day of birth 20, sex 10, address
// 10. Of another party: name 30, phone 30, its being verified 20, address 20.
struct Completeness {
  std::int64_t score;
  std::string lacking;  // what is not there, with commas: "birth,address"
};

struct IncompleteLine {
  MemberId id;
  std::optional<std::string> name;
  std::optional<std::string> phone;  // masked
  std::int64_t completeness;
  std::string lacking;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &IncompleteLine::id}, Field{"name", &IncompleteLine::name},
                      Field{"phone", &IncompleteLine::phone},
                      Field{"completeness", &IncompleteLine::completeness},
                      Field{"lacking", &IncompleteLine::lacking}};
  }
};
struct IncompleteFilter {
  std::int64_t below = 60;  // 1-100: whose completeness is less
  MemberId after{0};        // only numbers above this one
  std::size_t limit = 100;  // 1-members_limit_max
};
struct IncompleteList {
  std::vector<IncompleteLine> lines;
  bool more = false;
};
// In the order of their numbers. It looks at one member after the other from `after` on until it
// has enough. Throws invalid_input; ApprovalNeeded as list_members.
PHARMACY_API IncompleteList list_incomplete(Reading& reading, const IncompleteFilter& filter);

}  // namespace pharmacy
