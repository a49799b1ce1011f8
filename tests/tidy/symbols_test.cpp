// What the library exports is what the golden list says, and nothing else.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tidy/rules.h"
#include "tidy/tools.h"

using namespace tidy;

namespace {

// The project's own symbols among those that the linker can see, demangled. Instantiations of the
// standard library's templates are its own affair, and so is what sanitizers add.
std::set<std::string> exported(const std::string& listing) {
  static const std::regex line{"^[0-9a-f]+ [BDRTVW] (.*)$"};
  static const std::regex ours{
      "^((vtable|typeinfo|typeinfo name|guard variable|non-virtual thunk) (for|to) )?"
      "(\\w+ )?pharmacy::"};
  std::set<std::string> names;
  for (const auto& text : lines_of(listing)) {
    std::smatch found;
    if (!std::regex_match(text, found, line)) continue;
    const std::string name = found[1];
    if (std::regex_search(name, ours)) names.insert(name);
  }
  return names;
}

std::string in_lines(const std::set<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += name + '\n';
  return text;
}

}  // namespace

TEST_CASE("the exported symbols equal the golden list") {
  const auto listing = run({"nm", "-D", "-C", "--defined-only", PHARMACY_LIBRARY});
  REQUIRE(listing.status == 0);
  const auto actual = in_lines(exported(listing.out));
  const auto golden = in_tree("tests/tidy/exported_symbols.txt");
  if (std::getenv("PHARMACY_UPDATE_GOLDEN") != nullptr) std::ofstream{golden} << actual;
  std::ostringstream expected;
  expected << std::ifstream{golden}.rdbuf();
  CHECK(actual == expected.str());
}

TEST_CASE("the list of symbols leaves out what is hidden or not ours") {
  const auto names = exported(
      "0000000000001000 T pharmacy::Store::now() const\n"
      "0000000000002000 V typeinfo for pharmacy::Error\n"
      "0000000000003000 W std::vector<pharmacy::Member>::~vector()\n"
      "0000000000004000 t pharmacy::db::Database::fail(int) const\n"
      "                 U pharmacy::elsewhere()\n"
      "0000000000005000 B __odr_asan.something\n");
  CHECK(in_lines(names) == "pharmacy::Store::now() const\ntypeinfo for pharmacy::Error\n");
}
