// What a naive model of a pharmacy knows of one complaint, by going through the half hours since
// its receipt; and a report on complaints as lines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "complaints/case_store.h"
#include "pharmacy/complaint_figures.h"

namespace pharmacy::test {

using Did = ComplaintStepKind;
using Slot = std::int64_t;  // half hours since the first midnight

inline constexpr Slot slots_a_day = 48;
inline constexpr std::int64_t slot_seconds = 1'800;
inline const Date model_start = Date{std::chrono::year{2026} / std::chrono::March / 2};

using FigureLines = std::vector<std::string>;

inline std::string shown(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : "-";
}
inline std::string joined(const std::string& name,
                          const std::vector<std::optional<std::int64_t>>& values) {
  std::string line = name + ':';
  for (const auto& value : values) line += ' ' + shown(value);
  return line;
}

// As a failure shows it.
inline std::string whole(const FigureLines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

inline FigureLines lines_of(const ComplaintReport& report,
                            const std::vector<ComplaintGroupFigures>& cards) {
  FigureLines lines;
  const auto& all = report.totals;
  lines.push_back(joined(
      "all", {all.received, all.without_cause, all.repeats, all.repeats_percent, all.complaints,
              all.receipts, all.rate ? std::optional{all.rate->count()} : std::nullopt}));
  for (const auto& one : report.by_kind)
    lines.push_back(joined(to_word(one.kind), {one.received, one.closed, one.open, one.rounds,
                                               one.more_rounds, one.paused, one.paused_percent}));
  for (const auto* responses : {&report.first_words, &report.answers}) {
    for (const auto& one : *responses)
      lines.push_back(joined(std::string{one.kind ? to_word(*one.kind) : "any"} +
                                 (responses == &report.answers ? " answer" : " ack"),
                             {one.due, one.in_time, one.in_time_percent, one.ended,
                              one.median_seconds, one.mean_seconds}));
  }
  for (const auto* groups : {&report.by_severity, &report.by_channel, &cards}) {
    for (const auto& one : *groups)
      lines.push_back(
          joined(one.key.value_or("nobody"),
                 {one.received, one.open, one.acks_due, one.acks_in_time, one.acks_percent,
                  one.answers_due, one.answers_in_time, one.answers_percent}));
  }
  for (const auto& one : report.causes)
    lines.push_back(joined(std::string{to_word(one.cause)} + ' ' + to_word(one.pareto),
                           {one.count, one.percent, one.cumulative_percent}));
  FigureLines repeats;
  for (const auto* groups : {&report.repeats_by_cause, &report.repeats_by_product}) {
    for (const auto& one : *groups)
      repeats.push_back(joined(one.key.value_or(groups == &report.repeats_by_cause ? "?" : "-"),
                               {one.received, one.repeats}));
  }
  std::ranges::sort(repeats);
  lines.insert(lines.end(), repeats.begin(), repeats.end());
  for (const auto& one : report.suggestions)
    lines.push_back(joined(
        one.origin ? to_word(*one.origin) : "everybody",
        {one.received, one.studied, one.adopted, one.declined, one.told, one.adoption_percent}));
  return lines;
}

// What was done with a complaint, and when.
struct Act {
  Slot at;
  Did did;
  std::string login{};                    // to whom it was handed
  std::optional<ComplaintCause> cause{};  // that was named
};

struct ToldCase {
  ComplaintId id;
  NewComplaint what;
  Slot at;
  bool is_round_the_clock;
  std::optional<std::size_t> repeats{};
  ComplaintSeverity severity{};  // now
  std::vector<Act> acts{};
};

enum class Where { at_work, with_the_person, paused, ended };

inline Where after(Did did, Where before) {
  switch (did) {
    case Did::pause:
      return Where::paused;
    case Did::resume:
    case Did::unsatisfied:
    case Did::reopen:
      return Where::at_work;
    case Did::reply:
    case Did::satisfied:
      return Where::with_the_person;
    case Did::inform:
    case Did::close_satisfied:
    case Did::close_withdrawn:
    case Did::close_exhausted:
    case Did::close_done:
    case Did::close_mistake:
      return Where::ended;
    default:
      return before;
  }
}

// In half hours, by the default policy.
inline Slot ack_limit(ComplaintSeverity severity) {
  return severity == ComplaintSeverity::minor ? 26 : severity == ComplaintSeverity::major ? 8 : 2;
}
inline Slot answer_limit(ComplaintSeverity severity) {
  return severity == ComplaintSeverity::minor ? 52 : severity == ComplaintSeverity::major ? 26 : 13;
}

// What the model knows of one of them at some time.
struct Known {
  Where where = Where::at_work;
  std::int64_t rounds = 1;
  std::optional<Slot> acked{}, answered{};  // half hours that it took
  bool ack_due = false, ack_good = false, answer_due = false, answer_good = false;
  bool paused = false;
  bool taken_for_mistake = false;  // as it ended, though it was opened again later
  Slot lived = 0, stood = 0, open_at_end = 0;
  std::optional<std::string> owner{};
  std::optional<ComplaintCause> cause{};
  bool studied = false, told = false;
  std::optional<bool> adopted{};
};

inline bool is_open_slot(const ToldCase& one, Slot slot) {
  const Slot of_day = slot % slots_a_day;
  return one.is_round_the_clock || (of_day >= 16 && of_day < 42);
}

// Of the acts that it came through, those that still say something.
inline void learn(Known& known, const Act& act, Slot open_so_far, Slot worked_so_far) {
  known.where = after(act.did, known.where);
  const bool ends = after(act.did, Where::at_work) == Where::ended;  // some acts come after that
  if (!known.acked && (act.did == Did::ack || act.did == Did::reply)) known.acked = open_so_far;
  if (act.did == Did::reply || act.did == Did::inform || act.did == Did::close_exhausted)
    known.answered = worked_so_far;
  if (act.did == Did::unsatisfied || act.did == Did::reopen) {
    known.rounds += known.answered.has_value();
    known.answered.reset();
  }
  if (ends) known.open_at_end = open_so_far;
  if (ends) known.taken_for_mistake = act.did == Did::close_mistake;
  if (act.did == Did::pause) known.paused = true;
  if (act.did == Did::investigate) known.studied = true;
  if (act.did == Did::adopt || act.did == Did::decline) known.adopted = act.did == Did::adopt;
  if (act.did == Did::inform) known.told = true;
  if (act.did == Did::reopen) {
    known.adopted.reset();
    known.told = false;
  }
  if (!act.login.empty()) known.owner = act.login;
  if (act.cause) known.cause = act.cause;
}

// Whether time counts while it is paused: it does not, and a model in which it does is wrong.
enum class Pauses { not_counted, counted };

inline Known known_at(const ToldCase& one, Slot now, Pauses pauses) {
  Known known;
  Slot open = 0, worked = 0;
  auto next = one.acts.begin();
  for (Slot slot = one.at; slot <= now; ++slot) {
    for (; next != one.acts.end() && next->at <= slot; ++next) learn(known, *next, open, worked);
    if (slot == now || !is_open_slot(one, slot)) continue;
    ++open;
    worked += known.where == Where::at_work ||
              (known.where == Where::paused && pauses == Pauses::counted);
    known.lived += known.where != Where::ended;
    known.stood += known.where == Where::paused;
  }
  const Slot silent = known.where == Where::ended ? known.open_at_end : open;
  known.ack_due = known.acked || silent > ack_limit(one.severity);
  known.ack_good = known.acked && *known.acked <= ack_limit(one.severity);
  const bool ended_in_silence =
      known.where == Where::ended && (!known.answered || known.taken_for_mistake);
  if (one.what.kind == ComplaintKind::praise || ended_in_silence) {
    known.answered.reset();
    return known;
  }
  known.answer_due = known.answered || worked > answer_limit(one.severity);
  known.answer_good = known.answered && *known.answered <= answer_limit(one.severity);
  return known;
}

inline bool was_mistake(const ToldCase& one) {
  bool is_mistake = false;
  for (const Act& act : one.acts) {
    if (after(act.did, Where::at_work) == Where::ended) is_mistake = act.did == Did::close_mistake;
    if (act.did == Did::reopen) is_mistake = false;
  }
  return is_mistake;
}

inline std::optional<std::int64_t> share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? std::nullopt : std::optional{100 * part / whole};
}

}  // namespace pharmacy::test
