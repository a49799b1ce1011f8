#include "pharmacy/text.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "base/i18n.h"
#include "base/utf8.h"
#include "pharmacy/error.h"

namespace pharmacy {
namespace {

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

// `text` through utf8proc; nullopt where it is not UTF-8.
std::optional<std::string> map(std::string_view text, int options) {
  utf8proc_uint8_t* result = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &result,
                                             static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner{result};
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(result), static_cast<std::size_t>(size));
}

bool is_space(char32_t c) { return c == ' ' || c == 0xA0 || c == 0x3000; }

// What a stored text never holds: controls, line separators, overrides of the direction.
bool is_refused(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

// What nobody sees, and what copying from web pages and spreadsheets leaves in a text: a zero-width
// space, a word joiner, a byte order mark.
constexpr bool is_unseen(char32_t c) { return c == 0x200B || c == 0x2060 || c == 0xFEFF; }

std::string without_unseen(std::string_view text) {
  std::string seen;
  seen.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const std::size_t length = point.length == 0 ? 1 : point.length;
    if (!is_unseen(point.value)) seen.append(text.substr(at, length));
    at += length;
  }
  return seen;
}

// Code points that no normalisation to NFC changes, beside whichever others of them they stand.
bool is_surely_nfc(char32_t c) {
  return c < 0x300 || is_common_ideograph(c) || (c >= 0x3001 && c <= 0x3029) ||
         (c >= 0x2010 && c <= 0x2027) || (c >= 0xFF01 && c <= 0xFF5E);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty()) {
    const CodePoint first = code_point_at(text, 0);
    if (first.length == 0 || (!is_space(first.value) && first.value != '\n')) break;
    text.remove_prefix(first.length);
  }
  for (;;) {
    if (text.ends_with(' ') || text.ends_with('\n')) {
      text.remove_suffix(1);
    } else if (text.ends_with("\u3000")) {
      text.remove_suffix(3);
    } else if (text.ends_with("\u00A0")) {
      text.remove_suffix(2);
    } else {
      return text;
    }
  }
}

enum class LineFeeds { refused, kept };

std::optional<std::string> normalised(std::string_view text, LineFeeds line_feeds) {
  if (line_feeds == LineFeeds::kept) text = trimmed(text);
  bool surely_nfc = true;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const bool kept_line_feed = point.value == '\n' && line_feeds == LineFeeds::kept;
    if (is_unseen(point.value)) return normalised(without_unseen(text), line_feeds);
    if (point.length == 0 || (is_refused(point.value) && !kept_line_feed)) return std::nullopt;
    surely_nfc = surely_nfc && is_surely_nfc(point.value);
    at += point.length;
  }
  text = trimmed(text);
  if (surely_nfc) return std::string{text};
  return map(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

// What follows is its own NFKC and case fold, but for ASCII capitals.
bool is_simple_to_fold(char32_t c) { return c < 0x80 || c == 0xB7 || is_common_ideograph(c); }

}  // namespace

bool is_valid_utf8(std::string_view text) { return first_bad_utf8(text) == text.size(); }

std::optional<std::string> normalise(std::string_view text) {
  return normalised(text, LineFeeds::refused);
}

std::optional<std::string> normalise_lines(std::string_view text) {
  if (text.find('\r') == std::string_view::npos) return normalised(text, LineFeeds::kept);
  std::string lines;
  lines.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') lines.push_back(text[i]);
  }
  return normalised(lines, LineFeeds::kept);
}

std::string fold(std::string_view text) {
  std::string simple;
  simple.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (point.length == 0 || !is_simple_to_fold(point.value)) {
      auto folded = map(text, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
                                  UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
      if (!folded) throw Error(Errc::invalid_input, _("the text is not valid UTF-8"));
      return std::move(*folded);
    }
    if (point.value >= 'A' && point.value <= 'Z') {
      simple.push_back(static_cast<char>(point.value - 'A' + 'a'));
    } else {
      simple.append(text.substr(at, point.length));
    }
    at += point.length;
  }
  return simple;
}

}  // namespace pharmacy
