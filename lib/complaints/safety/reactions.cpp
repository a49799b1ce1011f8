// Judging adverse reactions, and reporting them.
#include "complaints/safety/reactions.h"

#include <fmt/format.h>

#include <array>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "complaints/erasure.h"
#include "complaints/health.h"
#include "complaints/rows.h"
#include "complaints/safety/details.h"
#include "complaints/safety/register.h"
#include "pharmacy/catalog.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "pharmacy/text.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace complaints {

Complaint require_reaction(Reading& reading, ComplaintId id) {
  auto& database = vault::database(reading);
  Complaint complaint = stored_complaint(database, id);
  vault::notes(reading, "complaint", std::array{id});
  if (complaint.member) vault::shows(reading, *complaint.member);
  const std::string number = to_string(id);
  if (complaint.kind != ComplaintKind::adverse_reaction) {
    throw Error(Errc::refused, fmt::format(fmt::runtime(_("{} is no adverse reaction")), number),
                _("take one in with: complain add --kind adverse_reaction"));
  }
  if (is_mistake(database, id)) {
    throw Error(
        Errc::refused, fmt::format(fmt::runtime(_("{} was taken in by mistake")), number),
        fmt::format(fmt::runtime(_("if it was none: complain reopen {} --reason …")), number));
  }
  return complaint;
}

[[noreturn]] void throw_unjudged(ComplaintId id) {
  const std::string number = to_string(id);
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("nobody has judged how grave {} is")), number),
              fmt::format(fmt::runtime(_("say that first: complain reaction set {} --grade …"
                                         " --onset …")),
                          number));
}

namespace {

constexpr int first_onset_year = 1900;

// What was judged before, with what changed.
class Judging {
 public:
  Judging(Transaction& tx, const Complaint& complaint, const ReactionChange& change)
      : tx_{tx},
        database_{vault::database(tx)},
        id_{complaint.id},
        last_onset_{tx.zone().day_of(complaint.received)},
        change_{change} {}

  void run() {
    before_ = last_judged(database_, id_);
    details_ = checked_details(change_.details, faults_);
    check_needed();
    check_onset();
    check_outcome();
    check_suspects();
    if (!faults_.empty()) throw Error(Errc::invalid_input, std::move(faults_));
    insert();
  }

 private:
  void check_needed() {
    const bool says_nothing = !change_.grade && !change_.is_new && !change_.onset &&
                              !change_.outcome && !change_.suspects && !has_any(change_.details);
    if (before_ && says_nothing)
      faults_.push_back({_("nothing is said of it"), _("give at least one option")});
    if (!before_ && !change_.grade) {
      faults_.push_back(
          {_("how grave it is, is not said"), _("give --grade death, serious or general")});
    }
    if (!before_ && !change_.is_new) {
      faults_.push_back({_("whether its leaflet names it is not said"),
                         _("give --new where it does not, or --known")});
    }
    if (!before_ && !change_.onset)
      faults_.push_back({_("when it began is not said"), _("give --onset with a day")});
    now_.grade = change_.grade.value_or(before_ ? before_->grade : ReactionGrade::general);
    now_.is_new = change_.is_new.value_or(before_ && before_->is_new);
    now_.onset = change_.onset.value_or(before_ ? before_->onset : last_onset_);
  }

  void check_onset() {
    const bool is_day =
        now_.onset <= last_onset_ && static_cast<int>(now_.onset.ymd().year()) >= first_onset_year;
    if (is_day) return;
    faults_.push_back(
        {fmt::format(fmt::runtime(_("no day on which it began: {}")), to_string(now_.onset)),
         fmt::format(fmt::runtime(_("give a day from 1900 to {}, when it was told of")),
                     to_string(last_onset_))});
  }

  // A death is one by its grade and its outcome.
  void check_outcome() {
    const bool is_death = now_.grade == ReactionGrade::death;
    const auto kept = change_.outcome || !before_ ? change_.outcome : before_->outcome;
    const bool died_before = kept == ReactionOutcome::died && !change_.outcome;
    if (is_death) {
      now_.outcome = change_.outcome.value_or(ReactionOutcome::died);
    } else {
      now_.outcome =
          died_before ? ReactionOutcome::unknown : kept.value_or(ReactionOutcome::unknown);
    }
    if (is_death == (now_.outcome == ReactionOutcome::died)) return;
    faults_.push_back(
        {_("the grade death and the outcome died go together"), _("give both, or neither")});
  }

  void check_suspects() {
    if (!change_.suspects) {
      if (before_) suspects_ = suspects_of(database_, before_->id);
      return;
    }
    for (const Suspect& given : *change_.suspects) {
      Suspect kept{.product = get_product(tx_, given.product).code, .batch = {}};
      if (given.batch) {
        kept.batch = checked_text(faults_, _("batch"), std::string_view{fold_width(*given.batch)},
                                  batch_max);
      }
      suspects_.push_back(std::move(kept));
    }
    if (suspects_.size() <= reaction_suspects_max) return;
    faults_.push_back({fmt::format(fmt::runtime(_("too many suspects: {}")), suspects_.size()),
                       fmt::format(fmt::runtime(_("give at most {}")), reaction_suspects_max)});
  }

  void insert() {
    database_.run(
        "INSERT INTO adverse_reaction (complaint, grade, is_new, onset, outcome, at, staff)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        id_, now_.grade, now_.is_new, now_.onset, now_.outcome, tx_.now(), tx_.actor().id);
    const std::int64_t reaction = database_.last_insert_id();
    for (std::size_t i = 0; i < suspects_.size(); ++i) {
      database_.run(
          "INSERT INTO adverse_reaction_suspect (reaction, line, product, batch)"
          " VALUES (?1, ?2, (SELECT id FROM product WHERE code = ?3), ?4)",
          reaction, static_cast<std::int64_t>(i) + 1, suspects_[i].product, suspects_[i].batch);
    }
    if (!has_any(details_)) return;
    const SealedHealth health =
        seal_health(tx_, written_details({.complaint = id_, .reaction = reaction}, details_));
    database_.run(
        "INSERT INTO adverse_reaction_health (reaction, epoch, sealed) VALUES (?1, ?2, ?3)",
        reaction, health.epoch, health.sealed);
  }

  Transaction& tx_;
  db::Database& database_;
  ComplaintId id_;
  Date last_onset_;
  const ReactionChange& change_;
  std::optional<Judged> before_;
  Judged now_{};
  ReactionDetails details_;
  std::vector<Suspect> suspects_;
  std::vector<Fault> faults_;
};

}  // namespace
}  // namespace complaints

Reaction set_reaction(Transaction& tx, ComplaintId id, const ReactionChange& change) {
  vault::require(tx, vault::Permission::handle_reactions);
  const Complaint complaint = complaints::require_reaction(tx, id);
  if (complaint.member) require_in_use(tx, *complaint.member);
  if (complaints::has_any(change.details)) complaints::require_not_erased(complaint);
  complaints::Judging{tx, complaint, change}.run();
  return complaints::stored_reaction(tx, id);
}

// A day without a time is its beginning or, where it was received on that day, that moment. Whoever
// may not date back says it within the days in which an intake may be.
static Instant sent_at(Transaction& tx, const Complaint& complaint, const NewReport& report) {
  if (!report.sent) return tx.now();
  const Date day = tx.zone().day_of(*report.sent);
  const int days_max = policy_on(tx, tx.today()).complaints.backdate_days;
  if (tx.today() - day > std::chrono::days{days_max})
    vault::require(tx, vault::Permission::backdate);
  const bool is_day_only = *report.sent == tx.zone().at_local(day, std::chrono::seconds{0});
  const bool is_that_day = day == tx.zone().day_of(complaint.received);
  return is_day_only && is_that_day ? std::max(*report.sent, complaint.received) : *report.sent;
}

Reaction report_reaction(Transaction& tx, ComplaintId id, const NewReport& report) {
  vault::require(tx, vault::Permission::handle_reactions);
  const Complaint complaint = complaints::require_reaction(tx, id);
  auto& database = vault::database(tx);
  if (!complaints::last_judged(database, id)) complaints::throw_unjudged(id);
  std::vector<Fault> faults;
  const std::string reference = checked_text(
      faults, _("reference"), std::string_view{report.reference}, report_reference_max);
  const Instant sent = sent_at(tx, complaint, report);
  const std::string shown = to_string(sent, tx.zone());
  if (sent > tx.now()) {
    faults.push_back({fmt::format(fmt::runtime(_("this has not happened yet: {}")), shown), {}});
  } else if (sent < complaint.received) {
    faults.push_back({fmt::format(fmt::runtime(_("{sent} lies before it was received: {received}")),
                                  fmt::arg("sent", shown),
                                  fmt::arg("received", to_string(complaint.received, tx.zone()))),
                      {}});
  }
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  const bool is_there = database
                            .value<std::int64_t>(
                                "SELECT id FROM adverse_reaction_report"
                                " WHERE complaint = ?1 AND reference = ?2",
                                id, reference)
                            .has_value();
  if (is_there) {
    throw Error(Errc::conflict, fmt::format(fmt::runtime(_("report {} is recorded already")),
                                            for_terminal(reference)));
  }
  database.run(
      "INSERT INTO adverse_reaction_report (complaint, sent_at, reference, at, staff)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      id, sent, reference, tx.now(), tx.actor().id);
  return complaints::stored_reaction(tx, id);
}

}  // namespace pharmacy
