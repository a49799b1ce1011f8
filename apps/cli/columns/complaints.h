// Columns and headings of complaints.
#pragma once

#include "cli/label_entry.h"

namespace pharmacy::cli {

// Sorted.
inline constexpr Entry complaint_columns[] = {
    {"ack_clock", N_("first word in time")},
    {"ack_due_at", N_("first word due")},
    {"acknowledged_at", N_("first word")},
    {"answer_clock", N_("answer in time")},
    {"answer_due_at", N_("answer due")},
    {"answer_seconds_allowed", N_("seconds for the answer")},
    {"answer_seconds_spent", N_("seconds counted")},
    {"answered_at", N_("answered")},
    {"backdated_why", N_("why it is dated back")},
    {"basis", N_("by which rule")},
    {"category", N_("concerns")},
    {"clock", N_("time")},
    {"clocks", N_("Clocks")},
    {"complaint_channel", N_("came by")},
    {"complaint_kind", N_("kind")},
    {"complaint_state", N_("state")},
    {"complaint_step", N_("step")},
    {"complaints", N_("Complaints")},
    {"contact", N_("how to reach")},
    {"cost", N_("cost")},
    {"deadline", N_("what is due")},
    {"department", N_("department")},
    {"has_health", N_("more about health")},
    {"health", N_("about health")},
    {"health_in_complaints", N_("What complaints tell of health")},
    {"is_escalated", N_("with a manager")},
    {"other", N_("the other one")},
    {"person", N_("who")},
    {"received_at", N_("received at")},
    {"repeats", N_("said before in")},
    {"round", N_("round")},
};

}  // namespace pharmacy::cli
