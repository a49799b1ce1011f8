// Rows of the store as plain structs: a test keeps them beside the store that it fills, and works
// out by loops what a report must say.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "pharmacy/time.h"
#include "pharmacy/visits.h"
#include "support/test_store.h"

namespace pharmacy::test {

struct MemberRow {
  std::int64_t id;
  Date joined;
  std::string status = "active";
};

struct LineRow {
  std::int64_t product;  // from 1; its code is product_code(product)
  std::int64_t quantity;
  std::int64_t amount;
};

struct ReceiptRow {
  std::int64_t id;
  ReceiptKind kind = ReceiptKind::sale;
  std::optional<std::int64_t> member{};
  Date day{};
  std::vector<LineRow> lines{};
  std::vector<std::pair<PaymentKind, std::int64_t>> payments{};
  std::optional<std::string> staff_name{};
  std::optional<std::string> reason{};

  [[nodiscard]] std::int64_t amount() const;
  [[nodiscard]] bool is_purchase() const;  // a sale of something
};

struct AllocationRow {
  std::size_t debit;  // index into Ledger::debits
  std::size_t lot;    // index into Ledger::lots
  std::int64_t points;
  Date day;
};

struct LotRow {
  std::int64_t member;
  std::string kind;
  Date earned_on;
  Date expires_on;
  std::int64_t points;
};

struct DebitRow {
  std::int64_t member;
  std::string kind;
  Date day;
  std::int64_t points;
  std::optional<std::size_t> of_lot{};  // of a revocation
};

struct FactRow {
  std::int64_t member;
  std::string fact;
  std::string value;
  bool is_over = false;
};

struct Ledger {
  std::vector<MemberRow> members{};
  std::vector<FactRow> facts{};
  std::int64_t products = 0;
  std::vector<ReceiptRow> receipts{};
  std::vector<LotRow> lots{};
  std::vector<DebitRow> debits{};
  std::vector<AllocationRow> allocations{};
};

std::string product_code(std::int64_t product);  // "P01"
std::string product_name(std::int64_t product);

// Writes all rows into an empty store, past the rooms that would write them one by one.
void put(TestStore& store, const Ledger& ledger);

}  // namespace pharmacy::test
