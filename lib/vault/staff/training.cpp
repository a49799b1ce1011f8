// What the staff was taught.
#include "pharmacy/training.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "policy/policies.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {

using vault::database;
using vault::Permission;

namespace {

constexpr std::size_t longest_topic = 60;  // bytes
constexpr std::size_t longest_note = 500;
constexpr int most_score = 100;

constexpr std::string_view training_rows =
    "SELECT t.id, t.day, s.login, t.topic, t.policy, t.score, t.note, r.login, a.note"
    " FROM training t JOIN staff s ON s.id = t.staff JOIN staff r ON r.id = t.recorded_by"
    " LEFT JOIN training_annulment a ON a.training = t.id";

// What somebody was taught of a topic, as far as it counts.
struct Taught {
  Date day;
  std::int64_t policy;
  std::int64_t score;

  static constexpr auto fields() {
    return std::tuple{Field{"day", &Taught::day}, Field{"policy", &Taught::policy},
                      Field{"score", &Taught::score}};
  }
};

void check_day(std::vector<Fault>& faults, Transaction& tx, Date day) {
  if (day <= tx.today()) return;
  faults.push_back({fmt::format(fmt::runtime(_("this day is yet to come: {}")), to_string(day)),
                    _("record a training when it is over")});
}

void check_policy(std::vector<Fault>& faults, Transaction& tx, std::int64_t version) {
  if (database(tx).value<std::int64_t>("SELECT version FROM policy WHERE version = ?1", version))
    return;
  const auto newest = database(tx).value<std::int64_t>("SELECT max(version) FROM policy");
  faults.push_back({fmt::format(fmt::runtime(_("there is no version {} of the policy")), version),
                    fmt::format(fmt::runtime(_("the newest one is {}")), newest.value_or(0))});
}

bool is_taught(const vault::Slot& slot, Instant now) {
  return vault::is_let_in(slot, now) && slot.certificate.method != vault::Method::recovery &&
         slot.certificate.roles != vault::role_bits({Role::job});
}

// What counts of what somebody was taught of a topic, the newest first.
std::vector<Taught> taught_of(Reading& reading, const vault::Slot& slot, std::string_view topic) {
  return database(reading).rows<Taught>(
      "SELECT day, policy, score FROM training t WHERE staff = ?1 AND topic = ?2 AND NOT EXISTS"
      " (SELECT 1 FROM training_annulment WHERE training = t.id) ORDER BY day DESC, id DESC",
      StaffId{slot.certificate.slot}, topic);
}

// nullopt where nothing is due.
std::optional<TrainingLack> lack_of(const std::vector<Taught>& taught, std::int64_t policy) {
  if (taught.empty()) return TrainingLack::never;
  const auto is_passed = [](const Taught& one) { return one.score >= training_pass_score; };
  const auto is_current = [policy](const Taught& one) { return one.policy >= policy; };
  if (std::ranges::any_of(taught,
                          [&](const Taught& one) { return is_passed(one) && is_current(one); }))
    return std::nullopt;
  const bool is_outdated =
      std::ranges::none_of(taught, is_current) && std::ranges::any_of(taught, is_passed);
  return is_outdated ? TrainingLack::outdated : TrainingLack::failed;
}

std::string lack_told(TrainingLack lack, const std::string& login) {
  const char* told = lack == TrainingLack::never ? N_("{} was never taught privacy")
                     : lack == TrainingLack::failed
                         ? N_("{} has not passed the training in privacy")
                         : N_("{} was taught privacy by an earlier policy");
  return fmt::format(fmt::runtime(_(told)), login);
}

}  // namespace

void vault::require_trained(Reading& reading) {
  const Instant now = reading.impl().store.options.clock();
  const Policy rules = policy::policy_on(database(reading), reading.zone().day_of(now));
  const Slot& me = slot_of(reading.impl().keyring(), reading.actor().login);
  if (!rules.training.reveal_needs_training || !is_taught(me, now)) return;
  const auto lack = lack_of(taught_of(reading, me, training_topics.front()), rules.version);
  if (!lack) return;
  const std::string& login = me.certificate.login;
  throw Error(
      Errc::refused,
      fmt::format(fmt::runtime(_("only who was taught privacy sees this whole: {}")),
                  lack_told(*lack, login)),
      fmt::format(fmt::runtime(_("a manager records the training with: store train add {} --topic "
                                 "privacy --score N")),
                  login));
}

TrainingId add_training(Transaction& tx, const NewTraining& input) {
  vault::require(tx, Permission::edit_registers);
  std::vector<Fault> faults;
  const auto topic = checked_text(faults, _("topic"), std::string_view{input.topic}, longest_topic);
  const auto note = checked_text(faults, _("note"), input.note, longest_note);
  if (input.score < 0 || input.score > most_score) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("not a score: {}")), input.score), _("a score is 0 to 100")});
  }
  const Date day = input.day.value_or(tx.today());
  check_day(faults, tx, day);
  if (input.policy) check_policy(faults, tx, *input.policy);
  if (input.login == vault::recovery_login)
    faults.push_back({_("the recovery code is nobody who could be taught"), {}});
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));

  const StaffId staff = vault::staff_for_rows(tx, input.login);
  const auto policy = input.policy ? *input.policy : policy::policy_on(database(tx), day).version;
  database(tx).run(
      "INSERT INTO training (staff, topic, policy, day, score, note, recorded_at, recorded_by)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      staff, topic, policy, day, static_cast<std::int64_t>(input.score), note, tx.now(),
      tx.actor().id);
  const TrainingId id{database(tx).last_insert_id()};
  vault::shown(tx).note("training " + to_string(id) + ' ' + input.login);
  return id;
}

void annul_training(Transaction& tx, TrainingId id, std::string_view note) {
  vault::require(tx, Permission::edit_registers);
  if (get_training(tx, id).annulled) {
    throw Error(
        Errc::conflict,
        fmt::format(fmt::runtime(_("training {} counts for nothing already")), to_string(id)));
  }
  std::vector<Fault> faults;
  const auto kept = checked_text(faults, _("note"), note, longest_note);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  database(tx).run(
      "INSERT INTO training_annulment (training, note, at, staff) VALUES (?1, ?2, ?3, ?4)", id,
      kept, tx.now(), tx.actor().id);
  vault::shown(tx).note("training " + to_string(id) + " annulled");
}

std::vector<Training> list_trainings(Reading& reading, const TrainingFilter& filter) {
  vault::require(reading, Permission::view_registers);
  std::optional<StaffId> staff;
  if (filter.staff)
    staff = StaffId{vault::slot_of(reading.impl().keyring(), *filter.staff).certificate.slot};
  return database(reading).rows<Training>(
      std::string{training_rows} +
          " WHERE (?1 IS NULL OR t.staff = ?1) AND (?2 IS NULL OR t.topic = ?2)"
          " AND (?3 OR a.training IS NULL) ORDER BY t.day DESC, t.id DESC",
      staff, filter.topic, filter.with_annulled);
}

Training get_training(Reading& reading, TrainingId id) {
  vault::require(reading, Permission::view_registers);
  auto found = database(reading).row<Training>(std::string{training_rows} + " WHERE t.id = ?1", id);
  if (found) return *std::move(found);
  throw Error(Errc::not_found,
              fmt::format(fmt::runtime(_("there is no training {}")), to_string(id)),
              _("list them with: store train list --all"));
}

std::vector<TrainingDue> list_trainings_due(Reading& reading,
                                            const std::vector<std::string>& topics) {
  vault::require(reading, Permission::view_registers);
  const auto policy = policy::policy_on(database(reading), reading.today()).version;
  std::vector<Fault> faults;
  std::vector<TrainingDue> due;
  for (const std::string& given : topics) {
    const auto topic = checked_text(faults, _("topic"), std::string_view{given}, longest_topic);
    for (const vault::Slot& slot : reading.impl().keyring().slots) {
      const vault::Certificate& c = slot.certificate;
      if (!is_taught(slot, reading.now())) continue;
      const auto taught = taught_of(reading, slot, topic);
      const auto lack = lack_of(taught, policy);
      if (!lack) continue;
      due.push_back({.staff = c.login,
                     .name = c.name,
                     .topic = topic,
                     .why = *lack,
                     .day = {},
                     .policy = {},
                     .score = {}});
      if (taught.empty()) continue;
      due.back().day = taught.front().day;
      due.back().policy = taught.front().policy;
      due.back().score = taught.front().score;
    }
  }
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  std::ranges::stable_sort(due, {}, &TrainingDue::staff);
  return due;
}

}  // namespace pharmacy
