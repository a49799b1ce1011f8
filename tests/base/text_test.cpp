#include "pharmacy/text.h"

#include <doctest/doctest.h>

#include "base/utf8.h"
#include "support/errors.h"

using namespace pharmacy;
using namespace pharmacy::test;

TEST_CASE("UTF-8 is told from what is not") {
  for (const char* text : {"", "abc", "张伟", "𠮷", "é", "\u007F", "\U0010FFFF", "\uFFFD"}) {
    CAPTURE(text);
    CHECK(is_valid_utf8(text));
  }
  for (const char* text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE5\xBC",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xFE", "\xFF", "abcdefgh\xFF", "\xD5\xC5\xCE\xB0", "\xE5\xBC\x41"}) {
    CAPTURE(text);
    CHECK_FALSE(is_valid_utf8(text));
    CHECK(normalise(text) == std::nullopt);
    CHECK(normalise_lines(text) == std::nullopt);
  }
}

TEST_CASE("stored text is trimmed of every space and composed") {
  CHECK(normalise("张伟") == "张伟");
  CHECK(normalise(" \u3000张 伟\u00A0\u3000 ") == "张 伟");
  CHECK(normalise("   ") == "");
  CHECK(normalise("") == "");
  CHECK(normalise("e\u0301") == "\u00E9");
  CHECK(normalise("\u1112\u1161\u11AB") == "\uD55C");
  CHECK(normalise("\u2126") == "\u03A9");              // the sign of the ohm is an omega
  CHECK(normalise("\uF900") == "\u8C48");              // a compatibility ideograph that NFC maps
  CHECK(normalise("ＡＢＣ１２３") == "ＡＢＣ１２３");  // NFC keeps what NFKC would fold
  CHECK(normalise("が") == "が");
  CHECK(normalise("か\u3099") == "が");
  CHECK(normalise("阿\u0301") == "阿\u0301");
  CHECK(normalise("𠮷野家") == "𠮷野家");
}

TEST_CASE("control characters and overrides of direction are not stored") {
  for (const char* text : {"a\tb", "a\nb", "a\r", "\x1B[31m", "a\x7F", "a\u0085", "a\u202Eb",
                           "a\u2066b", "a\u2028b", "a\u2029", "\u0001"}) {
    CAPTURE(text);
    CHECK(normalise(text) == std::nullopt);
  }
  CHECK(normalise(std::string_view{"a\0b", 3}) == std::nullopt);
  CHECK(normalise("a\n") == std::nullopt);
}

TEST_CASE("notes keep their line feeds, and nothing else") {
  CHECK(normalise_lines("一\n二\n") == "一\n二");
  CHECK(normalise_lines("\n \n一\r\n二\r\n") == "一\n二");
  CHECK(normalise_lines("一\r二") == std::nullopt);
  CHECK(normalise_lines("一\r") == std::nullopt);
  CHECK(normalise_lines("一\t二") == std::nullopt);
  CHECK(normalise_lines("e\u0301\nb") == "\u00E9\nb");
}

TEST_CASE("folded text is what a search compares") {
  CHECK(fold("Zhang WEI") == "zhang wei");
  CHECK(fold("张伟") == "张伟");
  CHECK(fold("张伟A") == "张伟a");
  CHECK(fold("ＡＢＣ１２３") == "abc123");
  CHECK(fold("Straße") == "strasse");
  CHECK(fold("ﬁ") == "fi");
  CHECK(fold("É") == "é");
  CHECK(fold("E\u0301") == "é");
  CHECK(fold("①℃") == "1°c");
  CHECK(fold("张\u200B伟") == "张伟");  // what nobody sees is not searched
  CHECK(fold("张　伟") == "张 伟");
  CHECK(fold("\u00AD") == "");
  CHECK(fold("") == "");
  CHECK(fold("阿依古丽·买买提") == "阿依古丽·买买提");
}

TEST_CASE("the quick way of folding gives what the long way gives") {
  // A soft hyphen is dropped by folding, and sends the whole text the long way.
  for (const char* text : {"张伟", "Zhang 伟 @#~[]{}", "㐀䶿一鿿", "A·B·C", "0-9 azAZ"}) {
    CAPTURE(text);
    CHECK(fold(text) == fold(std::string{text} + "\u00AD"));
  }
}

TEST_CASE("the quick way of composing gives what the long way gives") {
  // A lone combining mark after a space changes nothing before it.
  for (const char* text :
       {"张伟", "é ñ ÿ", "、。〈〉《》「」", "‐–—‘’“”…", "ＡｚＺ～！", "㐀鿿"}) {
    CAPTURE(text);
    CHECK(normalise(std::string{text} + "x\u0308") == std::string{text} + "ẍ");
    CHECK(normalise(text) == text);
  }
}

TEST_CASE("for every code point the quick ways give what the long ways give") {
  int composed_alike = 0;
  for (char32_t point = 0x20; point < 0x30000; ++point) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, point);
    if (fold(text) != fold(text + "\u00AD")) FAIL("folded otherwise: " << point);
    const auto quick = normalise("a" + text + "b");
    const auto slow = normalise("a" + text + "bx\u0308");
    if (quick.has_value() != slow.has_value()) FAIL("refused otherwise: " << point);
    if (quick && *quick + "ẍ" != *slow) FAIL("composed otherwise: " << point);
    if (quick) ++composed_alike;
  }
  CHECK(composed_alike > 190'000);
}

TEST_CASE("folding refuses bytes that are not UTF-8") {
  CHECK(code_of([] { return fold("\xFF"); }) == Errc::invalid_input);
  CHECK(code_of([] { return fold("张\xE5\xBC"); }) == Errc::invalid_input);
}

TEST_CASE("full-width characters become their ASCII twins, and nothing else changes") {
  CHECK(fold_width("６９０１＝２＠２８．００＃Ｂ２２９１") == "6901=2@28.00#B2291");
  CHECK(fold_width("－：　～！") == "-: ~!");
  CHECK(fold_width("张伟。、￥é①") == "张伟。、￥é①");
  CHECK(fold_width("１，２") == "1,2");
  CHECK(fold_width("\xFF＝\xE5") == "\xFF=\xE5");
  CHECK(fold_width("") == "");
}

TEST_CASE("characters that nobody sees are not kept") {
  CHECK(normalise("\uFEFF张\u200B伟\u2060") == "张伟");
  CHECK(normalise(" \u200B 张 ") == "张");
  CHECK(normalise("\u200B") == "");
  CHECK(normalise_lines("a\u200B\r\nb") == "a\nb");
  CHECK(normalise("a\u200Bb\n") == std::nullopt);
  CHECK(normalise("a\u200D") == "a\u200D");  // joins what is seen
}
