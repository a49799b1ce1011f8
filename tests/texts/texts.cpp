#include "texts/texts.h"

#include <string_view>

namespace pharmacy::test {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view written[] = {
    // Chinese: beyond the BMP, compatibility forms, radicals, variants, simplified and not.
    "\U00020000\U0002A6D6", "\U00020BB7野家", "\U0002B740\U0002B81D", "\U0002F800", "\U0003134A",
    "\uF900", "豈豈", "龘靐齉", "〇二", "⺀⻳", "㐀㒨", "张䶮", "王\U000E0100", "葛\U000E0101飾",
    "ㄅㄆㄇ", "㋿㍻", "發发髮", "锟斤拷烫烫烫", "“引号”《书》…——", "（全角）１２３，。",
    // Other scripts: marks that combine, order, and case.
    "e\u0301", "\u0301e", "Å\u212BA\u030A", "Z\u0351\u0352\u0353a\u0310\u0311l\u0334g\u0335o\u0336",
    "ạ̈̂", "각\u1100\u1161\u11A8", "ﬁﬂﬀ", "ǅ ß ẞ ſ", "İıiI", "ΑΣς", "ไทยน้ำ", "தமிழ் நி", "हिन्दी क्ष",
    "ཨོཾ", "العربية", "עברית", "abc עברית 123", "١٢٣", "ꙮ", "𝕬𝖇𝖈", "①②Ⅷ", "½¼", "Ω Ω", "μ µ", "K K",
    // Emoji.
    "😀", "👨‍👩‍👧‍👦", "👍🏽", "🏳️‍🌈", "🇨🇳🇺🇸",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☺︎☺️", "1️⃣", "👩🏿‍⚕️", "❤️‍🔥",
    "🀄🂡",
    // What nobody sees.
    "a\u200Bb", "a\u200Cb", "a\u200Db", "\u200Dab", "a\u2060b", "\uFEFFab", "ab\uFEFF", "a\u00ADb",
    "a\u034Fb", "\u3164", "\u115F\u1160", "\u2800", "a\u180Eb", "a\u2061b", "a\u206Ab", "a\uFFF9b",
    "\u200B", "\U000E0001\U000E0041", "a\uFE0Fb", "\u17B4\u17B5",
    // What turns text round.
    "a\u200Eb", "a\u200Fb", "a\u061Cb", "a\u202Ab", "a\u202Bb", "a\u202Cb", "a\u202Db",
    "\u202Egnp.exe", "a\u2066b", "a\u2067b", "a\u2068b", "a\u2069b",
    // Controls, and ends of lines.
    "a\0b"sv, "\0"sv, "a\x01", "a\x07", "a\bb", "a\tb", "a\nb", "a\r\nb", "a\rb", "\n", "a\n\n",
    "a\vb", "a\fb", "\x1b[31mred", "\x1b]0;t\x07", "\x1b[2J", "\x1a", "\x1f", "a\x7f", "a\u0080",
    "a\u0085b", "\u009B31m", "a\u009F", "a\u2028b", "a\u2029b",
    // No UTF-8, and what is nearly none.
    "\xff", "\xfe\xff", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe5\xbc",
    "\x80", "\xd5\xc5\xce\xb0", "\uFFFD", "\uFFFE", "\uFFFF", "\uFDD0", "\U0010FFFF", "\uE000",
    // Spaces.
    " ", "   ", " a ", "\u3000a\u3000", "\u00A0a\u00A0", "a  b", "\u2003a\u2003", "\u1680",
    "a\u202Fb",
    // Quotes, and what shells, SQL, formats, pages, and separated values give a meaning to.
    "'", "''", "\"", "\"\"\"", "`", "´", "O'Brien", "a\"b", "\\", "\\\\", "a\\", "\\n", "\\x00",
    "'; DROP TABLE member; --", "' OR '1'='1", "1; SELECT 1", "%' --", "%_", "$(id)", "`id`",
    "${HOME}", "$HOME", "~", "*", "a && b", "a | b", ">x", "#", "!!", "%s%s%n", "%d", "%", "%%",
    "{}", "{0}", "{:d}", "{{}}", "<b>x</b>", "<!--", "]]>", "&amp;", "&#x0A;", "\\u0041", "\\ud800",
    ",", ",,,", "a,b", "a;b", "a|b", "\",\"", "a\",b", "\"a\"", "],[", "\"}", "{\"a\":1}", "[]",
    "//", "/*", "=1+1", "+1", "@x", "\"=1", "'=1", "''=1", "＝1", "＋1", "－1", "＠1", "=\"1\"",
    "'1", "=cmd|' /C calc'!A0",
    // What looks like something else.
    "-", "--", "--help", "-x", "-1", "-1.5", "0", "007", "1e5", "1E+5", "0x1F", "1/2", "2026-01-02",
    "3-4", "1,000", "NaN", "inf", "null", "NULL", "nil", "None", "true", "false", "undefined",
    "N/A", "(null)", "M1", "C2026-1", "unknown", "13800138000", "110101199003070035",
    // Paths and addresses.
    "/etc/passwd", "../../x", "C:\\x", "\\\\host\\x", "file:///x", "http://x/?a=b&c=d", "CON", ".",
    "..", "a/b"};

std::vector<std::string> made() {
  std::vector<std::string> texts{std::begin(written), std::end(written)};
  const auto repeated = [&](std::string_view part, std::size_t bytes) {
    std::string text;
    while (text.size() + part.size() <= bytes) text += part;
    texts.push_back(text);
  };
  repeated("王", 200);
  repeated("王", 201);
  repeated("x", 1'000);
  repeated("王丽", 4'000);
  repeated("\"", 199);
  repeated("\u0301", 150);
  repeated("👨‍👩‍👧‍👦", 200);
  repeated("王", 65'536);
  repeated("\"", 65'536);
  return texts;
}

}  // namespace

const std::vector<std::string>& naughty_texts() {
  static const std::vector<std::string> texts = made();
  return texts;
}

}  // namespace pharmacy::test
