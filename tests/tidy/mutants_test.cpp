// The mutants that tests/soak/mutants.py makes of a text.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "support/temp_dir.h"
#include "tidy/tools.h"

namespace {

// A line of each, in their order.
std::string mutants_of(const std::string& text) {
  const pharmacy::test::TempDir dir;
  const std::string file = dir.path() / "text.cpp";
  std::ofstream(file) << text;
  const auto ended = tidy::run({tidy::in_tree("tests/soak/mutants.py"), "--of", file});
  CHECK_MESSAGE(ended.status == 0, ended.err);
  return ended.out;
}

}  // namespace

TEST_CASE("a text gives the mutants of each operator, and no others") {
  CHECK(mutants_of("if (a == b) go();\n") ==
        "1:7: == -> !=\n"
        "1:13: go() -> nothing\n");
  CHECK(mutants_of("while (a < b && is_open) x = y;\n") ==
        "1:10: < -> <=\n"
        "1:10: < -> >=\n"
        "1:14: && -> ||\n");
  CHECK(mutants_of("if (const auto x = f(); !x || y) {\n  at.first()->second(1);\n}\n") ==
        "1:25: !x || y -> !(!x || y)\n"
        "1:28: || -> &&\n"
        "2:3: at.first()->second(1) -> nothing\n"
        "2:22: 1 -> 0\n"
        "2:22: 1 -> 2\n");
  CHECK(mutants_of("if (const auto* found = find(key)) return true;\n") == "1:43: true -> false\n");
  CHECK(mutants_of("else\n  throw Error(\n      code, [] { return 1'000; }());\n") ==
        "2:3: throw Error( code, [] { return 1'000; }()) -> nothing\n"
        "3:25: 1'000 -> 1001\n"
        "3:25: 1'000 -> 999\n");
  CHECK(mutants_of("int mode = 0600, none = 0x0fu;\n") ==
        "1:12: 0600 -> 0577\n"
        "1:12: 0600 -> 0601\n"
        "1:25: 0x0f -> 0x0e\n"
        "1:25: 0x0f -> 0x10\n");
  CHECK(mutants_of("    {reveal, {service, manager}},\n") == "1:22: , manager -> nothing\n");
}

TEST_CASE("no mutant is made of what is no code, or is a promise") {
  const std::string one = "; f(1 == 2); ";
  const auto mutants = [](const std::string& text) {
    const std::string lines = mutants_of(text);
    return std::count(lines.begin(), lines.end(), '\n');
  };
  const auto all = mutants(one);
  CHECK(all == 6);
  CHECK(mutants(one + "// " + one) == all);
  CHECK(mutants(one + "/* \n " + one + "*/") == all);
  CHECK(mutants(one + "static const char* x = \"a\\\"" + one + "\";") == all);
  CHECK(mutants(one + "const auto x = R\"sql(\" " + one + ")sql\";") == all);
  CHECK(mutants(one + "char c = '1', d = '\\'';") == all);
  CHECK(mutants("#include \"x 1 == 2\"\n#define A \\\n  " + one + "\n" + one) == all);
  CHECK(mutants(one + "static_assert(sizeof(int) == 4, \"\");") == all);
  CHECK(mutants(one + "PHARMACY_CHECK(\n  (a && b) == (c < 1));") == all);
  CHECK(mutants("std::vector<A> x; auto&& y = z; B&& w; T<3> v;" + one) == all + 2);
  // The control: what comes after is seen again.
  CHECK(mutants("// it's\n" + one + "/* \" */" + one + "PHARMACY_CHECK(a);" + one) == 3 * all);
}

TEST_CASE("each mutant that is known to change nothing is one that could be made") {
  const auto ended = tidy::run({tidy::in_tree("tests/soak/mutants.py"), "--check-list"});
  CHECK_MESSAGE(ended.status == 0, ended.out << ended.err);
}
