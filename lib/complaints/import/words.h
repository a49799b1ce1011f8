// The words that other systems use for what a complaint is, and what became of it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "pharmacy/complaints.h"
#include "pharmacy/enums.h"

namespace pharmacy {
namespace complaints {

// The places of the fields in complaint_import_fields().
enum FieldPlace : std::size_t {
  reference_field,
  received_field,
  text_field,
  kind_field,
  channel_field,
  severity_field,
  category_field,
  name_field,
  contact_field,
  member_field,
  product_field,
  batch_field,
  acknowledged_field,
  replied_field,
  closed_field,
  outcome_field,
  reply_field,
  cause_field,
  department_field,
  owner_field,
};

// What came of a case.
enum class CaseOutcome {
  satisfied,
  unsatisfied,
  withdrawn,
  exhausted,
  adopted,   // of a suggestion
  declined,  // likewise
  done,      // of praise
  mistake
};

// A word of the table, or what other systems write for it; nullopt for anything else.
std::optional<ComplaintKind> kind_called(std::string_view text);
std::optional<ComplaintChannel> complaint_channel_called(std::string_view text);
std::optional<ComplaintSeverity> severity_called(std::string_view text);
std::optional<ComplaintCategory> category_called(std::string_view text);
std::optional<ComplaintCause> cause_called(std::string_view text);
std::optional<CaseOutcome> outcome_called(std::string_view text);

}  // namespace complaints

template <>
struct EnumNames<complaints::CaseOutcome> {
  using enum complaints::CaseOutcome;
  static constexpr std::array table{
      std::pair{satisfied, "satisfied"}, std::pair{unsatisfied, "unsatisfied"},
      std::pair{withdrawn, "withdrawn"}, std::pair{exhausted, "exhausted"},
      std::pair{adopted, "adopted"},     std::pair{declined, "declined"},
      std::pair{done, "done"},           std::pair{mistake, "mistake"}};
};

}  // namespace pharmacy
