// The text of a policy: TOML with known keys, each within its range.
#pragma once

#include <cstddef>
#include <string_view>

#include "pharmacy/policy.h"

namespace pharmacy::policy {

// Kinds of payment that `no_earning` may name. Their home is a room above this one; a test
// compares the two lists.
inline constexpr std::string_view payment_kinds[] = {
    "cash",    "card",   "wechat", "alipay", "insurance_personal", "insurance_pooled",
    "account", "coupon", "points"};

// Steps of the service standard, likewise.
inline constexpr std::string_view service_steps[] = {"prescription", "pharmacist", "batch",
                                                     "expiry", "days_supply"};

// What the document says; a key that is not there keeps its default. Throws bad_data with all
// faults at once, each beginning with `name`:line:column. `version` is left at 0.
Policy parse_document(std::string_view text, std::string_view name);

}  // namespace pharmacy::policy
