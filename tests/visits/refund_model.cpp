#include "visits/refund_model.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace pharmacy::test {

__extension__ using Whole = __int128;

std::int64_t rounded(std::int64_t a, std::int64_t b, std::int64_t c) {
  return static_cast<std::int64_t>((Whole{2} * a * b + c) / (Whole{2} * c));
}

std::int64_t ModelSale::by(PaymentKind kind) const {
  const auto found = paid.find(kind);
  return found == paid.end() ? 0 : found->second;
}

std::int64_t ModelSale::earning_lines() const {
  std::int64_t sum = 0;
  for (const auto& line : lines) sum += line.earns ? line.amount : 0;
  return sum;
}

int ModelSale::earned(std::int64_t lines_worth) const {
  if (total == 0) return 0;
  const auto earning = total - by(PaymentKind::points) - by(PaymentKind::insurance_pooled);
  return static_cast<int>(Whole{lines_worth} * earning / (Whole{total} * 100));
}

void ModelSale::take_off(std::int64_t discount) {
  std::int64_t sum = 0;
  for (const auto& line : lines) sum += line.amount;
  total = sum - discount;
  if (sum == 0) return;
  std::vector<std::pair<std::int64_t, std::size_t>> remainders;
  std::vector<std::int64_t> shares;
  auto left = discount;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Whole product = Whole{discount} * lines[i].amount;
    shares.push_back(static_cast<std::int64_t>(product / sum));
    remainders.emplace_back(-static_cast<std::int64_t>(product % sum), i);
    left -= shares.back();
  }
  std::sort(remainders.begin(), remainders.end());
  for (std::size_t k = 0; k < static_cast<std::size_t>(left); ++k) ++shares[remainders[k].second];
  for (std::size_t i = 0; i < shares.size(); ++i) lines[i].amount -= shares[i];
}

std::int64_t worth(const ModelSale& sale, const Taken& taken, Lines which) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < sale.lines.size(); ++i) {
    const auto& line = sale.lines[i];
    if (line.earns || which == Lines::all) sum += rounded(line.amount, taken[i], line.quantity);
  }
  return sum;
}

Outcome expected(const ModelSale& sale, const Taken& taken) {
  Outcome out;
  out.value = worth(sale, taken, Lines::all);
  if (sale.total > 0) {
    out.points_back =
        static_cast<std::int64_t>(Whole{sale.by(PaymentKind::points)} * out.value / sale.total);
  }
  const auto lines = sale.earning_lines();
  out.revoked = sale.earned(lines) - sale.earned(lines - worth(sale, taken, Lines::that_earn));
  if (out.points_back > 0) out.money[PaymentKind::points] = out.points_back;
  // The kind that paid most first, equal ones by their words.
  std::vector<std::pair<std::string, PaymentKind>> kinds;
  for (const auto& [kind, amount] : sale.paid) {
    if (kind != PaymentKind::points) kinds.emplace_back(to_word(kind), kind);
  }
  std::sort(kinds.begin(), kinds.end());
  std::stable_sort(kinds.begin(), kinds.end(), [&](const auto& a, const auto& b) {
    return sale.by(a.second) > sale.by(b.second);
  });
  auto rest = out.value - out.points_back;
  for (const auto& [word, kind] : kinds) {
    const auto part = std::min(rest, sale.by(kind));
    if (part > 0) out.money[kind] = part;
    rest -= part;
  }
  REQUIRE(rest == 0);
  return out;
}

Outcome part_by_part(const ModelSale& sale, const std::vector<Taken>& parts) {
  Outcome sum;
  for (const auto& part : parts) {
    const Outcome one = expected(sale, part);
    sum.value += one.value;
    sum.points_back += one.points_back;
    sum.revoked += one.revoked;
    for (const auto& [kind, amount] : one.money) sum.money[kind] += amount;
  }
  return sum;
}

}  // namespace pharmacy::test
