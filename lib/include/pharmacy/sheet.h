// How a file of rows is read: its encoding, and which of its columns fill which fields.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace pharmacy {

// A field that a file may fill, and the headers besides its own name that are taken for it
// without being told, whatever their case, spaces and underscores; where a file has several of
// them, the first of this list.
struct SheetField {
  std::string name;                  // English, snake_case
  std::vector<std::string> headers;  // Chinese, as tills write them, and those of our exports
  bool required = false;             // must have a column or a value for all rows
  bool one_of = false;               // at least one of the fields so marked must have one
};

// A field and the header, or the value, that it is given.
using FieldSetting = std::pair<std::string, std::string>;

struct SheetOptions {
  std::string encoding = "utf-8";  // or "gb18030"
  char separator = ',';
  // field -> header, or several headers joined by + whose cells are joined by a space; an empty
  // header leaves the field out. Fields that are not named take the column that bears their name
  // or one of their known headers.
  std::vector<FieldSetting> map{};
  std::vector<FieldSetting> set{};     // field -> value for all rows, whatever the file has
  std::vector<std::string> require{};  // fields that may not be empty in any row
};

}  // namespace pharmacy
