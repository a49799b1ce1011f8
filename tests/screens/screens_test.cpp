// What the programs show, whole: in terminals of 80 and 60 columns in Chinese and in English, in
// a pipe, and with the bare environment that a timer has. It is 10:00 on 31 October 2026 in the
// shop, always. PHARMACY_UPDATE_GOLDEN=1 writes the files anew.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>

#include "support/prepared.h"
#include "support/process.h"
#include "support/temp_dir.h"

using namespace pharmacy::test;

namespace {

constexpr const char* here = PHARMACY_SOURCE_DIR "/tests/screens/";

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

// The command with its clock standing still. Waiting goes on by the clock that only ticks.
std::string at_ten(const std::string& command) {
  return "TZ=UTC FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f '2026-10-31 02:00:00' " + command;
}

// A shop, made once and never changed.
const TempDir& shop() {
  static const TempDir dir;
  static const bool made = [] {
    const auto script = std::hash<std::string>{}(text_of(std::string{here} + "shop.sh"));
    prepare(dir.path(), fmt::format("shop-{}", script), [] {
      const auto ended = run_process(
          {.argv = {"sh", "-c", at_ten("sh '") + here + "shop.sh' '" + dir.path().string() + "'"},
           .env = {"PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin"},
           .input = {}});
      REQUIRE_MESSAGE(ended.status == 0, ended.out << ended.err);
    });
    return true;
  }();
  REQUIRE(made);
  return dir;
}

std::string shell_line(const std::string& commands) {
  return "cd '" + shop().path().string() + "' && " + at_ten("sh '") + here + "show.sh' <'" + here +
         commands + "'";
}

// The newest entry of the access log, and its MAC, are others each time.
std::string without_mac(const std::string& text) {
  return std::regex_replace(text, std::regex{"[0-9]+:[0-9a-f]{32}"}, "N:MAC");
}

// The screen after the commands were run in a terminal as wide as said and high enough for all.
std::string on_terminal(int columns, const std::string& locale) {
  const TempDir place;
  const std::string server = place.file("server");
  std::ofstream{place.file("run.sh")} << shell_line("terminal.txt") + " 2>&1\n" + "tmux -S '" +
                                             server + "' wait-for -S done\n" + "sleep 100\n";
  const std::vector<std::string> env{"PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin",
                                     "HOME=" + place.path().string(),
                                     "SHELL=/bin/sh",
                                     "TERM=screen",
                                     "LC_ALL=" + locale,
                                     "PHARMACY_STORE=store",
                                     "PHARMACY_KEY_FILE=wangli.key"};
  const auto tmux = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"tmux", "-u", "-S", server, "-f", "/dev/null"});
    return run_process({.argv = std::move(words), .env = env, .input = {}});
  };
  const auto began = tmux({"new-session", "-d", "-x", std::to_string(columns), "-y", "1500",
                           "sh '" + place.file("run.sh") + "'"});
  REQUIRE_MESSAGE(began.status == 0, began.err);
  CHECK(tmux({"wait-for", "done"}).status == 0);
  const auto screen = tmux({"capture-pane", "-p"});
  tmux({"kill-server"});
  return std::regex_replace(without_mac(screen.out), std::regex{"\n+$"}, "\n");
}

std::string in_pipe(const std::vector<std::string>& env) {
  const auto ended = run_process(
      {.argv = {"sh", "-c", shell_line("pipe.txt") + " 2>&1"}, .env = env, .input = {}});
  CHECK(ended.status == 0);
  return without_mac(ended.out);
}

void compare(const std::string& actual, const std::string& name) {
  const auto path = here + name;
  if (std::getenv("PHARMACY_UPDATE_GOLDEN") != nullptr) std::ofstream{path} << actual;
  CHECK(actual == text_of(path));
}

}  // namespace

TEST_CASE("a terminal of 80 columns, in Chinese") {
  compare(on_terminal(80, "zh_CN.UTF-8"), "terminal_80_zh.golden.txt");
}
TEST_CASE("a terminal of 60 columns, in Chinese") {
  compare(on_terminal(60, "zh_CN.UTF-8"), "terminal_60_zh.golden.txt");
}
TEST_CASE("a terminal of 80 columns, in English") {
  compare(on_terminal(80, "C.UTF-8"), "terminal_80_en.golden.txt");
}
TEST_CASE("a terminal of 60 columns, in English") {
  compare(on_terminal(60, "C.UTF-8"), "terminal_60_en.golden.txt");
}

TEST_CASE("a pipe, and the bare environment of a timer") {
  const std::vector<std::string> bare{"PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin",
                                      "PHARMACY_STORE=store", "PHARMACY_KEY_FILE=wangli.key"};
  const auto plain = in_pipe(bare);
  compare(plain, "pipe.golden.txt");
  // A terminal's language and size change no column of what programs read; only words for people.
  auto of_a_person = bare;
  of_a_person.insert(of_a_person.end(), {"TERM=xterm", "COLUMNS=40", "HOME=/nowhere"});
  CHECK(in_pipe(of_a_person) == plain);
}
