// How much of a harness is run, and what it found.
//
// A harness is a test of very many cases. A run of the tests does some of them, which a seed
// chooses; a soak does them all, a piece at a time. In the environment:
//   PHARMACY_SEED=N        the seed, to repeat a run; else a new one each time
//   PHARMACY_TRIALS=A-B    the trials A to B - 1 of all, in place of the usual number
//   PHARMACY_TRIALS_LOG=F  a line on each harness is added to the file F
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>

namespace pharmacy::test {

// Numbers that a seed fixes.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  // Of a new seed, or of PHARMACY_SEED; it is printed if the test fails.
  Random();
  // 0 to limit - 1.
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }
  // low to high.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  std::mt19937_64& engine() { return engine_; }

 private:
  std::mt19937_64 engine_;
};

class Trials {
 public:
  // `usual`: how many a run of the tests does of the `all` that there are. Random trials have no
  // end: there, `all` is what a soak does.
  Trials(std::string name, std::int64_t usual, std::int64_t all);
  // Prints what was done, and logs it.
  ~Trials();
  Trials(const Trials&) = delete;
  Trials& operator=(const Trials&) = delete;

  // trial(number, random): the numbers 0 to all - 1, of which a usual run takes some that are
  // spread evenly from a place which the seed chooses, so that many runs visit all. `random`
  // depends on seed and number alone.
  void each(const std::function<void(std::int64_t, Random&)>& trial);

  // Adds to what the line says was found ("lost").
  void tally(const std::string& what, std::int64_t count = 1) { found_[what] += count; }
  [[nodiscard]] std::int64_t tallied(const std::string& what) const;
  [[nodiscard]] std::int64_t done() const { return done_; }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }

 private:
  [[nodiscard]] std::string line() const;

  std::string name_;
  std::int64_t all_;
  std::int64_t first_ = 0;
  std::int64_t count_;
  bool spread_ = true;  // over all, else one after the other
  std::uint64_t seed_;
  std::int64_t done_ = 0;
  std::map<std::string, std::int64_t> found_;
};

}  // namespace pharmacy::test
