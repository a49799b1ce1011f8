// Texts that spreadsheets run.
#pragma once

#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace pharmacy::test {

// What may stand before a formula, what begins one, and what goes on with it, in all combinations.
inline std::vector<std::string> formula_texts() {
  using namespace std::string_view_literals;
  std::vector<std::string> texts;
  for (const auto front :
       {""sv, " "sv, "  "sv, "\u3000"sv, "\u00A0"sv, "\uFEFF"sv, "\""sv, "\"\""sv, "'"sv, "''"sv,
        "' "sv, " '"sv, "\"'"sv, "'\""sv, "\uFEFF\""sv, "\u3000\uFEFF '\" "sv}) {
    for (const auto first : {"="sv, "+"sv, "-"sv, "@"sv, "\t"sv, "\r"sv, "\n"sv, "\0"sv, "＝"sv,
                             "＋"sv, "－"sv, "＠"sv}) {
      for (const auto rest : {""sv, "1+1"sv, "cmd|' /C calc'!A0"sv, "x,\"y\""sv, "王"sv})
        texts.push_back(std::string{front} + std::string{first} + std::string{rest});
    }
  }
  return texts;
}

// Whether a spreadsheet might run a cell, once its reader took quotes, spaces and a byte order mark
// off its front. A plain number is a number, and ' at the front makes text of anything.
inline bool is_run(std::string_view cell) {
  static const std::regex front{"^(?: |\"|'|\u3000|\u00A0|\uFEFF)+"};
  static const std::regex number{"-?[0-9]+(\\.[0-9]+)?"};
  if (cell.starts_with('\'')) return false;
  const std::string rest = std::regex_replace(std::string{cell}, front, "");
  if (rest.empty() || std::regex_match(rest, number)) return false;
  if (std::string_view{"=+-@\t\r\n\0", 8}.find(rest[0]) != std::string_view::npos) return true;
  for (const char* wide : {"＝", "＋", "－", "＠"}) {
    if (rest.starts_with(wide)) return true;
  }
  return false;
}

}  // namespace pharmacy::test
