// What the access log, the operations and the approvals tell of a member who is erased.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "db/database.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"

namespace pharmacy::vault {

struct Traces {
  std::int64_t operations = 0;  // of which she is a subject
  std::int64_t details = 0;     // of entries about her
  std::int64_t approvals = 0;
};
Traces traces_of(db::Database& db, MemberId member);

// Empties them, of a member whose row says that she is erased: the results and requests of
// operations, the details of entries, what approvals say. An entry about more than
// people_shown_max members tells of none of them, and keeps its detail. The entry of this change
// names her, which is what verifying the log accepts the lacking details by.
void erase_traces(Transaction& tx, MemberId member);

// The words of the detail by which an entry erases a member: "erased M5".
std::string erasing_words(MemberId member);
// By member, the number of the last entry that erased her.
std::map<MemberId, std::int64_t> erasing_entries(db::Database& db);

// After the commit of this change nothing of what was before it is left in the log of the store's
// file, unless somebody reads an older state for longer than a second: StoreInfo::log_bytes is then
// not 0.
void empty_log_after(Transaction& tx);

}  // namespace pharmacy::vault
