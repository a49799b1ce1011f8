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
  Points points{0};
};

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

}  // namespace pharmacy::members
