// One row of a file of cases, read and checked as far as it can be without the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sheet.h"
#include "complaints/import/words.h"
#include "pharmacy/complaints.h"
#include "pharmacy/time.h"

namespace pharmacy::complaints {

struct Case {
  std::int64_t line = 0;
  std::string_view raw;  // the row in the file's text
  std::string reference;
  NewComplaint said;               // but for its member
  std::optional<std::string> who;  // the member, as the file has it
  Instant received{};
  std::optional<Instant> acknowledged{};
  std::optional<Instant> replied{};
  std::optional<Instant> closed{};
  std::optional<CaseOutcome> outcome{};
  std::optional<std::string> reply{};
  std::optional<ComplaintCause> cause{};
  std::optional<std::string> department{};
  std::optional<std::string> owner{};  // as the file has it
  bool owner_is_here = false;          // that is the login of somebody who handles complaints
  std::vector<RowFault> faults{};
};

struct CaseRules {
  const std::optional<std::string>& at_format;
  const Zone& zone;
  Instant now;
};

// The sheet's current row.
Case read_case(const Sheet& sheet, const CaseRules& rules);

}  // namespace pharmacy::complaints
