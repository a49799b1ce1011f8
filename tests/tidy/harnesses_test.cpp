// A soak runs every harness at its full size, so each that a run of the tests does only in part is
// in its list.
#include <doctest/doctest.h>
#include <fnmatch.h>

#include <algorithm>
#include <fstream>
#include <regex>

#include "support/process.h"
#include "support/temp_dir.h"
#include "tidy/rules.h"

using namespace tidy;

namespace {

// The patterns of names of cases that a soak runs: `program | case | trials | piece` a line.
std::vector<std::string> soaked_cases(const std::string& list) {
  static const std::regex line_of_list{R"(^\w+ \| (.*) \| \d+ \| \d+$)"};
  std::vector<std::string> cases;
  for (const std::string& line : lines_of(list)) {
    std::smatch found;
    if (std::regex_match(line, found, line_of_list)) cases.push_back(found[1]);
  }
  return cases;
}

bool is_soaked(const std::string& name, const std::vector<std::string>& cases) {
  return std::ranges::any_of(cases, [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
  });
}

// The harnesses of a file of tests whose usual number of trials is less than all, and that no case
// of the list runs. One that is made outside of cases is run by any case of the file.
Faults forgotten_harnesses(const Source& source, const std::vector<std::string>& cases) {
  static const std::regex wanted{
      R"#(TEST_CASE\(\s*"([^"]*)"|Trials trials[({][^;]*, ([^,;]+),\s+([^,;]+)[)}];)#"};
  std::string name;
  std::vector<std::string> names, harnesses;
  for (auto one = std::sregex_iterator(source.text.begin(), source.text.end(), wanted);
       one != std::sregex_iterator(); ++one) {
    if ((*one)[1].matched) {
      name = (*one)[1];
      names.push_back(name);
    } else if ((*one)[2] != (*one)[3]) {
      harnesses.push_back(name);
    }
  }
  Faults faults;
  for (const std::string& harness : harnesses) {
    const bool is_listed =
        harness.empty()
            ? std::ranges::any_of(names, [&](const auto& any) { return is_soaked(any, cases); })
            : is_soaked(harness, cases);
    if (!is_listed) faults.push_back(source.path + ": no soak runs \"" + harness + '"');
  }
  return faults;
}

}  // namespace

TEST_CASE("a soak runs every harness that the tests run in part") {
  const auto lists = sources({"tests/soak/harnesses.txt"}, {".txt"});
  REQUIRE(lists.size() == 1);
  const auto cases = soaked_cases(lists.front().text);
  CHECK(cases.size() > 40);
  for (const Source& source : sources({"tests"}, {"_test.cpp"})) {
    // Two try the harnesses themselves.
    if (source.path.starts_with("tests/support/") || source.path.starts_with("tests/tidy/"))
      continue;
    for (const auto& fault : forgotten_harnesses(source, cases)) FAIL_CHECK(fault);
  }
}

TEST_CASE("each line of a soak's list fits a test of its program") {
  const std::string soak = PHARMACY_SOURCE_DIR "/tests/soak/";
  const auto check = [&](const std::string& list) {
    return pharmacy::test::run_process({.argv = {soak + "soak.py", "--check-list", list, "--bin",
                                                 PHARMACY_BIN_DIR, "--directory", "/nonexistent"},
                                        .env = {"PATH=/usr/bin:/bin"},
                                        .input = {}});
  };
  const auto ended = check(soak + "harnesses.txt");
  CHECK_MESSAGE(ended.status == 0, ended.out << ended.err);

  const pharmacy::test::TempDir dir;
  const std::string list = dir.path() / "list";
  std::ofstream(list)
      << "tidy | the rule of harnesses* | 1 | 1\ntidy | no such, no other* | 1 | 1\n";
  const auto control = check(list);
  CHECK(control.status == 1);
  CHECK(control.out == "tidy | no such, no other*\n");
}

TEST_CASE("the rule of harnesses notices one that no soak runs") {
  const auto cases = soaked_cases("# comment\nfaults | no power cut* | 50 | 5\nno line\n");
  REQUIRE(cases.size() == 1);
  const auto count = [&](const std::string& text) {
    return forgotten_harnesses({"a_test.cpp", text}, cases).size();
  };
  const std::string cut = "TEST_CASE(\"no power cut loses\") {\n",
                    other = "TEST_CASE(\"other\") {\n";
  const std::string part = "  Trials trials(\"it\", 3, 60);\n";
  CHECK(count(cut + part) == 0);
  CHECK(count(other + part) == 1);
  CHECK(count(other + "  Trials trials{\"it\", 3, 60};\n") == 1);
  CHECK(count(other + "  Trials trials(\"it\", 60, 60);\n") == 0);
  CHECK(count(cut + other + part) == 1);
  CHECK(count(part + other) == 1);
  CHECK(count(part + other + cut) == 0);
}
