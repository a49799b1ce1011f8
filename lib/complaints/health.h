// What of a complaint is about somebody's health, as it is sealed: pharmacy-store(5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/database.h"
#include "pharmacy/ids.h"
#include "vault/health_keys.h"

namespace pharmacy::complaints {

// What is sealed, and back: nullopt where it is not what written_health() writes of this complaint.
std::string written_health(ComplaintId id, std::string_view text);
std::optional<std::string> read_health(ComplaintId id, std::string_view written);

// Stores it. The text is one that checked_text() took.
void put_health(Transaction& tx, ComplaintId id, std::string_view text);

}  // namespace pharmacy::complaints
