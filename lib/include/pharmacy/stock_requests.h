// What members asked for that was not there, and who gets it first once it comes: by the member's
// class, then by when she asked.
#pragma once

#include <array>
#include <cstddef>
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

enum class StockRequestState {
  waiting,     // also where what was held was not fetched
  held,        // it came, and is kept for her
  served,      // she bought it; until that sale is taken back as mistyped
  declined,    // she does not want it any more
  unavailable  // it will not come
};
template <>
struct EnumNames<StockRequestState> {
  using enum StockRequestState;
  static constexpr std::array table{std::pair{waiting, "waiting"}, std::pair{held, "held"},
                                    std::pair{served, "served"}, std::pair{declined, "declined"},
                                    std::pair{unavailable, "unavailable"}};
};
// How somebody ends one by hand; a sale serves it by itself.
enum class StockRequestEnd { declined, unavailable };
template <>
struct EnumNames<StockRequestEnd> {
  using enum StockRequestEnd;
  static constexpr std::array table{std::pair{declined, "declined"},
                                    std::pair{unavailable, "unavailable"}};
};

inline constexpr std::size_t wanted_max = 200;        // bytes
inline constexpr std::size_t request_note_max = 200;  // bytes
inline constexpr std::size_t requests_limit_max = 10'000;

// Either a product of the catalog, or in words what is no product of it yet.
struct NewStockRequest {
  MemberId member;
  std::optional<std::string> product{};  // its code
  std::optional<std::string> wanted{};   // 1-wanted_max bytes
  Quantity quantity{1000};               // above 0
  std::optional<std::string> note{};     // 1-request_note_max bytes
};

struct StockRequest {
  StockRequestId id;
  MemberId member;
  std::optional<std::string> name;          // of the member
  std::optional<std::string> member_class;  // a word of MemberClass; absent: of no other than usual
  std::optional<std::string> code;          // of the product
  std::string wanted;                       // the product's name, or what was said
  Quantity quantity;
  StockRequestState state;
  std::optional<Quantity> held;    // kept for her: at most what she asked for
  std::optional<Date> held_until;  // its last day
  Instant added;
  std::string staff;  // login of who took it
  std::optional<std::string> note;
  std::optional<ReceiptId> receipt;   // by which she was served
  std::optional<std::string> reason;  // of its end
  std::optional<Instant> ended;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &StockRequest::id},
                      Field{"member", &StockRequest::member},
                      Field{"name", &StockRequest::name},
                      Field{"class", &StockRequest::member_class},
                      Field{"product", &StockRequest::code},
                      Field{"wanted", &StockRequest::wanted},
                      Field{"quantity_milli", &StockRequest::quantity},
                      Field{"state", &StockRequest::state},
                      Field{"held_milli", &StockRequest::held},
                      Field{"held_until", &StockRequest::held_until},
                      Field{"added_at", &StockRequest::added},
                      Field{"staff", &StockRequest::staff},
                      Field{"note", &StockRequest::note},
                      Field{"receipt", &StockRequest::receipt},
                      Field{"reason", &StockRequest::reason},
                      Field{"ended_at", &StockRequest::ended}};
  }
};

struct StockRequestList {
  std::vector<StockRequest> requests;
  bool more;  // than the limit
};

struct StockRequestFilter {
  std::optional<std::string> product{};  // its code
  std::optional<MemberId> member{};      // hers, those too that are over, the newest first
  std::size_t limit = 100;               // 1-requests_limit_max
};

// Throws not_found for the member or the product; refused for a member who is restricted;
// invalid_input, all faults at once; conflict where she waits for this product already.
PHARMACY_API StockRequestId add_stock_request(Transaction& tx, const NewStockRequest& input);

// Those that are open, by product; of one product in the order in which they are served: members of
// the class "key" first, then "potential", then the others, those of the class "risk" last; of one
// class who asked first. Restricted members are left out; names are masked as in a list of members.
// Throws not_found, invalid_input, ApprovalNeeded for too many people at once.
PHARMACY_API StockRequestList list_stock_requests(Reading& reading,
                                                  const StockRequestFilter& filter);

// So much of a product came: it is kept for those who wait for it, in their order, [sales]
// hold_days from today, and the last of them may get less than she asked for. Returns them. What is
// held already is not shared out again. Throws not_found, invalid_input for a quantity that is not
// above 0.
PHARMACY_API std::vector<StockRequest> hold_stock(Transaction& tx, const std::string& product,
                                                  Quantity quantity);

// Ends a request by hand. `reason`: 1-request_note_max bytes. Throws not_found, invalid_input,
// refused where it is over.
PHARMACY_API void end_stock_request(Transaction& tx, StockRequestId id, StockRequestEnd how,
                                    const std::optional<std::string>& reason);

}  // namespace pharmacy
