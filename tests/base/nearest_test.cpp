#include <doctest/doctest.h>

#include <vector>

#include "pharmacy/text.h"

using namespace pharmacy;

namespace {
const std::vector<std::string> verbs{"add", "show", "find", "list", "import", "export", "history"};
}  // namespace

TEST_CASE("a word with one slip finds the one that was meant") {
  CHECK(nearest("shwo", verbs) == "show");  // a swap counts as one edit
  CHECK(nearest("sho", verbs) == "show");
  CHECK(nearest("showw", verbs) == "show");
  CHECK(nearest("sgow", verbs) == "show");
  CHECK(nearest("imoprt", verbs) == "import");
  CHECK(nearest("histroy", verbs) == "history");
  CHECK(nearest("show", verbs) == "show");
}

TEST_CASE("longer words may hold more slips, and nothing far is offered") {
  CHECK(nearest("histoyr", verbs) == "history");
  CHECK(nearest("hsitoyr", verbs) == "history");  // two swaps in seven letters
  CHECK(nearest("shwoo", verbs) == std::nullopt);
  CHECK(nearest("remove", verbs) == std::nullopt);
  CHECK(nearest("", verbs) == std::nullopt);
  CHECK(nearest("x", verbs) == std::nullopt);
}

TEST_CASE("of equally near words the first is offered, of others the nearest") {
  const std::vector<std::string> both{"port", "sort", "short"};
  CHECK(nearest("fort", both) == "port");
  CHECK(nearest("exprot", std::vector<std::string>{"expert", "export"}) == "export");
  CHECK(nearest("a", std::vector<std::string>{"b", "ab"}) == "ab");
  CHECK(nearest("show", {}) == std::nullopt);
}

TEST_CASE("distance is counted in characters, not bytes") {
  const std::vector<std::string> headers{"会员卡号", "商品名称"};
  CHECK(nearest("会员卡", headers) == "会员卡号");
  CHECK(nearest("会员号卡", headers) == "会员卡号");
  CHECK(nearest("商品", headers) == std::nullopt);
}
