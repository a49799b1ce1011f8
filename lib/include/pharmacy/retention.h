// How long each kind of record is kept, and what is past that: figures only. Nothing is erased.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

enum class RecordKind {
  members,         // those of whom nothing was heard since are past their term
  leads,           // prospects that are in use, by the last contact
  member_history,  // what was known of them before
  health_notes,    // by when they ended
  purchases,       // receipts, with their lines and payments
  complaints,      // those that are open are needed
  points,          // lots, by when they ended, and what went out and came back
  imports,
  policies,  // those that no receipt within its term cites
  access_log,
  operations,  // what changes printed
  products,
  staff
};
template <>
struct EnumNames<RecordKind> {
  using enum RecordKind;
  static constexpr std::array table{std::pair{members, "members"},
                                    std::pair{leads, "leads"},
                                    std::pair{member_history, "member_history"},
                                    std::pair{health_notes, "health_notes"},
                                    std::pair{purchases, "purchases"},
                                    std::pair{complaints, "complaints"},
                                    std::pair{points, "points"},
                                    std::pair{imports, "imports"},
                                    std::pair{policies, "policies"},
                                    std::pair{access_log, "access_log"},
                                    std::pair{operations, "operations"},
                                    std::pair{products, "products"},
                                    std::pair{staff, "staff"}};
};

// What keeps them.
enum class RetentionRule {
  policy,          // [retention] years of the policy, for prospects leads_months
  processing_law,  // three years, as records of processing personal information are kept
  unlimited        // no person is in it, or others cannot be read without it
};
template <>
struct EnumNames<RetentionRule> {
  static constexpr std::array table{std::pair{RetentionRule::policy, "policy"},
                                    std::pair{RetentionRule::processing_law, "processing_law"},
                                    std::pair{RetentionRule::unlimited, "unlimited"}};
};

// Records of processing personal information and reports of its assessment are kept for three years
// at least (Personal Information Protection Law, articles 55 and 56), logs of a network for six
// months at least (Cybersecurity Law of 2016, article 21(3)); the access log is both.
inline constexpr int processing_months = 36;

struct RetentionFigures {
  RecordKind kind;
  RetentionRule rule;
  std::optional<std::int64_t> months;  // the term; nullopt where there is none
  std::optional<Date> before;          // from before this day: past the term today
  std::int64_t held;                   // how many there are
  std::optional<Date> oldest;          // the day of the oldest; nullopt where there is none
  std::optional<std::int64_t> past;    // how many are past the term; nullopt without a term

  static constexpr auto fields() {
    return std::tuple{
        Field{"kind", &RetentionFigures::kind},     Field{"rule", &RetentionFigures::rule},
        Field{"months", &RetentionFigures::months}, Field{"before", &RetentionFigures::before},
        Field{"held", &RetentionFigures::held},     Field{"oldest", &RetentionFigures::oldest},
        Field{"past", &RetentionFigures::past}};
  }
};

// One for each kind. Throws not_permitted to anyone who reads no reports.
PHARMACY_API std::vector<RetentionFigures> retention(Reading& reading);

}  // namespace pharmacy
