// Notes about members' health: sealed to a key of their own, so that whoever may add one need not
// be able to read it. Every verb but end_health_note
// needs the member's consent to the purpose `health`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

enum class HealthKind {
  condition,  // an illness that she has
  history,    // one that she had
  allergy,    // to an ingredient, or to a class of drugs
  regimen,    // a drug that she takes
  response,   // how a drug works with her
  pregnancy,
  other
};
template <>
struct EnumNames<HealthKind> {
  static constexpr std::array table{
      std::pair{HealthKind::condition, "condition"}, std::pair{HealthKind::history, "history"},
      std::pair{HealthKind::allergy, "allergy"},     std::pair{HealthKind::regimen, "regimen"},
      std::pair{HealthKind::response, "response"},   std::pair{HealthKind::pregnancy, "pregnancy"},
      std::pair{HealthKind::other, "other"}};
};

enum class HealthSeverity { mild, moderate, severe };
template <>
struct EnumNames<HealthSeverity> {
  static constexpr std::array table{std::pair{HealthSeverity::mild, "mild"},
                                    std::pair{HealthSeverity::moderate, "moderate"},
                                    std::pair{HealthSeverity::severe, "severe"}};
};

enum class DrugResponse { sensitive, ordinary, resistant, intolerant };
template <>
struct EnumNames<DrugResponse> {
  static constexpr std::array table{std::pair{DrugResponse::sensitive, "sensitive"},
                                    std::pair{DrugResponse::ordinary, "ordinary"},
                                    std::pair{DrugResponse::resistant, "resistant"},
                                    std::pair{DrugResponse::intolerant, "intolerant"}};
};

// What a note says. Texts are 1-200 bytes of UTF-8, the last one 1-4,000.
struct HealthFacts {
  HealthKind kind = HealthKind::other;
  std::optional<std::string> ingredient{};   // of an allergy, a regimen, a response
  std::optional<std::string> drug_class{};   // of an allergy: an ATC code, or a class's name
  std::optional<std::string> condition{};    // of a condition, a history
  std::optional<std::string> reaction{};     // of an allergy, a response
  std::optional<HealthSeverity> severity{};  // of an allergy, a condition, a history
  std::optional<DrugResponse> response{};    // of a response
  std::optional<std::string> dose{};         // of a regimen
  std::optional<Date> since{};               // 1850-01-01 to today
  std::optional<Date> until{};               // not before `since`; of a pregnancy when it is due
  std::optional<std::string> text{};
};

struct NewHealthNote {
  MemberId member;
  HealthFacts facts;
  // Whether counter checks heed it, also those of staff who cannot read it. Where absent: that of
  // an allergy, a regimen, a pregnancy.
  std::optional<bool> alerts{};
};

struct HealthNote {
  HealthNoteId id;
  MemberId member;
  HealthKind kind;
  std::optional<std::string> ingredient;
  std::optional<std::string> drug_class;
  std::optional<std::string> condition;
  std::optional<std::string> reaction;
  std::optional<HealthSeverity> severity;
  std::optional<DrugResponse> response;
  std::optional<std::string> dose;
  std::optional<Date> since;
  std::optional<Date> until;
  std::optional<std::string> text;
  bool alerts;  // whether counter checks heed it
  Instant added;
  std::string added_by;  // login
  std::optional<Instant> ended;
  std::optional<std::string> ended_by;  // login

  static constexpr auto fields() {
    return std::tuple{Field{"id", &HealthNote::id},
                      Field{"member", &HealthNote::member},
                      Field{"kind", &HealthNote::kind},
                      Field{"ingredient", &HealthNote::ingredient},
                      Field{"drug_class", &HealthNote::drug_class},
                      Field{"condition", &HealthNote::condition},
                      Field{"reaction", &HealthNote::reaction},
                      Field{"severity", &HealthNote::severity},
                      Field{"response", &HealthNote::response},
                      Field{"dose", &HealthNote::dose},
                      Field{"since", &HealthNote::since},
                      Field{"until", &HealthNote::until},
                      Field{"text", &HealthNote::text},
                      Field{"alerts", &HealthNote::alerts},
                      Field{"added_at", &HealthNote::added},
                      Field{"added_by", &HealthNote::added_by},
                      Field{"ended_at", &HealthNote::ended},
                      Field{"ended_by", &HealthNote::ended_by}};
  }
};

// One line of a list.
struct HealthLine {
  HealthNoteId id;
  HealthKind kind;
  std::string about;  // the ingredient, class, condition …, or the beginning of the text
  std::optional<HealthSeverity> severity;
  bool alerts;
  Date added;
  std::optional<Date> ended;

  static constexpr auto fields() {
    return std::tuple{
        Field{"id", &HealthLine::id},         Field{"kind", &HealthLine::kind},
        Field{"about", &HealthLine::about},   Field{"severity", &HealthLine::severity},
        Field{"alerts", &HealthLine::alerts}, Field{"added_on", &HealthLine::added},
        Field{"ended_on", &HealthLine::ended}};
  }
};

// What could be read of a member's notes. Nobody may take it for all of them where there are more.
struct HealthNotes {
  std::vector<HealthNote> notes;       // the newest first
  std::vector<HealthNoteId> closed;    // under keys that the actor was not given
  std::vector<HealthNoteId> not_ours;  // damaged, or put there by somebody else's hand
};

// Seals a note. Throws not_permitted to anyone but clerks and pharmacists; not_found; refused where
// the member did not agree to it; invalid_input (all faults at once).
PHARMACY_API HealthNoteId add_health_note(Transaction& tx, const NewHealthNote& input);
// The note holds no longer. Throws not_found; not_permitted to whoever cannot read it, unless she
// added it herself today; refused where the member is restricted; conflict where it has an end.
PHARMACY_API void end_health_note(Transaction& tx, HealthNoteId id);

// Under which keys checks look for such a note (see match_health_notes); none where they cannot.
PHARMACY_API std::vector<std::string> note_keys(const HealthFacts& facts);

// These throw not_permitted to whoever has no key to health notes; not_found; refused where the
// member does not agree to it (any more).

// `all`: those too that have an end.
PHARMACY_API HealthNotes health_notes(Reading& reading, MemberId member, bool all = false);
PHARMACY_API std::vector<HealthLine> health_lines(const HealthNotes& notes, const Zone& zone);

// A key that was asked about and that a note holds; the note where the actor can read it.
struct HealthMatch {
  std::string key;
  std::optional<HealthNote> note;
};
struct HealthMatches {
  bool agrees = true;  // to the purpose `health`; else nothing was looked at
  bool any = false;    // note of hers is heeded by checks
  std::vector<HealthMatch> found;
  // A note says nothing but that the pharmacist is to be asked, or one does not open.
  bool ask_always = false;
  // Notes that checks heed were not looked at: the actor cannot read them, and the store keeps no
  // blind alerts.
  bool passed_over = false;
};
// Which of these keys the member's notes hold that counter checks heed, as of now: "i:" and an
// ingredient, "a:" and an ATC code, "b:" and one below which
// hers is, "c:" and a class of allergens, "r:" and an ingredient that she
// takes, "d:" and an illness, "p:" for a pregnancy; names in NFKC, case folded. Asks for no
// permission: a check is part of a sale. The same keys are found whether the actor can read the
// notes or not, unless some were passed over.
PHARMACY_API HealthMatches match_health_notes(Reading& reading, MemberId member,
                                              std::span<const std::string> keys);

}  // namespace pharmacy
