// What people read in place of column names, headings and words.
#pragma once

#include <string>
#include <string_view>

namespace pharmacy::cli {

// "gross_fen" as "gross", translated. `section` tells apart columns of one name ("joined" is a
// day on a member and a count in a report); of headings it is "section".
std::string label(std::string_view key, std::string_view section = {});
// A word of an enumeration ("wechat"), translated; the word itself where it is not known.
std::string word_label(std::string_view word);

}  // namespace pharmacy::cli
