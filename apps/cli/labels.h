// What people read in place of column names, headings and words.
#pragma once

#include <string>
#include <string_view>

#include "cli/table.h"

namespace pharmacy::cli {

// Where a column stands that has no section: "pharmacy.member" for the schema "member".
std::string scope_of(std::string_view schema);
// "gross_fen" as "gross", translated. `scope` tells apart columns of one name ("joined" is a day on
// a member and a count in a report): it is a section, or scope_of() a schema; of headings it is
// "section".
std::string label(std::string_view key, std::string_view scope = {});
// A word of an enumeration ("wechat"), translated; the word itself where it is not known.
std::string word_label(std::string_view word);
// Puts what people say in place of texts that are words ("typing" in a column `reason`).
void put_words(std::string_view scope, Table& table);

}  // namespace pharmacy::cli
