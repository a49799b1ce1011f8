// How a complaint is handled: the steps that it takes from its intake to its end, and what each of
// them records.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "pharmacy/complaints.h"
#include "pharmacy/values.h"

namespace pharmacy {

enum class ComplaintStepKind {
  ack,
  assign,
  escalate,
  grade,
  link,
  cause,
  pause,
  resume,
  investigate,
  evidence,
  plan,
  reply,
  satisfied,
  unsatisfied,
  adopt,
  decline,
  inform,
  close_satisfied,
  close_withdrawn,
  close_exhausted,
  close_done,
  close_mistake,
  reopen
};
template <>
struct EnumNames<ComplaintStepKind> {
  using enum ComplaintStepKind;
  static constexpr std::array table{std::pair{ack, "ack"},
                                    std::pair{assign, "assign"},
                                    std::pair{escalate, "escalate"},
                                    std::pair{grade, "grade"},
                                    std::pair{link, "link"},
                                    std::pair{cause, "cause"},
                                    std::pair{pause, "pause"},
                                    std::pair{resume, "resume"},
                                    std::pair{investigate, "investigate"},
                                    std::pair{evidence, "evidence"},
                                    std::pair{plan, "plan"},
                                    std::pair{reply, "reply"},
                                    std::pair{satisfied, "satisfied"},
                                    std::pair{unsatisfied, "unsatisfied"},
                                    std::pair{adopt, "adopt"},
                                    std::pair{decline, "decline"},
                                    std::pair{inform, "inform"},
                                    std::pair{close_satisfied, "close_satisfied"},
                                    std::pair{close_withdrawn, "close_withdrawn"},
                                    std::pair{close_exhausted, "close_exhausted"},
                                    std::pair{close_done, "close_done"},
                                    std::pair{close_mistake, "close_mistake"},
                                    std::pair{reopen, "reopen"}};
};

// What can be done now with a complaint of this kind, in this state, in this round; in the order of
// ComplaintStepKind. All steps are taken as this says.
PHARMACY_API std::vector<ComplaintStepKind> possible_steps(ComplaintKind kind, ComplaintState state,
                                                           std::int64_t round);

inline constexpr std::size_t step_text_max = 4'000;  // bytes
inline constexpr std::size_t step_basis_max = 500;
inline constexpr std::size_t department_max = 100;
inline constexpr std::int64_t remedy_cost_max = 100'000'000'000;  // fen
inline constexpr std::size_t evidence_bytes_max = 10'485'760;
inline constexpr std::size_t evidence_name_max = 255;

// The first word with the person: the clock of the first answer stops.
struct Acknowledge {
  std::optional<std::string> note{};
};
// Hands it to a department, to one of the staff, or both.
struct AssignComplaint {
  std::optional<std::string> department{};  // 1-department_max bytes
  std::optional<std::string> login{};
  std::optional<std::string> note{};
};
// Hands it to a manager.
struct EscalateComplaint {
  std::string login;
  std::optional<std::string> reason{};
};
// Another severity, and the times that go with it, from its receipt on.
struct GradeComplaint {
  ComplaintSeverity severity;
  std::string reason;
};
// It belongs together with another one.
struct LinkComplaint {
  ComplaintId other;
};
struct NameCause {
  ComplaintCause cause;
  std::string root;  // what was behind it
};
// It waits for something that is not in the pharmacy's hand; the clock of the answer stands still.
struct PauseComplaint {
  std::string reason;
};
struct ResumeComplaint {
  std::optional<std::string> note{};
};
enum class InvestigationMethod { records, interview, on_site };
template <>
struct EnumNames<InvestigationMethod> {
  using enum InvestigationMethod;
  static constexpr std::array table{std::pair{records, "records"},
                                    std::pair{interview, "interview"},
                                    std::pair{on_site, "on_site"}};
};
struct Investigate {
  InvestigationMethod method;
  std::string found;
};
// A file that shows what happened: kept in the store, sealed as all of it is.
struct AddEvidence {
  std::string name;     // 1-evidence_name_max bytes, without its directories
  std::string content;  // 1-evidence_bytes_max bytes
};
// What is offered to the person.
struct PlanRemedy {
  std::string remedy;
  std::optional<Money> cost{};         // 0-remedy_cost_max
  std::optional<std::string> basis{};  // the rule or law that it rests on, 1-step_basis_max bytes
  std::optional<std::string> approver{};  // login of the manager who agreed
};
// What she was told of the outcome, and why.
struct ReplyToComplaint {
  std::string text;
};
enum class Satisfied { yes, no };
template <>
struct EnumNames<Satisfied> {
  static constexpr std::array table{std::pair{Satisfied::yes, "yes"},
                                    std::pair{Satisfied::no, "no"}};
};
// Whether it satisfies her. If not, another round begins.
struct RecordAnswer {
  Satisfied satisfied;
  std::optional<std::string> note{};
};
// A suggestion is taken up, or not, and then the person is told, which ends it.
struct AdoptSuggestion {
  std::string how;
};
struct DeclineSuggestion {
  std::string why;
};
struct TellOutcome {
  std::string text;
};
enum class ComplaintEnd {
  satisfied,  // she said so
  withdrawn,  // she does not insist
  exhausted,  // nothing more can be offered; for managers, after a round that did not satisfy her
  done,       // of praise: she was thanked
  mistake     // it was taken in wrongly, or twice: it counts nowhere
};
template <>
struct EnumNames<ComplaintEnd> {
  using enum ComplaintEnd;
  static constexpr std::array table{
      std::pair{satisfied, "satisfied"}, std::pair{withdrawn, "withdrawn"},
      std::pair{exhausted, "exhausted"}, std::pair{done, "done"}, std::pair{mistake, "mistake"}};
};
struct CloseComplaint {
  ComplaintEnd as;
  std::optional<std::string> reason{};  // needed but where she is satisfied or was thanked
};
// Begins another round if there was an answer; the clock goes on where it stood.
struct ReopenComplaint {
  std::string reason;
};
// Texts are 1-step_text_max bytes where nothing else is said. Nothing about health belongs into
// them.
using ComplaintStep =
    std::variant<Acknowledge, AssignComplaint, EscalateComplaint, GradeComplaint, LinkComplaint,
                 NameCause, PauseComplaint, ResumeComplaint, Investigate, AddEvidence, PlanRemedy,
                 ReplyToComplaint, RecordAnswer, AdoptSuggestion, DeclineSuggestion, TellOutcome,
                 CloseComplaint, ReopenComplaint>;

// A step that was taken.
struct ComplaintEvent {
  std::int64_t id;
  Instant at;
  std::string staff;  // login
  ComplaintStepKind step;
  ComplaintState state;  // after it
  std::int64_t round;
  std::optional<std::string> text;
  std::optional<std::string> department;
  std::optional<std::string> person;  // login of whom it was handed to, or who approved
  std::optional<InvestigationMethod> method;
  std::optional<ComplaintSeverity> severity;
  std::optional<ComplaintCause> cause;
  std::optional<Money> cost;
  std::optional<std::string> basis;
  std::optional<ComplaintId> other;
  std::optional<std::string> file;    // name of the evidence
  std::optional<std::string> digest;  // its BLAKE2b-256, hexadecimal; it outlives the file

  static constexpr auto fields() {
    return std::tuple{Field{"id", &ComplaintEvent::id},
                      Field{"at", &ComplaintEvent::at},
                      Field{"staff", &ComplaintEvent::staff},
                      Field{"complaint_step", &ComplaintEvent::step},
                      Field{"complaint_state", &ComplaintEvent::state},
                      Field{"round", &ComplaintEvent::round},
                      Field{"text", &ComplaintEvent::text},
                      Field{"department", &ComplaintEvent::department},
                      Field{"person", &ComplaintEvent::person},
                      Field{"method", &ComplaintEvent::method},
                      Field{"severity", &ComplaintEvent::severity},
                      Field{"cause", &ComplaintEvent::cause},
                      Field{"cost_fen", &ComplaintEvent::cost},
                      Field{"basis", &ComplaintEvent::basis},
                      Field{"other", &ComplaintEvent::other},
                      Field{"file", &ComplaintEvent::file},
                      Field{"digest", &ComplaintEvent::digest}};
  }
};

// Takes a step, now. For service, pharmacists and managers; to declare the rounds exhausted for
// managers. Throws not_found for the complaint, another one, or a login; refused, naming what is
// possible now, where the step is not; refused for a member who is restricted, unless it ends
// there; invalid_input, all faults at once; not_permitted.
PHARMACY_API ComplaintEvent take_step(Transaction& tx, ComplaintId id, const ComplaintStep& step);

// What was done so far, the oldest first. For who handles complaints. Throws what get_complaint
// throws.
PHARMACY_API std::vector<ComplaintEvent> complaint_events(Reading& reading, ComplaintId id);

struct Evidence {
  std::string name;
  std::string content;
};
// The file that a step brought, by its number. Throws not_found, damaged where it is not what its
// digest says, and what get_complaint throws.
PHARMACY_API Evidence get_evidence(Reading& reading, ComplaintId id, std::int64_t step);

}  // namespace pharmacy
