// The encodings that input files come in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pharmacy {

// Whether decode() knows the encoding: "utf-8" or "gb18030" (which "gbk" and "gb2312" are parts
// of), in either case.
bool is_known_encoding(std::string_view encoding);

// Whether the encoding is UTF-8. Throws Error(invalid_input) for one that is not known.
bool is_utf8(std::string_view encoding);

// The bytes as UTF-8 without a byte order mark. Bytes that begin with the mark of UTF-8 are UTF-8
// whatever `encoding` says. nullopt where they are not of that encoding: see first_bad_byte.
// Throws Error(invalid_input) for an encoding that is not known.
std::optional<std::string> decode(std::string bytes, std::string_view encoding);

// Where text stops being of its encoding.
struct BadByte {
  std::size_t offset = 0;  // from 0
  std::size_t line = 1;    // from 1
};
// nullopt where decode() succeeds. Throws as decode() does.
std::optional<BadByte> first_bad_byte(std::string_view bytes, std::string_view encoding);

// Whether bytes that are not UTF-8 look like GB18030 instead: for a hint. Looks at the first
// 64 KiB.
bool looks_like_gb18030(std::string_view bytes);
// Whether bytes that are said to be GB18030 are UTF-8 instead: with Chinese characters in it, and
// without a mark. A few Latin letters with accents could be either.
bool looks_like_utf8(std::string_view bytes);
// UTF-16, with its mark or without. Looks at the first 64 KiB.
bool looks_like_utf16(std::string_view bytes);
// The first bytes of an .xlsx or .xls file.
bool looks_like_workbook(std::string_view bytes);

}  // namespace pharmacy
