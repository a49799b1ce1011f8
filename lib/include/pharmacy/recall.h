// Recalls of batches: what was sold of them and to whom, who was told, and what came back (Drug
// Administration Law, article 82). Whoever has some of it is told within 24 hours for a recall of
// class 1, 48 for class 2 and 72 for class 3 (Measures for the Administration of Drug Recalls); the
// hours go on at night and on holidays.
#pragma once

#include <array>
#include <chrono>
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
#include "pharmacy/values.h"

namespace pharmacy {

// How grave the harm may be that the product does; the first is the gravest.
enum class RecallClass { one, two, three };
template <>
struct EnumNames<RecallClass> {
  static constexpr std::array table{std::pair{RecallClass::one, "1"},
                                    std::pair{RecallClass::two, "2"},
                                    std::pair{RecallClass::three, "3"}};
};
// How long there is to tell everybody.
constexpr std::chrono::hours recall_term(RecallClass recall_class) {
  return std::chrono::hours{24} * (static_cast<int>(recall_class) + 1);
}

// What came of trying to tell a member.
enum class CallOutcome { reached, no_answer, wrong_number, returned, refused };
template <>
struct EnumNames<CallOutcome> {
  using enum CallOutcome;
  static constexpr std::array table{std::pair{reached, "reached"},
                                    std::pair{no_answer, "no_answer"},
                                    std::pair{wrong_number, "wrong_number"},
                                    std::pair{returned, "returned"}, std::pair{refused, "refused"}};
};

enum class RecallState {
  open,
  overdue,  // the time is over, and not everybody is told
  done,     // everybody is told
  closed    // by a manager
};
template <>
struct EnumNames<RecallState> {
  static constexpr std::array table{
      std::pair{RecallState::open, "open"}, std::pair{RecallState::overdue, "overdue"},
      std::pair{RecallState::done, "done"}, std::pair{RecallState::closed, "closed"}};
};

inline constexpr std::size_t recall_batches_max = 100;

// Batches of one product. Wherever batches are compared, width, case and the like do not count (see
// fold()): "Ｂ２２９１" is "b2291".
struct BatchesOf {
  std::string product;                 // its code
  std::vector<std::string> batches{};  // 1-recall_batches_max, each of 1-64 bytes
};

struct NewRecall {
  BatchesOf what;
  RecallClass recall_class = RecallClass::one;
  std::optional<std::string> reason{};  // 1-200 bytes
};

// A recall as stored; or without number, class and times, batches that are only traced.
struct Recall {
  std::optional<RecallId> id;
  std::string code;
  std::string name;     // of the product
  std::string batches;  // as they were typed, in the order of their texts, ", " between them
  std::optional<RecallClass> recall_class;
  std::optional<std::string> reason;
  std::optional<Instant> started;
  std::optional<Instant> due;  // in time is who is told then, and not a second later
  std::optional<RecallState> state;
  std::optional<std::int64_t> hours_left;  // whole hours until due; below 0: overdue. Absent where
                                           // everybody is told, and once it is closed
  std::int64_t members;                    // who bought of it, but for those who were erased
  std::int64_t told;                       // of them: reached, or something came back
  std::optional<std::int64_t> told_percent;  // rounded down; absent without members
  std::optional<std::string> staff;          // login
  std::optional<Instant> closed;
  std::optional<std::string> closed_reason;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Recall::id},
                      Field{"product", &Recall::code},
                      Field{"product_name", &Recall::name},
                      Field{"batches", &Recall::batches},
                      Field{"recall_class", &Recall::recall_class},
                      Field{"reason", &Recall::reason},
                      Field{"started_at", &Recall::started},
                      Field{"due_at", &Recall::due},
                      Field{"state", &Recall::state},
                      Field{"hours_left", &Recall::hours_left},
                      Field{"to_tell", &Recall::members},
                      Field{"told", &Recall::told},
                      Field{"told_percent", &Recall::told_percent},
                      Field{"staff", &Recall::staff},
                      Field{"closed_at", &Recall::closed},
                      Field{"closed_reason", &Recall::closed_reason}};
  }
};

// How much of it was sold, and where it is.
struct RecallFigures {
  std::int64_t lines;  // of sales
  Quantity sold;
  Quantity returned;                // of these lines, for whatever reason
  Quantity out;                     // the rest
  std::int64_t anonymous_receipts;  // sales to nobody known, or to who was erased since
  Quantity anonymous;               // sold on them
  Quantity untied;                  // came back on refunds that say of no sale; not in `returned`
  std::int64_t households;          // that have a member who bought
  std::int64_t household_members;   // who live with one, and did not buy herself

  static constexpr auto fields() {
    return std::tuple{Field{"lines", &RecallFigures::lines},
                      Field{"sold_milli", &RecallFigures::sold},
                      Field{"returned_milli", &RecallFigures::returned},
                      Field{"out_milli", &RecallFigures::out},
                      Field{"anonymous_receipts", &RecallFigures::anonymous_receipts},
                      Field{"anonymous_milli", &RecallFigures::anonymous},
                      Field{"untied_milli", &RecallFigures::untied},
                      Field{"households", &RecallFigures::households},
                      Field{"household_members", &RecallFigures::household_members}};
  }
};

struct CountedRecall {
  Recall recall;
  RecallFigures figures;
};

// A line of a sale of it.
struct RecalledLine {
  ReceiptId receipt;
  std::int64_t line;
  Date day;
  std::optional<MemberId> member;
  std::string batch;  // as the sale has it
  Quantity quantity;
  Quantity returned;

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &RecalledLine::receipt},
                      Field{"line", &RecalledLine::line},
                      Field{"day", &RecalledLine::day},
                      Field{"member", &RecalledLine::member},
                      Field{"batch", &RecalledLine::batch},
                      Field{"quantity_milli", &RecalledLine::quantity},
                      Field{"returned_milli", &RecalledLine::returned}};
  }
};

// Who is to be called.
struct RecallMember {
  MemberId member;
  std::optional<std::string> name;
  std::optional<std::string> phone;  // masked, or revealed in E.164; see reached_by
  bool restricted;                   // called all the same, and about nothing else
  Quantity quantity;                 // bought
  Quantity returned;
  std::int64_t tries;
  // The newest one; `returned` too where a refund brought something back for the reason "recall",
  // or everything is back.
  std::optional<CallOutcome> outcome;
  std::optional<Instant> tried;            // the newest try
  std::optional<std::int64_t> hours_left;  // as in Recall; absent where she is told
  std::optional<HouseholdId> household;
  std::optional<MemberId>
      reached_by;  // who lives with her, and whose phone it is where she has none

  static constexpr auto fields() {
    return std::tuple{Field{"member", &RecallMember::member},
                      Field{"name", &RecallMember::name},
                      Field{"phone", &RecallMember::phone},
                      Field{"restricted", &RecallMember::restricted},
                      Field{"quantity_milli", &RecallMember::quantity},
                      Field{"returned_milli", &RecallMember::returned},
                      Field{"tries", &RecallMember::tries},
                      Field{"outcome", &RecallMember::outcome},
                      Field{"tried", &RecallMember::tried},
                      Field{"hours_left", &RecallMember::hours_left},
                      Field{"household", &RecallMember::household},
                      Field{"reached_by", &RecallMember::reached_by}};
  }
};

// Who lives with a member who bought, and did not buy herself: she may have some of it.
struct RecallHousehold {
  HouseholdId household;
  MemberId member;
  std::optional<std::string> name;
  std::optional<std::string> phone;  // as above

  static constexpr auto fields() {
    return std::tuple{
        Field{"household", &RecallHousehold::household}, Field{"member", &RecallHousehold::member},
        Field{"name", &RecallHousehold::name}, Field{"phone", &RecallHousehold::phone}};
  }
};

struct RecallReport {
  Recall recall;
  RecallFigures figures;
  std::vector<RecallMember> members;        // who is not told first, then by their numbers
  std::vector<RecalledLine> lines;          // by receipt and line
  std::vector<RecallHousehold> households;  // by household, then member
};

// One try to tell a member.
struct NewRecallCall {
  RecallId recall;
  MemberId member;
  CallOutcome outcome = CallOutcome::no_answer;
  std::optional<std::string> note{};  // 1-200 bytes
};

// Opens a recall, from now on. Throws not_found for the product; invalid_input, all faults at once;
// conflict where a recall that is open has one of the batches; not_permitted to anyone but
// pharmacists and managers.
PHARMACY_API RecallId open_recall(Transaction& tx, const NewRecall& input);
// Returns how many tries there are of this member now. Restricted members are called too. Throws
// what open_recall throws; not_found for the recall; refused where it is closed, or the member
// bought none of it.
PHARMACY_API std::int64_t record_recall_call(Transaction& tx, const NewRecallCall& input);
// Ends it, for a reason of 1-200 bytes, and returns who was not told. Throws not_found; refused
// where it is closed; invalid_input; not_permitted to anyone but managers.
PHARMACY_API std::vector<MemberId> close_recall(Transaction& tx, RecallId id,
                                                const std::string& reason);

// Those below are for pharmacists and managers, and for auditors to look at.
//
// The newest first.
PHARMACY_API std::vector<Recall> list_recalls(Reading& reading);
// What the report has of it without naming anybody. Throws not_found.
PHARMACY_API CountedRecall get_recall(Reading& reading, RecallId id);
// Whom it shows is masked as people_to_call() does. Throws not_found, and what that throws.
PHARMACY_API RecallReport recall_report(Reading& reading, RecallId id, const Reveal& reveal = {});
// The same of batches that nobody recalled. Throws invalid_input too.
PHARMACY_API RecallReport trace_batches(Reading& reading, const BatchesOf& what,
                                        const Reveal& reveal = {});

}  // namespace pharmacy
