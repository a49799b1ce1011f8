#include "base/encoding.h"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/i18n.h"
#include "base/utf8.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t sample_size = std::size_t{64} * 1024;
constexpr std::size_t part_size = std::size_t{64} * 1024;
constexpr auto failed = static_cast<std::size_t>(-1);

enum class Encoding { utf_8, gb18030 };

std::optional<Encoding> known(std::string_view name) {
  std::string lower{name};
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (lower == "utf-8" || lower == "utf8") return Encoding::utf_8;
  if (lower == "gb18030" || lower == "gbk" || lower == "gb2312") return Encoding::gb18030;
  return std::nullopt;
}

Encoding known_or_throw(std::string_view name) {
  const auto encoding = known(name);
  if (!encoding) {
    throw Error(Errc::invalid_input, fmt::format(fmt::runtime(_("unknown encoding {}")), name),
                _("the encodings are utf-8 and gb18030"));
  }
  return *encoding;
}

// What the bytes are to be read as.
Encoding encoding_of(std::string_view bytes, std::string_view name) {
  const Encoding said = known_or_throw(name);
  return bytes.starts_with(byte_order_mark) ? Encoding::utf_8 : said;
}

class Converter {
 public:
  Converter(const char* to, const char* from) : handle_{iconv_open(to, from)} {
    if (handle_ == reinterpret_cast<iconv_t>(-1)) {  // NOLINT(performance-no-int-to-ptr)
      throw Error(Errc::io, _("this system cannot convert to and from GB18030"),
                  _("install the gconv modules of the C library"));
    }
  }
  ~Converter() { iconv_close(handle_); }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  // Appends `bytes`, converted, to `text`. The result is how many bytes were taken: all, or those
  // before the first bad one.
  std::size_t convert(std::string_view bytes, std::string& text) {
    char* in = const_cast<char*>(bytes.data());  // iconv reads it only
    std::size_t in_left = bytes.size();
    text.reserve(text.size() + bytes.size() + bytes.size() / 2);  // two bytes become three at most
    std::vector<char> part(part_size);
    bool part_full = true;
    while (part_full) {
      char* out = part.data();
      std::size_t out_left = part.size();
      part_full = iconv(handle_, &in, &in_left, &out, &out_left) == failed && errno == E2BIG;
      text.append(part.data(), part.size() - out_left);
    }
    return bytes.size() - in_left;
  }

 private:
  iconv_t handle_;
};

std::size_t from_gb18030(std::string_view bytes, std::string& text) {
  return Converter{"UTF-8", "GB18030"}.convert(bytes, text);
}

}  // namespace

std::string to_gb18030(std::string_view text) {
  std::string bytes;
  if (!is_valid_utf8(text) || Converter{"GB18030", "UTF-8"}.convert(text, bytes) != text.size()) {
    throw Error(Errc::invalid_input, _("this is not plain text"));
  }
  return bytes;
}

bool is_known_encoding(std::string_view encoding) { return known(encoding).has_value(); }

bool is_utf8(std::string_view encoding) { return known_or_throw(encoding) == Encoding::utf_8; }

std::optional<std::string> decode(std::string bytes, std::string_view encoding) {
  std::string text;
  if (encoding_of(bytes, encoding) == Encoding::utf_8) {
    if (!is_valid_utf8(bytes)) return std::nullopt;
    text = std::move(bytes);
  } else if (from_gb18030(bytes, text) != bytes.size()) {
    return std::nullopt;
  }
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  return text;
}

std::optional<BadByte> first_bad_byte(std::string_view bytes, std::string_view encoding) {
  std::string text;
  const std::size_t offset = encoding_of(bytes, encoding) == Encoding::utf_8
                                 ? first_bad_utf8(bytes)
                                 : from_gb18030(bytes, text);
  if (offset == bytes.size()) return std::nullopt;
  const std::string_view before = bytes.substr(0, offset);
  return BadByte{offset,
                 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'))};
}

bool looks_like_gb18030(std::string_view bytes) {
  const bool cut = bytes.size() > sample_size;
  bytes = bytes.substr(0, sample_size);
  std::size_t pairs = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    if (byte(0) == 0) return false;  // UTF-16, or not text
    if (byte(0) < 0x80) {
      ++at;
      continue;
    }
    if (byte(0) == 0x80 || byte(0) == 0xFF) return false;
    if (at + 1 == bytes.size()) return cut && pairs > 0;
    if (byte(1) >= 0x40 && byte(1) != 0x7F && byte(1) != 0xFF) {
      ++pairs;
      at += 2;
      continue;
    }
    if (byte(1) < 0x30 || byte(1) > 0x39) return false;
    if (at + 3 >= bytes.size()) return cut && pairs > 0;
    if (byte(2) < 0x81 || byte(2) > 0xFE || byte(3) < 0x30 || byte(3) > 0x39) return false;
    at += 4;
  }
  return pairs > 0 && !is_valid_utf8(bytes);
}

bool looks_like_utf8(std::string_view bytes) {
  constexpr auto begins_three = [](char c) { return static_cast<unsigned char>(c) >= 0xE0; };
  return is_valid_utf8(bytes) && std::any_of(bytes.begin(), bytes.end(), begins_three);
}

bool looks_like_utf16(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;
  const std::string_view sample = bytes.substr(0, sample_size);
  // Digits, commas and line ends have a zero beside them.
  return std::count(sample.begin(), sample.end(), '\0') * 10 >
         static_cast<std::ptrdiff_t>(sample.size());
}

bool looks_like_workbook(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with("\xD0\xCF\x11\xE0");
}

}  // namespace pharmacy
