// What is fed with bytes that nobody has looked at: by fuzz_test with mutations of its own, and by
// libFuzzer in a soak.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pharmacy::test {

struct FuzzTarget {
  const char* name;
  // Throws std::logic_error where a promise of the parser is broken; an Error is an answer.
  void (*take)(std::string_view bytes);
  std::vector<std::string> seeds;
  std::int64_t usual = 3'000;    // trials in a run of the tests
  std::int64_t all = 1'000'000;  // and in a soak
};

// Their seeds include what tests/fuzz/corpus keeps.
std::span<const FuzzTarget> fuzz_targets();

// Throws std::logic_error of `what` where it is not kept.
void promise(bool kept, const char* what);

}  // namespace pharmacy::test
