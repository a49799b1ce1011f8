// The keys and values of a policy as people read them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/table.h"
#include "pharmacy/policy.h"

namespace pharmacy::cli {

// "points for each yuan", for "points.per_yuan"; nullopt for anything that is no key.
std::optional<std::string> rule_label(std::string_view key);
// Words are translated; nothing is "none".
std::string rule_value(const std::optional<std::string>& value);
// "points for each yuan: 1 -> 2"
std::string difference_line(const PolicyDifference& difference);

// The same in a table of differences; and each difference in one cell, where all of it is shown.
void put_rules(Table& table);
void join_rules(Table& table);

}  // namespace pharmacy::cli
