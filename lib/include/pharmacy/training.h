// What the staff was taught: who, on which day, by which version of the policy, and how well she
// knew it; and who is still to be taught.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

// The topics that everybody has to know; any other text may be one, too.
inline constexpr std::array<const char*, 2> training_topics{"privacy", "policy"};
// From this score on a training counts.
inline constexpr int training_pass_score = 60;

struct NewTraining {
  std::string login;
  std::string topic;                       // 1-60 bytes
  int score;                               // 0-100
  std::optional<Date> day = std::nullopt;  // today where absent; not after today
  // The version of the policy that was taught; where absent, the one in force on that day.
  std::optional<std::int64_t> policy = std::nullopt;
  std::optional<std::string> note = std::nullopt;  // 1-500 bytes
};

struct Training {
  TrainingId id;
  Date day;
  std::string staff;  // login
  std::string topic;
  std::int64_t policy;
  std::int64_t score;
  std::optional<std::string> note;
  std::string recorded_by;              // login
  std::optional<std::string> annulled;  // why it counts for nothing

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Training::id},
                      Field{"day", &Training::day},
                      Field{"staff", &Training::staff},
                      Field{"topic", &Training::topic},
                      Field{"policy", &Training::policy},
                      Field{"score", &Training::score},
                      Field{"note", &Training::note},
                      Field{"recorded_by", &Training::recorded_by},
                      Field{"annulled", &Training::annulled}};
  }
};

// Throws not_permitted to anyone but a manager; not_found for the login; invalid_input (all faults
// at once).
PHARMACY_API TrainingId add_training(Transaction& tx, const NewTraining& input);
// A row of the register stays: what was recorded by mistake counts for nothing from now on. Throws
// not_permitted to anyone but a manager; not_found; conflict where it was annulled already;
// invalid_input for a note that is not 1-500 bytes.
PHARMACY_API void annul_training(Transaction& tx, TrainingId id, std::string_view note);

// The rest throws not_permitted to anyone but managers, auditors and jobs.

// Which trainings list_trainings lists.
struct TrainingFilter {
  std::optional<std::string> staff{};  // login
  std::optional<std::string> topic{};
  bool with_annulled = false;
};
// The newest first. Throws not_found for an unknown login.
PHARMACY_API std::vector<Training> list_trainings(Reading& reading,
                                                  const TrainingFilter& filter = {});
// Throws not_found.
PHARMACY_API Training get_training(Reading& reading, TrainingId id);

// Why somebody is still to be taught.
enum class TrainingLack { never, failed, outdated };
template <>
struct EnumNames<TrainingLack> {
  static constexpr std::array table{std::pair{TrainingLack::never, "never"},
                                    std::pair{TrainingLack::failed, "failed"},
                                    std::pair{TrainingLack::outdated, "outdated"}};
};

struct TrainingDue {
  std::string staff;  // login
  std::string name;
  std::string topic;
  TrainingLack why;         // failed: of the policy in force; outdated: passed an earlier one
  std::optional<Date> day;  // of the newest training
  std::optional<std::int64_t> policy;
  std::optional<std::int64_t> score;

  static constexpr auto fields() {
    return std::tuple{Field{"staff", &TrainingDue::staff}, Field{"name", &TrainingDue::name},
                      Field{"topic", &TrainingDue::topic}, Field{"why", &TrainingDue::why},
                      Field{"day", &TrainingDue::day},     Field{"policy", &TrainingDue::policy},
                      Field{"score", &TrainingDue::score}};
  }
};

// Who of the staff has passed no training on the policy in force today, or on a later version, for
// each of the topics. Jobs, the recovery code, and whoever is not let in any more have no part in
// it. By login. Throws invalid_input for a topic that is not 1-60 bytes.
PHARMACY_API std::vector<TrainingDue> list_trainings_due(Reading& reading,
                                                         const std::vector<std::string>& topics);

}  // namespace pharmacy
