// A sale and what comes back of it, told once more in the simplest way: every amount from the sale
// as a whole, exactly, and rounded once.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pharmacy/visits.h"

namespace pharmacy::test {

// a × b / c, rounded half away from zero; none is below 0.
std::int64_t rounded(std::int64_t a, std::int64_t b, std::int64_t c);

struct ModelLine {
  std::string code;
  std::int64_t quantity;  // thousandths
  std::int64_t price;     // 1/10,000 yuan
  std::int64_t amount;    // fen, after the discount
  bool earns;
};

struct ModelSale {
  std::vector<ModelLine> lines;
  std::int64_t total = 0;                    // fen
  std::map<PaymentKind, std::int64_t> paid;  // fen

  [[nodiscard]] std::int64_t by(PaymentKind kind) const;
  // What the lines that earn come to.
  [[nodiscard]] std::int64_t earning_lines() const;
  // A point a yuan of so much of them, as far as it was paid by what earns.
  [[nodiscard]] int earned(std::int64_t lines_worth) const;
  // Shares it over the lines: what is left of whole fen goes to the largest remainders, the first
  // of equal ones first.
  void take_off(std::int64_t discount);
};

using Taken = std::vector<std::int64_t>;  // of each line, in thousandths

// What lines come to of which so much is taken back; of those that earn only, or of all.
enum class Lines { all, that_earn };
std::int64_t worth(const ModelSale& sale, const Taken& taken, Lines which);

// What came back of a sale, and what it left in the purse.
struct Outcome {
  std::int64_t value = 0;
  std::int64_t points_back = 0;
  std::int64_t revoked = 0;
  std::map<PaymentKind, std::int64_t> money;
  std::int64_t balance = 0;
  std::map<std::string, std::int64_t> left;  // by the last day of the lots
  bool operator==(const Outcome&) const = default;
};

// All but the purse, of everything that is taken back. A point is worth a fen.
Outcome expected(const ModelSale& sale, const Taken& taken);
// Each part by itself, which forgets what was rounded before: this is wrong.
Outcome part_by_part(const ModelSale& sale, const std::vector<Taken>& parts);

}  // namespace pharmacy::test
