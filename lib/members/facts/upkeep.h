// What is known of one member, and whether it still holds.
#pragma once

#include <optional>
#include <string>

#include "db/database.h"
#include "pharmacy/members.h"
#include "pharmacy/upkeep.h"

namespace pharmacy::members {

// When the phone and the address that hold were verified last.
struct Verifications {
  std::optional<Date> phone;
  std::optional<Date> address;
};
Verifications verifications(db::Database& db, MemberId member);

// The last day that is stale, where what was not verified for so many days is.
Date stale_until(Date today, std::int64_t days);
bool is_stale(std::optional<Date> verified_on, Date stale_until);
// "phone,address", "phone", "address" or "".
std::string to_verify(const Member& member, const Verifications& verified, Date stale_until);
Completeness completeness_of(const Member& member, const Verifications& verified, Date stale_until);

}  // namespace pharmacy::members
