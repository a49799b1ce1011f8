// Every table that holds something of a member, once, and what becomes of it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "pharmacy/rights.h"

namespace pharmacy::members {

// What erasing does with the rows.
enum class OnForget {
  remove,
  hand_over,  // to the member for all who were erased
  keep        // the number, which is nobody's then
};
// What merging does with the rows of the member who goes into another.
enum class OnMerge {
  move,
  rebuild,  // made anew from the names of both
  keep      // the number as it was when it was written
};

struct ChildTable {
  std::string_view table;
  std::string_view column;  // a member's number; of log_subject, the first of a span
  std::string_view key;     // by which a row that is moved is known again
  PersonalRecord record;
  bool is_copied;  // else a copy has it in another form, or it is made from other rows
  OnForget forget;
  OnMerge merge;
  // What an end of a row writes, its time first, with commas between them: of what describes her.
  // Taking a merge back takes back such an end, too. Ends of other rows are things that happened:
  // a card was lost, a note about health was over, somebody moved out.
  std::string_view end{};
};
// In the order in which they can be removed. A row of another table that belongs to one of these
// goes before it: health_tag with health_note, member_merge_row with member_merge; so does what a
// lead_contact has in words, and what was said at the steps of a complaint.
std::span<const ChildTable> child_tables();

}  // namespace pharmacy::members
