// Whom a document links: who buys by her own and by another's, or without a number of a member.
#pragma once

#include <optional>
#include <vector>

#include "db/database.h"
#include "pharmacy/ids.h"
#include "pharmacy/time.h"
#include "visits/special/packs.h"

namespace pharmacy::visits {

// Members on whose receipts the document stands, rising. Whoever was erased is none of them: all
// who were share one number.
std::vector<MemberId> members_by(db::Database& database, const db::Bytes& tag);

// Whose purchases count for a sale: the member, and whoever bought by the same document where one
// is shown, each with those who live with her or did until a time that is `since` or later; and by
// whichever document stands on a receipt of one of these. One step and no further: whom those
// documents link is not asked.
BoughtBy linked(db::Database& database, std::optional<MemberId> member,
                const std::optional<db::Bytes>& tag, Instant since);

}  // namespace pharmacy::visits
