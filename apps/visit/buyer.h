// Who buys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/frame.h"
#include "pharmacy/members.h"

namespace pharmacy::cli {

// "-" is a customer who is no member; else M12, a card or a phone. Throws not_found, or conflict
// where several are meant.
std::optional<MemberId> buyer(Reading& reading, const std::string& text);

// Whom a text may mean that names nobody for certain: a part of a name, a phone that several share.
MemberList candidates(Reading& reading, const std::string& text);
// Lists them with numbers and asks which one it is; nullopt where it is none of them.
std::optional<MemberId> pick(Session& session, const MemberList& found);

}  // namespace pharmacy::cli
