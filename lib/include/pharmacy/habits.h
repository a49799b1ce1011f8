// What purchases tell of a member, worked out whenever it is asked for: nothing of it is kept.
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
#include "pharmacy/visits.h"

namespace pharmacy {

// How long she has been a member, and how long she has bought here. The two are kept apart: many
// buy for years before they join, and many join without buying.
struct MemberTenure {
  std::optional<std::int64_t> tenure_days;  // since she joined; absent on days before that
  std::optional<Date> first_purchase;       // a sale of something, as pharmacy/reports.h has it
  std::optional<std::int64_t> buying_days;  // since then

  static constexpr auto fields() {
    return std::tuple{Field{"tenure_days", &MemberTenure::tenure_days},
                      Field{"first_purchase", &MemberTenure::first_purchase},
                      Field{"buying_days", &MemberTenure::buying_days}};
  }
};
// As of today. Throws not_found; refused where she is restricted.
PHARMACY_API MemberTenure get_tenure(Reading& reading, MemberId member);

// How she usually buys. What came back by the last day counts as not bought: a purchase is a sale
// of which something was kept.
struct MemberHabits {
  MemberId member;
  Date from;
  Date to;
  std::int64_t receipts;  // purchases: all else here is told from so many
  std::int64_t days;      // on which she bought
  std::optional<Date> last_day;
  // The median of the days between two that follow each other, of an even number of them the mean
  // of the middle two, rounded half up; absent below two days.
  std::optional<std::int64_t> usual_interval_days;
  // What most of the purchases have; of several the one that a later purchase has.
  std::optional<std::string> channel;
  std::int64_t channel_receipts;       // how many
  std::optional<PaymentKind> payment;  // what paid most of a purchase
  std::int64_t payment_receipts;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &MemberHabits::member},
                      Field{"from", &MemberHabits::from},
                      Field{"to", &MemberHabits::to},
                      Field{"receipts", &MemberHabits::receipts},
                      Field{"visit_days", &MemberHabits::days},
                      Field{"last_day", &MemberHabits::last_day},
                      Field{"usual_interval_days", &MemberHabits::usual_interval_days},
                      Field{"channel", &MemberHabits::channel},
                      Field{"channel_receipts", &MemberHabits::channel_receipts},
                      Field{"payment", &MemberHabits::payment},
                      Field{"payment_receipts", &MemberHabits::payment_receipts}};
  }
};

enum class HabitKind { product, drug_class, form, maker };
template <>
struct EnumNames<HabitKind> {
  using enum HabitKind;
  static constexpr std::array table{std::pair{product, "product"},
                                    std::pair{drug_class, "drug_class"}, std::pair{form, "form"},
                                    std::pair{maker, "maker"}};
};

// What she usually buys: a product, or what products have in common.
struct UsualThing {
  HabitKind kind;
  std::optional<std::string> code;  // of a product; of a class its ATC code of 3 characters
  std::optional<std::string> name;  // absent of a class that the loaded table does not name
  std::int64_t receipts;            // purchases that have it
  Date last_day;

  static constexpr auto fields() {
    return std::tuple{Field{"kind", &UsualThing::kind}, Field{"code", &UsualThing::code},
                      Field{"name", &UsualThing::name}, Field{"receipts", &UsualThing::receipts},
                      Field{"last_day", &UsualThing::last_day}};
  }
};

inline constexpr std::size_t usual_things_max = 5;

struct DerivedHabits {
  MemberHabits habits;
  // Of each kind at most usual_things_max, what the most purchases have first, then what was bought
  // last, then by code and name.
  std::vector<UsualThing> things;
};

// From what she bought in a period, of which days after today are left out; the year that ends
// today where absent. This is profiling, so it takes her consent to that purpose. Throws not_found;
// refused where she is restricted or does not agree.
PHARMACY_API DerivedHabits derive_habits(Reading& reading, MemberId member,
                                         const std::optional<Period>& period = std::nullopt);

}  // namespace pharmacy
