// The doctor: looks at the store and at its machine for what may do harm one day. Each run is a
// checkup; what it finds stands in a register, with an owner and a day, until it is gone.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
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

// `security` leaves out backups and Store::check(), which takes its time.
enum class CheckupPart { all, security };
template <>
struct EnumNames<CheckupPart> {
  static constexpr std::array table{std::pair{CheckupPart::all, "all"},
                                    std::pair{CheckupPart::security, "security"}};
};

enum class Severity { low, medium, high };
template <>
struct EnumNames<Severity> {
  static constexpr std::array table{std::pair{Severity::low, "low"},
                                    std::pair{Severity::medium, "medium"},
                                    std::pair{Severity::high, "high"}};
};

// What is not as it should be.
struct Observation {
  std::string subject;  // a login, a file, a device …; empty where there can be one alone
  std::string detail;   // a day, a number, a setting: the same in every language; may be empty
};

enum class CheckResult { good, bad, unknown };
template <>
struct EnumNames<CheckResult> {
  static constexpr std::array table{std::pair{CheckResult::good, "good"},
                                    std::pair{CheckResult::bad, "bad"},
                                    std::pair{CheckResult::unknown, "unknown"}};
};

// What one check saw. Where it could see nothing, that is unknown, and says nothing of what was
// found earlier.
struct CheckSeen {
  std::string check;  // as pharmacy-security(7) lists them: "backup", "swap" …
  bool is_known = true;
  std::vector<Observation> bad{};

  [[nodiscard]] CheckResult result() const {
    if (!is_known) return CheckResult::unknown;
    return bad.empty() ? CheckResult::good : CheckResult::bad;
  }
};

struct Examination {
  CheckupPart part;
  std::vector<CheckSeen> checks;
};

// Looks at everything, while others go on working, and writes nothing. `progress` is called with
// (done, all) during Store::check(). Throws not_permitted to anyone but managers and jobs; damaged,
// io.
PHARMACY_API Examination
examine(Store& store, CheckupPart part,
        const std::function<void(std::int64_t, std::int64_t)>& progress = {});

// A run of the doctor as the register keeps it.
struct Checkup {
  CheckupId id;
  Instant at;
  std::string staff;  // login
  CheckupPart part;
  std::int64_t checks;   // how many were made
  std::int64_t unknown;  // of them, how many could see nothing
  std::int64_t found;    // what was not known before
  std::int64_t gone;     // what was found before, and is not there any more
  std::string pharmacy;  // versions at work
  std::string sqlite;
  std::string sodium;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Checkup::id},
                      Field{"at", &Checkup::at},
                      Field{"staff", &Checkup::staff},
                      Field{"part", &Checkup::part},
                      Field{"checks", &Checkup::checks},
                      Field{"unknown", &Checkup::unknown},
                      Field{"found", &Checkup::found},
                      Field{"gone", &Checkup::gone},
                      Field{"pharmacy", &Checkup::pharmacy},
                      Field{"sqlite", &Checkup::sqlite},
                      Field{"sodium", &Checkup::sodium}};
  }
};

// Puts an examination into the register: what is new gets a number, what is there no more is gone.
// What a person closed although it is still there is found anew. Throws not_permitted to anyone but
// managers and jobs.
PHARMACY_API CheckupId record_checkup(Transaction& tx, const Examination& examination);

// All that follow throw not_permitted to anyone but managers, auditors and jobs.

inline constexpr std::size_t checkups_limit_max = 100'000;
// The newest first. Throws invalid_input for a limit that is not 1 to checkups_limit_max.
PHARMACY_API std::vector<Checkup> list_checkups(Reading& reading, std::size_t limit = 100);
// Throws not_found.
PHARMACY_API Checkup get_checkup(Reading& reading, CheckupId id);

// A check of a checkup.
struct CheckupItem {
  std::string check;
  CheckResult result;
  std::int64_t found;  // how many things

  static constexpr auto fields() {
    return std::tuple{Field{"check", &CheckupItem::check}, Field{"result", &CheckupItem::result},
                      Field{"found", &CheckupItem::found}};
  }
};
PHARMACY_API std::vector<CheckupItem> list_checkup_items(Reading& reading, CheckupId id);

// Whether this version of SQLite can lose commits where one program copies the log while another
// begins it anew: 3.7.0 to 3.51.2. The write gate of a store keeps that from happening.
PHARMACY_API bool has_wal_reset_bug(std::string_view sqlite_version);

// `overdue`: open after its day. `accepted`: still there, and known to be, until a day. `closed`:
// by a person; `gone`: a later checkup did not find it.
enum class FindingStatus { open, overdue, accepted, closed, gone };
template <>
struct EnumNames<FindingStatus> {
  static constexpr std::array table{
      std::pair{FindingStatus::open, "open"}, std::pair{FindingStatus::overdue, "overdue"},
      std::pair{FindingStatus::accepted, "accepted"}, std::pair{FindingStatus::closed, "closed"},
      std::pair{FindingStatus::gone, "gone"}};
};

struct RegisteredFinding {
  FindingId id;
  std::string check;
  std::optional<std::string> subject;
  std::string problem;                // translated
  std::optional<std::string> advice;  // translated
  Severity severity;
  FindingStatus status;
  Date since;
  std::optional<std::string> owner;  // login
  std::optional<Date> due;           // for the owner; where it is accepted, until when
  std::optional<Date> ended;
  std::optional<std::string> note;   // why it was accepted, or how it was closed
  std::optional<FindingId> earlier;  // the last one of the same that had ended before

  // Whether somebody has to do something about it.
  [[nodiscard]] bool is_open() const {
    return status == FindingStatus::open || status == FindingStatus::overdue;
  }

  static constexpr auto fields() {
    return std::tuple{Field{"id", &RegisteredFinding::id},
                      Field{"check", &RegisteredFinding::check},
                      Field{"subject", &RegisteredFinding::subject},
                      Field{"problem", &RegisteredFinding::problem},
                      Field{"advice", &RegisteredFinding::advice},
                      Field{"severity", &RegisteredFinding::severity},
                      Field{"status", &RegisteredFinding::status},
                      Field{"since", &RegisteredFinding::since},
                      Field{"owner", &RegisteredFinding::owner},
                      Field{"due", &RegisteredFinding::due},
                      Field{"ended", &RegisteredFinding::ended},
                      Field{"note", &RegisteredFinding::note},
                      Field{"earlier", &RegisteredFinding::earlier}};
  }
};

// Which findings list_findings lists.
struct FindingFilter {
  bool with_ended = false;  // also what was closed, or is gone
  CheckupPart part = CheckupPart::all;
};
// What is worst first.
PHARMACY_API std::vector<RegisteredFinding> list_findings(Reading& reading,
                                                          const FindingFilter& filter = {});
// Throws not_found.
PHARMACY_API RegisteredFinding get_finding(Reading& reading, FindingId id);

enum class FindingStepKind { assigned, accepted, closed, gone };
template <>
struct EnumNames<FindingStepKind> {
  static constexpr std::array table{std::pair{FindingStepKind::assigned, "assigned"},
                                    std::pair{FindingStepKind::accepted, "accepted"},
                                    std::pair{FindingStepKind::closed, "closed"},
                                    std::pair{FindingStepKind::gone, "gone"}};
};

// What was done about a finding.
struct FindingStep {
  Instant at;
  std::string staff;  // login of who did it, or ran the checkup
  FindingStepKind kind;
  std::optional<std::string> owner;
  std::optional<Date> day;
  std::optional<std::string> note;
  std::optional<CheckupId> checkup;

  static constexpr auto fields() {
    return std::tuple{Field{"at", &FindingStep::at},          Field{"staff", &FindingStep::staff},
                      Field{"kind", &FindingStep::kind},      Field{"owner", &FindingStep::owner},
                      Field{"day", &FindingStep::day},        Field{"note", &FindingStep::note},
                      Field{"checkup", &FindingStep::checkup}};
  }
};
// The oldest first.
PHARMACY_API std::vector<FindingStep> list_finding_steps(Reading& reading, FindingId id);

// All that follow throw not_permitted to anyone but managers; not_found; refused for a finding that
// has ended; invalid_input for a day before today, and for a note that is not 1-500 bytes of text.

struct FindingOwner {
  std::string login;  // somebody who is let in
  Date due;
};
PHARMACY_API void assign_finding(Transaction& tx, FindingId id, const FindingOwner& owner);

struct FindingAcceptance {
  Date until;  // that day is the last
  std::string note;
};
// It is there and may be, for a time of at most a year; then it is open again.
PHARMACY_API void accept_finding(Transaction& tx, FindingId id,
                                 const FindingAcceptance& acceptance);

PHARMACY_API void close_finding(Transaction& tx, FindingId id, std::string_view note);

}  // namespace pharmacy
