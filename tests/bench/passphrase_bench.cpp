// What a passphrase costs whoever types it, and whether the time of a refusal tells which logins
// there are: the usual key derivation against the bounds that it should keep, and, in shuffled
// pairs, a wrong passphrase of a login against any passphrase of none.
// usage: passphrase_bench DIRECTORY [ROUNDS]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "bench/engine.h"
#include "crypto/kdf.h"
#include "vault/store_impl.h"

namespace pharmacy::bench {
namespace {

// Shorter is guessed too fast, longer is worked around.
constexpr double least_ms = 80;
constexpr double most_ms = 500;
// By how much the refusals may differ, as a part of a key derivation.
constexpr double most_told = 0.05;
// OWASP ASVS 5.0, appendix C: 46 MiB with one pass, or as much work with more.
static_assert(crypto::kdf_interactive.memory_kib >= 46 * 1024);

template <class Work>
double milliseconds(Work&& work) {
  const auto from = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - from).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double derivation_ms(crypto::KdfCost cost, int rounds) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i)
    times.push_back(milliseconds([&] {
      static_cast<void>(crypto::derive_from_passphrase("four words in a row", {}, cost));
    }));
  return median(times);
}

class Door {
 public:
  explicit Door(const std::string& directory) : place_{directory + "/store"} {
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    NewStore input;
    input.login = input.name = "wangli";
    input.passphrase = Secret{"four words in a row"};
    vault::create_store(place_.directory, input, {}, crypto::kdf_moderate);
  }
  double refusal_ms(const std::string& login) {
    std::filesystem::remove(place_.tries());  // nobody waits
    return milliseconds([&] {
      try {
        static_cast<void>(vault::unlock(place_, Passphrase{login, Secret{"five words in a row"}},
                                        Instant{1'772'000'000}));
        fail("a wrong passphrase opened the store");
      } catch (const WrongPassphrase&) {
      }
    });
  }

 private:
  vault::Place place_;
};

bool run(const std::string& directory, int rounds) {
  const double usual = derivation_ms(crypto::kdf_moderate, rounds);
  const double floor = derivation_ms(crypto::kdf_interactive, rounds);
  Door door{directory};
  std::mt19937 random{std::random_device{}()};
  std::vector<double> known, unknown, differences;
  for (int i = 0; i < rounds; ++i) {
    const bool first = random() % 2 == 0;
    if (first) known.push_back(door.refusal_ms("wangli"));
    unknown.push_back(door.refusal_ms("nobody"));
    if (!first) known.push_back(door.refusal_ms("wangli"));
    differences.push_back(known.back() - unknown.back());
  }
  const double told = std::abs(median(differences)) / usual;
  std::printf(
      "{\"usual_ms\":%.0f,\"floor_ms\":%.0f,\"wrong_ms\":%.0f,\"unknown_ms\":%.0f,"
      "\"difference_of_derivation\":%.4f}\n",
      usual, floor, median(known), median(unknown), told);
  return usual >= least_ms && usual <= most_ms && told < most_told;
}

}  // namespace
}  // namespace pharmacy::bench

int main(int argc, char** argv) {
  using namespace pharmacy::bench;
  if (argc < 2 || argc > 3) fail("usage: passphrase_bench DIRECTORY [ROUNDS]");
  if (!run(argv[1], argc > 2 ? std::stoi(argv[2]) : 9)) fail("outside the bounds");
  return 0;
}
