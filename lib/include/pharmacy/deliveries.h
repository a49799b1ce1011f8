// What is delivered: by when it was promised, when it came, and the numbers of its parcels.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

enum class DeliveryState {
  to_come,
  overdue,  // the time is over, and it did not come
  kept,     // it came by then
  late,     // it came after
  returned  // it did not come, and all of the sale came back
};
template <>
struct EnumNames<DeliveryState> {
  using enum DeliveryState;
  static constexpr std::array table{std::pair{to_come, "to_come"}, std::pair{overdue, "overdue"},
                                    std::pair{kept, "kept"}, std::pair{late, "late"},
                                    std::pair{returned, "returned"}};
};

inline constexpr std::size_t tracking_max = 64;  // bytes
inline constexpr std::size_t deliveries_limit_max = 10'000;

struct Delivery {
  ReceiptId receipt;
  std::optional<MemberId> member;
  std::optional<std::string> name;  // of the member
  Money amount;                     // of the sale
  Instant promised;                 // in time is what comes then, and not a second later
  std::optional<Instant> delivered;
  DeliveryState state;
  std::int64_t minutes_late;            // whole minutes after the promise, up to now; else 0
  std::optional<std::string> tracking;  // numbers of its parcels, ", " between them

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &Delivery::receipt},
                      Field{"member", &Delivery::member},
                      Field{"name", &Delivery::name},
                      Field{"amount_fen", &Delivery::amount},
                      Field{"promised_at", &Delivery::promised},
                      Field{"delivered_at", &Delivery::delivered},
                      Field{"state", &Delivery::state},
                      Field{"minutes_late", &Delivery::minutes_late},
                      Field{"tracking", &Delivery::tracking}};
  }
};

struct DeliveryList {
  std::vector<Delivery> deliveries;
  bool more;  // than the limit
};

struct DeliveryFilter {
  // Those promised for these days, whatever became of them; else all that did not come yet.
  std::optional<Period> period{};
  std::size_t limit = 100;  // 1-deliveries_limit_max
};

// In the order of their promises. Members who are restricted are in it too: what was sold to them
// is still delivered, and told without their names. Names are masked as in a list of members.
// Throws invalid_input, ApprovalNeeded for too many people at once.
PHARMACY_API DeliveryList list_deliveries(Reading& reading, const DeliveryFilter& filter);

// How promises for the days of a period were kept. What is still to come counts in nothing
// else, and what came back before it was delivered in nothing at all.
struct DeliveryFigures {
  std::int64_t promised;
  std::int64_t kept;
  std::int64_t late;
  std::int64_t overdue;
  std::int64_t to_come;
  std::optional<std::int64_t> kept_percent;  // of kept, late and overdue; rounded down

  static constexpr auto fields() {
    return std::tuple{Field{"promised", &DeliveryFigures::promised},
                      Field{"kept", &DeliveryFigures::kept},
                      Field{"late", &DeliveryFigures::late},
                      Field{"overdue", &DeliveryFigures::overdue},
                      Field{"to_come", &DeliveryFigures::to_come},
                      Field{"kept_percent", &DeliveryFigures::kept_percent}};
  }
};
// Throws not_permitted to anyone who reads no figures.
PHARMACY_API DeliveryFigures delivery_figures(Reading& reading, const Period& period);

// Records that it came, now or at `at`. Throws not_found where nothing was promised with the
// receipt; refused where it came already; invalid_input for a time that is to come, or before the
// sale. Returns it as it is now.
PHARMACY_API Delivery record_delivery(Transaction& tx, ReceiptId receipt,
                                      std::optional<Instant> at = std::nullopt);

// The number of a parcel (1-tracking_max letters, digits and hyphens; kept in capitals), for the
// lines named or for all of the sale. Throws not_found for the receipt or a line; refused for a
// refund; conflict where a line has it already; invalid_input. Returns for how many lines.
PHARMACY_API std::int64_t add_tracking(Transaction& tx, ReceiptId receipt,
                                       const std::string& tracking,
                                       const std::vector<std::int64_t>& lines = {});

}  // namespace pharmacy
