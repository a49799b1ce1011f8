// A type of one name in two public headers is two types to a compiler and one to a linker, which
// takes the code of either for both.
#include <doctest/doctest.h>

#include <map>
#include <regex>

#include "tidy/rules.h"

using namespace tidy;

namespace {

// Types that more than one of the sources defines at the outermost level.
Faults repeated_names(const std::vector<Source>& headers) {
  static const std::regex definition{
      R"(^(?:enum class|struct|class)(?: PHARMACY_API)? ([A-Z]\w+)(?: :[^{;]*)? ?\{)"};
  std::map<std::string, std::string> first;
  Faults faults;
  for (const Source& header : headers) {
    for (const std::string& line : lines_of(header.text)) {
      std::smatch found;
      if (!std::regex_search(line, found, definition)) continue;
      const auto [known, is_new] = first.emplace(found[1], header.path);
      if (!is_new && known->second != header.path)
        faults.push_back(header.path + ": " + found[1].str() + " is in " + known->second + " too");
    }
  }
  return faults;
}

}  // namespace

TEST_CASE("no two public headers define a type of one name") {
  const auto headers = sources({"lib/include"}, {".h"});
  CHECK(headers.size() > 40);
  for (const auto& fault : repeated_names(headers)) FAIL_CHECK(fault);
}

TEST_CASE("the rule of names notices a name that is taken, and only that") {
  const Source health{"a.h", "enum class Severity { mild };\nstruct Note {\n"};
  CHECK(repeated_names({health, {"b.h", "enum class Severity { minor };\n"}}).size() == 1);
  CHECK(repeated_names({health, {"b.h", "class PHARMACY_API Note {\n"}}).size() == 1);
  CHECK(repeated_names({health, {"b.h", "class Note;\n  struct Note {\nstruct Other {\n"}}).empty());
}
