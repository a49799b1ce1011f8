// The rules of the pharmacy that are data, not code: versioned TOML documents.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "pharmacy/calendar.h"
#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

class Reading;  // pharmacy/store.h
class Transaction;

// How many people a change takes that needs an approval: whoever asks for it and another one who
// approves, or one person alone.
enum class ApprovedBy { one, two };
template <>
struct EnumNames<ApprovedBy> {
  static constexpr std::array table{std::pair{ApprovedBy::one, "one"},
                                    std::pair{ApprovedBy::two, "two"}};
};

// The rules in force on a day; pharmacy-policy.5 describes the document.
struct Policy {
  // Of one kind of special drug: see pharmacy/special.h. A pack is a unit of the product.
  struct SpecialDrugLimits {
    int packs_per_sale = 2;
    int packs_per_window = 2;   // of one document, and of one household
    int window_days = 7;        // any so many days in a row
    int unusual_purchases = 3;  // so many receipts are unusual
    int unusual_days = 30;      // within any so many days in a row
  };
  // Of one severity, in minutes of the calendar of complaints.
  struct ComplaintTimes {
    int ack_minutes;     // to the first word with the person
    int answer_minutes;  // to what came of it
  };
  std::int64_t version = 0;  // of the document; every decision cites it

  struct {
    std::int64_t per_yuan_bp = 10'000;  // points earned per yuan, basis points of one point
    std::int64_t per_yuan_value = 100;  // points that are worth one yuan
    int expiry_years = 1;               // lots end on 31 December, so many years on; 0 never
    int grace_days = 30;                // that a reinstated lot lives at least
    // Kinds of payment, by their words.
    std::vector<std::string> no_earning{"insurance_personal", "insurance_pooled", "points"};
  } points;
  struct {
    int clerk_backdate_days = 7;
    int clerk_refund_yuan = 200;  // of one sale, on its day
    int hold_days = 3;            // that goods are kept for whoever asked for them
  } sales;
  struct {
    int days = 30;  // after which what was bought on account is due
  } credit;
  // Which steps a sale takes, by what is sold: words of ServiceStep.
  struct {
    std::vector<std::string> rx{"prescription", "pharmacist"};
    std::vector<std::string> otc_a{"pharmacist"};
    std::vector<std::string> otc_b{};
    std::vector<std::string> special{"pharmacist", "batch"};
    std::vector<std::string> long_term{"days_supply"};
    std::vector<std::string> refused_without{};  // nothing is sold without these
  } service;
  SpecialDrugLimits ephedrine;
  struct {
    int guardian_age = 14;  // under this age a member needs a guardian
    int stale_days = 365;   // so long a phone or an address counts as verified
  } members;
  struct {
    int text_version = 1;  // of the form by which members agree, as printed on it
  } consent;
  struct {
    CalendarKind calendar = CalendarKind::shop;
    int warn_percent = 80;  // of a time that is over, when it is told
    int backdate_days = 7;  // that anyone may date an intake back, and a manager beyond
    int repeat_days = 90;   // within which the same counts as repeated
    int effect_days = 90;   // before and after an action, in which its cause is counted
    // One day that the shop is open is 780 minutes: the first word within 24 hours, what came of it
    // within 48, where it opens every day from 8 to 21.
    ComplaintTimes minor{.ack_minutes = 780, .answer_minutes = 1560};
    ComplaintTimes major{.ack_minutes = 240, .answer_minutes = 780};
    ComplaintTimes critical{.ack_minutes = 60, .answer_minutes = 390};
    // How much of these times there is for members of a class, in percent.
    struct {
      int ordinary = 100;
      int member = 100;
      int key = 50;
      int potential = 100;
      int risk = 100;
    } classes;
  } complaints;
  // Minutes since midnight. What does not close after it opens closes on the next day.
  struct {
    int opens = 8 * 60;
    int closes = 21 * 60;
  } shop;  // every day
  struct {
    int opens = 9 * 60;
    int closes = 18 * 60;
  } office;  // on business days
  struct {
    int quiet_from = 21 * 60;  // minutes since midnight; nobody is written to from here
    int quiet_until = 9 * 60;  // to here
    int per_month = 4;         // messages to one member, at most
  } messages;
  struct {
    // Where it is not said: two, as soon as there are two people who could approve.
    std::optional<ApprovedBy> by;
  } approvals;
  struct {
    bool reveal_needs_training = false;  // that in privacy, passed, on the policy in force
  } training;
  struct {
    int idle_minutes = 15;                 // after so long without a command a session ends
    int idle_minutes_without_health = 15;  // of a person who cannot read health notes
    int longest_minutes = 480;             // however busy
  } sessions;
  int retention_years = 5;          // how long sales are kept
  int retention_leads_months = 12;  // how long prospects are kept of whom nothing is heard
  int review_months = 12;           // a policy is to be looked at again after so many

  // Whether what is paid by this kind (the word of a PaymentKind) earns points.
  [[nodiscard]] bool earns(std::string_view payment_kind) const {
    return std::find(points.no_earning.begin(), points.no_earning.end(), payment_kind) ==
           points.no_earning.end();
  }
};

// What a document says; a key that is not there has its default. Throws bad_data with all mistakes
// at once, each beginning with `name`:line:column.
PHARMACY_API Policy parse_policy(std::string_view document, std::string_view name);

// One key of a policy and its value as the document writes it; words are joined by commas, and
// there is no value where there is no word.
struct PolicyRule {
  using Value = std::variant<std::monostate, bool, std::int64_t, std::string>;
  std::string section;  // "points"
  std::string key;      // "per_yuan"
  Value value;
};
// All keys, those too that have their default.
PHARMACY_API std::vector<PolicyRule> rules_of(const Policy& policy);

// A key that two policies do not have alike.
struct PolicyDifference {
  std::string key;  // "points.per_yuan"
  std::optional<std::string> before;
  std::optional<std::string> after;

  static constexpr auto fields() {
    return std::tuple{Field{"key", &PolicyDifference::key},
                      Field{"before", &PolicyDifference::before},
                      Field{"after", &PolicyDifference::after}};
  }
};
PHARMACY_API std::vector<PolicyDifference> differences(const Policy& from, const Policy& to);

// The policy in force on `day`: of those effective by then, the one from the latest day, and of
// two from one day the later version. Asks for no permission: every decision follows from it.
PHARMACY_API Policy policy_on(Reading& reading, Date day);

enum class PolicyStatus {
  in_force,  // today
  coming,    // will be
  replaced   // by another one; also where that was before its day came
};
template <>
struct EnumNames<PolicyStatus> {
  static constexpr std::array table{std::pair{PolicyStatus::in_force, "in_force"},
                                    std::pair{PolicyStatus::coming, "coming"},
                                    std::pair{PolicyStatus::replaced, "replaced"}};
};

// A policy as it was recorded. What it says stays as it is.
struct PolicyVersion {
  std::int64_t version;  // from 1
  Date effective_on;     // of the first one, which holds on all days before, 0001-01-01
  PolicyStatus status;
  Instant recorded_at;
  std::string recorded_by;               // login
  std::optional<std::string> because{};  // "C2026-000003, C2026-000007"

  static constexpr auto fields() {
    return std::tuple{Field{"version", &PolicyVersion::version},
                      Field{"effective_on", &PolicyVersion::effective_on},
                      Field{"status", &PolicyVersion::status},
                      Field{"recorded_at", &PolicyVersion::recorded_at},
                      Field{"recorded_by", &PolicyVersion::recorded_by},
                      Field{"because", &PolicyVersion::because}};
  }
};
struct PolicyText {
  PolicyVersion about;
  std::string document;
};

// These throw not_permitted to anyone who reads no reports.

// The one that comes last first.
PHARMACY_API std::vector<PolicyVersion> list_policies(Reading& reading);
// Throws not_found.
PHARMACY_API PolicyText get_policy(Reading& reading, std::int64_t version);
PHARMACY_API PolicyText policy_text_on(Reading& reading, Date day);

// When a policy that is in force, or will be, is to be looked at again: [policy] review_months
// after it was recorded or last reviewed, by its own rule.
struct PolicyReview {
  std::int64_t version;
  PolicyStatus status;
  std::string recorded_by;  // login
  Instant recorded_at;
  std::optional<Instant> reviewed_at;      // last
  std::optional<std::string> reviewed_by;  // login
  std::optional<std::string> note;
  Date due_on;
  bool is_due;  // today

  static constexpr auto fields() {
    return std::tuple{Field{"version", &PolicyReview::version},
                      Field{"status", &PolicyReview::status},
                      Field{"recorded_by", &PolicyReview::recorded_by},
                      Field{"recorded_at", &PolicyReview::recorded_at},
                      Field{"reviewed_at", &PolicyReview::reviewed_at},
                      Field{"reviewed_by", &PolicyReview::reviewed_by},
                      Field{"note", &PolicyReview::note},
                      Field{"due_on", &PolicyReview::due_on},
                      Field{"is_due", &PolicyReview::is_due}};
  }
};
// In the order of list_policies().
PHARMACY_API std::vector<PolicyReview> list_policy_reviews(Reading& reading);

inline constexpr std::size_t policy_bytes_max = 65'536;  // of a document

// A document on its way into the store.
struct NewPolicy {
  std::string document;  // TOML, at most policy_bytes_max
  std::string name;      // of the file, for its mistakes
  Date effective_on;     // today or later
  // The newest version that whoever wrote it has seen; nullopt to set it after any other.
  std::optional<std::int64_t> newest = std::nullopt;
  // The complaints and suggestions that it answers to, at most policy_reasons_max.
  std::vector<ComplaintId> because = {};
};
inline constexpr std::size_t policy_reasons_max = 100;
struct SetPolicy {
  std::int64_t version;
  bool is_new;  // else this text was in force on that day already, and nothing was recorded
};

// These throw not_permitted to anyone but a manager.

PHARMACY_API void check_may_set_policies(Reading& reading);
// What set_policy() would throw: bad_data for the document, invalid_input for a day that is past or
// too many reasons, not_found for one of these, conflict where a version newer than `newest` was
// recorded.
PHARMACY_API void check_new_policy(Reading& reading, const NewPolicy& input);
PHARMACY_API SetPolicy set_policy(Transaction& tx, const NewPolicy& input);

// Records that a version was looked at; the one in force where none is named. `note`: what came of
// it, 1-1000 bytes. Throws not_found, refused for one that was replaced, invalid_input for the
// note.
PHARMACY_API PolicyReview review_policy(Transaction& tx, std::optional<std::int64_t> version,
                                        std::string_view note);

}  // namespace pharmacy
