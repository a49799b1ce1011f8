#include "support/trials.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace pharmacy::test {
namespace {

template <class Number>
Number number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw std::runtime_error("not a number: " + std::string(text));
  return number;
}

std::uint64_t new_seed() {
  const char* given = std::getenv("PHARMACY_SEED");
  return given != nullptr ? number_of<std::uint64_t>(given) : std::random_device()();
}

std::uint64_t shown_seed() {
  const std::uint64_t seed = new_seed();
  MESSAGE("PHARMACY_SEED=" << seed);
  return seed;
}

// Neighbours in number are far apart in seed (the finaliser of splitmix64).
std::uint64_t mix(std::uint64_t seed, std::uint64_t number) {
  std::uint64_t z = seed + (number + 1) * 0x9E37'79B9'7F4A'7C15U;
  z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9U;
  z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBU;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random() : Random(shown_seed()) {}

Trials::Trials(std::string name, std::int64_t usual, std::int64_t all)
    : name_(std::move(name)), all_(all), count_(std::min(usual, all)), seed_(new_seed()) {
  const char* given = std::getenv("PHARMACY_TRIALS");
  if (given == nullptr) return;
  const std::string_view range = given;
  const auto dash = range.find('-');
  if (dash == std::string_view::npos) throw std::runtime_error("PHARMACY_TRIALS is not FROM-TO");
  first_ = std::min(number_of<std::int64_t>(range.substr(0, dash)), all_);
  count_ = std::min(number_of<std::int64_t>(range.substr(dash + 1)), all_) - first_;
  spread_ = false;
}

Trials::~Trials() {
  MESSAGE(line());
  if (const char* log = std::getenv("PHARMACY_TRIALS_LOG"); log != nullptr)
    std::ofstream(log, std::ios::app) << line() + "\n";  // in one write: others add to it too
}

void Trials::each(const std::function<void(std::int64_t, Random&)>& trial) {
  const auto start = static_cast<std::int64_t>(
      mix(seed_, ~std::uint64_t{0}) % static_cast<std::uint64_t>(std::max<std::int64_t>(all_, 1)));
  for (std::int64_t i = 0; i < count_; ++i, ++done_) {
    const std::int64_t spread = all_ / count_ * i + all_ % count_ * i / count_;
    const std::int64_t number = spread_ ? (start + spread) % all_ : first_ + i;
    Random random(mix(seed_, static_cast<std::uint64_t>(number)));
    CAPTURE(seed_);
    CAPTURE(number);
    trial(number, random);
  }
}

std::int64_t Trials::tallied(const std::string& what) const {
  const auto found = found_.find(what);
  return found != found_.end() ? found->second : 0;
}

std::string Trials::line() const {
  std::string line = fmt::format("{}: {}/{}, seed {}", name_, done_, all_, seed_);
  for (const auto& [what, count] : found_) line += fmt::format(", {} {}", what, count);
  return line;
}

}  // namespace pharmacy::test
