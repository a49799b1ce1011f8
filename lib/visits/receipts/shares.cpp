#include "visits/receipts/shares.h"

#include <algorithm>
#include <numeric>

#include "pharmacy/error.h"

namespace pharmacy::visits {

std::vector<Money> share_by_largest_remainder(Money total, std::span<const Money> weights) {
  Money sum;
  for (const Money weight : weights) sum += weight;
  PHARMACY_CHECK(total >= Money{0} && total <= sum);
  std::vector<Money> shares(weights.size());
  if (sum == Money{0}) return shares;

  // What is cut off a share is (total × weight) mod sum, which takes 128 bits on the way.
  __extension__ using Wide = __int128;
  std::vector<std::int64_t> remainders;
  Money left = total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Wide product = static_cast<Wide>(total.count()) * weights[i].count();
    shares[i] = Money{static_cast<std::int64_t>(product / sum.count())};
    remainders.push_back(static_cast<std::int64_t>(product % sum.count()));
    left -= shares[i];
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (auto next = order.begin(); left > Money{0}; ++next) {
    shares[*next] += Money{1};
    left -= Money{1};
  }
  return shares;
}

}  // namespace pharmacy::visits
