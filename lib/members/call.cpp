// Who is to be called because a law demands it.
#include "members/masks.h"
#include "pharmacy/members.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/permissions.h"

namespace pharmacy {

std::vector<MemberLine> people_to_call(Reading& reading, const std::vector<MemberId>& members,
                                       const Reveal& reveal) {
  vault::require(reading, vault::Permission::view_recalls);
  members::begin_reveal(reading, reveal);
  if (members::sees_names(reading.actor())) vault::require_may_show(reading, members.size());
  std::vector<MemberLine> lines;
  for (const MemberId id : members) {
    auto line = vault::database(reading).row<MemberLine>(
        "SELECT m.id, m.name,"
        " (SELECT c.number FROM card c WHERE c.member = m.id AND c.ended_at IS NULL"
        "  ORDER BY c.added_at DESC, c.number DESC LIMIT 1),"
        " (SELECT c.value FROM contact c"
        "  WHERE c.member = m.id AND c.kind = 'phone' AND c.ended_at IS NULL"
        "  ORDER BY c.id DESC LIMIT 1),"
        " m.birth, m.joined FROM member m"
        " WHERE m.id = ?1 AND m.status IN ('active', 'restricted')",
        id);
    if (!line) continue;
    vault::shows(reading, id);
    lines.push_back(members::masked(*std::move(line), reading.actor(), reveal.field));
  }
  return lines;
}

}  // namespace pharmacy
