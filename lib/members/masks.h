// What of a member is shown to whom. Whoever may edit members sees them whole but for the phone,
// of which everybody sees the last four digits; whoever may only look sees no name, address or
// remark whole.
#pragma once

#include "base/mask.h"
#include "pharmacy/members.h"
#include "vault/people.h"

namespace pharmacy::members {

using pharmacy::mask_text;
using vault::sees_names;

Member masked(Member member, const Actor& actor, std::optional<Revealed> whole = {});
MemberLine masked(MemberLine line, const Actor& actor, std::optional<Revealed> whole = {});
MemberChange masked(MemberChange change, const Actor& actor);

// What of a list that may hold one line too many is shown: masked, and in the access log. Throws
// ApprovalNeeded for too many people at once.
MemberList shown_list(Reading& reading, std::vector<MemberLine> lines, std::size_t limit);

// vault::begin_reveal() of a member's fact.
void begin_reveal(Reading& reading, const Reveal& reveal);

}  // namespace pharmacy::members
