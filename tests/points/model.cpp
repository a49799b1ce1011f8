#include "points/model.h"

#include <algorithm>

namespace pharmacy::test {

void Model::pass_to(int day) {
  today_ = day;
  while (!purse_.empty() && purse_.begin()->last < today_) purse_.erase(purse_.begin());
}

void Model::earn(int sale, int points, int earned, int last) {
  earned_[sale] = points;
  ++lots_;
  for (int i = 0; i < points; ++i) purse_.insert({last, earned, lots_, sale});
  pay_debts(-1);
}

bool Model::redeem(int sale, int points) {
  if (balance() < points) return false;
  for (int i = 0; i < points; ++i) {
    redeemed_[sale].push_back(*purse_.begin());
    purse_.erase(purse_.begin());
  }
  return true;
}

bool Model::take_away(int points) {
  if (balance() < points) return false;
  for (int i = 0; i < points; ++i) purse_.erase(purse_.begin());
  return true;
}

void Model::refund(const Refund& refund, int left_to_earn, int grace_days) {
  auto& redeemed = redeemed_[refund.sale];
  auto& returned = returned_[refund.sale];
  const auto until_now = static_cast<std::size_t>(static_cast<std::int64_t>(redeemed.size()) *
                                                  refund.refunded / refund.value);
  if (until_now > returned) {
    // All that this sale's refunds took is laid back first, as if they had not been.
    for (auto& revocation : revocations_) {
      if (revocation.sale != refund.sale) continue;
      auto& taken = revocation.taken;
      for (auto lot = taken.begin(); lot != taken.end();) {
        if (lot->last < today_) {
          ++lot;
        } else {
          purse_.insert(*lot);
          lot = taken.erase(lot);
        }
      }
    }
    ++lots_;
    for (; returned < until_now; ++returned) {
      const Lot lot = redeemed[returned];
      if (lot.last >= today_) {
        purse_.insert(lot);
      } else {
        purse_.insert({today_ + grace_days, today_, lots_, -1});
      }
    }
  }

  int revoked = 0;
  for (const auto& revocation : revocations_) {
    if (revocation.sale == refund.sale) revoked += revocation.points;
  }
  const int more = earned_[refund.sale] - revoked - left_to_earn;
  if (more > 0) revocations_.push_back({refund.sale, more, {}});
  pay_debts(refund.sale);
}

bool Model::take_one(Revocation& revocation, bool own_first) {
  auto found = purse_.begin();
  if (own_first) {
    found = std::find_if(purse_.begin(), purse_.end(),
                         [&](const Lot& lot) { return lot.sale == revocation.sale; });
    if (found == purse_.end()) found = purse_.begin();
  }
  if (found == purse_.end()) return false;
  revocation.taken.push_back(*found);
  purse_.erase(found);
  return true;
}

void Model::pay_debts(int refunded_sale) {
  for (auto& revocation : revocations_) {
    while (static_cast<int>(revocation.taken.size()) < revocation.points) {
      if (!take_one(revocation, revocation.sale == refunded_sale)) return;
    }
  }
}

std::int64_t Model::balance() const {
  auto sum = static_cast<std::int64_t>(purse_.size());
  for (const auto& revocation : revocations_) {
    sum -= revocation.points - static_cast<std::int64_t>(revocation.taken.size());
  }
  return sum;
}

std::map<int, std::int64_t> Model::left() const {
  std::map<int, std::int64_t> left;
  for (const auto& lot : purse_) ++left[lot.last];
  return left;
}

}  // namespace pharmacy::test
