#include "pharmacy/ids.h"

#include <fmt/format.h>

#include <limits>

#include "base/count.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

std::optional<std::int64_t> parse_number(std::string_view text) {
  return parse_count(text, 1, std::numeric_limits<std::int64_t>::max());
}

template <class Id>
std::optional<Id> parse_plain(std::string_view text) {
  const auto number = parse_number(text);
  return number ? std::optional{Id{*number}} : std::nullopt;
}

}  // namespace

std::string to_string(MemberId id) { return fmt::format("M{}", id.number()); }
std::string to_string(ReceiptId id) { return fmt::format("{}", id.number()); }
std::string to_string(ApprovalId id) { return fmt::format("{}", id.number()); }
std::string to_string(CheckupId id) { return fmt::format("{}", id.number()); }
std::string to_string(FindingId id) { return fmt::format("{}", id.number()); }
std::string to_string(TrainingId id) { return fmt::format("{}", id.number()); }
std::string to_string(HealthNoteId id) { return fmt::format("{}", id.number()); }
std::string to_string(MergeId id) { return fmt::format("{}", id.number()); }
std::string to_string(RecallId id) { return fmt::format("{}", id.number()); }
std::string to_string(StockRequestId id) { return fmt::format("{}", id.number()); }
std::string to_string(CounselId id) { return fmt::format("{}", id.number()); }
std::string to_string(LeadId id) { return fmt::format("{}", id.number()); }
std::string to_string(HouseholdId id) { return fmt::format("{}", id.number()); }

std::optional<MemberId> parse_member_id(std::string_view text) {
  const std::string folded = fold_width(text);
  if (!folded.starts_with('M') && !folded.starts_with('m')) return std::nullopt;
  const auto number = parse_number(std::string_view{folded}.substr(1));
  return number ? std::optional{MemberId{*number}} : std::nullopt;
}

std::optional<ReceiptId> parse_receipt_id(std::string_view text) {
  return parse_plain<ReceiptId>(text);
}
std::optional<ApprovalId> parse_approval_id(std::string_view text) {
  return parse_plain<ApprovalId>(text);
}
std::optional<CheckupId> parse_checkup_id(std::string_view text) {
  return parse_plain<CheckupId>(text);
}
std::optional<FindingId> parse_finding_id(std::string_view text) {
  return parse_plain<FindingId>(text);
}
std::optional<TrainingId> parse_training_id(std::string_view text) {
  return parse_plain<TrainingId>(text);
}
std::optional<HealthNoteId> parse_health_note_id(std::string_view text) {
  return parse_plain<HealthNoteId>(text);
}
std::optional<MergeId> parse_merge_id(std::string_view text) { return parse_plain<MergeId>(text); }
std::optional<RecallId> parse_recall_id(std::string_view text) {
  return parse_plain<RecallId>(text);
}
std::optional<StockRequestId> parse_stock_request_id(std::string_view text) {
  return parse_plain<StockRequestId>(text);
}
std::optional<CounselId> parse_counsel_id(std::string_view text) {
  return parse_plain<CounselId>(text);
}
std::optional<LeadId> parse_lead_id(std::string_view text) { return parse_plain<LeadId>(text); }

}  // namespace pharmacy
