// Whether a member's record is in use, kept only, or nobody's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/database.h"
#include "pharmacy/rights.h"

namespace pharmacy::members {

// nullopt where there never was such a number.
std::optional<MemberStatus> status_of(db::Database& db, MemberId id);
// Whether there is something of hers: she is active or restricted.
[[nodiscard]] bool is_kept(db::Database& db, MemberId id);
// Throws not_found where there is not.
void require_kept(db::Database& db, MemberId id);
[[noreturn]] void throw_no_member(std::string_view text);

// The reason of whoever decides, as it is kept. Throws invalid_input where it is not 1-200 bytes.
std::string checked_reason(std::string_view reason);

// What giving consent to membership, and withdrawing it, does to the member.
void restrict_by_withdrawal(Transaction& tx, MemberId id);
void lift_withdrawal(Transaction& tx, MemberId id);

}  // namespace pharmacy::members
