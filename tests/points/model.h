// A purse written a second time, point by point: every point is an object of its own that lies
// in the purse, or was taken by a redemption or a refund, or has ended. Slow, and simple enough
// to be believed.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <vector>

namespace pharmacy::test {

class Model {
 public:
  // What of a sale a refund takes back, in all until now.
  struct Refund {
    int sale;
    std::int64_t eligible_left;
    std::int64_t refunded;
    std::int64_t value;
  };

  // Days are counted from the epoch; `last` is the last day that points of a lot live.
  void pass_to(int day);
  void earn(int sale, int points, int earned, int last);
  // False where there are too few.
  bool redeem(int sale, int points);
  bool take_away(int points);
  // `left_to_earn`: what the rest of the sale would have earned.
  void refund(const Refund& refund, int left_to_earn, int grace_days);

  [[nodiscard]] std::int64_t balance() const;
  // By the last day of their lots.
  [[nodiscard]] std::map<int, std::int64_t> left() const;

 private:
  struct Lot {
    int last, earned, number, sale;
    bool operator<(const Lot& b) const {
      return std::tie(last, earned, number) < std::tie(b.last, b.earned, b.number);
    }
  };
  struct Revocation {
    int sale;
    int points;
    std::vector<Lot> taken;  // a lot for each point
  };

  bool take_one(Revocation& revocation, bool own_first);
  void pay_debts(int refunded_sale);

  int today_ = 0;
  int lots_ = 0;
  std::multiset<Lot> purse_;                  // a lot for each point that may be redeemed
  std::map<int, int> earned_;                 // by sale
  std::map<int, std::vector<Lot>> redeemed_;  // by sale, in the order taken
  std::map<int, std::size_t> returned_;       // by sale: how many of them
  std::deque<Revocation> revocations_;        // in their order
};

}  // namespace pharmacy::test
