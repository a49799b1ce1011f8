// What a step records, checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "complaints/rows.h"
#include "pharmacy/error.h"

namespace pharmacy::complaints {

// A step as it goes into the store.
struct StepRow {
  ComplaintStepKind step;
  std::optional<std::string> text{};
  std::optional<std::string> department{};
  std::optional<StaffId> person{};
  std::optional<InvestigationMethod> method{};
  std::optional<ComplaintSeverity> severity{};
  std::optional<ComplaintCause> cause{};
  std::optional<Money> cost{};
  std::optional<std::string> basis{};
  std::optional<ComplaintId> other{};
};

// A step that was taken.
struct TakenStep {
  ComplaintId complaint;
  const StepRow& row;
  ComplaintState state;  // after it
  std::int64_t round;
  Instant at;
  StaffId staff;
};
void insert_step(db::Database& database, const TakenStep& step);

ComplaintStepKind kind_of(const ComplaintStep& step);

// Throws invalid_input, all faults at once; not_found for a login or another complaint; refused for
// a login whose roles do not do it.
StepRow checked_row(Transaction& tx, const Complaint& complaint, const ComplaintStep& step);
// The same of an escalation, of whichever complaint.
void check_escalation(Transaction& tx, const EscalateComplaint& step);

}  // namespace pharmacy::complaints
