// A complaint as it goes into the store, taken in or from another system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "complaints/times.h"
#include "db/database.h"
#include "pharmacy/calendar.h"
#include "pharmacy/complaints.h"
#include "pharmacy/policy.h"

namespace pharmacy::complaints {

// The next number of the year. Throws conflict where it has no more.
ComplaintId free_number(db::Database& database, int year);

struct ComplaintRow {
  ComplaintId id;
  const NewComplaint& said;  // a text that is empty is none
  Instant received;
  Instant recorded;
  StaffId staff;
  std::int64_t policy;
  CalendarKind calendar;
  Allowance allowance;
  std::optional<Instant> promised{};
  std::optional<ComplaintId> repeats{};
  std::optional<std::string> reference{};  // of one that was imported
  std::optional<ImportId> import{};
};
// It was received, and nothing more.
void insert_complaint(db::Database& database, const ComplaintRow& row);

}  // namespace pharmacy::complaints
