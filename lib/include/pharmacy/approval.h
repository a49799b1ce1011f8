// What takes two people: one asks, another approves exactly that, and the first does it, once.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/error.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/policy.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

enum class Approvable {
  show_many,      // more than people_shown_max people, unmasked
  adjust_points,  // of a member on one day, points_adjusted_limit or more
  erase_person,   // all that is kept of a member, or what a complaint says
};
template <>
struct EnumNames<Approvable> {
  static constexpr std::array table{std::pair{Approvable::show_many, "show_many"},
                                    std::pair{Approvable::adjust_points, "adjust_points"},
                                    std::pair{Approvable::erase_person, "erase_person"}};
};

// How many people are shown unmasked at once without an approval. Numbers of members and cards do
// not count as unmasked; whole names, phones and addresses do.
inline constexpr std::size_t people_shown_max = 200;
// From how many points on the corrections of one member on one day take an approval, added up
// whatever their sign.
inline constexpr Points points_adjusted_limit{500};
// How long a request can be approved, and done.
inline constexpr std::chrono::hours approval_life{24};

// Thrown by verbs that must be approved first; the code is `refused`.
class PHARMACY_API ApprovalNeeded : public Error {
 public:
  ApprovalNeeded(Approvable action, std::string message);
  ~ApprovalNeeded() override;
  [[nodiscard]] Approvable action() const noexcept { return action_; }

 private:
  Approvable action_;
};

// What is asked for. The approval holds for the exact `request` alone.
struct ApprovalRequest {
  Approvable action;
  std::string request;  // the command, which whoever approves is shown
  std::string summary;  // what it would do, in a line
};

enum class ApprovalStatus { waiting, approved, done, ended };
template <>
struct EnumNames<ApprovalStatus> {
  static constexpr std::array table{std::pair{ApprovalStatus::waiting, "waiting"},
                                    std::pair{ApprovalStatus::approved, "approved"},
                                    std::pair{ApprovalStatus::done, "done"},
                                    std::pair{ApprovalStatus::ended, "ended"}};
};

// A request as people see it.
struct Approval {
  ApprovalId id;
  ApprovalStatus status;
  std::string command;
  std::string summary;
  std::string asked_by;  // login
  Instant asked;
  Instant ends;
  std::optional<std::string> approved_by;  // login
  std::optional<Instant> approved;
  std::optional<std::int64_t> entry;  // of the access log, by which it was done

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Approval::id},
                      Field{"status", &Approval::status},
                      Field{"command", &Approval::command},
                      Field{"summary", &Approval::summary},
                      Field{"asked_by", &Approval::asked_by},
                      Field{"asked", &Approval::asked},
                      Field{"ends", &Approval::ends},
                      Field{"approved_by", &Approval::approved_by},
                      Field{"approved", &Approval::approved},
                      Field{"entry", &Approval::entry}};
  }
};

// As the policy says; where it does not, `two` wherever there is another person who could approve.
PHARMACY_API ApprovedBy approved_by(Reading& reading);

// Stores the request, and returns its number; that of the one before where the same was asked by
// the same person, and can still be approved or done. Throws invalid_input for a command that
// cannot be shown whole.
PHARMACY_API ApprovalId ask_approval(Transaction& tx, const ApprovalRequest& request);

// The newest first; `all`: those too that are done or have ended. Throws not_permitted to anyone
// but pharmacists, managers and auditors.
PHARMACY_API std::vector<Approval> list_approvals(Reading& reading, bool all = false);
// Throws not_found.
PHARMACY_API Approval get_approval(Reading& reading, ApprovalId id);
// Throws not_found; not_permitted to anyone but pharmacists and managers; refused for one's own
// request, for one that has ended, was approved or is done, and for one whose command, as it is
// shown, is not what the approval would hold for; conflict where that is not `shown`, which was
// reviewed, any more.
PHARMACY_API void approve(Transaction& tx, ApprovalId id, const ApprovalRequest& shown);

// From here on the reading or change may do what was approved; with the entry that logs it, the
// approval is used up. Throws not_found; refused where it is somebody else's, or for something
// else, or waits still, or has ended, or is used up.
PHARMACY_API void use_approval(Reading& reading, ApprovalId id, const ApprovalRequest& request);
// The same where one person is enough: proved by the key once more, with a reason, both logged.
// Throws refused where another person must approve; not_permitted where the key is not the
// actor's; invalid_input for a reason that is not 1-200 bytes of text.
PHARMACY_API void approve_alone(Reading& reading, Approvable action, Key key,
                                const std::string& reason);

}  // namespace pharmacy
