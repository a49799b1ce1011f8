// A test that makes a backup drills it: it is restored, and its rows are compared.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>

#include "tidy/rules.h"

using namespace tidy;

namespace {

constexpr std::size_t beside = 10;  // lines before and behind

// Where no drill is beside the making of a backup.
const std::map<std::string, const char*> undrilled{
    {"tests/cli/injection_test.cpp", "the names of thousands of files are what is tried"},
    {"tests/deploy/reach_test.cpp", "all are refused"},
    {"tests/deploy/recovery_test.cpp", "it is restored there, and what it shows compared"},
    {"tests/deploy/setup_test.cpp", "on a machine whose store and keys are not seen outside"},
    {"tests/faults/deeds.cpp", "one that is killed on its way: what is left is verified"},
    {"tests/faults/migration_test.cpp", "it is refused"},
    {"tests/faults/power_loss_test.cpp",
     "it is restored as the power goes, and what came of it checked"},
    {"tests/fuzz/arguments_test.cpp", "words, and no store"},
    {"tests/fuzz/backup_target.cpp", "bytes that are no backup"},
    {"tests/programs/made_files_test.cpp", "whose the files are is tried, and one is restored"},
    {"tests/programs/own_files_test.cpp", "a table; what it makes is drilled where it is run"},
    {"tests/vault/backed_up.h", "the first case of backup_test.cpp drills it"},
    {"tests/vault/backup_test.cpp", "its first case drills what all begin with"}};

Faults undrilled_backups(const Source& source) {
  static const std::regex making{R"(\bmake_backup\(|"backup",|\{"backup"\}|\bstore backup\b)"},
      drill{"drill|among_writers"};
  const auto lines = lines_of(source.text);
  Faults faults;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!std::regex_search(lines[i], making)) continue;
    const auto from = lines.begin() + static_cast<std::ptrdiff_t>(i - std::min(i, beside));
    const auto to =
        lines.begin() + static_cast<std::ptrdiff_t>(std::min(i + beside + 1, lines.size()));
    if (std::none_of(from, to, [](const auto& line) { return std::regex_search(line, drill); }))
      faults.push_back(fmt::format("{}:{}: no drill of this backup", source.path, i + 1));
  }
  return faults;
}

}  // namespace

TEST_CASE("a test that makes a backup drills it") {
  std::map<std::string, std::size_t> found;
  for (const Source& source : sources({"tests"}, {".cpp", ".h"})) {
    if (source.path.starts_with("tests/tidy/")) continue;
    const auto faults = undrilled_backups(source);
    if (faults.empty()) continue;
    ++found[source.path];
    if (undrilled.contains(source.path)) continue;
    for (const auto& fault : faults) FAIL_CHECK(fault);
  }
  // Nothing is left among the exceptions that is none.
  for (const auto& [path, why] : undrilled)
    CHECK_MESSAGE(found.contains(path), path << ": " << why);
}

TEST_CASE("the rule of drills notices a backup that nothing restores") {
  const auto count = [](const std::string& text) {
    return undrilled_backups({"tests/some_test.cpp", text}).size();
  };
  CHECK(count("  make_backup(store, file, Existing::refused);\n") == 1);
  CHECK(count("  run(cli::define_store, t, {\"backup\", file});\n") == 1);
  CHECK(count("store backup made.backup\n") == 1);
  CHECK(count("  drilled_backup(store, file, Existing::refused, key);\n") == 0);
  CHECK(count("  make_backup(store, file, how);\n  CHECK(drill(file, key, rows) == \"\");\n") == 0);
  const std::string far(11, '\n');
  CHECK(count("make_backup(store, file, how);\n" + far + "drill(file, key, rows);\n") == 1);
  CHECK(count("CHECK(s.told(\"backup\") == \"bad\");\n") == 0);
}
