// The doctor's checks: what each is called, how bad it is, and what people are told.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pharmacy/doctor.h"

namespace pharmacy::vault {

struct CheckRule {
  const char* name;
  CheckupPart part;  // `security`: of each checkup; `all`: of the whole one only
  Severity severity;
  const char* problem;  // to be translated, as is `advice`
  const char* advice;
};

// In the order in which they are made.
std::span<const CheckRule> check_rules();
// nullptr for a check of another version of the programs.
const CheckRule* find_check_rule(std::string_view name);

// What people are told of a finding.
struct Problem {
  std::string check;
  std::string detail;
};
std::string problem_text(const Problem& problem);
std::optional<std::string> advice_text(const std::string& check);

}  // namespace pharmacy::vault
