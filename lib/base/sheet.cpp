#include "base/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/count.h"
#include "base/encoding.h"
#include "base/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy {
namespace {

constexpr std::size_t report_every = 1 << 20;  // bytes

// What rejected rows have at their end: see rejected_csv().
constexpr std::array<std::string_view, 3> remark_header{"line", "column", "error"};

// Files that are no text, or text of another kind than anybody could mean.
void refuse_other_kinds(std::string_view bytes, const std::string& encoding) {
  if (looks_like_workbook(bytes)) {
    throw Error(Errc::bad_data, _("this is an Excel workbook: save it as CSV UTF-8"),
                _("the spreadsheet's menu has it below “save as”; then import the .csv file"));
  }
  if (looks_like_utf16(bytes)) {
    throw Error(Errc::bad_data, _("the text is UTF-16: save it as UTF-8"),
                _("spreadsheets call it “CSV UTF-8”"));
  }
  if (!is_utf8(encoding) && !bytes.starts_with("\xEF\xBB\xBF") && looks_like_utf8(bytes)) {
    throw Error(Errc::bad_data, fmt::format(fmt::runtime(_("the text is not {}")), encoding),
                _("looks like UTF-8; leave --encoding out"));
  }
}

std::string decoded(const std::string& bytes, const std::string& encoding) {
  refuse_other_kinds(bytes, encoding);
  if (auto text = decode(bytes, encoding)) return std::move(*text);
  std::string hint;
  if (looks_like_gb18030(bytes)) hint = _("looks like GB18030, try --encoding gb18030");
  const auto bad = first_bad_byte(bytes, encoding);
  throw Error(
      Errc::bad_data,
      fmt::format(fmt::runtime(_("line {0}: the text is not {1}")), bad ? bad->line : 1, encoding),
      std::move(hint));
}

// How many bytes of space the text begins with.
std::size_t space_at_front(std::string_view text) {
  const char c = text.front();
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return 1;
  if (text.starts_with("\u00A0")) return 2;
  return text.starts_with("\u3000") || text.starts_with("\uFEFF") ? 3 : 0;
}

std::size_t space_at_back(std::string_view text) {
  const char c = text.back();
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return 1;
  if (text.ends_with("\u00A0")) return 2;
  return text.ends_with("\u3000") ? 3 : 0;
}

// Whether neither end of the cell can be anything but its own content.
bool is_bare(std::string_view cell) {
  const auto plain = [](char c) { return c > '\'' && c != '=' && c < 0x7F; };
  return plain(cell.front()) && plain(cell.back());
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace

std::string_view bare_cell(std::string_view cell) {
  if (cell.empty() || is_bare(cell)) return cell;
  while (!cell.empty()) {
    const std::size_t size = space_at_front(cell);
    if (size == 0) break;
    cell.remove_prefix(size);
  }
  while (!cell.empty()) {
    const std::size_t size = space_at_back(cell);
    if (size == 0) break;
    cell.remove_suffix(size);
  }
  if (cell.size() >= 3 && cell.starts_with("=\"") && cell.ends_with('"')) {
    return cell.substr(2, cell.size() - 3);
  }
  return without_formula_guard(cell);
}

std::string_view without_digit_guard(std::string_view cell) {
  const bool guarded = cell.size() > 1 && cell[0] == '\'' && is_digit(cell[1]);
  return guarded ? cell.substr(1) : cell;
}

bool is_mangled_number(std::string_view cell) {
  const std::size_t exponent = cell.find_first_of("eE");
  if (exponent == std::string_view::npos || !cell.substr(exponent + 1).starts_with('+') ||
      !is_digits(cell.substr(exponent + 2))) {
    return false;
  }
  const auto whole = cell.substr(0, exponent);
  return is_digits(whole.substr(0, 1)) &&
         (whole.size() == 1 || (whole[1] == '.' && is_digits(whole.substr(2))));
}

std::string on_one_line(std::string_view cell) {
  std::string line;
  for (const char c : cell) {
    const bool breaks = c == '\n' || c == '\r' || c == '\t';
    if (!breaks) {
      line.push_back(c);
    } else if (!line.ends_with(' ')) {
      line.push_back(' ');
    }
  }
  return line;
}

Sheet::Sheet(const std::string& bytes, const SheetOptions& options,
             std::span<const SheetField> fields, Progress progress)
    : text_{decoded(bytes, options.encoding)},
      separator_{options.separator},
      progress_{std::move(progress)},
      reader_{text_, options.separator},
      values_(fields.size()),
      joined_(fields.size()) {
  read_header();
  sources_ = find_columns(header_, fields, options);
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i].is_set) values_[i] = bare_cell(sources_[i].value);
  }
}

void Sheet::read_header() {
  while (const auto cells = reader_.next()) {
    header_.clear();
    for (const auto cell : *cells) header_.emplace_back(bare_cell(cell));
    const auto is_empty = [](const std::string& text) { return text.empty(); };
    if (!std::all_of(header_.begin(), header_.end(), is_empty)) break;
    header_.clear();
  }
  if (header_.empty()) {
    throw Error(Errc::bad_data, _("the file is empty"), _("its first row must name the columns"));
  }
  split_remarks_off();
  if (header_.size() > 1) return;
  for (const char other : {',', ';', '\t', '|', '$'}) {
    if (other == separator_ || header_[0].find(other) == std::string::npos) continue;
    throw Error(Errc::bad_data, _("the first row has one column only"),
                fmt::format(fmt::runtime(_("try --separator '{}'")),
                            other == '\t' ? "tab" : std::string(1, other)));
  }
}

void Sheet::split_remarks_off() {
  std::size_t end = header_.size();
  while (end > 0 && header_[end - 1].empty()) --end;  // of a wider row, once a spreadsheet had it
  if (end <= remark_header.size()) return;
  const auto own = static_cast<std::ptrdiff_t>(end - remark_header.size());
  if (!std::equal(remark_header.begin(), remark_header.end(), header_.begin() + own)) return;
  remark_size_ = header_.size() - static_cast<std::size_t>(own);
  header_.resize(static_cast<std::size_t>(own));
}

// Rejected rows are written with as many cells as they had, so that one of another width is one
// again.
Sheet::Cells Sheet::own_cells(Cells cells) const {
  return cells.size() > remark_size_ ? cells.first(cells.size() - remark_size_) : cells;
}

// Whether the cells after the row's own are a line's number, columns and an error, or what is
// left of them. A spreadsheet that fills rows up leaves them in other places.
bool Sheet::is_remark(Cells rest) const {
  if (rest.size() != remark_size_) return false;
  const auto is_empty = [](std::string_view cell) { return cell.empty(); };
  const bool all_empty = std::all_of(rest.begin(), rest.end(), is_empty);
  return all_empty || (is_digits(rest[0]) && std::all_of(rest.begin() + 3, rest.end(), is_empty));
}

bool Sheet::next() {
  for (;;) {
    const auto cells = reader_.next();
    if (progress_ && (!cells || reader_.offset() >= next_report_)) {
      progress_(static_cast<std::int64_t>(reader_.offset()),
                static_cast<std::int64_t>(text_.size()));
      next_report_ = reader_.offset() + report_every;
    }
    if (!cells) return false;
    own_ = own_cells(*cells);
    remark_is_out_of_place_ = remark_size_ > 0 && !is_remark(cells->subspan(own_.size()));
    const auto is_blank = [](std::string_view cell) { return bare_cell(cell).empty(); };
    if (!std::all_of(own_.begin(), own_.end(), is_blank)) {
      fill_values();
      return true;
    }
    ++blank_rows_;
  }
}

void Sheet::fill_values() {
  const auto cell_at = [&](std::size_t place) {
    return place < own_.size() ? bare_cell(own_[place]) : std::string_view{};
  };
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const auto& places = sources_[i].places;
    if (places.size() == 1) {
      values_[i] = cell_at(places[0]);
    } else if (places.size() > 1) {
      joined_[i].clear();
      for (const auto place : places) {
        const auto part = cell_at(place);
        if (!joined_[i].empty() && !part.empty()) joined_[i] += ' ';
        joined_[i] += part;
      }
      values_[i] = joined_[i];
    }
  }
}

std::vector<RowFault> Sheet::faults() const {
  if (own_.size() != header_.size()) {
    return {{"", fmt::format(fmt::runtime(P_("the row has {0} cell, the header {1}",
                                             "the row has {0} cells, the header {1}", own_.size())),
                             own_.size(), header_.size())}};
  }
  if (remark_is_out_of_place_) {
    return {{"", _("the row's line, column and error stand in other columns than theirs")}};
  }
  std::vector<RowFault> faults;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i].may_be_empty || !values_[i].empty()) continue;
    faults.push_back(
        {sources_[i].column, fmt::format(fmt::runtime(_("{} is empty")), sources_[i].column)});
  }
  return faults;
}

bool Sheet::has_cell(std::size_t field) const {
  const auto& source = sources_[field];
  return source.is_set || (!source.places.empty() &&
                           std::all_of(source.places.begin(), source.places.end(),
                                       [&](std::size_t place) { return place < own_.size(); }));
}

std::string_view Sheet::shifted_cell(std::size_t field) const {
  const auto& places = sources_[field].places;
  if (places.size() != 1) return {};
  const std::size_t place = places[0] + own_.size() - header_.size();  // wraps round below 0
  return place < own_.size() ? bare_cell(own_[place]) : std::string_view{};
}

bool Sheet::has(std::size_t field) const {
  return sources_[field].is_set || !sources_[field].places.empty();
}

std::vector<FieldSetting> Sheet::taken(std::span<const SheetField> fields) const {
  std::vector<FieldSetting> all;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (!sources_[i].places.empty()) all.emplace_back(fields[i].name, sources_[i].column);
  }
  return all;
}

std::vector<std::string> Sheet::cells_of(std::string_view raw) const {
  CsvReader reader{raw, separator_};
  const auto cells = reader.next();
  if (!cells) return {""};
  // What is out of place belongs to the row, for all that is known.
  const auto own = own_cells(*cells);
  const bool kept = remark_size_ == 0 || is_remark(cells->subspan(own.size()));
  return kept ? std::vector<std::string>{own.begin(), own.end()}
              : std::vector<std::string>{cells->begin(), cells->end()};
}

}  // namespace pharmacy
