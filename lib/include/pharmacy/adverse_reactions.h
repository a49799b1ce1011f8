// Adverse reactions to medicines (Drug Administration Law, article 81): how grave one is, what is
// known of it, and by when it is reported to the authority. Each begins as a complaint of the kind
// adverse_reaction.
//
// The times are those of the Measures for the Reporting and Monitoring of Adverse Drug Reactions:
// a death at once, one that is new or serious within 15 days, any other within 30. They run from
// the day on which the pharmacy learned of it, at night and on holidays too, and never stand
// still, whatever becomes of the complaint. One that nobody has judged yet may be a serious one: it
// is due as that.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/complaint_clocks.h"
#include "pharmacy/complaints.h"
#include "pharmacy/values.h"

namespace pharmacy {

// The first is the gravest.
enum class ReactionGrade { death, serious, general };
template <>
struct EnumNames<ReactionGrade> {
  static constexpr std::array table{std::pair{ReactionGrade::death, "death"},
                                    std::pair{ReactionGrade::serious, "serious"},
                                    std::pair{ReactionGrade::general, "general"}};
};
// How long there is to report it. A death in time is one that is reported on the day itself.
constexpr std::chrono::days report_term(ReactionGrade grade, bool is_new) {
  if (grade == ReactionGrade::death) return std::chrono::days{0};
  return std::chrono::days{grade == ReactionGrade::serious || is_new ? 15 : 30};
}

enum class ReactionOutcome { recovered, improved, not_recovered, sequelae, died, unknown };
template <>
struct EnumNames<ReactionOutcome> {
  using enum ReactionOutcome;
  static constexpr std::array table{std::pair{recovered, "recovered"},
                                    std::pair{improved, "improved"},
                                    std::pair{not_recovered, "not_recovered"},
                                    std::pair{sequelae, "sequelae"},
                                    std::pair{died, "died"},
                                    std::pair{unknown, "unknown"}};
};

// What was asked the patient.
enum class Told { yes, no, unknown };
template <>
struct EnumNames<Told> {
  static constexpr std::array table{std::pair{Told::yes, "yes"}, std::pair{Told::no, "no"},
                                    std::pair{Told::unknown, "unknown"}};
};

inline constexpr std::size_t reaction_name_max = 200;    // bytes
inline constexpr std::size_t reaction_text_max = 4'000;  // likewise
inline constexpr std::size_t reaction_suspects_max = 20;
inline constexpr std::size_t report_reference_max = 64;

// What it says of the patient: sealed for who may read health notes. Texts are of
// 1-reaction_text_max bytes.
struct ReactionDetails {
  std::optional<std::string> name{};    // of the reaction, 1-reaction_name_max bytes
  std::optional<std::string> course{};  // symptoms, signs, tests, in the order in which they came
  std::optional<std::string> treatment{};    // of the reaction
  std::optional<std::string> result{};       // more on its outcome
  std::optional<std::string> dosage{};       // of the medicine, and from when to when
  std::optional<std::string> taken_for{};    // the illness
  std::optional<std::string> other_drugs{};  // taken at the same time
  std::optional<std::string> history{};      // illnesses, allergies, earlier reactions, pregnancy
  std::optional<Sex> sex{};
  std::optional<std::int64_t> age{};  // in years, 0-150
  std::optional<Quantity> weight{};   // in kg, above 0 and at most 500
  std::optional<Told> better_when_stopped{};
  std::optional<Told> again_when_taken{};
};

// A medicine that is suspected.
struct Suspect {
  std::string product;  // its code
  std::optional<std::string> batch{};
};

// What is judged or learned of it; the rest stays as it was.
struct ReactionChange {
  std::optional<ReactionGrade> grade{};  // the first time it is needed, and the onset
  std::optional<bool> is_new{};          // the leaflet does not name it; likewise
  std::optional<Date> onset{};           // the day on which it began
  std::optional<ReactionOutcome> outcome{};
  std::optional<std::vector<Suspect>> suspects{};  // besides the product of the complaint
  ReactionDetails details{};
};

// A line of the register. It names nobody.
struct Reaction {
  ComplaintId id;
  std::optional<ReactionGrade> grade;  // absent until somebody judged it
  std::optional<bool> is_new;
  std::optional<std::string> code;  // of the product of the complaint
  std::optional<std::string> product_name;
  std::optional<std::string> batch;
  std::optional<std::string> suspects;  // the others: "A, B#B2304"
  std::optional<Date> onset;
  std::optional<ReactionOutcome> outcome;
  std::optional<std::string> judged_by;  // login
  ComplaintState state;
  Instant received;
  Instant due;
  std::optional<Instant> reported;       // first
  std::optional<std::string> reference;  // of that report
  ClockState clock;                      // running, warned, overdue; met or missed

  static constexpr auto fields() {
    return std::tuple{Field{"number", &Reaction::id},
                      Field{"reaction_grade", &Reaction::grade},
                      Field{"is_new", &Reaction::is_new},
                      Field{"product", &Reaction::code},
                      Field{"product_name", &Reaction::product_name},
                      Field{"batch", &Reaction::batch},
                      Field{"suspects", &Reaction::suspects},
                      Field{"onset", &Reaction::onset},
                      Field{"reaction_outcome", &Reaction::outcome},
                      Field{"judged_by", &Reaction::judged_by},
                      Field{"complaint_state", &Reaction::state},
                      Field{"received_at", &Reaction::received},
                      Field{"due_at", &Reaction::due},
                      Field{"reported_at", &Reaction::reported},
                      Field{"report_reference", &Reaction::reference},
                      Field{"clock", &Reaction::clock}};
  }
};

// What the register says of one complaint; absent where it is no adverse reaction, was taken in by
// mistake, or whoever asks does not see the register.
PHARMACY_API std::optional<Reaction> find_reaction(Reading& reading, ComplaintId id);

// These are for pharmacists and managers. They throw not_found for the complaint or a product;
// refused where it is no adverse reaction, or was taken in by mistake; not_permitted; and
// invalid_input, all faults at once.

// Judges it, or adds to what is known: what was known before stays on record. Refused for a member
// who is restricted.
PHARMACY_API Reaction set_reaction(Transaction& tx, ComplaintId id, const ReactionChange& change);

struct NewReport {
  std::string reference;          // that the authority gave it, 1-report_reference_max bytes
  std::optional<Instant> sent{};  // where it was not just now; not before the receipt
};
// Records that it was reported; the first time ends its clock, others follow that up. Refused while
// nobody has judged it; conflict where this reference is recorded already.
PHARMACY_API Reaction report_reaction(Transaction& tx, ComplaintId id, const NewReport& report);

struct ReactionFilter {
  std::optional<Period> period{};  // received on these days
  bool unreported = false;         // those alone that are to be reported yet
};
// The register, the earliest due first; what was taken in by mistake is not in it. For
// pharmacists, managers and auditors. Throws not_permitted.
PHARMACY_API std::vector<Reaction> list_reactions(Reading& reading,
                                                  const ReactionFilter& filter = {});

// What a report is written from.
struct SuspectFacts {
  std::string code;
  std::string name;
  std::optional<std::string> generic_name;
  std::optional<std::string> form;
  std::optional<std::string> strength;
  std::optional<std::string> maker;
  std::optional<std::string> approval;
  std::optional<std::string> batch;

  static constexpr auto fields() {
    return std::tuple{Field{"product", &SuspectFacts::code},
                      Field{"product_name", &SuspectFacts::name},
                      Field{"generic_name", &SuspectFacts::generic_name},
                      Field{"form", &SuspectFacts::form},
                      Field{"strength", &SuspectFacts::strength},
                      Field{"maker", &SuspectFacts::maker},
                      Field{"approval", &SuspectFacts::approval},
                      Field{"batch", &SuspectFacts::batch}};
  }
};
struct ReactionForm {
  Complaint complaint;
  std::optional<std::string> patient;  // absent where one of the staff told it, of nobody named
  Reaction reaction;
  std::vector<SuspectFacts> suspects;  // that of the complaint first
  ReactionDetails details;             // the newest that is known of each
  std::optional<std::string> told;     // what was sealed at the intake
  std::int64_t unreadable = 0;         // how often something was added that her keys do not open
};
// For who may read health notes. To reveal the contact takes a reason, as in get_complaint(),
// whose errors it throws; refused where nobody has judged it; damaged.
PHARMACY_API ReactionForm reaction_form(Reading& reading, ComplaintId id,
                                        const Reveal& reveal = {});

}  // namespace pharmacy
