// Every verb with the key of somebody who is not let in, and with none.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <iterator>
#include <set>

#include "roles/pharmacy.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

struct Standing {
  const char* name;
  const char* key;
  const char* clock;  // what is put before a command
  const char* told;
};
// r-manager is disabled, r-late is let in for a day or two, and the other key is of another store.
const Standing standings[] = {
    {"disabled", "r-manager.key", "", "r-manager was disabled"},
    {"no key", "", "", "this store is opened by a key file, and none is given"},
    {"expired", "r-late.key",
     "env FAKETIME_DONT_FAKE_MONOTONIC=1 "
     "ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 faketime -f +3d ",
     "the time of r-late has run out"},
    {"not in the keyring", "foreign.key", "", "this key is for another store"}};

// What needs no key.
const std::set<std::string> open_to_all{"store init", "store config show", "store lock"};
// What opens with what opened the store when the backup was made.
const std::set<std::string> of_the_backup{"store verify", "store restore"};

struct Guarded : Pharmacy {
  Guarded() {
    for (const char* command : {"store staff disable r-manager",
                                "store init --store foreign --login a --name b "
                                "--new-key foreign.key",
                                "store staff add r-late --name l --role manager --role pharmacist "
                                "--until $(date -d +1day +%F) "
                                "--new-key r-late.key --allow-key-file"}) {
      const auto ended = run(command, "wangli.key");
      REQUIRE_MESSAGE(ended.status == 0, ended.err);
    }
  }
  [[nodiscard]] Ended as(const Standing& standing, const Line& line) const {
    return run(standing.clock + line.command + " --no-input", standing.key);
  }
};

// What is wrong with how a command ends; empty where it is refused for this standing.
std::string fault_of(const Ended& ended, const Standing& standing, const Line& line) {
  if (open_to_all.contains(line.verb)) return "";
  const bool was_let_in = standing.name == std::string_view{"disabled"};
  if (was_let_in && of_the_backup.contains(line.verb)) return "";
  if (ended.status != not_permitted) return fmt::format("status {}", ended.status);
  if (!ended.out.empty()) return "it answers";
  const bool is_told = ended.err.find(standing.told) != std::string::npos;
  return is_told || of_the_backup.contains(line.verb) ? "" : "it is refused for something else";
}

}  // namespace

TEST_CASE("whoever was disabled, has expired, or has no key of the store, may do nothing at all") {
  const Guarded pharmacy;
  const auto lines = read_lines();
  const auto count = static_cast<std::int64_t>(lines.size());
  // Those who are no longer let in and those without a key each time, of the others a part.
  for (const auto& [what, line] : lines) {
    for (const auto& standing : {standings[0], standings[1]}) {
      const auto ended = pharmacy.as(standing, line);
      const std::string fault = fault_of(ended, standing, line);
      CHECK_MESSAGE(fault.empty(),
                    std::string{standing.name} << ": " << what << ": " << fault << ended.err);
    }
  }
  Trials trials{"verbs of who has expired, or is not in the keyring", 24, 2 * count};
  trials.each([&](std::int64_t number, Random&) {
    const auto& [what, line] = *std::next(lines.begin(), number / 2);
    const Standing& standing = standings[2 + number % 2];
    const auto ended = pharmacy.as(standing, line);
    const std::string fault = fault_of(ended, standing, line);
    CHECK_MESSAGE(fault.empty(),
                  std::string{standing.name} << ": " << what << ": " << fault << ended.err);
  });
}

TEST_CASE("who was let in after all is found out") {
  const Guarded pharmacy;
  const auto lines = read_lines();
  const Line& line = lines.at("member show");
  for (Standing standing : standings) {
    CHECK(fault_of(pharmacy.as(standing, line), standing, line) == "");
    if (*standing.clock != '\0') {
      standing.clock = "";  // the last day has not passed
    } else {
      standing.key = "wangli.key";
    }
    CHECK(fault_of(pharmacy.as(standing, line), standing, line) == "status 0");
    standing.key = "r-job.key";
    CHECK(fault_of(pharmacy.as(standing, line), standing, line) ==
          "it is refused for something else");
  }
}

}  // namespace pharmacy::test
