// Text that would make two records of one, or move a terminal's cursor.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "support/trials.h"

namespace pharmacy::test {

// What breaks lines, moves cursors, ends strings, reorders text, or is none.
inline constexpr auto breakers =
    std::to_array<std::string_view>({"\n",
                                     "\r",
                                     "\r\n",
                                     "\n\n",
                                     "\t",
                                     "\v",
                                     "\f",
                                     "\x1b[2J",
                                     "\x1b[1A\x1b[2K",
                                     "\x1b]0;title\x07",
                                     "\x07",
                                     "\x08\x08\x08",
                                     "\x01",
                                     "\x1f",
                                     "\x7f",
                                     "\u0085",
                                     "\u009b2J",
                                     "\u009d0;x\u009c",
                                     "\u2028",
                                     "\u2029",
                                     "\u202e",
                                     "\u202d",
                                     "\u2066",
                                     "\u2069",
                                     "\u200b",
                                     "\u200f",
                                     "\u061c",
                                     "\ufeff",
                                     "\u00ad",
                                     "\U000e0041",
                                     "\"",
                                     "\\",
                                     "\\\"",
                                     "\\n",
                                     "\"}",
                                     "\"},{\"seq\":1,\"kind\":\"view\"},{\"",
                                     "\\u000a",
                                     "'",
                                     "''; DROP TABLE log_entry; --",
                                     ",",
                                     ",,,,,,,,",
                                     "\",\"",
                                     "\n1,2026-03-01,wangli,change",
                                     "\n1\t2026-03-01\twangli\tchange\t",
                                     "=cmd|' /C calc'!A0",
                                     "+1",
                                     "@x",
                                     "%s%s%n",
                                     "{}",
                                     "{0}",
                                     "$(id)",
                                     "`id`",
                                     "\xff",
                                     "\xc0\x8a",
                                     "\xed\xa0\x80",
                                     "\xf5\x80\x80\x80",
                                     "\xe5\xbc",
                                     "\x80",
                                     " ",
                                     "\u3000",
                                     "#",
                                     "<script>",
                                     "&amp;",
                                     "nobody",
                                     "-",
                                     "--",
                                     "--op",
                                     "recovery"});

// One of them, alone or beside other text; never empty.
inline std::string text_of_breaker(std::size_t breaker, Random& random) {
  const std::string_view part = breakers.at(breaker);
  switch (random.below(5)) {
    case 0:
      return std::string{part};
    case 1:
      return "x" + std::string{part};
    case 2:
      return std::string{part} + "x";
    case 3:
      return "王" + std::string{part} + "丽";
    default: {
      std::string many;
      while (many.size() < 2000) many += std::string{part} + "a";
      return many;
    }
  }
}

}  // namespace pharmacy::test
