#include "members/file/child_tables.h"

#include <array>

namespace pharmacy::members {
namespace {

constexpr std::array child_table_list{
    ChildTable{"card", "member", PersonalRecord::cards, true, OnForget::remove, OnMerge::move},
    ChildTable{"contact", "member", PersonalRecord::contacts, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"member_key", "member", PersonalRecord::search_keys, false, OnForget::remove,
               OnMerge::rebuild},
    ChildTable{"member_change", "member", PersonalRecord::history, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"consent", "member", PersonalRecord::consents, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"consent", "guardian", PersonalRecord::guardianships, true, OnForget::keep,
               OnMerge::move},
    ChildTable{"restriction", "member", PersonalRecord::restrictions, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"health_note", "member", PersonalRecord::health_notes, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"health_note", "written_for", PersonalRecord::health_notes, false, OnForget::keep,
               OnMerge::keep},
    ChildTable{"recall_call", "member", PersonalRecord::recall_calls, true, OnForget::remove,
               OnMerge::move},
    ChildTable{"receipt", "member", PersonalRecord::purchases, true, OnForget::hand_over,
               OnMerge::move},
    ChildTable{"points_lot", "member", PersonalRecord::points, true, OnForget::hand_over,
               OnMerge::move},
    ChildTable{"points_debit", "member", PersonalRecord::points, true, OnForget::hand_over,
               OnMerge::move},
    ChildTable{"points_return", "member", PersonalRecord::points, true, OnForget::hand_over,
               OnMerge::move},
    ChildTable{"log_subject", "first", PersonalRecord::access_log, true, OnForget::keep,
               OnMerge::keep},
    ChildTable{"log_subject", "last", PersonalRecord::access_log, false, OnForget::keep,
               OnMerge::keep},
};

}  // namespace

std::span<const ChildTable> child_tables() { return child_table_list; }

}  // namespace pharmacy::members
