#include "support/trials.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <set>
#include <vector>

#include "support/temp_dir.h"
#include "support/test_store.h"

namespace pharmacy::test {
namespace {

// A variable of the environment, until the end of this object.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* old = ::getenv(name); old != nullptr) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() {
    if (old_.empty()) {
      ::unsetenv(name_);
    } else {
      ::setenv(name_, old_.c_str(), 1);
    }
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::string old_;
};

std::vector<std::int64_t> numbers(std::int64_t usual, std::int64_t all) {
  TempDir dir;
  const Variable log("PHARMACY_TRIALS_LOG", dir.file("log"));  // not among the real ones
  std::vector<std::int64_t> found;
  Trials("a trial of trials", usual, all).each([&](std::int64_t number, Random&) {
    found.push_back(number);
  });
  return found;
}

}  // namespace

TEST_CASE("a run takes as many different trials as it is to, and in time every one") {
  std::set<std::int64_t> seen;
  for (int seed = 0; seed < 400; ++seed) {
    const Variable fixed("PHARMACY_SEED", std::to_string(seed));
    const auto found = numbers(7, 60);
    CHECK(std::set(found.begin(), found.end()).size() == 7);
    seen.insert(found.begin(), found.end());
    CHECK(numbers(7, 60) == found);
  }
  CHECK(seen.size() == 60);
  CHECK(*seen.begin() == 0);
  CHECK(*seen.rbegin() == 59);
}

TEST_CASE("a soak's pieces make up the whole") {
  std::vector<std::int64_t> all;
  for (const char* piece : {"0-25", "25-50", "50-75"}) {
    const Variable range("PHARMACY_TRIALS", piece);
    const auto found = numbers(7, 60);
    all.insert(all.end(), found.begin(), found.end());
  }
  std::vector<std::int64_t> expected;
  for (std::int64_t i = 0; i < 60; ++i) expected.push_back(i);
  CHECK(all == expected);
  const Variable wrong("PHARMACY_TRIALS", "7");
  CHECK_THROWS(numbers(7, 60));
}

TEST_CASE("what a trial draws depends on the seed and its number alone") {
  const Variable seed("PHARMACY_SEED", "9");
  const auto draws = [](const char* piece) {
    const Variable range("PHARMACY_TRIALS", piece);
    std::vector<std::uint32_t> drawn;
    Trials("a trial of trials", 1, 100).each([&](std::int64_t, Random& random) {
      drawn.push_back(random.below(1'000'000));
    });
    return drawn;
  };
  TempDir dir;
  const Variable log("PHARMACY_TRIALS_LOG", dir.file("log"));
  const auto whole = draws("10-30");
  const auto part = draws("20-30");
  CHECK(std::vector(whole.begin() + 10, whole.end()) == part);
  CHECK(std::set(whole.begin(), whole.end()).size() == 20);
}

TEST_CASE("each harness leaves a line of what it did and found") {
  TempDir dir;
  const Variable log("PHARMACY_TRIALS_LOG", dir.file("log"));
  const Variable seed("PHARMACY_SEED", "5");
  {
    Trials trials("things", 3, 10);
    trials.tally("lost", 0);
    trials.each([&](std::int64_t, Random&) { trials.tally("kept"); });
    CHECK(trials.tallied("kept") == 3);
  }
  CHECK(bytes_of(dir.file("log")) == "things: 3/10, seed 5, kept 3, lost 0\n");
}

}  // namespace pharmacy::test
