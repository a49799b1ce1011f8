// A text as the characters that a reader sees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pharmacy {

struct Grapheme {
  std::string_view text;
  char32_t first = 0;     // its first code point
  std::size_t width = 0;  // columns
};

// Walks over a text, which must outlive it. A byte that is not UTF-8 is a grapheme of one column.
class Graphemes {
 public:
  explicit Graphemes(std::string_view text) : text_{text} {}
  std::optional<Grapheme> next();

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::int32_t state_ = 0;
};

}  // namespace pharmacy
