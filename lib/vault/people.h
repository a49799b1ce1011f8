// Who sees whole names, and lists of people in which they stand.
#pragma once

#include <vector>

#include "base/mask.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/permissions.h"

namespace pharmacy::vault {

// Whoever may edit members sees them whole, others a beginning of each name.
[[nodiscard]] inline bool sees_names(const Actor& actor) {
  return may(actor, Permission::edit_people);
}

// Lines that each have a member and her name, on their way out: masked, in the access log, and not
// too many whole ones at once (ApprovalNeeded). A line may be of nobody.
template <class Line>
void show_people(Reading& reading, std::vector<Line>& lines) {
  const bool is_whole = sees_names(reading.actor());
  if (is_whole) require_may_show(reading, lines.size());
  for (Line& line : lines) {
    if constexpr (requires { line.member.has_value(); }) {
      if (line.member) shows(reading, *line.member);
    } else {
      shows(reading, line.member);
    }
    if (!is_whole) mask_text(line.name);
  }
}

}  // namespace pharmacy::vault
