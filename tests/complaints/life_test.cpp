// One complaint from its intake to its end, as the programs tell it in English and in Chinese.
// PHARMACY_UPDATE_GOLDEN=1 writes the files anew.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "support/process.h"
#include "support/temp_dir.h"

namespace pharmacy::test {
namespace {

constexpr const char* life = PHARMACY_GOLDEN_DIR "/life.txt";

// A pharmacy in which each command is typed when the script says. Waiting goes on by the clock that
// only ticks.
class Counter {
 public:
  explicit Counter(std::string locale) : locale_{std::move(locale)} {
    for (const char* command :
         {"store init --login wangli --name 王丽 --new-key wangli.key",
          "store staff add zhaomin --name 赵敏 --role pharmacist --new-key zhaomin.key"
          " --allow-key-file",
          "visit product add 6901234567890 苯磺酸氨氯地平片 --price 28.00",
          "printf photo >photo.jpg"}) {
      const std::string said = type("2026-03-01 10:00", command);
      REQUIRE_MESSAGE(said.find('[') == std::string::npos, said);
    }
  }

  // What it says, and how it ends where that is not well.
  std::string type(const std::string& when, const std::string& command) const {
    // The store is in Shanghai, eight hours ahead.
    const auto ended = run_process(
        {.argv = {"sh", "-c",
                  fmt::format("cd '{}' && TZ=Asia/Shanghai FAKETIME_DONT_FAKE_MONOTONIC=1"
                              " faketime -f '{}:00' sh -c \"$0\" 2>&1",
                              place_.path().string(), when),
                  command},
         .env = {"PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin", "LC_ALL=" + locale_,
                 "PHARMACY_STORE=store", "PHARMACY_KEY_FILE=wangli.key",
                 // The clock's library comes before the sanitizer's.
                 "ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0"},
         .input = {}});
    return ended.status == 0 ? ended.out : ended.out + fmt::format("[{}]\n", ended.status);
  }

 private:
  TempDir place_;
  std::string locale_;
};

std::string lived(const std::string& locale) {
  const Counter counter{locale};
  std::ifstream script{life};
  std::string text;
  for (std::string line; std::getline(script, line);) {
    if (line.starts_with('#')) continue;
    const auto bar = line.find(" | ");
    REQUIRE(bar != std::string::npos);
    const std::string when = line.substr(0, bar);
    const std::string command = line.substr(bar + 3);
    text += fmt::format("{} $ {}\n{}\n", when, command, counter.type(when, command));
  }
  return text;
}

void compare(const std::string& actual, const std::string& name) {
  const std::string path = PHARMACY_GOLDEN_DIR "/" + name;
  if (std::getenv("PHARMACY_UPDATE_GOLDEN") != nullptr) std::ofstream{path} << actual;
  std::ostringstream expected;
  expected << std::ifstream{path}.rdbuf();
  CHECK(actual == expected.str());
}

}  // namespace

TEST_CASE("a complaint is lived through in English") {
  compare(lived("C.UTF-8"), "life_en.golden.txt");
}
TEST_CASE("a complaint is lived through in Chinese") {
  compare(lived("zh_CN.UTF-8"), "life_zh.golden.txt");
}

}  // namespace pharmacy::test
