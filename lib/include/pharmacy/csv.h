// Comma-separated values, RFC 4180.
#pragma once

#include <concepts>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/export.h"

namespace pharmacy {

// Reads rows from text held elsewhere, which must outlive the reader. Takes LF, CRLF, a byte
// order mark, and line breaks inside quotes.
class PHARMACY_API CsvReader {
 public:
  // Throws Error(invalid_input) where the separator is a quote or a line break.
  explicit CsvReader(std::string_view text, char separator = ',');
  // A temporary string would die before its reader, and a copy's cells would be the original's.
  template <std::same_as<std::string> Temporary>
  explicit CsvReader(const Temporary&& text, char separator = ',') = delete;
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // The next row's cells, valid until the next call; nullopt at the end. A blank line is a row
  // of one empty cell. Throws Error(bad_data) naming the line for a quote that never closes or
  // that ends inside a cell, for a carriage return that ends a line alone, and for a row of more
  // than 16,384 cells.
  std::optional<std::span<const std::string_view>> next();
  // The line, from 1, on which the row last returned begins.
  [[nodiscard]] std::size_t line() const { return row_line_; }
  // The bytes of the row last returned, without its line break.
  [[nodiscard]] std::string_view raw() const { return raw_; }
  // How many bytes have been read, for progress.
  [[nodiscard]] std::size_t offset() const { return at_; }

 private:
  void split_line(std::string_view line);
  void read_quoted_row();
  std::string_view plain_cell();
  std::string_view quoted_cell();
  std::string& next_unquoted();

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t row_line_ = 0;
  std::string_view raw_;
  std::vector<std::string_view> cells_;
  // Cells that held "" need bytes of their own, which must not move while the row is in use.
  std::deque<std::string> unquoted_;
  std::size_t unquoted_used_ = 0;
};

// One cell as RFC 4180 writes it: quoted where it holds a comma, a quote or a line break.
PHARMACY_API std::string csv_cell(std::string_view text);
// The same for people who open it in a spreadsheet: text that begins with = + - @ or their
// full-width twins, a tab, a line break or a NUL, itself or after spaces, quotes and byte order
// marks, gets a leading ' (not where that is a plain number).
PHARMACY_API std::string csv_text_cell(std::string_view text);
// Takes off again what csv_text_cell put before the text.
PHARMACY_API std::string_view without_formula_guard(std::string_view cell);

}  // namespace pharmacy
