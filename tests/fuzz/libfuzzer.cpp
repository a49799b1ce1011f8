// The parsers under libFuzzer. PHARMACY_FUZZ_TARGET names one of them; without it their names are
// printed. The first directory among the arguments is the corpus, into which the target's seeds go.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "fuzz/targets.h"
#include "pharmacy/error.h"

namespace pharmacy::test {
namespace {

const FuzzTarget& chosen_target() {
  static const FuzzTarget& target = []() -> const FuzzTarget& {
    const char* name = std::getenv("PHARMACY_FUZZ_TARGET");
    for (const auto& each : fuzz_targets()) {
      if (name == nullptr) std::cout << each.name << "\n";
      if (name != nullptr && each.name == std::string_view(name)) return each;
    }
    std::exit(name == nullptr ? 0 : 2);
  }();
  return target;
}

void write_seeds(const std::filesystem::path& corpus) {
  int number = 0;
  for (const auto& seed : chosen_target().seeds)
    std::ofstream(corpus / ("seed-" + std::to_string(++number)), std::ios::binary) << seed;
}

}  // namespace
}  // namespace pharmacy::test

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  pharmacy::test::chosen_target();
  for (int i = 1; i < *argc; ++i)
    if (std::filesystem::is_directory((*argv)[i])) {
      pharmacy::test::write_seeds((*argv)[i]);
      break;
    }
  return 0;
}

// An exception that is no answer ends the process, which libFuzzer reports with its input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    pharmacy::test::chosen_target().take({reinterpret_cast<const char*>(data), size});
  } catch (const pharmacy::Error& error) {
    if (error.faults().empty()) throw std::logic_error("an error that says nothing");
  }
  return 0;
}
