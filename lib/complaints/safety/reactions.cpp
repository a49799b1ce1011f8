// Judging adverse reactions, and reporting them.
#include <fmt/format.h>

#include <array>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "complaints/health.h"
#include "complaints/rows.h"
#include "complaints/safety/details.h"
#include "complaints/safety/register.h"
#include "pharmacy/catalog.h"
#include "pharmacy/error.h"
#include "pharmacy/rights.h"
#include "pharmacy/text.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace complaints {
namespace {

constexpr int first_onset_year = 1900;

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

// What was judged before, with what changed.
class Judging {
 public:
  Judging(Transaction& tx, ComplaintId id, const ReactionChange& change)
      : tx_{tx}, database_{vault::database(tx)}, id_{id}, change_{change} {}

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
    if (!before_ && !change_.onset)
      faults_.push_back({_("when it began is not said"), _("give --onset with a day")});
    now_.grade = change_.grade.value_or(before_ ? before_->grade : ReactionGrade::general);
    now_.is_new = change_.is_new.value_or(before_ && before_->is_new);
    now_.onset = change_.onset.value_or(before_ ? before_->onset : tx_.today());
  }

  void check_onset() {
    const bool is_day =
        now_.onset <= tx_.today() && static_cast<int>(now_.onset.ymd().year()) >= first_onset_year;
    if (is_day) return;
    faults_.push_back(
        {fmt::format(fmt::runtime(_("no day on which it began: {}")), to_string(now_.onset)),
         _("give a day from 1900 to today")});
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
  complaints::Judging{tx, id, change}.run();
  return complaints::stored_reaction(tx, id);
}

Reaction report_reaction(Transaction& tx, ComplaintId id, const NewReport& report) {
  vault::require(tx, vault::Permission::handle_reactions);
  const Complaint complaint = complaints::require_reaction(tx, id);
  auto& database = vault::database(tx);
  if (!complaints::last_judged(database, id)) complaints::throw_unjudged(id);
  std::vector<Fault> faults;
  const std::string reference = checked_text(
      faults, _("reference"), std::string_view{report.reference}, report_reference_max);
  const Instant sent = report.sent.value_or(tx.now());
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

namespace {

std::vector<SuspectFacts> facts_of_suspects(Reading& reading, const Complaint& complaint,
                                            std::int64_t reaction) {
  auto suspects = complaints::suspects_of(vault::database(reading), reaction);
  if (complaint.code)
    suspects.insert(suspects.begin(), {.product = *complaint.code, .batch = complaint.batch});
  std::vector<SuspectFacts> all;
  for (const auto& [code, batch] : suspects) {
    const Product product = get_product(reading, code);
    all.push_back({.code = product.code,
                   .name = product.name,
                   .generic_name = product.generic_name,
                   .form = product.form,
                   .strength = product.strength,
                   .maker = product.maker,
                   .approval = product.approval,
                   .batch = batch});
  }
  return all;
}

struct SealedDetails {
  std::int64_t reaction;
  std::int64_t epoch;
  db::Bytes sealed;

  static constexpr auto fields() {
    return std::tuple{Field{"reaction", &SealedDetails::reaction},
                      Field{"epoch", &SealedDetails::epoch},
                      Field{"sealed", &SealedDetails::sealed}};
  }
};

void put_details(Reading& reading, ComplaintId id, ReactionForm& form) {
  for (const auto& [reaction, epoch, sealed] : vault::database(reading).rows<SealedDetails>(
           "SELECT h.reaction, h.epoch, h.sealed FROM adverse_reaction_health h"
           " JOIN adverse_reaction r ON r.id = h.reaction WHERE r.complaint = ?1 ORDER BY r.id",
           id)) {
    const auto written = complaints::open_health(reading, {.epoch = epoch, .sealed = sealed});
    if (!written) {
      ++form.unreadable;
      continue;
    }
    const auto details =
        complaints::read_details({.complaint = id, .reaction = reaction}, *written);
    if (!details) {
      throw Error(Errc::damaged,
                  fmt::format(fmt::runtime(_("what complaint {} tells of health does not open")),
                              to_string(id)),
                  _("put the store back from a backup: store restore"));
    }
    complaints::put_over(form.details, *details);
  }
}

}  // namespace

ReactionForm reaction_form(Reading& reading, ComplaintId id, const Reveal& reveal) {
  vault::require(reading, vault::Permission::handle_reactions);
  vault::require_health_key(reading);
  complaints::require_reaction(reading, id);
  ReactionForm form{.complaint = get_complaint(reading, id, reveal),
                    .reaction = complaints::stored_reaction(reading, id),
                    .suspects = {},
                    .details = {},
                    .told = complaint_health(reading, id)};
  const auto judged = complaints::last_judged(vault::database(reading), id);
  if (!judged) complaints::throw_unjudged(id);
  form.suspects = facts_of_suspects(reading, form.complaint, judged->id);
  put_details(reading, id, form);
  return form;
}

}  // namespace pharmacy
