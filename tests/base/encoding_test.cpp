#include "base/encoding.h"

#include <doctest/doctest.h>

#include "pharmacy/text.h"
#include "support/errors.h"

using namespace pharmacy;
using namespace pharmacy::test;

namespace {
constexpr const char* zhang_wei_gbk = "\xD5\xC5\xCE\xB0";  // 张伟
}  // namespace

TEST_CASE("UTF-8 is taken without its byte order mark") {
  CHECK(decode("张伟", "utf-8") == "张伟");
  CHECK(decode("\xEF\xBB\xBF张伟", "UTF-8") == "张伟");
  CHECK(decode("", "utf-8") == "");
  CHECK(decode(zhang_wei_gbk, "utf-8") == std::nullopt);
}

TEST_CASE("GB18030 is taken with its four-byte characters and its mark") {
  CHECK(decode(zhang_wei_gbk, "gb18030") == "张伟");
  CHECK(decode(zhang_wei_gbk, "GBK") == "张伟");
  CHECK(decode("\x95\x34\xB2\x35", "gb18030") == "𠮷");
  CHECK(decode("\x84\x31\x95\x33"
               "a",
               "gb18030") == "a");
  CHECK(decode("\xA2\xE3"
               "1\n",
               "gb18030") == "€1\n");
  CHECK(decode("plain", "gb18030") == "plain");
  CHECK(decode("", "gb18030") == "");
  CHECK(decode("\xD5\xC5\xCE", "gb18030") == std::nullopt);  // cut inside a character
  CHECK(decode("\xD5\xC5\xFF\xFF", "gb18030") == std::nullopt);
}

TEST_CASE("UTF-8 becomes GB18030, and comes back") {
  CHECK(to_gb18030("张伟 28.00\n") == std::string{zhang_wei_gbk} + " 28.00\n");
  const std::string all = "α × ② 镕 😀 \xF0\xA0\x80\x80";
  CHECK(decode(to_gb18030(all), "gb18030") == all);
  CHECK(to_gb18030("").empty());
  CHECK(code_of([] { to_gb18030("\xFF"); }) == Errc::invalid_input);
}

TEST_CASE("a large file is converted whole") {
  std::string bytes;
  std::string wanted;
  for (int i = 0; i < 200'000; ++i) {
    bytes += zhang_wei_gbk;
    bytes += "\x95\x34\xB2\x35\n";
    wanted += "张伟𠮷\n";
  }
  const auto text = decode(bytes, "gb18030");
  REQUIRE(text.has_value());
  CHECK((*text == wanted));
}

TEST_CASE("the first bad byte is found with its line") {
  const auto bad = first_bad_byte("一\n二\nab\xFFzz\n", "utf-8");
  REQUIRE(bad.has_value());
  CHECK(bad->offset == 10);
  CHECK(bad->line == 3);
  const auto bad_gb = first_bad_byte("a\n\xD5\xC5\xFF\xFF", "gb18030");
  REQUIRE(bad_gb.has_value());
  CHECK(bad_gb->offset == 4);
  CHECK(bad_gb->line == 2);
  CHECK_FALSE(first_bad_byte("张伟", "utf-8").has_value());
  CHECK_FALSE(first_bad_byte(zhang_wei_gbk, "gb18030").has_value());
}

TEST_CASE("an unknown encoding is refused") {
  CHECK(is_known_encoding("GB18030"));
  CHECK(is_known_encoding("utf8"));
  CHECK_FALSE(is_known_encoding("latin1"));
  CHECK_FALSE(is_known_encoding(""));
  CHECK(code_of([] { return decode("a", "latin1"); }) == Errc::invalid_input);
  CHECK(code_of([] { return first_bad_byte("a", "big5"); }) == Errc::invalid_input);
}

TEST_CASE("GB18030 is guessed from bytes that are not UTF-8") {
  CHECK(looks_like_gb18030(zhang_wei_gbk));
  CHECK(looks_like_gb18030("card,name\n6001,\xD5\xC5\xCE\xB0\n"));
  CHECK_FALSE(looks_like_gb18030("card,name\n"));
  CHECK_FALSE(looks_like_gb18030("张伟"));
  CHECK_FALSE(looks_like_gb18030("\xFF\xFE\x01\x02"));
  CHECK_FALSE(looks_like_gb18030(std::string_view{"\xD5\xC5\0", 3}));
  CHECK_FALSE(looks_like_gb18030("caf\xE9"));
  CHECK_FALSE(looks_like_gb18030(""));
  // The sample may end inside a character.
  std::string large = "x";
  while (large.size() < 100'000) large += zhang_wei_gbk;
  CHECK(looks_like_gb18030(large));
}

TEST_CASE("a byte order mark of UTF-8 wins over what is said") {
  CHECK(decode("\xEF\xBB\xBF张伟", "gb18030") == "张伟");
  CHECK(decode("\xEF\xBB\xBF\xFF", "gb18030") == std::nullopt);
}

TEST_CASE("UTF-8 that is said to be GB18030 is noticed, but not where it could be either") {
  CHECK(looks_like_utf8("card,name\n6001,张伟\n"));
  CHECK_FALSE(looks_like_utf8("card,name\n"));
  CHECK_FALSE(looks_like_utf8(zhang_wei_gbk));
  CHECK_FALSE(looks_like_utf8("\xC2\xA1"));  // 隆 in GB18030, ¡ in UTF-8
}

TEST_CASE("UTF-16 is noticed by its mark, or by the zeros beside digits and commas") {
  CHECK(
      looks_like_utf16("\xFF\xFE"
                       "a"));
  CHECK(looks_like_utf16("\xFE\xFF"));
  CHECK(looks_like_utf16(std::string_view{"1\0,\0002\0\n\0", 8}));
  CHECK_FALSE(looks_like_utf16("1,2\n"));
  CHECK_FALSE(looks_like_utf16(""));
}
