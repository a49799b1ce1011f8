// A sale that something stands in the way of, and whether the store came through it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "support/counter.h"

namespace pharmacy::test {

class HinderedSale {
 public:
  HinderedSale();

  [[nodiscard]] const Counter& counter() const { return counter_; }
  // The sale as a command; each has the same operation id.
  [[nodiscard]] Run command() const;
  // The same under strace with these options; what it prints is not kept.
  [[nodiscard]] Run traced(const std::vector<std::string>& options) const;
  // The same started by another program, as `prlimit --nofile=5`.
  [[nodiscard]] Run below(const std::vector<std::string>& starter) const;

  // The store as it was before the sale.
  void put_back() const { counter_.put_back(); }

  // What is wrong, once nothing stands in the way any more; empty where all is well. A sale that
  // ended with 0 or printed something is there, one that failed is not, and its message names the
  // program; the status is one of these. Repeated, the sale is there exactly once.
  [[nodiscard]] std::string judge(const Ended& ended, const std::set<int>& statuses) const;
  // The same of a program that changes nothing.
  [[nodiscard]] std::string judge_reading(const Ended& ended, const std::set<int>& statuses) const;

 private:
  Counter counter_;
  std::string before_, after_;
};

// The statuses of pharmacy(7) for what the surroundings did.
inline const std::set<int> failed{74}, failed_or_done{0, 74};

}  // namespace pharmacy::test
