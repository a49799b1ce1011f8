// Members as people see them: phones by their last four digits.
#pragma once

#include <utility>
#include <vector>

#include "pharmacy/members.h"

namespace pharmacy::cli {

// A Member, or a line of a list.
template <class Row>
Row shown(Row row) {
  if (row.phone) row.phone = masked_phone(*row.phone);
  return row;
}

template <class Row>
std::vector<Row> shown(std::vector<Row> rows) {
  for (auto& row : rows) row = shown(std::move(row));
  return rows;
}

// Of a member's history.
inline MemberChange shown(MemberChange change) {
  if (change.field != "phone") return change;
  if (change.old_value) change.old_value = masked_phone(*change.old_value);
  if (change.new_value) change.new_value = masked_phone(*change.new_value);
  return change;
}

}  // namespace pharmacy::cli
