#include "visits/receipts/shares.h"

#include <doctest/doctest.h>

#include <random>

namespace pharmacy::test {

static std::vector<std::int64_t> shared(std::int64_t total, std::vector<std::int64_t> weights) {
  std::vector<Money> amounts;
  for (const auto weight : weights) amounts.emplace_back(weight);
  std::vector<std::int64_t> shares;
  for (const auto share : visits::share_by_largest_remainder(Money{total}, amounts)) {
    shares.push_back(share.count());
  }
  return shares;
}

TEST_CASE("the largest remainders take the fen that are left, the first of equals first") {
  using Shares = std::vector<std::int64_t>;
  CHECK(shared(100, {1'000, 1'000, 1'000}) == Shares{34, 33, 33});
  CHECK(shared(10, {999, 1}) == Shares{10, 0});
  CHECK(shared(5, {300, 500, 200}) == Shares{2, 2, 1});  // 1.5, 2.5, 1.0
  CHECK(shared(0, {5, 5}) == Shares{0, 0});
  CHECK(shared(0, {0, 0}) == Shares{0, 0});
  CHECK(shared(10, {5, 5}) == Shares{5, 5});
  CHECK(shared(1'000'000'000'000'000, {1'000'000'000'000'000}) == Shares{1'000'000'000'000'000});
}

TEST_CASE("shares sum to the whole, and none is a fen off its proportion or above its weight") {
  std::mt19937 random{7};
  for (int round = 0; round < 2'000; ++round) {
    std::vector<std::int64_t> weights(1 + random() % 8);
    std::int64_t sum = 0;
    for (auto& weight : weights) sum += weight = static_cast<std::int64_t>(random() % 5'000);
    const auto total = static_cast<std::int64_t>(random() % static_cast<unsigned>(sum + 1));
    const auto shares = shared(total, weights);
    std::int64_t all = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      all += shares[i];
      CHECK(shares[i] <= weights[i]);
      if (sum > 0) CHECK(std::abs(shares[i] * sum - total * weights[i]) < sum);
    }
    REQUIRE(all == total);
  }
}

}  // namespace pharmacy::test
