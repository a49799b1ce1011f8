// What is done so that what people complained of does not come again, and whether it helped.
//
// An action is of a cause; it may come of one complaint or suggestion. It names nobody but staff:
// nothing of what a person said belongs into it. Once it is done, what was complained of for the
// same cause in [complaints] effect_days before that day is compared with what is complained of in
// as many days after it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/complaints.h"
#include "pharmacy/values.h"

namespace pharmacy {

inline constexpr std::size_t action_text_max = 1'000;  // bytes

struct NewComplaintAction {
  std::string text;  // what is to be done, 1-action_text_max bytes
  std::optional<ComplaintId> complaint{};
  std::optional<ComplaintCause> cause{};  // that of the complaint where absent
  std::string owner;                      // login of who sees to it
  Date due;                               // the last day on which it is in time: not over yet
};

enum class ActionState {
  open,
  overdue,    // open, and its day is over
  too_early,  // done, and the days after it in which is counted are not over
  to_check,   // done, and its effect can be counted
  effective,
  not_effective,
  given_up  // it was a mistake, or is not wanted any more
};
template <>
struct EnumNames<ActionState> {
  using enum ActionState;
  static constexpr std::array table{
      std::pair{open, "open"},           std::pair{overdue, "overdue"},
      std::pair{too_early, "too_early"}, std::pair{to_check, "to_check"},
      std::pair{effective, "effective"}, std::pair{not_effective, "not_effective"},
      std::pair{given_up, "given_up"}};
};

struct ComplaintAction {
  ComplaintActionId id;
  ActionState state;
  std::string text;
  ComplaintCause cause;
  std::optional<ComplaintId> complaint;
  std::string owner;  // login
  Date due;
  Instant added;
  std::string added_by;  // login, as those below
  std::optional<Instant> done;
  std::optional<std::string> done_by;
  std::optional<std::string> note;  // how it was done
  std::optional<Date> check_from;   // the first day on which its effect can be counted
  std::optional<Instant> checked;   // the rest where its effect was
  std::optional<std::string> checked_by;
  // Complaints and objections of its cause, mistakes left out, and purchases, in the days compared.
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> before_receipts;
  std::optional<std::int64_t> after;
  std::optional<std::int64_t> after_receipts;
  // Per 1,000 receipts, rounded half away from zero; absent without any.
  std::optional<Quantity> before_rate;
  std::optional<Quantity> after_rate;
  std::optional<Instant> dropped;
  std::optional<std::string> dropped_by;
  std::optional<std::string> dropped_why;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &ComplaintAction::id},
                      Field{"action_state", &ComplaintAction::state},
                      Field{"text", &ComplaintAction::text},
                      Field{"cause", &ComplaintAction::cause},
                      Field{"complaint", &ComplaintAction::complaint},
                      Field{"owner", &ComplaintAction::owner},
                      Field{"due_on", &ComplaintAction::due},
                      Field{"added_at", &ComplaintAction::added},
                      Field{"added_by", &ComplaintAction::added_by},
                      Field{"done_at", &ComplaintAction::done},
                      Field{"done_by", &ComplaintAction::done_by},
                      Field{"note", &ComplaintAction::note},
                      Field{"check_from", &ComplaintAction::check_from},
                      Field{"checked_at", &ComplaintAction::checked},
                      Field{"checked_by", &ComplaintAction::checked_by},
                      Field{"before_count", &ComplaintAction::before},
                      Field{"before_receipts", &ComplaintAction::before_receipts},
                      Field{"after_count", &ComplaintAction::after},
                      Field{"after_receipts", &ComplaintAction::after_receipts},
                      Field{"before_per_1000_milli", &ComplaintAction::before_rate},
                      Field{"after_per_1000_milli", &ComplaintAction::after_rate},
                      Field{"dropped_at", &ComplaintAction::dropped},
                      Field{"dropped_by", &ComplaintAction::dropped_by},
                      Field{"dropped_why", &ComplaintAction::dropped_why}};
  }
};

// Which are listed: what is not through yet (open, done and not checked); of these, what is to be
// done now (its last day is here or over, or its effect can be counted); all of them.
enum class ActionScope { unfinished, due, all };

// As of the reading's now, by the day on which they are due. For who handles complaints, auditors
// and jobs. Throws not_permitted.
PHARMACY_API std::vector<ComplaintAction> list_complaint_actions(
    Reading& reading, ActionScope scope = ActionScope::unfinished);

// These are for who handles complaints: service, pharmacists and managers.

// Throws not_found for the complaint or the owner, refused for an owner who is not let in,
// invalid_input (all faults at once), not_permitted.
PHARMACY_API ComplaintActionId add_complaint_action(Transaction& tx,
                                                    const NewComplaintAction& input);
// It is done, today. `note`: how, 1-action_text_max bytes. Throws not_found, refused where it is
// done or dropped already, invalid_input, not_permitted.
PHARMACY_API ComplaintAction end_complaint_action(
    Transaction& tx, ComplaintActionId id, const std::optional<std::string>& note = std::nullopt);
// It is not wanted any more. Throws as end_complaint_action().
PHARMACY_API void drop_complaint_action(Transaction& tx, ComplaintActionId id,
                                        const std::string& why);
// Counts its effect, once: complaints and objections of its cause received in the days of
// effect_days before the day on which it was done, and in those after that day, which itself is
// left out; as they are known now. It is effective where there are none after it, or fewer than
// before: per receipt where there were purchases in both, else in number. Throws not_found;
// refused where it is not done, its effect was counted, or the days are not over, saying from
// which day on it can be; not_permitted.
PHARMACY_API ComplaintAction check_complaint_action(Transaction& tx, ComplaintActionId id);

}  // namespace pharmacy
