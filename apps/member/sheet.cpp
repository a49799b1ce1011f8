#include "member/sheet.h"

#include "cli/people.h"
#include "cli/phrases.h"
#include "pharmacy/habits.h"
#include "pharmacy/standing.h"

namespace pharmacy::cli {

// Puts the columns of `more` behind those of `sheet`; each has one row.
static void append(Table& sheet, Table more) {
  sheet.columns.insert(sheet.columns.end(), more.columns.begin(), more.columns.end());
  sheet.rows[0].insert(sheet.rows[0].end(), more.rows[0].begin(), more.rows[0].end());
}

static Cell time_since(const std::optional<Date>& from, Date today) {
  return from && *from <= today ? Cell{time_between(*from, today)} : Cell{};
}

static Table tenure_for_people(const MemberTenure& tenure, Date joined, Date today) {
  return {{"tenure", "first_purchase", "bought_for"},
          {{time_since(joined, today), to_cell(tenure.first_purchase),
            time_since(tenure.first_purchase, today)}}};
}

Table member_sheet(Frame& frame, Reading& reading, const Member& member) {
  Table sheet = to_table(std::vector{member});
  append(sheet, to_table(std::vector{get_standing(reading, member.id)}));
  const auto tenure = get_tenure(reading, member.id);
  append(sheet, readers_of(frame) == Readers::people
                    ? tenure_for_people(tenure, member.joined, reading.today())
                    : to_table(std::vector{tenure}));
  return sheet;
}

}  // namespace pharmacy::cli
