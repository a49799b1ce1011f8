// One row of a file of members.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/sheet.h"
#include "crypto/hash.h"
#include "members/check.h"
#include "pharmacy/imports.h"
#include "pharmacy/members.h"

namespace pharmacy::members {

struct ImportRow {
  std::int64_t line = 0;
  NewMember member;
  std::vector<std::string> other_cards{};  // besides that of `member`
  Points points{0};
};

// Places in member_import_fields().
inline constexpr std::size_t card_column = 1;
inline constexpr std::size_t other_cards_column = 9;

// How rows are read.
struct RowReader {
  const Sheet& sheet;
  const std::optional<std::string>& at_format;
  const Zone& zone;
  Date today;

  // The sheet's current row. Its faults are added, each with its column.
  [[nodiscard]] ImportRow read(std::vector<RowFault>& faults) const;
};

// All that the row says but its line: the same for the same row in another encoding, another
// order of columns, or another spelling of a date or a phone.
crypto::Digest content_of(const ImportRow& row);

// Leaves of a row only what the member lacks; `granted` are the points that it brought along.
void keep_lacking(ImportRow& row, const Member& stored, Points granted);
// Whether a row has anything besides its card.
bool has_facts(const ImportRow& row);
// The facts of a row, to be added to a member that is there.
MemberEdit edit_of(const ImportRow& row);

}  // namespace pharmacy::members
