// Erasing what was said in complaints.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

// What a complaint holds that a person said, or that was said of her.
enum class SaidRecord {
  names,   // who she is, and how she is reached
  texts,   // what happened, and what its steps say
  health,  // what of it is sealed
  files    // evidence: of these the digests stay
};
template <>
struct EnumNames<SaidRecord> {
  using enum SaidRecord;
  static constexpr std::array table{std::pair{names, "names"}, std::pair{texts, "texts"},
                                    std::pair{health, "health"}, std::pair{files, "files"}};
};
struct SaidLine {
  SaidRecord record;
  std::int64_t held;  // how many there are

  static constexpr auto fields() {
    return std::tuple{Field{"record", &SaidLine::record}, Field{"held", &SaidLine::held}};
  }
};
struct ComplaintErasurePlan {
  std::vector<SaidLine> lines;    // what there is, in the order of SaidRecord
  std::optional<Instant> backup;  // the newest one made: backups hold it until they are deleted
};
// What erase_complaint would erase. It is refused for a complaint that is a member's, who is erased
// as a whole; that is not closed; whose report to the authority is still to be sent; or that was
// erased. Throws not_permitted to anyone but managers and who reviews what one of them asks for
// (pharmacy/review.h); not_found.
PHARMACY_API ComplaintErasurePlan plan_complaint_erasure(Reading& reading, ComplaintId id);

// Erases it. Its kind, product, times and steps stay, for what is counted. `reason`: 1-200 bytes;
// it stays in the access log. The log of the store's file is emptied behind it. Throws what
// plan_complaint_erasure throws; invalid_input; ApprovalNeeded.
PHARMACY_API void erase_complaint(Transaction& tx, ComplaintId id, const std::string& reason);

// All complaints of a member, closed or not, as a part of erase_member of pharmacy/rights.h. Throws
// not_permitted; refused where one of them is an adverse reaction that is still to be reported to
// the authority, which check_reactions_reported tells beforehand.
PHARMACY_API void erase_complaints_of(Transaction& tx, MemberId member);
PHARMACY_API void check_reactions_reported(Reading& reading, MemberId member);

}  // namespace pharmacy
