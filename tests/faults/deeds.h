// Commands that write, each with the store that it needs.
#pragma once

#include <string_view>

#include "swept_command.h"

namespace pharmacy::test {

const Deed one_sale{.program = "visit", .args = {"buy", "6001", "6901234567890=2@28.00#B2291"}};
const Deed one_edit{.program = "member", .args = {"edit", "6001", "--phone", "13912345678"}};

// A backup in the place of one that is there.
Deed next_backup(const Counter& counter);

struct NamedDeed {
  const char* name;
  Deed (*prepare)(const Counter& counter);
};

// The deed of that name, of either list or "a sale" or "a change of a member", and its store.
Deed deed_named(const Counter& counter, std::string_view name);

// Of members, purchases and complaints.
extern const std::vector<NamedDeed> daily_deeds;
// Of keys and staff, and of the store as a whole.
extern const std::vector<NamedDeed> store_deeds;

}  // namespace pharmacy::test
