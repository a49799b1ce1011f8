// What of a complaint is about somebody's health, as it is sealed: pharmacy-store(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "db/database.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "vault/health_keys.h"

namespace pharmacy::complaints {

// What is sealed, and back: nullopt where it is not what written_health() writes of this complaint.
std::string written_health(ComplaintId id, std::string_view text);
std::optional<std::string> read_health(ComplaintId id, std::string_view written);

// Filled up with zeros, so that how long it is tells little.
std::string filled_up(std::string written);
struct SealedHealth {
  std::int64_t epoch;  // of the health key
  db::Bytes sealed;

  static constexpr auto fields() {
    return std::tuple{Field{"epoch", &SealedHealth::epoch}, Field{"sealed", &SealedHealth::sealed}};
  }
};
SealedHealth seal_health(Transaction& tx, std::string_view written);
// What was written; nullopt where she may not read health notes, or the key is not hers. Empty
// where the seal does not open.
std::optional<std::string> open_health(Reading& reading, const SealedHealth& stored);

// Stores it. The text is one that checked_text() took.
void put_health(Transaction& tx, ComplaintId id, std::string_view text);

}  // namespace pharmacy::complaints
