// Columns and headings of figures over all the rooms.
#pragma once

#include "cli/label_entry.h"

namespace pharmacy::cli {

// Sorted.
inline constexpr Entry report_columns[] = {
    {"adjusted", N_("points corrected")},
    {"average_receipt", N_("average receipt")},
    {"buying", N_("buying members")},
    {"by_day", N_("By day")},
    {"by_payment", N_("By payment")},
    {"by_staff", N_("By staff")},
    {"calls", N_("Whom to call")},
    {"collected", N_("Paid on account")},
    {"completeness_percent", N_("completeness, %")},
    {"contacts_held", N_("phones and addresses")},
    {"contacts_stale", N_("to be verified again")},
    {"corrected_percent", N_("corrected, %")},
    {"currency", N_("currency")},
    {"duplicate_files", N_("second files")},
    {"earned", N_("points earned")},
    {"expired", N_("points expired")},
    {"facts_corrected", N_("facts corrected")},
    {"facts_entered", N_("facts entered")},
    {"files", N_("files opened")},
    {"files_in_use", N_("files in use")},
    {"gross", N_("gross sales")},
    {"in_all", N_("In all")},
    {"log_anchor", N_("access log until")},
    {"net_per_buyer", N_("net per buyer")},
    {"new_buyers", N_("first purchases")},
    {"paid", N_("paid")},
    {"paid_back", N_("paid back")},
    {"period", N_("period")},
    {"redeemed", N_("points redeemed")},
    {"refund", N_("refunds")},
    {"refund_receipts", N_("refund receipts")},
    {"regions", N_("Regions")},
    {"revoked", N_("points taken back")},
    {"stale_percent", N_("stale, %")},
    {"top_products", N_("Top products")},
    {"total", N_("total")},
    {"unusual", N_("Unusual buying")},
    {"visit_days", N_("visits")},
};

}  // namespace pharmacy::cli
