// The rules of the house hold in every file; and each rule notices a file that breaks it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <numeric>

#include "tidy/rules.h"

using namespace tidy;

namespace {

Faults check_all(const std::vector<Source>& all, Faults (*rule)(const Source&)) {
  Faults faults;
  for (const auto& source : all) {
    for (auto& fault : rule(source)) faults.push_back(std::move(fault));
  }
  return faults;
}

std::string joined(const Faults& faults) {
  return std::accumulate(faults.begin(), faults.end(), std::string{},
                         [](std::string all, const auto& one) { return all + one + '\n'; });
}

std::vector<Source> code() { return sources({"lib", "apps", "tests"}, {".cpp", ".h"}); }

std::string repeated(const std::string& line, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += line;
  return text;
}

// How many faults a rule finds in a file of this path and text.
std::size_t count(Faults (*rule)(const Source&), const std::string& path, const std::string& text) {
  return rule({path, text}).size();
}
std::size_t includes(const std::string& path, const std::string& header) {
  return count(check_includes, path, "#include " + header + "\n");
}

}  // namespace

TEST_CASE("the tree is found") { CHECK(code().size() > 100); }

TEST_CASE("includes go down") { CHECK(joined(check_all(code(), check_includes)) == ""); }
TEST_CASE("no banned call") {
  CHECK(joined(check_all(sources({"lib", "apps"}, {".cpp", ".h"}), check_calls)) == "");
}
TEST_CASE("files and functions are short") {
  CHECK(joined(check_all(code(), check_lengths)) == "");
}
TEST_CASE("no word that does not belong") {
  const auto all = sources({"lib", "apps", "tests", "schema", "man", "cmake", "README.md",
                            "CHANGELOG.md", "CMakeLists.txt", "run", "packages.txt", ".ci/run"},
                           {""});
  CHECK(all.size() > 100);
  CHECK(joined(check_all(all, check_words)) == "");
}

TEST_CASE("the rule of includes notices each way up") {
  CHECK(includes("lib/db/a.cpp", "\"vault/access.h\"") == 1);
  CHECK(includes("lib/db/a.cpp", "\"pharmacy/store.h\"") == 1);
  CHECK(includes("lib/points/a.cpp", "\"members/tables.h\"") == 1);
  CHECK(includes("lib/points/a.cpp", "\"pharmacy/visits.h\"") == 1);
  CHECK(includes("lib/policy/a.cpp", "\"vault/access.h\"") == 1);
  CHECK(includes("lib/policy/a.cpp", "\"pharmacy/store.h\"") == 1);
  CHECK(includes("lib/include/pharmacy/policy.h", "\"pharmacy/store.h\"") == 1);
  CHECK(includes("lib/vault/a.cpp", "\"policy/document.h\"") == 1);
  CHECK(includes("lib/include/pharmacy/points.h", "\"pharmacy/visits.h\"") == 1);
  CHECK(includes("lib/include/pharmacy/points.h", "\"points/purse.h\"") == 1);
  CHECK(includes("apps/visit/a.cpp", "\"visits/stock.h\"") == 1);
  CHECK(includes("apps/visit/a.cpp", "\"member/member.h\"") == 1);
  CHECK(includes("apps/demo/a.cpp", "\"cli/frame.h\"") == 1);
  CHECK(includes("lib/vault/a.cpp", "<sodium.h>") == 1);
  CHECK(includes("lib/visits/a.cpp", "<sqlite3.h>") == 1);
  CHECK(includes("lib/visits/a.cpp", "\"elsewhere/a.h\"") == 1);

  CHECK(includes("lib/visits/a.cpp", "\"pharmacy/points.h\"") == 0);
  CHECK(includes("lib/visits/a.cpp", "\"visits/stock.h\"") == 0);
  CHECK(includes("lib/visits/a.cpp", "\"db/database.h\"") == 0);
  CHECK(includes("lib/vault/a.cpp", "\"pharmacy/policy.h\"") == 0);
  CHECK(includes("lib/vault/a.cpp", "\"policy/policies.h\"") == 0);
  CHECK(includes("lib/vault/a.cpp", "\"policy/calendars.h\"") == 0);
  CHECK(includes("lib/visits/a.cpp", "\"pharmacy/calendar.h\"") == 0);
  CHECK(includes("lib/members/a.cpp", "\"vault/access.h\"") == 0);
  CHECK(includes("lib/reports/a.cpp", "\"pharmacy/visits.h\"") == 0);
  CHECK(includes("lib/db/a.cpp", "<sqlite3.h>") == 0);
  CHECK(includes("apps/visit/a.cpp", "\"cli/frame.h\"") == 0);
}

TEST_CASE("the rule of calls notices calls, not words") {
  const auto calls = [](const std::string& text) { return count(check_calls, "a.cpp", text); };
  CHECK(calls("  strcpy(a, b);") == 1);
  CHECK(calls("  return std::rand() % 6;") == 1);
  CHECK(calls("  ::system (command);") == 1);
  CHECK(calls("int n = atoi(text);") == 1);
  CHECK(calls("auto* t = gmtime(&now);") == 1);

  CHECK(calls("auto* t = gmtime_r(&now, &broken);") == 0);
  CHECK(calls("// never strcpy(a, b)") == 0);
  CHECK(calls("/* strcpy(a,\n b) */ print(\"atoi(x)\");") == 0);
  CHECK(calls("file.system(x); the_system(y);") == 0);
}

TEST_CASE("the rule of lengths counts what it should") {
  const auto lengths = [](const std::string& text) { return count(check_lengths, "a.cpp", text); };
  const auto body = [](int lines) { return repeated("  work({1, 2});\n", lines); };
  CHECK(lengths(repeated("int a;\n", 400)) == 0);
  CHECK(lengths(repeated("int a;\n", 401)) == 1);
  CHECK(lengths("void f() {\n" + body(68) + "}\n") == 0);
  CHECK(lengths("void f() {\n" + body(69) + "}\n") == 1);
  CHECK(lengths("namespace a {\nclass B {\n void f() const {\n" + body(80) + " }\n};\n}\n") == 1);
  CHECK(lengths("namespace a {\n" + repeated("void f() {\n  work();\n}\n", 40) + "}\n") == 0);
  CHECK(lengths("A::A(int b)\n    : b_{b},\n      c_{} {\n" + body(80) + "}\n") == 1);
  CHECK(lengths("#include <a>\n#if B()\nnamespace a {\nvoid f() {\n" + body(69) + "}\n}\n") == 1);
  CHECK(lengths("#if B()\nnamespace a {\n" + repeated("void f() {\n}\n", 40) + "}\n") == 0);
  CHECK(lengths("void f() {\n  print(\"}\");  // }\n" + body(68) + "}\n") == 1);
  CHECK(lengths("constexpr int list[] = {\n" + repeated("    1,\n", 90) + "};\n") == 0);
}

TEST_CASE("the rule of words notices unfinished business and paths") {
  const auto words = [](const std::string& text) { return count(check_words, "a.md", text); };
  CHECK(words(std::string{"// TO"} + "DO: finish") == 1);
  CHECK(words(std::string{"see /ro"} + "ot/notes") == 1);
  CHECK(words("todo lists are welcome; /roots/ too") == 0);
}
