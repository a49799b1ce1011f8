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

constexpr std::int64_t complaints_a_year = 1'000'000;

// The same with zeros before it, at most `digits`.
std::optional<std::int64_t> parse_padded(std::string_view text, std::size_t digits) {
  if (text.size() > digits) return std::nullopt;
  while (text.starts_with('0')) text.remove_prefix(1);
  return parse_number(text);
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
std::string to_string(AccountPaymentId id) { return fmt::format("{}", id.number()); }
std::string to_string(LeadId id) { return fmt::format("{}", id.number()); }
std::string to_string(HouseholdId id) { return fmt::format("{}", id.number()); }
std::string to_string(ComplaintActionId id) { return fmt::format("{}", id.number()); }

std::string to_string(ComplaintId id) {
  return fmt::format("C{:04}-{:06}", id.number() / complaints_a_year,
                     id.number() % complaints_a_year);
}

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

std::optional<AccountPaymentId> parse_account_payment_id(std::string_view text) {
  return parse_plain<AccountPaymentId>(text);
}
std::optional<LeadId> parse_lead_id(std::string_view text) { return parse_plain<LeadId>(text); }
std::optional<ComplaintActionId> parse_complaint_action_id(std::string_view text) {
  return parse_plain<ComplaintActionId>(text);
}

std::optional<ComplaintId> parse_complaint_id(std::string_view text) {
  const std::string folded = fold_width(text);
  if (!folded.starts_with('C') && !folded.starts_with('c')) return std::nullopt;
  const std::string_view rest = std::string_view{folded}.substr(1);
  const auto hyphen = rest.find('-');
  if (hyphen != 4) return std::nullopt;
  const auto year = parse_number(rest.substr(0, hyphen));
  const auto place = parse_padded(rest.substr(hyphen + 1), 6);
  if (!year || *year < 1900 || !place) return std::nullopt;
  return ComplaintId{*year * complaints_a_year + *place};
}

}  // namespace pharmacy
