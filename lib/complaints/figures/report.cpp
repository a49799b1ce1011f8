// The report on complaints, and the scorecards of who handles them.
#include <algorithm>
#include <map>
#include <numeric>

#include "complaints/figures/measured.h"
#include "complaints/learning/counted.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

using complaints::Measured;
using complaints::percent;
using complaints::Response;

ComplaintTotals totals_of(Reading& reading, const Period& period,
                          const std::vector<Measured>& all) {
  ComplaintTotals totals{};
  for (const Measured& one : all) {
    if (!complaints::is_grievance(one)) continue;
    ++totals.received;
    totals.without_cause += !one.it.cause;
    totals.repeats += one.it.repeats;
    totals.complaints += one.it.kind == ComplaintKind::complaint;
  }
  totals.repeats_percent = percent(totals.repeats, totals.received);
  totals.receipts = complaints::receipts_on(vault::database(reading),
                                            {period.from, std::min(period.to, reading.today())});
  totals.rate = complaints::per_thousand(totals.complaints, totals.receipts);
  return totals;
}

std::vector<ComplaintKindFigures> kinds_of(const std::vector<Measured>& all) {
  std::vector<ComplaintKindFigures> kinds;
  for (const auto& [kind, word] : EnumNames<ComplaintKind>::table) {
    ComplaintKindFigures figures{.kind = kind,
                                 .received = 0,
                                 .closed = 0,
                                 .open = 0,
                                 .rounds = 0,
                                 .more_rounds = 0,
                                 .paused = 0,
                                 .paused_percent = {}};
    std::int64_t seconds = 0;
    std::int64_t paused_seconds = 0;
    for (const Measured& one : all) {
      if (one.it.kind != kind) continue;
      ++figures.received;
      figures.closed += one.state == ComplaintState::closed;
      figures.rounds += one.round;
      figures.more_rounds += one.round > 1;
      figures.paused += one.was_paused;
      seconds += one.seconds;
      paused_seconds += one.paused_seconds;
    }
    figures.open = figures.received - figures.closed;
    figures.paused_percent = percent(paused_seconds, seconds);
    kinds.push_back(figures);
  }
  return kinds;
}

std::optional<std::int64_t> median_of(std::vector<std::int64_t>& seconds) {
  if (seconds.empty()) return std::nullopt;
  std::ranges::sort(seconds);
  const std::size_t half = seconds.size() / 2;
  if (seconds.size() % 2 == 1) return seconds[half];
  return (seconds[half - 1] + seconds[half]) / 2;
}

ResponseFigures response_figures(const std::vector<Measured>& all,
                                 std::optional<ComplaintKind> kind, Response Measured::*which) {
  ResponseFigures figures{.kind = kind,
                          .due = 0,
                          .in_time = 0,
                          .in_time_percent = {},
                          .ended = 0,
                          .median_seconds = {},
                          .mean_seconds = {}};
  std::vector<std::int64_t> seconds;
  for (const Measured& one : all) {
    if (kind && one.it.kind != *kind) continue;
    const Response& response = one.*which;
    figures.due += response.is_due;
    figures.in_time += response.is_in_time;
    if (response.seconds) seconds.push_back(*response.seconds);
  }
  figures.in_time_percent = percent(figures.in_time, figures.due);
  figures.ended = static_cast<std::int64_t>(seconds.size());
  figures.median_seconds = median_of(seconds);
  if (!seconds.empty()) {
    figures.mean_seconds =
        std::accumulate(seconds.begin(), seconds.end(), std::int64_t{0}) / figures.ended;
  }
  return figures;
}

std::vector<ResponseFigures> responses_of(const std::vector<Measured>& all,
                                          Response Measured::*which) {
  std::vector<ResponseFigures> responses{response_figures(all, std::nullopt, which)};
  for (const auto& [kind, word] : EnumNames<ComplaintKind>::table) {
    const ResponseFigures figures = response_figures(all, kind, which);
    if (figures.due > 0 || figures.ended > 0) responses.push_back(figures);
  }
  return responses;
}

void add_to(ComplaintGroupFigures& figures, const Measured& one) {
  ++figures.received;
  figures.open += one.state != ComplaintState::closed;
  figures.acks_due += one.ack.is_due;
  figures.acks_in_time += one.ack.is_in_time;
  figures.answers_due += one.answer.is_due;
  figures.answers_in_time += one.answer.is_in_time;
}

// Percents of fewer than `least` are left out.
void divide_group(ComplaintGroupFigures& figures, std::int64_t least) {
  if (figures.acks_due >= least)
    figures.acks_percent = percent(figures.acks_in_time, figures.acks_due);
  if (figures.answers_due >= least)
    figures.answers_percent = percent(figures.answers_in_time, figures.answers_due);
}

// `key`: what of it is grouped by.
template <class Enum>
std::vector<ComplaintGroupFigures> groups_of(const std::vector<Measured>& all,
                                             Enum complaints::Received::*key) {
  std::vector<ComplaintGroupFigures> groups;
  for (const auto& [value, word] : EnumNames<Enum>::table) {
    ComplaintGroupFigures figures{};
    figures.key = word;
    for (const Measured& one : all) {
      if (complaints::is_grievance(one) && one.it.*key == value) add_to(figures, one);
    }
    divide_group(figures, 1);
    groups.push_back(std::move(figures));
  }
  return groups;
}

std::vector<CauseFigures> causes_of(const std::vector<Measured>& all) {
  std::map<ComplaintCause, std::int64_t> counts;
  for (const Measured& one : all) {
    if (complaints::is_grievance(one) && one.it.cause) ++counts[*one.it.cause];
  }
  return complaints::pareto({counts.begin(), counts.end()});
}

// `key_of`: by what they are grouped.
template <class KeyOf>
std::vector<RepeatFigures> repeats_of(const std::vector<Measured>& all, KeyOf key_of) {
  std::map<std::optional<std::string>, RepeatFigures> groups;
  for (const Measured& one : all) {
    if (!complaints::is_grievance(one)) continue;
    RepeatFigures& group = groups[key_of(one)];
    ++group.received;
    group.repeats += one.it.repeats;
  }
  std::vector<RepeatFigures> repeats;
  for (auto& [key, group] : groups) {
    group.key = key;
    if (group.repeats > 0) repeats.push_back(std::move(group));
  }
  std::ranges::stable_sort(repeats, std::greater{}, &RepeatFigures::repeats);
  return repeats;
}

std::optional<std::string> cause_of(const Measured& one) {
  if (!one.it.cause) return std::nullopt;
  return to_word(*one.it.cause);
}

}  // namespace

namespace complaints {

std::vector<CauseFigures> pareto(std::vector<std::pair<ComplaintCause, std::int64_t>> known) {
  std::ranges::stable_sort(known, std::greater{}, &std::pair<ComplaintCause, std::int64_t>::second);
  std::int64_t whole = 0;
  for (const auto& [cause, count] : known) whole += count;
  std::vector<CauseFigures> causes;
  std::int64_t before = 0;
  for (const auto& [cause, count] : known) {
    // By what those before it make up: the first is of class A, however much it is.
    const ParetoClass pareto = before * 100 < whole * 80   ? ParetoClass::a
                               : before * 100 < whole * 95 ? ParetoClass::b
                                                           : ParetoClass::c;
    before += count;
    causes.push_back({.cause = cause,
                      .count = count,
                      .percent = *percent(count, whole),
                      .cumulative_percent = *percent(before, whole),
                      .pareto = pareto});
  }
  return causes;
}

std::vector<SuggestionFigures> suggestion_figures(const std::vector<Measured>& all) {
  std::vector<SuggestionFigures> rows;
  for (const std::optional<ComplaintOrigin> origin :
       {std::optional<ComplaintOrigin>{}, std::optional{ComplaintOrigin::customer},
        std::optional{ComplaintOrigin::staff}}) {
    SuggestionFigures figures{};
    figures.origin = origin;
    for (const Measured& one : all) {
      if (one.it.kind != ComplaintKind::suggestion || (origin && one.it.origin != *origin))
        continue;
      ++figures.received;
      figures.studied += one.is_studied;
      figures.adopted += one.decision == ComplaintStepKind::adopt;
      figures.declined += one.decision == ComplaintStepKind::decline;
      figures.told += one.is_told;
    }
    figures.adoption_percent = percent(figures.adopted, figures.adopted + figures.declined);
    rows.push_back(figures);
  }
  return rows;
}

}  // namespace complaints

ComplaintReport complaint_report(Reading& reading, const Period& period) {
  vault::require(reading, vault::Permission::view_figures);
  const auto all = complaints::measured_complaints(reading, period);
  return {.from = period.from,
          .to = period.to,
          .totals = totals_of(reading, period, all),
          .by_kind = kinds_of(all),
          .first_words = responses_of(all, &Measured::ack),
          .answers = responses_of(all, &Measured::answer),
          .by_severity = groups_of(all, &complaints::Received::severity),
          .by_channel = groups_of(all, &complaints::Received::channel),
          .causes = causes_of(all),
          .repeats_by_cause = repeats_of(all, cause_of),
          .repeats_by_product = repeats_of(all, [](const Measured& one) { return one.it.product; }),
          .suggestions = complaints::suggestion_figures(all)};
}

std::vector<ComplaintGroupFigures> complaint_scorecards(Reading& reading, const Period& period) {
  vault::require(reading, vault::Permission::view_scorecards);
  std::map<std::optional<std::string>, ComplaintGroupFigures> by_login;
  for (const Measured& one : complaints::measured_complaints(reading, period)) {
    if (complaints::is_grievance(one)) add_to(by_login[one.it.owner], one);
  }
  std::vector<ComplaintGroupFigures> cards;
  for (auto& [login, figures] : by_login) {
    figures.key = login;
    divide_group(figures, scorecard_n_min);
    cards.push_back(std::move(figures));
  }
  return cards;
}

}  // namespace pharmacy
