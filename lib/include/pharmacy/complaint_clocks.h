// The clocks that run over complaints. Times are counted by the calendar that the policy in force
// on the day of the receipt names ([complaints] calendar): the hours in which the shop is open, or
// office hours.
//
// The clock of the first answer runs from the receipt to the first word with the person, and never
// stands still; what ends in time without a word needs none. That of the outcome runs from the
// receipt to the last reply; it stands still while the complaint is paused, while the person is
// asked whether a reply satisfies her, and while it is closed. Another severity counts from the
// receipt on, with the same pauses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/complaint_steps.h"

namespace pharmacy {

enum class ClockState {
  running,
  warned,   // [complaints] warn_percent of the time is over
  overdue,  // and there is no answer yet; also where it stands still since
  waiting,  // it stands still, in time
  met,
  missed,  // it ended too late
  none     // nothing is due
};
template <>
struct EnumNames<ClockState> {
  using enum ClockState;
  static constexpr std::array table{std::pair{running, "running"}, std::pair{warned, "warned"},
                                    std::pair{overdue, "overdue"}, std::pair{waiting, "waiting"},
                                    std::pair{met, "met"},         std::pair{missed, "missed"},
                                    std::pair{none, "none"}};
};

struct ComplaintClocks {
  std::optional<Instant> ack_due;
  std::optional<Instant> acknowledged;
  ClockState ack;
  std::optional<Instant> answer_due;  // absent while it stands still in time
  std::optional<Instant> answered;    // by the last reply
  ClockState answer;
  std::int64_t answer_seconds_spent;  // counted, until the last reply or now
  std::int64_t answer_seconds_allowed;

  static constexpr auto fields() {
    return std::tuple{Field{"ack_due_at", &ComplaintClocks::ack_due},
                      Field{"acknowledged_at", &ComplaintClocks::acknowledged},
                      Field{"ack_clock", &ComplaintClocks::ack},
                      Field{"answer_due_at", &ComplaintClocks::answer_due},
                      Field{"answered_at", &ComplaintClocks::answered},
                      Field{"answer_clock", &ComplaintClocks::answer},
                      Field{"answer_seconds_spent", &ComplaintClocks::answer_seconds_spent},
                      Field{"answer_seconds_allowed", &ComplaintClocks::answer_seconds_allowed}};
  }
};
// By the steps that are recorded, until the reading's now. For who handles complaints. Throws what
// get_complaint throws.
PHARMACY_API ComplaintClocks complaint_clocks(Reading& reading, ComplaintId id);

enum class Deadline {
  ack,
  answer,
  report  // of an adverse reaction, to the authority: pharmacy/adverse_reactions.h
};
template <>
struct EnumNames<Deadline> {
  static constexpr std::array table{std::pair{Deadline::ack, "ack"},
                                    std::pair{Deadline::answer, "answer"},
                                    std::pair{Deadline::report, "report"}};
};
// What is due of one that is open, or of a reaction that is not reported. Names nobody but who
// handles it.
struct DueComplaint {
  ComplaintId id;
  ComplaintKind kind;
  ComplaintSeverity severity;
  ComplaintState state;
  std::optional<std::string> department;
  std::optional<std::string> owner;
  Deadline deadline;
  Instant due;
  ClockState clock;   // warned or overdue
  bool is_escalated;  // since the round began

  static constexpr auto fields() {
    return std::tuple{Field{"number", &DueComplaint::id},
                      Field{"complaint_kind", &DueComplaint::kind},
                      Field{"severity", &DueComplaint::severity},
                      Field{"complaint_state", &DueComplaint::state},
                      Field{"department", &DueComplaint::department},
                      Field{"owner", &DueComplaint::owner},
                      Field{"deadline", &DueComplaint::deadline},
                      Field{"due_at", &DueComplaint::due},
                      Field{"clock", &DueComplaint::clock},
                      Field{"is_escalated", &DueComplaint::is_escalated}};
  }
};
enum class DueScope { overdue, warned_too };
// The earliest due first. For who handles complaints, auditors and jobs: it names no person.
// Throws not_permitted.
PHARMACY_API std::vector<DueComplaint> due_complaints(Reading& reading, DueScope scope);

// Hands what is overdue, and was not handed to one in this round, to a manager: returns them, the
// earliest due first. A reaction that is closed and not reported stays where it is: it is due all
// the same. For service, pharmacists, managers and jobs; of members who are restricted too. Throws
// not_found for the login, refused where she is no manager, invalid_input for the reason.
PHARMACY_API std::vector<ComplaintId> escalate_overdue(Transaction& tx,
                                                       const EscalateComplaint& to);

}  // namespace pharmacy
