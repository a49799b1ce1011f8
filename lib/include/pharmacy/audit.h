// The access log: who changed what, who was shown whom, and who was refused. Every change and every
// view of a person writes an entry before it is answered, so there is nothing here to write one.
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

enum class AccessKind { change, view, refusal };
template <>
struct EnumNames<AccessKind> {
  static constexpr std::array table{std::pair{AccessKind::change, "change"},
                                    std::pair{AccessKind::view, "view"},
                                    std::pair{AccessKind::refusal, "refusal"}};
};

// An entry as people read it.
struct AccessEntry {
  std::int64_t seq;  // from 1, without gaps
  Instant at;
  std::string staff;  // login
  AccessKind kind;
  std::string command;                // OpenOptions::command of who did it
  std::int64_t members;               // how many it is about
  std::optional<std::string> member;  // the first of them: "M12"
  std::optional<std::string> detail;  // a login, a reason, the permission that was lacking …
  std::optional<std::string> operation;

  static constexpr auto fields() {
    return std::tuple{Field{"seq", &AccessEntry::seq},
                      Field{"at", &AccessEntry::at},
                      Field{"staff", &AccessEntry::staff},
                      Field{"kind", &AccessEntry::kind},
                      Field{"command", &AccessEntry::command},
                      Field{"members", &AccessEntry::members},
                      Field{"member", &AccessEntry::member},
                      Field{"detail", &AccessEntry::detail},
                      Field{"operation", &AccessEntry::operation}};
  }
};

inline constexpr std::size_t accesses_limit_max = 100'000;

// Which entries list_accesses lists.
struct AccessFilter {
  std::optional<Period> period{};
  std::optional<std::string> staff{};  // login
  std::optional<AccessKind> kind{};
  std::optional<MemberId> member{};      // who has ever seen or changed that one
  std::optional<std::int64_t> before{};  // only entries of a lower number
  std::size_t limit = 100;               // 1-accesses_limit_max
};

// The newest first. To look at the log is logged as well. Throws not_permitted to anyone but
// managers and auditors; not_found for an unknown login; invalid_input.
PHARMACY_API std::vector<AccessEntry> list_accesses(Reading& reading, const AccessFilter& filter);

// An entry by its number and its MAC, which stands for all entries up to it: kept outside of the
// store, it shows whether any of them was changed or taken away since.
struct LogAnchor {
  std::int64_t seq;
  std::string mac;  // 32 to 64 hexadecimal digits, in lower case: its beginning, or all of it

  static constexpr auto fields() {
    return std::tuple{Field{"seq", &LogAnchor::seq}, Field{"mac", &LogAnchor::mac}};
  }
};

// "1234:00ff…", the first 32 digits of the MAC: short enough to be printed and read out.
PHARMACY_API std::string to_string(const LogAnchor& anchor);
// That, or with more digits. nullopt for anything else.
PHARMACY_API std::optional<LogAnchor> parse_log_anchor(std::string_view text);

// The newest entry; nullopt where nothing was logged yet, in a store of an older schema. Throws
// not_permitted to anyone who reads no reports.
PHARMACY_API std::optional<LogAnchor> log_head(Reading& reading);

// Notes in the store that an anchor was taken, for the doctor. Throws not_permitted to anyone who
// reads no reports; busy, io.
PHARMACY_API void record_anchor(Store& store, const LogAnchor& anchor);

// Reads every entry and tells what is not as it was written: the MACs, the signatures, gaps, and
// the anchors. Nothing means that all is well; the detail of an entry about a member may be gone
// where a later entry erased her. `progress` is called with (done, all). Throws
// not_permitted to anyone but managers, auditors and jobs.
PHARMACY_API std::vector<Finding> verify_log(
    Reading& reading, const std::vector<LogAnchor>& anchors = {},
    const std::function<void(std::int64_t, std::int64_t)>& progress = {});
// How many entries have lost their detail. Throws as verify_log.
PHARMACY_API std::int64_t erased_details(Reading& reading);

}  // namespace pharmacy
