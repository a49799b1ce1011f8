// The counter of the made-up drugstore: what is picked, at which hour, from which batch, how it is
// paid; and how a receipt is written down.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "demo/drugs.h"
#include "demo/random.h"
#include "demo/sales.h"

namespace demo {

struct Line {
  std::uint16_t drug;
  std::int32_t sold_on;    // day; the batch follows from it
  std::uint32_t quantity;  // thousandths
  std::uint32_t discount_fen;
  std::uint32_t amount_fen;  // paid
};

struct Receipt {
  std::uint32_t customer;  // index of a member
  std::int32_t second;     // of the day
  std::uint8_t till;
  std::uint8_t payment;
  std::uint8_t channel;
  bool member_day;
  std::int32_t day;
  bool is_refund = false;
  std::vector<Line> lines{};

  [[nodiscard]] bool has(std::size_t drug) const;
};

// The customer of a sale to nobody that is known.
constexpr std::uint32_t anyone = 0xffffffffU;

class Shop {
 public:
  Shop();
  // How much is sold on a day, relative to other days.
  [[nodiscard]] std::int64_t busyness(Date day) const;
  Receipt open_receipt(Random& random, std::uint32_t customer, Date day) const;
  static void add(Receipt& receipt, std::size_t drug, std::uint32_t quantity);

  std::size_t pick_chronic(Random& random) const;
  std::size_t pick_seasonal(Random& random, Date day) const;
  std::size_t pick_of_group(Random& random, Group group) const;
  static std::uint32_t acute_quantity(Random& random, std::size_t drug);

 private:
  using Weights = std::vector<std::uint32_t>;  // running totals, one for each drug
  static std::size_t pick(Random& random, const Weights& totals);
  Weights chronic_;
  std::array<Weights, 12> seasonal_;         // by month
  std::array<Weights, group_count> groups_;  // by group
};

class ReceiptWriter {
 public:
  // A batch that is on sale halfway between the two days is the one that is recalled.
  ReceiptWriter(std::FILE* csv, Date from, Date until);
  // Sorts the receipts by time, numbers and writes them.
  void write(Date day, std::vector<Receipt>& receipts);
  [[nodiscard]] const SalesSummary& summary() const { return summary_; }

 private:
  void write(const Receipt& receipt, Date day, std::uint32_t number);
  std::FILE* csv_;
  SalesSummary summary_{};
  std::size_t recalled_drug_ = 0;
};

}  // namespace demo
