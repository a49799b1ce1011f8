#include "members/file/child_tables.h"

#include <array>

namespace pharmacy::members {
namespace {

constexpr std::array child_table_list{
    ChildTable{"card", "member", "number", PersonalRecord::cards, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"contact", "member", "id", PersonalRecord::contacts, true, OnForget::remove,
               OnMerge::move, "ended_at"},
    ChildTable{"member_key", "member", "", PersonalRecord::search_keys, false, OnForget::remove,
               OnMerge::rebuild},
    ChildTable{"member_change", "member", "id", PersonalRecord::history, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"member_fact", "member", "id", PersonalRecord::classification, true,
               OnForget::remove, OnMerge::move, "ended_at"},
    ChildTable{"member_risk", "member", "id", PersonalRecord::classification, true,
               OnForget::remove, OnMerge::move, "cleared_at,cleared_by,clear_reason"},
    ChildTable{"member_keeper", "member", "id", PersonalRecord::classification, true,
               OnForget::remove, OnMerge::move, "ended_at"},
    ChildTable{"member_licence", "member", "id", PersonalRecord::classification, true,
               OnForget::remove, OnMerge::move, "ended_at"},
    ChildTable{"member_preference", "member", "id", PersonalRecord::classification, true,
               OnForget::remove, OnMerge::move, "ended_at"},
    ChildTable{"member_group", "account", "id", PersonalRecord::classification, true,
               OnForget::remove, OnMerge::move},
    ChildTable{"member_group", "member", "id", PersonalRecord::classification, true,
               OnForget::remove, OnMerge::move},
    ChildTable{"consent", "member", "id", PersonalRecord::consents, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"consent", "guardian", "id", PersonalRecord::guardianships, true, OnForget::keep,
               OnMerge::move},
    ChildTable{"restriction", "member", "id", PersonalRecord::restrictions, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"counsel", "member", "id", PersonalRecord::counsels, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"health_note", "member", "id", PersonalRecord::health_notes, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"health_note", "written_for", "id", PersonalRecord::health_notes, false,
               OnForget::keep, OnMerge::keep},
    ChildTable{"member_merge", "from_member", "id", PersonalRecord::merges, true, OnForget::remove,
               OnMerge::keep},
    ChildTable{"member_merge", "into_member", "id", PersonalRecord::merges, true, OnForget::remove,
               OnMerge::keep},
    ChildTable{"household_member", "member", "id", PersonalRecord::households, true,
               OnForget::remove, OnMerge::move},
    ChildTable{"recall_call", "member", "id", PersonalRecord::recall_calls, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"stock_request", "member", "id", PersonalRecord::stock_requests, true,
               OnForget::remove, OnMerge::move},
    ChildTable{"complaint", "member", "id", PersonalRecord::complaints, true, OnForget::hand_over,
               OnMerge::move},
    ChildTable{"lead", "member", "id", PersonalRecord::leads, true, OnForget::hand_over,
               OnMerge::move},
    ChildTable{"receipt", "member", "id", PersonalRecord::purchases, true, OnForget::hand_over,
               OnMerge::move},
    ChildTable{"account_payment", "member", "id", PersonalRecord::purchases, true,
               OnForget::hand_over, OnMerge::move},
    ChildTable{"points_lot", "member", "id", PersonalRecord::points, true, OnForget::hand_over,
               OnMerge::move},
    ChildTable{"points_debit", "member", "id", PersonalRecord::points, true, OnForget::hand_over,
               OnMerge::move},
    ChildTable{"points_return", "member", "id", PersonalRecord::points, true, OnForget::hand_over,
               OnMerge::move},
    ChildTable{"log_subject", "first", "", PersonalRecord::access_log, true, OnForget::keep,
               OnMerge::keep},
    ChildTable{"log_subject", "last", "", PersonalRecord::access_log, false, OnForget::keep,
               OnMerge::keep},
};

}  // namespace

std::span<const ChildTable> child_tables() { return child_table_list; }

}  // namespace pharmacy::members
