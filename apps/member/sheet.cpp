#include "member/sheet.h"

#include "pharmacy/standing.h"

namespace pharmacy::cli {

// Puts the columns of `more` behind those of `sheet`; each has one row.
static void append(Table& sheet, Table more) {
  sheet.columns.insert(sheet.columns.end(), more.columns.begin(), more.columns.end());
  sheet.rows[0].insert(sheet.rows[0].end(), more.rows[0].begin(), more.rows[0].end());
}

Table member_sheet(Reading& reading, const Member& member) {
  Table sheet = to_table(std::vector{member});
  append(sheet, to_table(std::vector{get_standing(reading, member.id)}));
  return sheet;
}

}  // namespace pharmacy::cli
