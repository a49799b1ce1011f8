// A file of rows as every import reads it: decoded, its columns found by their headers, its cells
// freed of what spreadsheets put around them. Sheets know no field's meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sheet_columns.h"
#include "pharmacy/csv.h"
#include "pharmacy/sheet.h"

namespace pharmacy {

// What is wrong with a row, and the header of the column where that is.
struct RowFault {
  std::string column;   // empty where it is the whole row
  std::string message;  // translated
};

class Sheet {
 public:
  using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

  // `bytes` is a whole file. `progress` is called now and then with the bytes read.
  // Throws bad_data where the form is wrong: not of the encoding, no header, a header that is
  // needed and missing or there twice; invalid_input where the options name a field that is not
  // known, or a separator that cannot be one. All such faults are reported at once.
  Sheet(const std::string& bytes, const SheetOptions& options, std::span<const SheetField> fields,
        Progress progress = {});
  Sheet(const Sheet&) = delete;
  Sheet& operator=(const Sheet&) = delete;

  // Moves to the next row that is not blank; false at the end. Throws bad_data for quotes that
  // do not match.
  bool next();

  // Of the current row. Views of cells end with the next call of next(); raw() lives as long as
  // the sheet, and its cells can be had again by cells_of().
  [[nodiscard]] std::int64_t line() const { return static_cast<std::int64_t>(reader_.line()); }
  [[nodiscard]] std::string_view raw() const { return reader_.raw(); }
  // A field by its place in `fields`, trimmed, without the ' or ="…" of spreadsheets; empty where
  // it has no column.
  [[nodiscard]] std::string_view cell(std::size_t field) const { return values_[field]; }
  // What is wrong before any cell is looked at: too few or too many cells, a required field that
  // is empty.
  [[nodiscard]] std::vector<RowFault> faults() const;

  // Whether the row has other cells than the header says, so that any of them may be out of place.
  [[nodiscard]] bool is_ragged() const {
    return own_.size() != header_.size() || remark_is_out_of_place_;
  }
  // Of a ragged row: whether the field has a cell at all, and what it would be where the cells
  // are missing, or are too many, before it.
  [[nodiscard]] bool has_cell(std::size_t field) const;
  [[nodiscard]] std::string_view shifted_cell(std::size_t field) const;

  // The header that fills the field, "A+B" where several do; its name where no header does.
  [[nodiscard]] const std::string& column(std::size_t field) const {
    return sources_[field].column;
  }
  // Whether a column or a set value fills the field.
  [[nodiscard]] bool has(std::size_t field) const;
  // Those of the `fields` that columns fill, with their headers.
  [[nodiscard]] std::vector<FieldSetting> taken(std::span<const SheetField> fields) const;

  // Without the line, column and error that end the rows of a file of rejects.
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] std::int64_t blank_rows() const { return blank_rows_; }
  [[nodiscard]] char separator() const { return separator_; }
  // The cells of a row as they were written, without those three.
  [[nodiscard]] std::vector<std::string> cells_of(std::string_view raw) const;

 private:
  using Cells = std::span<const std::string_view>;

  void read_header();
  void split_remarks_off();
  [[nodiscard]] Cells own_cells(Cells cells) const;
  [[nodiscard]] bool is_remark(Cells rest) const;
  void fill_values();

  std::string text_;
  char separator_;
  Progress progress_;
  CsvReader reader_;
  std::vector<std::string> header_;
  std::size_t remark_size_ = 0;  // of a file of rejects: the cells that end each row
  std::vector<FieldSource> sources_;
  std::vector<std::string_view> values_;  // of the current row
  std::vector<std::string> joined_;       // values made of several cells
  Cells own_;                             // of the current row
  bool remark_is_out_of_place_ = false;
  std::int64_t blank_rows_ = 0;
  std::size_t next_report_ = 0;
};

// A cell without what surrounds its content: spaces (U+3000, U+00A0 and tabs included), the '
// that stops a spreadsheet from taking it for a formula, the ="…" that keeps leading zeros.
std::string_view bare_cell(std::string_view cell);
// The same for numbers that are names, of cards, codes, receipts or phones: tills put the ' before
// their digits too.
std::string_view without_digit_guard(std::string_view cell);
// Whether a spreadsheet has made such a number into one it counts with ("6.90123E+12"), so that
// its last digits are lost.
bool is_mangled_number(std::string_view cell);
// Line breaks and tabs as one space: what another program's forms let through in a name.
std::string on_one_line(std::string_view cell);

}  // namespace pharmacy
