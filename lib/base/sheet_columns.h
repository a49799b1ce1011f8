// Which columns of a file fill which fields.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "pharmacy/sheet.h"

namespace pharmacy {

// Where one field's value comes from.
struct FieldSource {
  std::vector<std::size_t> places;  // of its columns, whose cells are joined by a space
  std::string column;               // their header, "A+B" for several; else the field's name
  std::string value;                // set for all rows
  bool is_set = false;
  bool may_be_empty = true;
};

// The sources of all fields, in their order. Throws bad_data for a header that is needed and
// missing or there twice, invalid_input for options that name an unknown field; all at once.
std::vector<FieldSource> find_columns(std::span<const std::string> header,
                                      std::span<const SheetField> fields,
                                      const SheetOptions& options);

}  // namespace pharmacy
