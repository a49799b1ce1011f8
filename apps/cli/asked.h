// What takes a second person: the commands that ask for it, and what each would do. Whoever asks
// sees the same in a dry run as the other person does before approving.
#pragma once

#include <string>
#include <vector>

#include "cli/frame.h"
#include "cli/table.h"
#include "pharmacy/approval.h"
#include "pharmacy/ids.h"
#include "pharmacy/values.h"

namespace pharmacy::cli {

// They name what they are about by a number: a card or a phone may belong to another by the time it
// is approved.
ApprovalRequest erasure_request(MemberId member, const std::string& reason);
ApprovalRequest erasure_request(ComplaintId complaint, const std::string& reason);
ApprovalRequest adjustment_request(MemberId member, Points points, const std::string& reason);
// To show or write many people, by a command that does so.
ApprovalRequest show_request(std::string command);

// The command by which a member's points are corrected so.
std::string adjust_command(MemberId member, Points points, const std::string& reason);

// What would be done, as the store is in one reading.
struct AskedPlan {
  std::string schema;
  Section rows;
  std::vector<std::string> notes;
};
AskedPlan plan_erasure_of(Reading& reading, MemberId member);
AskedPlan plan_erasure_of(Reading& reading, ComplaintId complaint);
AskedPlan plan_adjustment_of(Reading& reading, MemberId member, Points points);
AskedPlan plan_export(Reading& reading);
// That of a request which review_approval() gave: by its action and its command, whatever else a
// program stored with it. Throws refused for a command that is none of those above.
AskedPlan plan_asked(Reading& reading, const ApprovalRequest& request);

void tell_rows(Output& out, const AskedPlan& plan);
// With its notes.
void tell_plan(Output& out, const AskedPlan& plan);

}  // namespace pharmacy::cli
