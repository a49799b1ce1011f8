#include <doctest/doctest.h>

#include "base/graphemes.h"
#include "pharmacy/text.h"

using namespace pharmacy;

namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += line + "|";
  return all;
}

}  // namespace

TEST_CASE("width is counted in columns") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("张伟") == 4);
  CHECK(display_width("张伟abc") == 7);
  CHECK(display_width("𠮷") == 2);
  CHECK(display_width("ＡＢ") == 4);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("。") == 2);
  CHECK(display_width("·—…") == 3);
  CHECK(display_width("\xFF\xFF") == 2);
  CHECK(display_width("한글") == 4);
}

TEST_CASE("text is cut at the edge of what a reader sees") {
  CHECK(cut_to_width("张伟", 4) == "张伟");
  CHECK(cut_to_width("张伟明", 5) == "张伟…");
  CHECK(cut_to_width("张伟明", 4) == "张…");
  CHECK(cut_to_width("abcdef", 4) == "abc…");
  CHECK(cut_to_width("张伟", 1) == "…");
  CHECK(cut_to_width("张伟", 0) == "");
  CHECK(cut_to_width("", 0) == "");
  CHECK(cut_to_width("e\u0301e\u0301e\u0301", 2) == "e\u0301…");
  for (std::size_t columns = 0; columns < 20; ++columns) {
    CHECK(display_width(cut_to_width("张伟 met 李娜 e\u0301 at 10:00", columns)) <= columns);
  }
}

TEST_CASE("a text is walked grapheme by grapheme, and no byte is lost") {
  const std::string text = "a张e\u0301\xFF👨\u200D👩\u200D👧";
  Graphemes graphemes{text};
  std::string all;
  std::size_t count = 0;
  while (const auto grapheme = graphemes.next()) {
    all += grapheme->text;
    ++count;
  }
  CHECK(all == text);
  CHECK(count == 5);
}

TEST_CASE("Latin text is wrapped at spaces") {
  CHECK(joined(wrap("the quick brown fox", 10)) == "the quick|brown fox|");
  CHECK(joined(wrap("the quick brown fox", 9)) == "the quick|brown fox|");
  CHECK(joined(wrap("the quick brown fox", 80)) == "the quick brown fox|");
  CHECK(joined(wrap("ab  cd", 6)) == "ab  cd|");
  CHECK(joined(wrap("ab  cd", 5)) == "ab|cd|");
  CHECK(joined(wrap("  indented text", 10)) == "  indented|text|");
  CHECK(joined(wrap("trailing   ", 20)) == "trailing|");
  CHECK(joined(wrap("", 10)) == "|");
  CHECK(joined(wrap("a\n\nb", 10)) == "a||b|");
}

TEST_CASE("Chinese text is wrapped between characters") {
  CHECK(joined(wrap("药房会员记录", 4)) == "药房|会员|记录|");
  CHECK(joined(wrap("药房会员记录", 5)) == "药房|会员|记录|");
  CHECK(joined(wrap("用member命令", 8)) == "用member|命令|");
  CHECK(joined(wrap("用member命令", 7)) == "用|member|命令|");
}

TEST_CASE("no line begins with closing punctuation or ends with opening punctuation") {
  CHECK(joined(wrap("药房会员，记录", 8)) == "药房会|员，记录|");
  CHECK(joined(wrap("会员记录。完", 8)) == "会员记|录。完|");
  CHECK(joined(wrap("见说明（第二版）", 8)) == "见说明|（第二|版）|");
  CHECK(joined(wrap("会员(张伟)到店", 5)) == "会员|(张|伟)到|店|");
  CHECK(joined(wrap("会员(张伟)到店", 8)) == "会员(张|伟)到店|");
  CHECK(joined(wrap("已写入：“甲、乙”。", 10)) == "已写入：|“甲、乙”。|");
}

TEST_CASE("a word longer than a line is broken, since nothing else is possible") {
  CHECK(joined(wrap("abcdefghij", 4)) == "abcd|efgh|ij|");
  CHECK(joined(wrap("x abcdefghij y", 4)) == "x|abcd|efgh|ij y|");
  CHECK(joined(wrap("张伟", 1)) == "张|伟|");  // wider than the terminal: one a line
}

TEST_CASE("wrapping loses nothing but spaces, and keeps to the width") {
  const std::string text =
      "在 2026-10-31 之前，药师（张伟）必须确认“苯磺酸氨氯地平片”的用量；otherwise the receipt is "
      "refused, and nothing is written. 请看 man 1 visit。";
  std::string wanted;
  for (const char c : text) {
    if (c != ' ') wanted += c;
  }
  for (std::size_t columns = 20; columns <= 100; ++columns) {
    CAPTURE(columns);
    std::string kept;
    for (const std::string& line : wrap(text, columns)) {
      CHECK(display_width(line) <= columns);
      CHECK_FALSE(line.starts_with(" "));
      CHECK_FALSE(line.ends_with(" "));
      for (const char* mark : {"，", "。", "）", "；", "”", ",", "."}) {
        CHECK_FALSE(line.starts_with(mark));
      }
      CHECK_FALSE(line.ends_with("（"));
      for (const char c : line) {
        if (c != ' ') kept += c;
      }
    }
    CHECK(kept == wanted);
  }
}

TEST_CASE("stored text cannot move the cursor or reorder a line") {
  CHECK(for_terminal("张伟 abc") == "张伟 abc");
  CHECK(for_terminal("\x1B[2J") == "\uFFFD[2J");
  CHECK(for_terminal("a\tb\nc\rd\x7F") == "a\uFFFDb\uFFFDc\uFFFDd\uFFFD");
  CHECK(for_terminal("\u009B31m") == "\uFFFD31m");
  CHECK(for_terminal("\u0080\u009F") == "\uFFFD\uFFFD");
  for (const char* hidden :
       {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067",     "\u2068",
        "\u2069", "\u200B", "\u200C", "\u200D", "\u200E", "\u200F", "\u2028",     "\u2029",
        "\u2060", "\u061C", "\u00AD", "\u180E", "\uFEFF", "\uFFF9", "\U000E0001", "\U000E0041"}) {
    CHECK(for_terminal("a" + std::string{hidden} + "b") == "a\uFFFDb");
  }
  CHECK(for_terminal("\xFF张\xE5\xBC") == "\uFFFD张\uFFFD\uFFFD");
  CHECK(for_terminal(std::string_view{"a\0b", 3}) == "a\uFFFDb");
}

TEST_CASE("joiners inside an emoji and variants of ideographs stay as they are") {
  CHECK(for_terminal("👨\u200D👩\u200D👧") == "👨\u200D👩\u200D👧");
  CHECK(for_terminal("🏳\uFE0F\u200D🌈") == "🏳\uFE0F\u200D🌈");
  CHECK(for_terminal("👨\u200D") == "👨\uFFFD");
  CHECK(for_terminal("👨\u200D\x1B") == "👨\uFFFD\uFFFD");
  CHECK(for_terminal("葛\U000E0100") == "葛\U000E0100");
  CHECK(for_terminal("e\u0301") == "e\u0301");
}
