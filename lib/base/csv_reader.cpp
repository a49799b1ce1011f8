#include <fmt/format.h>

#include <cstring>

#include "base/i18n.h"
#include "pharmacy/csv.h"
#include "pharmacy/error.h"

namespace pharmacy {
namespace {

constexpr std::size_t cells_max = 16'384;  // of a row, as spreadsheets have it

std::size_t find(std::string_view text, char c) {
  const void* hit = text.empty() ? nullptr : std::memchr(text.data(), c, text.size());
  return hit == nullptr ? text.size()
                        : static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
}

[[noreturn]] void throw_lone_return(std::size_t line) {
  throw Error(Errc::bad_data,
              fmt::format(fmt::runtime(_("line {}: a carriage return without a line feed")), line),
              _("save the file with the line ends of Unix or Windows"));
}

void add(std::vector<std::string_view>& cells, std::string_view cell, std::size_t line) {
  if (cells.size() == cells_max) {
    throw Error(Errc::bad_data,
                fmt::format(fmt::runtime(_("line {}: more than {} cells")), line, cells_max));
  }
  cells.push_back(cell);
}

}  // namespace

CsvReader::CsvReader(std::string_view text, char separator) : text_{text}, separator_{separator} {
  if (separator == '"' || separator == '\r' || separator == '\n') {
    throw Error(Errc::invalid_input, _("neither a quote nor a line break can stand between cells"),
                _("the separator is a character such as , or ; or the word tab"));
  }
  if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
}

std::optional<std::span<const std::string_view>> CsvReader::next() {
  if (at_ >= text_.size()) return std::nullopt;
  cells_.clear();
  unquoted_used_ = 0;
  row_line_ = line_;
  const std::string_view rest = text_.substr(at_);
  const std::string_view line = rest.substr(0, find(rest, '\n'));
  if (find(line, '"') == line.size()) {
    split_line(line);
  } else {
    read_quoted_row();
  }
  return std::span<const std::string_view>{cells_};
}

// The common row: nothing in it is quoted, so that it ends where its line does.
void CsvReader::split_line(std::string_view line) {
  at_ = std::min(at_ + line.size() + 1, text_.size());
  ++line_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (find(line, '\r') != line.size()) throw_lone_return(row_line_);
  raw_ = line;
  for (;;) {
    const std::size_t end = find(line, separator_);
    add(cells_, line.substr(0, end), row_line_);
    if (end == line.size()) return;
    line.remove_prefix(end + 1);
  }
}

void CsvReader::read_quoted_row() {
  const std::size_t start = at_;
  for (;;) {
    add(cells_, text_.substr(at_).starts_with('"') ? quoted_cell() : plain_cell(), row_line_);
    if (at_ < text_.size() && text_[at_] == separator_) {
      ++at_;
      continue;
    }
    raw_ = text_.substr(start, at_ - start);
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size()) ++at_;
    ++line_;
    return;
  }
}

// Leaves at_ on the separator or the line break after the cell. A quote inside is a quote.
std::string_view CsvReader::plain_cell() {
  const std::size_t start = at_;
  while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') {
    if (text_[at_] == '\r') {
      if (at_ + 1 < text_.size() && text_[at_ + 1] != '\n') throw_lone_return(line_);
      break;
    }
    ++at_;
  }
  return text_.substr(start, at_ - start);
}

std::string_view CsvReader::quoted_cell() {
  const std::size_t opened_on = line_;
  const std::size_t start = ++at_;
  std::string* own = nullptr;  // needed once "" is found
  std::size_t from = start;    // what is not yet in *own
  for (;;) {
    const std::size_t quote = at_ + find(text_.substr(at_), '"');
    if (quote == text_.size()) {
      throw Error(
          Errc::bad_data,
          fmt::format(fmt::runtime(_("line {}: a quote opens a field and nothing closes it")),
                      opened_on));
    }
    for (std::size_t i = at_; (i += find(text_.substr(i, quote - i), '\n')) < quote; ++i) ++line_;
    at_ = quote + 1;
    if (at_ == text_.size() || text_[at_] != '"') break;
    if (own == nullptr) own = &next_unquoted();
    own->append(text_.substr(from, at_ - from));  // one of the two quotes with it
    from = ++at_;
  }
  const std::size_t end = at_ - 1;
  const bool ends_row = at_ == text_.size() || text_[at_] == '\n' ||
                        (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'));
  if (!ends_row && text_[at_] != separator_) {
    throw Error(
        Errc::bad_data,
        fmt::format(fmt::runtime(_("line {}: text follows the quote that closes a field")), line_),
        _("a quote inside a quoted field is written twice"));
  }
  if (own == nullptr) return text_.substr(start, end - start);
  own->append(text_.substr(from, end - from));
  return *own;
}

std::string& CsvReader::next_unquoted() {
  if (unquoted_used_ == unquoted_.size()) unquoted_.emplace_back();
  std::string& own = unquoted_[unquoted_used_++];
  own.clear();
  return own;
}

}  // namespace pharmacy
