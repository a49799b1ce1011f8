// What a passphrase costs whoever types it, and whether the time of a refusal tells which logins
// there are: the usual key derivation against the bounds that it should keep and, in shuffled
// pairs, against libsodium's of the same cost called directly; and a wrong passphrase of a login
// against any passphrase of none. Fails where the median of processor time is out of bounds.
// usage: passphrase_bench DIRECTORY [ROUNDS]
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "bench/engine.h"
#include "crypto/kdf.h"
#include "vault/store_impl.h"

namespace pharmacy::bench {
namespace {

// Of processor time. Shorter is guessed too fast, longer is worked around.
constexpr double least_ms = 80;
constexpr double most_ms = 500;
// By how much the refusals may differ, as a part of a key derivation.
constexpr double most_told = 0.05;
// OWASP ASVS 5.0, appendix C: 46 MiB with one pass, or as much work with more.
static_assert(crypto::kdf_interactive.memory_kib >= 46 * 1024);

// In milliseconds.
struct Took {
  double cpu;
  double wall;
};

double cpu_ms() {
  std::timespec now{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0) fail("no clock of processor time");
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

template <class Work>
Took time_of(Work&& work) {
  const auto from = std::chrono::steady_clock::now();
  const double cpu_from = cpu_ms();
  work();
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - from;
  return {cpu_ms() - cpu_from, wall.count()};
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// The median, the least and the most.
void print(const char* name, const std::vector<double>& values, int digits) {
  const auto [least, most] = std::ranges::minmax(values);
  std::printf("\"%s\":{\"median\":%.*f,\"least\":%.*f,\"most\":%.*f},", name, digits,
              median(values), digits, least, digits, most);
}

constexpr std::string_view text = "four words in a row";

Took time_of_ours(crypto::KdfCost cost) {
  return time_of([&] { static_cast<void>(crypto::derive_from_passphrase(text, {}, cost)); });
}

Took time_of_libsodium(crypto::KdfCost cost) {
  const crypto::Salt salt{};
  crypto::Key key;
  return time_of([&] {
    if (crypto_pwhash(key.bytes().data(), crypto::Key::size(), text.data(), text.size(),
                      salt.data(), cost.passes, std::size_t{cost.memory_kib} * 1024,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
      fail("no memory");
  });
}

// What the usual derivation takes; returns the median of processor time.
double measure_usual(int rounds, std::mt19937& random) {
  constexpr auto cost = crypto::kdf_moderate;
  std::vector<double> cpu, wall, libsodium, ratios;
  for (int i = 0; i < rounds; ++i) {
    Took ours{}, theirs{};
    const bool first = random() % 2 == 0;
    if (first) ours = time_of_ours(cost);
    theirs = time_of_libsodium(cost);
    if (!first) ours = time_of_ours(cost);
    cpu.push_back(ours.cpu);
    wall.push_back(ours.wall);
    libsodium.push_back(theirs.cpu);
    ratios.push_back(ours.cpu / theirs.cpu);
  }
  print("usual_cpu_ms", cpu, 0);
  print("usual_wall_ms", wall, 0);
  print("libsodium_cpu_ms", libsodium, 0);
  print("of_libsodium", ratios, 3);
  return median(cpu);
}

double floor_ms(int rounds) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) times.push_back(time_of_ours(crypto::kdf_interactive).cpu);
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
    return time_of([&] {
             try {
               static_cast<void>(vault::unlock(place_,
                                               Passphrase{login, Secret{"five words in a row"}},
                                               Instant{1'772'000'000}));
               fail("a wrong passphrase opened the store");
             } catch (const WrongPassphrase&) {
             }
           })
        .wall;
  }

 private:
  vault::Place place_;
};

bool run(const std::string& directory, int rounds) {
  std::mt19937 random{std::random_device{}()};
  std::printf("{");
  const double usual = measure_usual(rounds, random);
  Door door{directory};
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
      "\"floor_cpu_ms\":%.0f,\"wrong_ms\":%.0f,\"unknown_ms\":%.0f,"
      "\"difference_of_derivation\":%.4f}\n",
      floor_ms(rounds), median(known), median(unknown), told);
  std::fflush(stdout);
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
