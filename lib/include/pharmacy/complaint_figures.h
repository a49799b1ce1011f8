// What complaints of a period tell: how many, how fast they were answered, why they came to be,
// and what became of suggestions and of the actions against their causes.
//
// A period is of the days on which they were received. All is as of the reading's now: steps that
// were taken later are left out, and what was received later; what was closed as a mistake counts
// nowhere. Times are counted by each complaint's own calendar, and its severity and the time
// allowed for it are those it has today. Percents are rounded down, and absent of nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pharmacy/complaint_clocks.h"
#include "pharmacy/values.h"

namespace pharmacy {

// Complaints and objections together, but for the rate.
struct ComplaintTotals {
  std::int64_t received;
  std::int64_t without_cause;  // of which nobody said why yet
  std::int64_t repeats;        // the same person complained of the same before
  std::optional<std::int64_t> repeats_percent;
  std::int64_t complaints;       // without objections
  std::int64_t receipts;         // purchases on the days of the period
  std::optional<Quantity> rate;  // complaints per 1,000 receipts, rounded half away from zero

  static constexpr auto fields() {
    return std::tuple{Field{"received", &ComplaintTotals::received},
                      Field{"without_cause", &ComplaintTotals::without_cause},
                      Field{"repeats", &ComplaintTotals::repeats},
                      Field{"repeats_percent", &ComplaintTotals::repeats_percent},
                      Field{"complaints", &ComplaintTotals::complaints},
                      Field{"receipts", &ComplaintTotals::receipts},
                      Field{"per_1000_milli", &ComplaintTotals::rate}};
  }
};

struct ComplaintKindFigures {
  ComplaintKind kind;
  std::int64_t received;
  std::int64_t closed;
  std::int64_t open;
  std::int64_t rounds;       // of all together; 1 each at least
  std::int64_t more_rounds;  // how many took more than one
  std::int64_t paused;       // how many ever were
  // Of the open seconds in which they were not closed, those in which they were paused.
  std::optional<std::int64_t> paused_percent;

  static constexpr auto fields() {
    return std::tuple{Field{"complaint_kind", &ComplaintKindFigures::kind},
                      Field{"received", &ComplaintKindFigures::received},
                      Field{"closed", &ComplaintKindFigures::closed},
                      Field{"open", &ComplaintKindFigures::open},
                      Field{"rounds", &ComplaintKindFigures::rounds},
                      Field{"more_rounds", &ComplaintKindFigures::more_rounds},
                      Field{"paused", &ComplaintKindFigures::paused},
                      Field{"paused_percent", &ComplaintKindFigures::paused_percent}};
  }
};

// Timeliness: what was in time of all that was due. What is not ended and overdue was due, and is
// late; what is not ended and not due yet is left out.
struct ResponseFigures {
  std::optional<ComplaintKind> kind;  // absent: of all kinds
  std::int64_t due;
  std::int64_t in_time;
  std::optional<std::int64_t> in_time_percent;
  std::int64_t ended;  // how many had the first word, or an answer that stands
  // Of these, counted open seconds; of two in the middle the mean, rounded down as the mean is.
  std::optional<std::int64_t> median_seconds;
  std::optional<std::int64_t> mean_seconds;

  static constexpr auto fields() {
    return std::tuple{Field{"complaint_kind", &ResponseFigures::kind},
                      Field{"due", &ResponseFigures::due},
                      Field{"in_time", &ResponseFigures::in_time},
                      Field{"in_time_percent", &ResponseFigures::in_time_percent},
                      Field{"ended", &ResponseFigures::ended},
                      Field{"median_seconds", &ResponseFigures::median_seconds},
                      Field{"mean_seconds", &ResponseFigures::mean_seconds}};
  }
};

// Complaints and objections of one severity, one channel, or one of the staff.
struct ComplaintGroupFigures {
  std::optional<std::string> key;  // a word of ComplaintSeverity or ComplaintChannel, or a login;
                                   // absent: nobody handles them
  std::int64_t received;
  std::int64_t open;
  std::int64_t acks_due;
  std::int64_t acks_in_time;
  std::optional<std::int64_t> acks_percent;
  std::int64_t answers_due;
  std::int64_t answers_in_time;
  std::optional<std::int64_t> answers_percent;

  static constexpr auto fields() {
    return std::tuple{Field{"key", &ComplaintGroupFigures::key},
                      Field{"received", &ComplaintGroupFigures::received},
                      Field{"open", &ComplaintGroupFigures::open},
                      Field{"acks_due", &ComplaintGroupFigures::acks_due},
                      Field{"acks_in_time", &ComplaintGroupFigures::acks_in_time},
                      Field{"acks_percent", &ComplaintGroupFigures::acks_percent},
                      Field{"answers_due", &ComplaintGroupFigures::answers_due},
                      Field{"answers_in_time", &ComplaintGroupFigures::answers_in_time},
                      Field{"answers_percent", &ComplaintGroupFigures::answers_percent}};
  }
};

// A: the causes that make up the first 80 % of complaints and objections with a known cause, the
// one that reaches them included; B: those up to 95 %; C: the others.
enum class ParetoClass { a, b, c };
template <>
struct EnumNames<ParetoClass> {
  static constexpr std::array table{std::pair{ParetoClass::a, "A"}, std::pair{ParetoClass::b, "B"},
                                    std::pair{ParetoClass::c, "C"}};
};
struct CauseFigures {
  ComplaintCause cause;
  std::int64_t count;
  std::int64_t percent;             // of all with a known cause
  std::int64_t cumulative_percent;  // with those before it
  ParetoClass pareto;

  static constexpr auto fields() {
    return std::tuple{Field{"cause", &CauseFigures::cause}, Field{"count", &CauseFigures::count},
                      Field{"percent", &CauseFigures::percent},
                      Field{"cumulative_percent", &CauseFigures::cumulative_percent},
                      Field{"pareto_class", &CauseFigures::pareto}};
  }
};

// How many complaints and objections of one cause, or about one product, repeat another one: a
// complaint of the same person about the same ([complaints] repeat_days), that was no mistake.
struct RepeatFigures {
  std::optional<std::string> key;  // a word of ComplaintCause, or the product's code; absent: none
  std::int64_t received;
  std::int64_t repeats;

  static constexpr auto fields() {
    return std::tuple{Field{"key", &RepeatFigures::key},
                      Field{"received", &RepeatFigures::received},
                      Field{"repeats", &RepeatFigures::repeats}};
  }
};

// What became of suggestions. One that was opened again is decided once more.
struct SuggestionFigures {
  std::optional<ComplaintOrigin> origin;  // absent: of all
  std::int64_t received;
  std::int64_t studied;
  std::int64_t adopted;
  std::int64_t declined;
  std::int64_t told;
  std::optional<std::int64_t> adoption_percent;  // adopted / (adopted + declined)

  static constexpr auto fields() {
    return std::tuple{Field{"origin", &SuggestionFigures::origin},
                      Field{"received", &SuggestionFigures::received},
                      Field{"studied", &SuggestionFigures::studied},
                      Field{"adopted", &SuggestionFigures::adopted},
                      Field{"declined", &SuggestionFigures::declined},
                      Field{"told", &SuggestionFigures::told},
                      Field{"adoption_percent", &SuggestionFigures::adoption_percent}};
  }
};

struct ComplaintReport {
  Date from;
  Date to;
  ComplaintTotals totals;
  std::vector<ComplaintKindFigures> by_kind;  // every kind, in its order
  // Of all, then of each kind with any due or ended.
  std::vector<ResponseFigures> first_words;
  std::vector<ResponseFigures> answers;
  std::vector<ComplaintGroupFigures> by_severity;  // every one, in its order
  std::vector<ComplaintGroupFigures> by_channel;   // likewise
  std::vector<CauseFigures> causes;                // the most frequent first, then in their order
  // Only where there are any, the most first, then by their keys.
  std::vector<RepeatFigures> repeats_by_cause;
  std::vector<RepeatFigures> repeats_by_product;
  std::vector<SuggestionFigures> suggestions;  // of all, of customers, of staff
};

// For whoever reads figures: service, pharmacists, managers, auditors and jobs. Throws
// not_permitted; invalid_input for a period of more than complaint_report_days_max.
inline constexpr std::chrono::days complaint_report_days_max{3'660};
PHARMACY_API ComplaintReport complaint_report(Reading& reading, const Period& period);

// By who handles them, in the order of their logins, nobody first: no ranking. Percents of fewer
// than scorecard_n_min are absent: they would say more of chance than of a person. For managers and
// auditors. Throws as complaint_report().
inline constexpr std::int64_t scorecard_n_min = 30;
PHARMACY_API std::vector<ComplaintGroupFigures> complaint_scorecards(Reading& reading,
                                                                     const Period& period);

// Actions that were added in a period. What was dropped of them is in no figure but the first two.
struct ActionFigures {
  std::optional<ComplaintCause> cause;  // absent: against all causes
  std::int64_t added;
  std::int64_t dropped;
  std::int64_t open;     // not done
  std::int64_t overdue;  // of these, those whose day is over
  std::int64_t done;
  std::int64_t done_in_time;
  std::optional<std::int64_t> in_time_percent;  // of what is done or overdue
  std::int64_t to_check;                        // done, and their effect can be counted
  std::int64_t checked;
  std::int64_t effective;
  std::optional<std::int64_t> effective_percent;  // of what was checked

  static constexpr auto fields() {
    return std::tuple{Field{"cause", &ActionFigures::cause},
                      Field{"added", &ActionFigures::added},
                      Field{"dropped", &ActionFigures::dropped},
                      Field{"open", &ActionFigures::open},
                      Field{"overdue", &ActionFigures::overdue},
                      Field{"done", &ActionFigures::done},
                      Field{"done_in_time", &ActionFigures::done_in_time},
                      Field{"in_time_percent", &ActionFigures::in_time_percent},
                      Field{"to_check", &ActionFigures::to_check},
                      Field{"checked", &ActionFigures::checked},
                      Field{"effective", &ActionFigures::effective},
                      Field{"effective_percent", &ActionFigures::effective_percent}};
  }
};
struct ImprovementReport {
  Date from;
  Date to;
  ActionFigures in_all;
  std::vector<ActionFigures> by_cause;  // only those against which there is one
  std::vector<SuggestionFigures>
      suggestions;  // received in the period, as ComplaintReport has them
};
// For whoever reads figures. Throws as complaint_report().
PHARMACY_API ImprovementReport improvement_report(Reading& reading, const Period& period);

}  // namespace pharmacy
