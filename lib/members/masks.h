// What of a member is shown to whom. Whoever may edit members sees them whole but for the phone,
// of which everybody sees the last four digits; whoever may only look sees no name, address or
// remark whole.
#pragma once

#include <vector>

#include "base/mask.h"
#include "pharmacy/members.h"
#include "vault/access.h"
#include "vault/approvals.h"

namespace pharmacy::members {

[[nodiscard]] bool sees_names(const Actor& actor);

using pharmacy::mask_text;

Member masked(Member member, const Actor& actor, std::optional<Revealed> whole = {});
MemberLine masked(MemberLine line, const Actor& actor, std::optional<Revealed> whole = {});
MemberChange masked(MemberChange change, const Actor& actor);

// What of a list that may hold one line too many is shown: masked, and in the access log. Throws
// ApprovalNeeded for too many people at once.
MemberList shown_list(Reading& reading, std::vector<MemberLine> lines, std::size_t limit);

// The same of lines of other lists, which have a member and her name; a line may be of nobody.
template <class Line>
void show_people(Reading& reading, std::vector<Line>& lines) {
  const bool is_whole = sees_names(reading.actor());
  if (is_whole) vault::require_may_show(reading, lines.size());
  for (Line& line : lines) {
    if constexpr (requires { line.member.has_value(); }) {
      if (line.member) vault::shows(reading, *line.member);
    } else {
      vault::shows(reading, line.member);
    }
    if (!is_whole) mask_text(line.name);
  }
}

// vault::begin_reveal() of a member's fact.
void begin_reveal(Reading& reading, const Reveal& reveal);

}  // namespace pharmacy::members
