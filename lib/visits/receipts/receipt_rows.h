// Receipts, lines and payments as rows to be written.
#pragma once

#include <optional>
#include <string>

#include "pharmacy/visits.h"

namespace pharmacy::visits {

// The most that a line and a receipt may come to, as the schema has it: more is a column of bar
// codes taken for amounts, and would spoil every sum it goes into.
inline constexpr Money line_amount_max{10'000'000'000};
inline constexpr Money receipt_amount_max{1'000'000'000'000};
inline constexpr Quantity quantity_max{1'000'000'000'000};
// Nothing is recorded that is said to have happened before this day.
inline constexpr Date earliest_day{std::chrono::year{1900} / std::chrono::January / 1};

struct ReceiptRow {
  ReceiptKind kind;
  std::optional<MemberId> member;
  Instant at;
  Date day;
  Money amount;
  Money discount{0};
  std::string channel;
  std::optional<std::string> staff_name{};  // as another till named the seller
  std::optional<ReceiptId> refund_of{};
  std::optional<std::string> reference{};
  std::optional<std::string> reason{};
  std::optional<std::string> prescription{};
  std::optional<StaffId> pharmacist{};  // who released it
  std::int64_t policy;
  std::optional<ImportId> import{};
};

struct LineRow {
  std::int64_t line;  // from 1
  ProductId product;
  Quantity quantity;
  std::optional<UnitPrice> unit_price;
  Money amount;
  std::optional<Money> list_amount{};  // where it is not the amount
  std::optional<std::string> batch{};
  std::optional<Date> expiry{};
  std::optional<std::int64_t> days_supply{};
  std::optional<std::int64_t> refunded_line{};
  bool earns = true;  // as the product was then
};

// Says how to find those that there are.
[[noreturn]] void throw_no_receipt(ReceiptId id);

ReceiptId insert(Transaction& tx, const ReceiptRow& row);
void insert(Transaction& tx, ReceiptId receipt, const LineRow& row);
void insert(Transaction& tx, ReceiptId receipt, const Payment& payment);
// What of a sale's line comes back with a refund's.
void insert_return(Transaction& tx, ReceiptId sale, ReceiptId refund, const LineRow& refund_row);

}  // namespace pharmacy::visits
