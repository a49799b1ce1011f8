#include "complaints/safety/register.h"

#include <algorithm>

#include "base/bounds.h"
#include "complaints/clocks.h"
#include "complaints/learning/counted.h"
#include "complaints/rows.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "vault/access.h"
#include "vault/permissions.h"

// What a RegisterRow is made of. Of a complaint that is closed, how it ended.
#define PHARMACY_REACTION_COLUMNS                                                               \
  "SELECT c.id, r.id, r.grade, r.is_new, p.code, p.name, c.batch, r.onset, r.outcome, s.login," \
  " c.state, c.received_at, f.sent_at, f.reference FROM complaint c"                            \
  " LEFT JOIN adverse_reaction r ON r.id ="                                                     \
  "  (SELECT max(n.id) FROM adverse_reaction n WHERE n.complaint = c.id)"                       \
  " LEFT JOIN staff s ON s.id = r.staff LEFT JOIN product p ON p.id = c.product"                \
  " LEFT JOIN adverse_reaction_report f ON f.id ="                                              \
  "  (SELECT n.id FROM adverse_reaction_report n WHERE n.complaint = c.id"                      \
  "   ORDER BY n.sent_at, n.id LIMIT 1)"                                                        \
  " WHERE c.kind = 'adverse_reaction'"

namespace pharmacy::complaints {
namespace {

constexpr std::int64_t day_seconds = 86'400;

struct RegisterRow {
  ComplaintId id;
  std::optional<std::int64_t> reaction;
  std::optional<ReactionGrade> grade;
  std::optional<bool> is_new;
  std::optional<std::string> code;
  std::optional<std::string> product_name;
  std::optional<std::string> batch;
  std::optional<Date> onset;
  std::optional<ReactionOutcome> outcome;
  std::optional<std::string> judged_by;
  ComplaintState state;
  Instant received;
  std::optional<Instant> reported;
  std::optional<std::string> reference;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &RegisterRow::id},
                      Field{"reaction", &RegisterRow::reaction},
                      Field{"grade", &RegisterRow::grade},
                      Field{"is_new", &RegisterRow::is_new},
                      Field{"code", &RegisterRow::code},
                      Field{"product_name", &RegisterRow::product_name},
                      Field{"batch", &RegisterRow::batch},
                      Field{"onset", &RegisterRow::onset},
                      Field{"outcome", &RegisterRow::outcome},
                      Field{"login", &RegisterRow::judged_by},
                      Field{"state", &RegisterRow::state},
                      Field{"received_at", &RegisterRow::received},
                      Field{"sent_at", &RegisterRow::reported},
                      Field{"reference", &RegisterRow::reference}};
  }
};

std::optional<std::string> words_of_suspects(const std::vector<Suspect>& suspects) {
  std::optional<std::string> words;
  for (const auto& [product, batch] : suspects) {
    words = words ? *words + ", " : std::string{};
    *words += batch ? product + '#' + *batch : product;
  }
  return words;
}

class Register {
 public:
  explicit Register(Reading& reading)
      : reading_{reading},
        database_{vault::database(reading)},
        warn_percent_{policy_on(reading, reading.today()).complaints.warn_percent} {}

  Reaction line(RegisterRow row) {
    const auto [due, clock] = report_times({.received = row.received,
                                            .grade = row.grade,
                                            .is_new = row.is_new.value_or(false),
                                            .reported = row.reported},
                                           reading_.now(), warn_percent_, reading_.zone());
    return {.id = row.id,
            .grade = row.grade,
            .is_new = row.is_new,
            .code = std::move(row.code),
            .product_name = std::move(row.product_name),
            .batch = std::move(row.batch),
            .suspects = row.reaction ? words_of_suspects(suspects_of(database_, *row.reaction))
                                     : std::nullopt,
            .onset = row.onset,
            .outcome = row.outcome,
            .judged_by = std::move(row.judged_by),
            .state = row.state,
            .received = row.received,
            .due = due,
            .reported = row.reported,
            .reference = std::move(row.reference),
            .clock = clock};
  }

 private:
  Reading& reading_;
  db::Database& database_;
  int warn_percent_;
};

}  // namespace

ReportTimes report_times(const ReportClock& what, Instant now, int warn_percent, const Zone& zone) {
  const auto term = report_term(what.grade.value_or(ReactionGrade::serious), what.is_new);
  const std::int64_t allowed = term.count() * day_seconds;
  const Instant due{what.received.seconds + allowed};
  if (what.reported) {
    // At once is on the day itself.
    const bool is_met =
        *what.reported <= due || (allowed == 0 && zone.day_of(*what.reported) == zone.day_of(due));
    return {due, is_met ? ClockState::met : ClockState::missed};
  }
  const std::int64_t spent = now.seconds - what.received.seconds;
  if (allowed == 0) return {due, ClockState::overdue};
  return {due, running_state(spent, allowed, warn_percent)};
}

std::optional<Judged> last_judged(db::Database& database, ComplaintId id) {
  return database.row<Judged>(
      "SELECT id, grade, is_new, onset, outcome FROM adverse_reaction WHERE complaint = ?1"
      " ORDER BY id DESC LIMIT 1",
      id);
}

std::vector<Suspect> suspects_of(db::Database& database, std::int64_t reaction) {
  std::vector<Suspect> suspects;
  auto statement = database.prepare(
      "SELECT p.code, s.batch FROM adverse_reaction_suspect s JOIN product p ON p.id = s.product"
      " WHERE s.reaction = ?1 ORDER BY s.line");
  statement.bind(reaction);
  while (statement.step()) {
    suspects.push_back({.product = statement.get<std::string>(0),
                        .batch = statement.get<std::optional<std::string>>(1)});
  }
  return suspects;
}

bool is_mistake(db::Database& database, ComplaintId id) {
  return database.value<bool>("SELECT " PHARMACY_IS_MISTAKE " FROM complaint c WHERE c.id = ?1", id)
      .value_or(false);
}

std::vector<Reaction> stored_reactions(Reading& reading, const ReactionFilter& filter) {
  const auto [from, end] = bounds_of(filter.period.value_or(all_days), reading.zone());
  std::vector<Reaction> reactions;
  Register lines{reading};
  for (auto& row : vault::database(reading).rows<RegisterRow>(
           PHARMACY_REACTION_COLUMNS
           " AND c.received_at >= ?1 AND c.received_at < ?2 AND (?3 = 0 OR f.id IS NULL)"
           " AND NOT " PHARMACY_IS_MISTAKE " ORDER BY c.id",
           from, end, filter.unreported)) {
    reactions.push_back(lines.line(std::move(row)));
  }
  return reactions;
}

Reaction stored_reaction(Reading& reading, ComplaintId id) {
  auto row =
      vault::database(reading).row<RegisterRow>(PHARMACY_REACTION_COLUMNS " AND c.id = ?1", id);
  PHARMACY_CHECK(row.has_value());
  return Register{reading}.line(std::move(*row));
}

void add_due_reports(Reading& reading, DueScope scope, std::vector<DueComplaint>& due) {
  auto& database = vault::database(reading);
  for (const Reaction& one : stored_reactions(reading, {.unreported = true})) {
    if (!is_in_scope(one.clock, scope)) continue;
    const TimedComplaint complaint = timed_complaint(database, one.id);
    const auto steps = timed_steps(database, one.id);
    due.push_back(due_line(complaint, steps, {Deadline::report, one.due, one.clock}));
  }
}

}  // namespace pharmacy::complaints

#undef PHARMACY_REACTION_COLUMNS

namespace pharmacy {

std::optional<Reaction> find_reaction(Reading& reading, ComplaintId id) {
  if (!vault::may(reading.actor(), vault::Permission::view_reactions)) return std::nullopt;
  const auto found = vault::database(reading).value<ComplaintKind>(
      "SELECT c.kind FROM complaint c WHERE c.id = ?1 AND NOT " PHARMACY_IS_MISTAKE, id);
  if (found != ComplaintKind::adverse_reaction) return std::nullopt;
  return complaints::stored_reaction(reading, id);
}

std::vector<Reaction> list_reactions(Reading& reading, const ReactionFilter& filter) {
  vault::require(reading, vault::Permission::view_reactions);
  auto reactions = complaints::stored_reactions(reading, filter);
  std::ranges::stable_sort(reactions, {}, &Reaction::due);
  return reactions;
}

}  // namespace pharmacy
