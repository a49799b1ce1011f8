// Numbers of things. Each kind is a type of its own, so that one is never taken for another.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pharmacy/export.h"

namespace pharmacy {

template <class Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::int64_t number) : number_{number} {}
  [[nodiscard]] constexpr std::int64_t number() const { return number_; }
  friend constexpr auto operator<=>(Id, Id) = default;

 private:
  std::int64_t number_ = 0;
};

using MemberId = Id<struct MemberTag>;      // written M1
using ProductId = Id<struct ProductTag>;    // never shown: a product is known by its code
using ReceiptId = Id<struct ReceiptTag>;    // written 12
using StaffId = Id<struct StaffTag>;        // a slot of the keyring; shown as its login
using ImportId = Id<struct ImportTag>;      // one batch of imported rows
using LotId = Id<struct LotTag>;            // a lot of points
using ApprovalId = Id<struct ApprovalTag>;  // a request that takes a second person; written 7
using CheckupId = Id<struct CheckupTag>;    // written 12, as those below
using FindingId = Id<struct FindingTag>;
using TrainingId = Id<struct TrainingTag>;
using HealthNoteId = Id<struct HealthNoteTag>;
using MergeId = Id<struct MergeTag>;
using RecallId = Id<struct RecallTag>;
using StockRequestId = Id<struct StockRequestTag>;
using CounselId = Id<struct CounselTag>;
using AccountPaymentId = Id<struct AccountPaymentTag>;
using LeadId = Id<struct LeadTag>;
using HouseholdId = Id<struct HouseholdTag>;
// Of a year and its place in that: 2026000123 is written C2026-000123.
using ComplaintId = Id<struct ComplaintTag>;
using ComplaintActionId = Id<struct ComplaintActionTag>;  // written 12

PHARMACY_API std::string to_string(MemberId id);    // "M12"
PHARMACY_API std::string to_string(ReceiptId id);   // "12"
PHARMACY_API std::string to_string(ApprovalId id);  // "7"
PHARMACY_API std::string to_string(CheckupId id);
PHARMACY_API std::string to_string(FindingId id);
PHARMACY_API std::string to_string(TrainingId id);
PHARMACY_API std::string to_string(HealthNoteId id);
PHARMACY_API std::string to_string(MergeId id);
PHARMACY_API std::string to_string(RecallId id);
PHARMACY_API std::string to_string(StockRequestId id);
PHARMACY_API std::string to_string(CounselId id);
PHARMACY_API std::string to_string(AccountPaymentId id);
PHARMACY_API std::string to_string(LeadId id);
PHARMACY_API std::string to_string(HouseholdId id);
PHARMACY_API std::string to_string(ComplaintId id);  // "C2026-000123"
PHARMACY_API std::string to_string(ComplaintActionId id);

// "M12" or "m12"; digits alone are not a member's number. nullopt for anything else.
PHARMACY_API std::optional<MemberId> parse_member_id(std::string_view text);
// "12": decimal, at least 1. nullopt for anything else.
PHARMACY_API std::optional<ReceiptId> parse_receipt_id(std::string_view text);
PHARMACY_API std::optional<ApprovalId> parse_approval_id(std::string_view text);
PHARMACY_API std::optional<CheckupId> parse_checkup_id(std::string_view text);
PHARMACY_API std::optional<FindingId> parse_finding_id(std::string_view text);
PHARMACY_API std::optional<TrainingId> parse_training_id(std::string_view text);
PHARMACY_API std::optional<HealthNoteId> parse_health_note_id(std::string_view text);
PHARMACY_API std::optional<MergeId> parse_merge_id(std::string_view text);
PHARMACY_API std::optional<RecallId> parse_recall_id(std::string_view text);
PHARMACY_API std::optional<StockRequestId> parse_stock_request_id(std::string_view text);
PHARMACY_API std::optional<CounselId> parse_counsel_id(std::string_view text);
PHARMACY_API std::optional<AccountPaymentId> parse_account_payment_id(std::string_view text);
PHARMACY_API std::optional<LeadId> parse_lead_id(std::string_view text);
PHARMACY_API std::optional<ComplaintActionId> parse_complaint_action_id(std::string_view text);
// "C2026-000123", "c2026-123": a year of 1900 to 9999, a number of 1 to 999,999.
PHARMACY_API std::optional<ComplaintId> parse_complaint_id(std::string_view text);

}  // namespace pharmacy
