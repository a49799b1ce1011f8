// Random bytes, and what is nearly right, for every parser of what comes from outside.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "fuzz/corpus.h"
#include "fuzz/store_targets.h"
#include "pharmacy/error.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

constexpr std::string_view telling = "\",\r\n'=+-@%#.:/0195\t ";

// A seed after a few changes.
std::string mutated(const FuzzTarget& target, Random& random) {
  std::string text = target.seeds[random.below(static_cast<std::uint32_t>(target.seeds.size()))];
  const auto place = [&] { return random.below(static_cast<std::uint32_t>(text.size()) + 1); };
  for (std::uint32_t i = random.below(12); i > 0; --i) {
    const auto at = place();
    switch (random.below(6)) {
      case 0:
        text.insert(at, 1, static_cast<char>(random.below(256)));
        break;
      case 1:
        text.erase(at, random.below(4));
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << random.below(8)));
        break;
      case 3:
        text.insert(at, text.substr(place(), random.below(9)));
        break;
      case 4:
        text.insert(at, 1, telling[random.below(telling.size())]);
        break;
      default:
        text.insert(at, random.below(60), static_cast<char>('0' + random.below(10)));
    }
  }
  return text;
}

// What the taking ends in: "" for an answer.
std::string fault_of(const FuzzTarget& target, std::string_view bytes) {
  try {
    target.take(bytes);
  } catch (const Error& error) {
    return error.faults().empty() ? "an error that says nothing" : "";
  } catch (const std::exception& broken) {
    return broken.what();
  }
  return "";
}

}  // namespace

TEST_CASE("no parser breaks a promise, whatever it is given") {
  for (const auto& target : fuzz_targets()) {
    const std::string name = target.name;
    CAPTURE(name);
    for (const auto& seed : target.seeds) {
      CAPTURE(seed);
      CHECK(fault_of(target, seed) == "");
    }
    Trials trials("fuzzed " + name, target.usual, target.all);
    trials.each([&](std::int64_t, Random& random) {
      const auto bytes = mutated(target, random);
      const auto fault = fault_of(target, bytes);
      CAPTURE(bytes);
      CHECK(fault == "");
    });
  }
}

TEST_CASE("a parser that breaks its promise is found out") {
  const FuzzTarget broken{"broken",
                          [](std::string_view bytes) {
                            if (bytes.find(",,") != std::string_view::npos)
                              throw std::logic_error("broken");
                          },
                          {"a,b,c"}};
  Random random{1};
  int found = 0;
  for (int i = 0; i < 3'000; ++i) found += fault_of(broken, mutated(broken, random)) == "broken";
  CHECK(found > 0);
}

TEST_CASE("a reader that looks at the form alone breaks the promises of sealed files and a log") {
  for (const auto& blind :
       {blind_backup_target(), blind_access_log_target(), blind_engine_target()}) {
    CAPTURE(blind.name);
    for (const auto& seed : blind.seeds) CHECK(fault_of(blind, seed).empty());
    Random random;
    int found = 0;
    for (int i = 0; i < 300; ++i) found += fault_of(blind, mutated(blind, random)).empty() ? 0 : 1;
    CHECK(found > 0);
  }
}

TEST_CASE("the corpus has seeds for every target, and none that belong to no target") {
  std::size_t kept = 0, lists = 0;
  for (const auto& target : fuzz_targets()) {
    const auto corpus = corpus_of(target.name, target.seeds.front());
    CHECK_MESSAGE(corpus.size() >= 8, target.name);
    CHECK(std::set<std::string>(corpus.begin(), corpus.end()).size() == corpus.size());
    kept += corpus.size();
  }
  for (const auto& file :
       std::filesystem::directory_iterator{PHARMACY_SOURCE_DIR "/tests/fuzz/corpus"})
    lists += file.path().extension() == ".txt";
  CHECK(lists == fuzz_targets().size());
  CHECK(kept >= 200);
  CHECK_THROWS(corpus_of("nothing", ""));
}

}  // namespace pharmacy::test
