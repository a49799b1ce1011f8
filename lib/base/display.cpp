#include <utf8proc.h>

#include "base/graphemes.h"
#include "base/utf8.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

constexpr std::string_view replacement = "\uFFFD";
constexpr char32_t joiner = 0x200D;

std::size_t width_of(char32_t value) {
  if (value < 0x80) return value >= 0x20 && value != 0x7F ? 1 : 0;
  if (is_common_ideograph(value)) return 2;
  const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(value));
  return width > 0 ? static_cast<std::size_t>(width) : 0;
}

bool is_between(char32_t value, char32_t first, char32_t last) {
  return value >= first && value <= last;
}

// What would move the cursor, reorder the line or hide: see pharmacy/text.h.
bool is_unsafe(char32_t c) {
  return c < 0x20 || is_between(c, 0x7F, 0x9F) ||  // C0, DEL, C1
         c == 0xAD || c == 0x061C || c == 0x180E || c == 0xFEFF ||
         is_between(c, 0x200B, 0x200F) ||  // zero-width characters and direction marks
         is_between(c, 0x2028, 0x202E) ||  // separators and overrides
         is_between(c, 0x2060, 0x206F) ||  // invisible operators and isolates
         is_between(c, 0xFFF9, 0xFFFB) ||  // annotations
         is_between(c, 0xE0000, 0xE007F);  // tags
}

bool is_pictograph(char32_t c) {
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->boundclass ==
         UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool is_plain_ascii(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c == 0x7F) return false;  // bytes above ASCII are negative
  }
  return true;
}

}  // namespace

std::optional<Grapheme> Graphemes::next() {
  if (at_ >= text_.size()) return std::nullopt;
  const std::size_t start = at_;
  Grapheme grapheme;
  do {
    const CodePoint point = code_point_at(text_, at_);
    const char32_t value = point.length > 0 ? point.value : 0xFFFD;
    if (at_ == start) grapheme.first = value;
    grapheme.width += width_of(value);
    at_ += point.length > 0 ? point.length : 1;
    if (at_ >= text_.size()) break;
    const CodePoint after = code_point_at(text_, at_);
    const auto left = static_cast<utf8proc_int32_t>(value);
    const auto right = static_cast<utf8proc_int32_t>(after.length > 0 ? after.value : 0xFFFD);
    if (utf8proc_grapheme_break_stateful(left, right, &state_)) break;
  } while (true);
  grapheme.text = text_.substr(start, at_ - start);
  return grapheme;
}

std::size_t display_width(std::string_view text) {
  if (is_plain_ascii(text)) return text.size();
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    width += point.length > 0 ? width_of(point.value) : 1;
    at += point.length > 0 ? point.length : 1;
  }
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string{text};
  if (columns == 0) return {};
  std::string cut;
  std::size_t width = 0;
  Graphemes graphemes{text};
  while (const auto grapheme = graphemes.next()) {
    width += grapheme->width;
    if (width > columns - 1) break;
    cut += grapheme->text;
  }
  return cut + "…";
}

std::string for_terminal(std::string_view text) {
  if (is_plain_ascii(text)) return std::string{text};
  std::string safe;
  safe.reserve(text.size());
  char32_t previous = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const std::size_t length = point.length > 0 ? point.length : 1;
    bool unsafe = point.length == 0 || is_unsafe(point.value);
    if (point.value == joiner && at + length < text.size()) {
      // A family or a profession is several pictographs joined.
      unsafe = !is_pictograph(previous) || !is_pictograph(code_point_at(text, at + length).value);
    }
    safe += unsafe ? replacement : text.substr(at, length);
    if (!is_between(point.value, 0xFE00, 0xFE0F)) previous = point.value;
    at += length;
  }
  return safe;
}

}  // namespace pharmacy
