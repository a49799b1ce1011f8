// Text as people type and read it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/export.h"

namespace pharmacy {

PHARMACY_API bool is_valid_utf8(std::string_view text);

// Text as the store keeps it: NFC, without spaces (U+3000 included) at either end, and without
// what nobody sees (U+200B, U+2060, U+FEFF). nullopt for text that is not UTF-8 or has control
// characters or bidirectional overrides.
PHARMACY_API std::optional<std::string> normalise(std::string_view text);
// The same, but line feeds inside are kept, and CRLF becomes one: for notes.
PHARMACY_API std::optional<std::string> normalise_lines(std::string_view text);
// Text as it is searched: NFKC and case folded. Throws Error(invalid_input) for text that is not
// UTF-8.
PHARMACY_API std::string fold(std::string_view text);
// Full-width digits, letters and punctuation (＝＠＃：－．) and U+3000 as their ASCII twins; all
// else as it is. For items and numbers typed through an input method.
PHARMACY_API std::string fold_width(std::string_view text);

// Columns that the text takes on a terminal: 2 for wide characters, 0 for combining ones.
PHARMACY_API std::size_t display_width(std::string_view text);
// The text cut to `columns` at a grapheme's edge, ending in "…" where it was cut.
PHARMACY_API std::string cut_to_width(std::string_view text, std::size_t columns);
// The text broken into lines of at most `columns`, at spaces or between wide characters.
PHARMACY_API std::vector<std::string> wrap(std::string_view text, std::size_t columns);
// Controls, bidirectional and zero-width characters and bad UTF-8 as U+FFFD, so that stored text
// cannot move the cursor or reorder a line.
PHARMACY_API std::string for_terminal(std::string_view text);

// UTF-8 as GB18030, which has all of Unicode; for devices that know nothing else. Throws
// Error(invalid_input) for text that is not UTF-8, io where the system cannot convert.
PHARMACY_API std::string to_gb18030(std::string_view text);

// The candidate nearest to `word` by Damerau-Levenshtein distance of at most max(1, length/3):
// "did you mean". nullopt where none is near.
PHARMACY_API std::optional<std::string> nearest(std::string_view word,
                                                std::span<const std::string> candidates);

}  // namespace pharmacy
