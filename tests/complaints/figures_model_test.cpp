// The figures of complaints against a naive model, which knows what it did and goes through the
// days half an hour at a time.
#include "complaints/figures_model.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pharmacy/policy.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// A pharmacy that takes complaints in and deals with them.
class FigureModel {
 public:
  FigureModel() { static_cast<void>(t_.let_in(Role::service)); }

  void pass(Slot slots) {
    now_ += slots;
    t_.set_time(at(now_));
  }
  void step(Random& random) {
    if (told_.size() < 3 || random.one_in(6)) return take_in(random);
    if (random.one_in(8)) return sell();
    if (!is_round_the_clock_ && random.one_in(90)) return change_policy();
    go_on(told_[random.below(static_cast<std::uint32_t>(told_.size()))], random);
  }
  [[nodiscard]] Slot now() const { return now_; }
  [[nodiscard]] static Date day_of(Slot slot) {
    return model_start + std::chrono::days{slot / slots_a_day};
  }

  // As it was then.
  FigureLines found(const Period& period, Slot as_of) {
    t_.set_time(at(as_of));
    auto reading = t_.reading();
    auto lines = lines_of(complaint_report(reading, period), complaint_scorecards(reading, period));
    t_.set_time(at(now_));
    return lines;
  }
  [[nodiscard]] FigureLines expected(const Period& period, Slot as_of,
                                     Pauses pauses = Pauses::not_counted) const;
  [[nodiscard]] std::int64_t count(Did did) const {
    std::int64_t count = 0;
    for (const ToldCase& one : told_) count += std::ranges::count(one.acts, did, &Act::did);
    return count;
  }

 private:
  Instant at(Slot slot) { return {zone_.at_local(model_start, {}).seconds + slot * slot_seconds}; }
  void sell() {
    t_.sell({"A=1"});
    sales_.push_back(now_);
  }
  void change_policy() {
    auto tx = t_.begin();
    set_policy(tx, {.document = "[complaints]\ncalendar = \"natural\"\n",
                    .name = "policy.toml",
                    .effective_on = tx.today()});
    tx.commit();
    is_round_the_clock_ = true;
    changed_on_ = day_of(now_);
  }
  void take_in(Random& random);
  void go_on(ToldCase& one, Random& random);
  std::optional<ComplaintStep> chosen(const ToldCase& one, Did did, Act& act, Random& random) const;

  CaseStore t_{"2026-03-02"};
  Zone zone_{"Asia/Shanghai"};
  Slot now_ = 20;  // ten in the morning, as the store begins
  bool is_round_the_clock_ = false;
  Date changed_on_{};
  std::vector<ToldCase> told_{};
  std::vector<Slot> sales_{};
};

template <class Enum>
Enum any_of(Random& random) {
  const auto& table = EnumNames<Enum>::table;
  return table[random.below(static_cast<std::uint32_t>(table.size()))].first;
}

void FigureModel::take_in(Random& random) {
  NewComplaint what;
  what.kind = random.one_in(3)   ? ComplaintKind::suggestion
              : random.one_in(2) ? ComplaintKind::complaint
                                 : any_of<ComplaintKind>(random);
  what.origin = random.one_in(4) ? ComplaintOrigin::staff : ComplaintOrigin::customer;
  what.channel = any_of<ComplaintChannel>(random);
  what.severity = any_of<ComplaintSeverity>(random);
  if (random.one_in(2)) what.category = ComplaintCategory::service;
  if (random.one_in(3)) what.product = random.one_in(2) ? "A" : "B";
  what.name = "李娜";
  what.contact = random.one_in(2) ? "地址一" : "地址二";
  what.text = "少了一板";
  const auto can_repeat = [](const NewComplaint& one) {
    return one.kind == ComplaintKind::complaint || one.kind == ComplaintKind::objection;
  };
  std::optional<std::size_t> repeats;
  for (std::size_t i = 0; i < told_.size(); ++i) {
    const NewComplaint& earlier = told_[i].what;
    if (can_repeat(what) && can_repeat(earlier) && earlier.contact == what.contact &&
        earlier.product == what.product && !was_mistake(told_[i]) &&
        (what.product || (what.category && earlier.category == what.category)))
      repeats = i;
  }
  const TakenComplaint taken = t_.add(what);
  told_.push_back({.id = taken.id,
                   .what = what,
                   .at = now_,
                   .is_round_the_clock = is_round_the_clock_ && day_of(now_) >= changed_on_,
                   .repeats = repeats,
                   .severity = what.severity});
}

std::optional<ComplaintStep> FigureModel::chosen(const ToldCase& one, Did did, Act& act,
                                                 Random& random) const {
  switch (did) {
    case Did::ack:
      return Acknowledge{};
    case Did::assign:
      if (random.one_in(3)) return AssignComplaint{.department = "采购部"};
      act.login = random.one_in(2) ? "service" : "wangli";
      return AssignComplaint{.login = act.login};
    case Did::escalate:
      act.login = "wangli";
      return EscalateComplaint{.login = act.login};
    case Did::grade: {
      const ComplaintSeverity severity = any_of<ComplaintSeverity>(random);
      if (severity == one.severity) return std::nullopt;
      return GradeComplaint{.severity = severity, .reason = "核实"};
    }
    case Did::cause:
      act.cause = any_of<ComplaintCause>(random);
      return NameCause{.cause = *act.cause, .root = "查明"};
    case Did::pause:
      return PauseComplaint{.reason = "等检验"};
    case Did::resume:
      return ResumeComplaint{};
    case Did::investigate:
      return Investigate{.method = InvestigationMethod::records, .found = "属实"};
    case Did::plan:
      return PlanRemedy{.remedy = "补发"};
    case Did::reply:
      return ReplyToComplaint{.text = "已补发"};
    case Did::satisfied:
      return RecordAnswer{.satisfied = Satisfied::yes};
    case Did::unsatisfied:
      return RecordAnswer{.satisfied = Satisfied::no};
    case Did::adopt:
      return AdoptSuggestion{.how = "下月起"};
    case Did::decline:
      return DeclineSuggestion{.why = "目录外"};
    case Did::inform:
      return TellOutcome{.text = "已告知"};
    case Did::close_satisfied:
      return CloseComplaint{.as = ComplaintEnd::satisfied};
    case Did::close_withdrawn:
      if (!random.one_in(3)) return std::nullopt;
      return CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"};
    case Did::close_exhausted:
      return CloseComplaint{.as = ComplaintEnd::exhausted, .reason = "已尽力"};
    case Did::close_done:
      return CloseComplaint{.as = ComplaintEnd::done};
    case Did::close_mistake:
      if (!random.one_in(3)) return std::nullopt;
      return CloseComplaint{.as = ComplaintEnd::mistake, .reason = "误录"};
    case Did::reopen:
      return ReopenComplaint{.reason = "再次发生"};
    case Did::link:
    case Did::evidence:
      return std::nullopt;
  }
  return std::nullopt;
}

void FigureModel::go_on(ToldCase& one, Random& random) {
  const Complaint stored = t_.get(one.id);
  const auto possible = possible_steps(stored.kind, stored.state, stored.round);
  Did did = possible[random.below(static_cast<std::uint32_t>(possible.size()))];
  // What would be rare among all that is possible.
  for (const Did rare : {Did::pause, Did::adopt, Did::decline, Did::reply, Did::unsatisfied}) {
    if (random.one_in(4) && std::ranges::find(possible, rare) != possible.end()) did = rare;
  }
  Act act{.at = now_, .did = did};
  const auto step = chosen(one, did, act, random);
  if (!step) return;
  t_.take(one.id, *step);
  if (const auto* grade = std::get_if<GradeComplaint>(&*step)) one.severity = grade->severity;
  one.acts.push_back(act);
}

// One line of a group of complaints.
std::string group_line(const std::string& name, const std::vector<Known>& group,
                       std::int64_t least) {
  std::int64_t open = 0, acks = 0, good_acks = 0, answers = 0, good_answers = 0;
  for (const Known& one : group) {
    open += one.where != Where::ended;
    acks += one.ack_due;
    good_acks += one.ack_good;
    answers += one.answer_due;
    good_answers += one.answer_good;
  }
  const auto rated = [&](std::int64_t good, std::int64_t of) {
    return of < least ? std::nullopt : share(good, of);
  };
  return joined(
      name, {static_cast<std::int64_t>(group.size()), open, acks, good_acks, rated(good_acks, acks),
             answers, good_answers, rated(good_answers, answers)});
}

// One line on how long something took.
std::optional<std::string> response_line(const std::string& name, const std::vector<Known>& group,
                                         bool is_ack) {
  std::int64_t due = 0, good = 0, sum = 0;
  std::vector<std::int64_t> took;
  for (const Known& one : group) {
    due += is_ack ? one.ack_due : one.answer_due;
    good += is_ack ? one.ack_good : one.answer_good;
    if (const auto& slots = is_ack ? one.acked : one.answered)
      took.push_back(*slots * slot_seconds);
  }
  if (name.find("any") != 0 && due == 0 && took.empty()) return std::nullopt;
  std::ranges::sort(took);
  for (const std::int64_t one : took) sum += one;
  const auto n = static_cast<std::int64_t>(took.size());
  std::optional<std::int64_t> median, mean;
  if (n > 0) {
    median = (took[(took.size() - 1) / 2] + took[took.size() / 2]) / 2;
    mean = sum / n;
  }
  return joined(name, {due, good, share(good, due), n, median, mean});
}

// The kinds, and how long they took.
void put_kinds(FigureLines& lines, const std::map<ComplaintKind, std::vector<Known>>& kinds) {
  FigureLines acks, answers;
  std::vector<Known> any;
  for (const auto& [kind, group] : kinds) any.insert(any.end(), group.begin(), group.end());
  acks.push_back(*response_line("any ack", any, true));
  answers.push_back(*response_line("any answer", any, false));
  for (const auto& [kind, word] : EnumNames<ComplaintKind>::table) {
    const auto found = kinds.find(kind);
    const std::vector<Known> group = found == kinds.end() ? std::vector<Known>{} : found->second;
    std::int64_t closed = 0, rounds = 0, more = 0, paused = 0, lived = 0, stood = 0;
    for (const Known& one : group) {
      closed += one.where == Where::ended;
      rounds += one.rounds;
      more += one.rounds > 1;
      paused += one.paused;
      lived += one.lived;
      stood += one.stood;
    }
    const auto n = static_cast<std::int64_t>(group.size());
    lines.push_back(
        joined(word, {n, closed, n - closed, rounds, more, paused, share(stood, lived)}));
    const std::string name{word};
    if (const auto line = response_line(name + " ack", group, true)) acks.push_back(*line);
    if (const auto line = response_line(name + " answer", group, false)) answers.push_back(*line);
  }
  lines.insert(lines.end(), acks.begin(), acks.end());
  lines.insert(lines.end(), answers.begin(), answers.end());
}

void put_causes(FigureLines& lines, const std::map<ComplaintCause, std::int64_t>& causes) {
  std::vector<std::pair<std::int64_t, ComplaintCause>> order;
  std::int64_t whole = 0, so_far = 0;
  for (const auto& [cause, count] : causes) {
    order.emplace_back(-count, cause);
    whole += count;
  }
  std::ranges::sort(order);
  for (const auto& [less, cause] : order) {
    const double reached = static_cast<double>(so_far) / static_cast<double>(whole);
    const char* name = reached < 0.8 - 1e-9 ? " A" : reached < 0.95 - 1e-9 ? " B" : " C";
    so_far -= less;
    lines.push_back(joined(to_word(cause) + std::string{name},
                           {-less, share(-less, whole), share(so_far, whole)}));
  }
}

FigureLines FigureModel::expected(const Period& period, Slot as_of, Pauses pauses) const {
  std::map<ComplaintKind, std::vector<Known>> kinds;
  std::map<std::string, std::vector<Known>> groups, cards;
  std::map<ComplaintCause, std::int64_t> causes;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> repeats;
  std::map<std::string, std::array<std::int64_t, 5>> suggestions;
  std::int64_t received = 0, without_cause = 0, repeated = 0, complaints = 0, receipts = 0;
  for (const ToldCase& one : told_) {
    if (one.at > as_of || !period.contains(day_of(one.at)) || was_mistake(one)) continue;
    const Known known = known_at(one, as_of, pauses);
    kinds[one.what.kind].push_back(known);
    if (one.what.kind == ComplaintKind::suggestion) {
      for (const char* whose : {"everybody", to_word(one.what.origin)}) {
        auto& row = suggestions[whose];
        ++row[0];
        row[1] += known.studied;
        row[2] += known.adopted == true;
        row[3] += known.adopted == false;
        row[4] += known.told;
      }
    }
    if (one.what.kind != ComplaintKind::complaint && one.what.kind != ComplaintKind::objection)
      continue;
    auto earlier = one.repeats;
    while (earlier && was_mistake(told_[*earlier])) earlier = told_[*earlier].repeats;
    ++received;
    without_cause += !known.cause;
    repeated += earlier.has_value();
    complaints += one.what.kind == ComplaintKind::complaint;
    groups[to_word(one.severity)].push_back(known);
    groups[to_word(one.what.channel)].push_back(known);
    cards[known.owner.value_or("")].push_back(known);
    if (known.cause) ++causes[*known.cause];
    for (const std::string& key :
         {std::string{known.cause ? to_word(*known.cause) : "?"}, one.what.product.value_or("-")}) {
      auto& pair = repeats[key];
      ++pair.first;
      pair.second += earlier.has_value();
    }
  }
  for (const Slot sale : sales_)
    receipts += period.contains(day_of(sale)) && day_of(sale) <= day_of(as_of);
  FigureLines lines{joined(
      "all",
      {received, without_cause, repeated, share(repeated, received), complaints, receipts,
       receipts == 0 ? std::nullopt
                     : std::optional{(2'000'000 * complaints + receipts) / (2 * receipts)}})};
  put_kinds(lines, kinds);
  for (const auto& [severity, word] : EnumNames<ComplaintSeverity>::table)
    lines.push_back(group_line(word, groups[word], 1));
  for (const auto& [channel, word] : EnumNames<ComplaintChannel>::table)
    lines.push_back(group_line(word, groups[word], 1));
  for (const auto& [login, group] : cards)
    lines.push_back(group_line(login.empty() ? "nobody" : login, group, 30));
  put_causes(lines, causes);
  FigureLines last;
  for (const auto& [name, pair] : repeats) {
    if (pair.second > 0) last.push_back(joined(name, {pair.first, pair.second}));
  }
  std::ranges::sort(last);
  for (const char* whose : {"everybody", "customer", "staff"}) {
    const auto& row = suggestions[whose];
    last.push_back(
        joined(whose, {row[0], row[1], row[2], row[3], row[4], share(row[2], row[2] + row[3])}));
  }
  lines.insert(lines.end(), last.begin(), last.end());
  return lines;
}

}  // namespace

TEST_CASE("the figures of complaints agree with a naive model of a random pharmacy") {
  Trials trials("figures of complaints", 8, 2'000);
  trials.each([&](std::int64_t, Random& random) {
    FigureModel model;
    const Slot days = random.between(6, 40);
    for (int step = 0; step < 160; ++step) {
      model.pass(random.one_in(3) ? random.between(0, days) : random.between(0, 2));
      model.step(random);
      if (step % 20 != 19) continue;
      const Slot as_of = random.one_in(3) ? random.between(20, model.now()) : model.now();
      const Date first = model_start + std::chrono::days{random.between(0, 30)};
      const Period period = random.one_in(2)
                                ? Period{model_start, FigureModel::day_of(model.now())}
                                : Period{first, first + std::chrono::days{random.between(0, 20)}};
      CHECK(whole(model.found(period, as_of)) == whole(model.expected(period, as_of)));
      if (model.found(period, as_of) != model.expected(period, as_of, Pauses::counted))
        trials.tally("told from a wrong model");
      trials.tally(as_of == model.now() ? "reports" : "reports as of before");
    }
    trials.tally("exhausted", model.count(Did::close_exhausted));
    trials.tally("mistakes", model.count(Did::close_mistake));
    trials.tally("opened again", model.count(Did::reopen));
    trials.tally("paused", model.count(Did::pause));
    trials.tally("adopted", model.count(Did::adopt));
  });
  for (const char* found :
       {"reports", "mistakes", "opened again", "paused", "adopted", "told from a wrong model"})
    CHECK(trials.tallied(found) > 0);
}

}  // namespace pharmacy::test
