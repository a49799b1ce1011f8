// What is known of one member, and whether it still holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>

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

// What of all that counts is known of a member.
struct Known {
  MemberId id;
  bool is_person;
  bool name;
  std::optional<std::int64_t> phone_verified;  // the day; below all days where it never was
  bool birth;
  bool sex;
  bool address;

  static constexpr auto fields() {
    return std::tuple{
        Field{"id", &Known::id},          Field{"is_person", &Known::is_person},
        Field{"name", &Known::name},      Field{"phone_verified", &Known::phone_verified},
        Field{"birth", &Known::birth},    Field{"sex", &Known::sex},
        Field{"address", &Known::address}};
  }
};
// Its columns, of `member m`.
inline constexpr std::string_view known_columns =
    "m.id, coalesce((SELECT f.value FROM member_fact f WHERE f.member = m.id AND f.fact = 'kind'"
    " AND f.ended_at IS NULL ORDER BY f.id DESC LIMIT 1), 'person') = 'person',"
    " m.name IS NOT NULL,"
    " (SELECT min(coalesce(c.verified_on, -1000000)) FROM contact c"
    "  WHERE c.member = m.id AND c.kind = 'phone' AND c.ended_at IS NULL),"
    " m.birth IS NOT NULL, m.sex IS NOT NULL,"
    " EXISTS (SELECT 1 FROM contact c"
    "  WHERE c.member = m.id AND c.kind = 'address' AND c.ended_at IS NULL)";
Completeness completeness_of(const Known& known, Date stale_until);
Completeness completeness_of(db::Database& db, MemberId member, Date stale_until);

}  // namespace pharmacy::members
