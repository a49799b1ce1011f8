// Random bytes, and what is nearly right, for every parser of what comes from outside.
#include <doctest/doctest.h>

#include "fuzz/store_targets.h"
#include "pharmacy/error.h"
#include "support/run.h"
#include "support/trials.h"
#include "visit/visit.h"

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
    CAPTURE(target.name);
    for (const auto& seed : target.seeds) CHECK(fault_of(target, seed).empty());
    Trials trials(std::string("fuzzed ") + target.name, target.usual, target.all);
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

TEST_CASE("a reader that looks at the form alone breaks the promises of a backup and a log") {
  for (const auto& blind : {blind_backup_target(), blind_access_log_target()}) {
    CAPTURE(blind.name);
    for (const auto& seed : blind.seeds) CHECK(fault_of(blind, seed).empty());
    Random random;
    int found = 0;
    for (int i = 0; i < 300; ++i) found += fault_of(blind, mutated(blind, random)).empty() ? 0 : 1;
    CHECK(found > 0);
  }
}

TEST_CASE("whatever words a program is given, it ends with a status of its manual") {
  const std::vector<std::string> words{
      "buy",     "refund",  "show",     "list", "product",    "add",
      "import",  "6001",    "M1",       "1",    "--all",      "--qty",
      "--item",  "--price", "--format", "json", "--limit",    "-1",
      "--",      "-",       "",         "--op", "--today",    "2026-02-30",
      "-n",      "--help",  "--redeem", "张伟", "--no-input", "--store=/nowhere",
      "\x1b[2J", "=2@#"};
  const std::vector<int> documented{0, 1, 2, 3, 4, 65, 66, 69, 70, 73, 74, 75, 76, 77, 78};
  Trials trials("random words for visit", 2'000, 100'000);
  trials.each([&](std::int64_t, Random& random) {
    std::vector<std::string> args;
    for (std::uint32_t i = random.below(7); i > 0; --i) {
      std::string word = words[random.below(static_cast<std::uint32_t>(words.size()))];
      if (random.one_in(8))
        word.insert(random.below(static_cast<std::uint32_t>(word.size()) + 1), 1,
                    static_cast<char>(1 + random.below(255)));
      if (random.one_in(40)) word += std::string(random.below(20'000), 'x');
      args.push_back(word);
    }
    const auto ran = run(cli::define_visit, args);
    CAPTURE(ran.err);
    CAPTURE(args.size());
    CHECK(std::find(documented.begin(), documented.end(), ran.status) != documented.end());
    CHECK(ran.status != 70);  // a bug of ours
    CHECK((ran.status == 0) == ran.err.empty());
  });
}

}  // namespace pharmacy::test
