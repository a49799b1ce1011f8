// Which tables hold which kind of record: every table of the schema is one kind's, or holds no
// records.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "pharmacy/retention.h"

namespace pharmacy::vault {

struct RetainedTable {
  std::string_view table;
  std::optional<RecordKind> kind;  // nullopt: settings of the store itself
};
std::span<const RetainedTable> retained_tables();

}  // namespace pharmacy::vault
