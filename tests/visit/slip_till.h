// A till with a printer, and slips compared with those that are kept.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/counter_store.h"
#include "support/run.h"
#include "visit/visit.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

// A till with the printer that is put there.
struct SlipTill : CounterStore {
  SlipTill() : CounterStore{"2026-03-10"} {}
  ~SlipTill() { fs::remove_all(config()); }
  SlipTill(const SlipTill&) = delete;
  SlipTill& operator=(const SlipTill&) = delete;

  [[nodiscard]] fs::path config() const { return path().string() + ".config"; }
  // Where print_to_paper() prints.
  [[nodiscard]] std::string paper() const { return path().string() + ".paper"; }

  Ran visit(const std::vector<std::string>& words) {
    return run(cli::define_visit, *this, words, {.env = {{"XDG_CONFIG_HOME", config().string()}}});
  }
  void put_printer(const std::string& text) {
    fs::create_directories(config() / "pharmacy");
    std::ofstream{config() / "pharmacy" / "config.toml"} << text;
  }
  void print_to_paper(int width) {
    put_printer(
        fmt::format("printer = \"dd of={} status=none\"\nslip_width = {}\n", paper(), width));
  }
  std::size_t receipts() {
    auto reading = this->reading();
    return list_receipts(reading, {}).size();
  }
};

inline void check_golden(const std::string& name, const std::string& actual) {
  const std::string path = PHARMACY_GOLDEN_DIR "/" + name;
  if (std::getenv("PHARMACY_UPDATE_GOLDEN") != nullptr) std::ofstream{path} << actual;
  std::ostringstream expected;
  expected << std::ifstream{path}.rdbuf();
  CHECK(actual == expected.str());
}

// Columns of its widest line.
inline std::size_t widest(const std::string& text, std::size_t (*width)(std::string_view)) {
  std::size_t most = 0;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) most = std::max(most, width(line));
  return most;
}

}  // namespace pharmacy::test
