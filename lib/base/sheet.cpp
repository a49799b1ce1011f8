#include "base/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy {
namespace {

constexpr std::size_t report_every = 1 << 20;  // bytes

bool looks_like_utf16(std::string_view bytes) {
  return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

std::string decoded(const std::string& bytes, const std::string& encoding) {
  if (auto text = decode(bytes, encoding)) return std::move(*text);
  std::string hint;
  if (looks_like_utf16(bytes)) {
    hint = _("looks like UTF-16: save it as CSV in UTF-8");
  } else if (looks_like_gb18030(bytes)) {
    hint = _("looks like GB18030, try --encoding gb18030");
  }
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
  if (header_.size() > 1) return;
  for (const char other : {',', ';', '\t', '|'}) {
    if (other == separator_ || header_[0].find(other) == std::string::npos) continue;
    throw Error(Errc::bad_data, _("the first row has one column only"),
                fmt::format(fmt::runtime(_("try --separator '{}'")),
                            other == '\t' ? "tab" : std::string(1, other)));
  }
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
    cell_count_ = cells->size();
    const auto is_blank = [](std::string_view cell) { return bare_cell(cell).empty(); };
    if (!std::all_of(cells->begin(), cells->end(), is_blank)) {
      fill_values(*cells);
      return true;
    }
    ++blank_rows_;
  }
}

void Sheet::fill_values(std::span<const std::string_view> cells) {
  const auto cell_at = [&](std::size_t place) {
    return place < cells.size() ? bare_cell(cells[place]) : std::string_view{};
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
  if (cell_count_ != header_.size()) {
    return {{"", fmt::format(fmt::runtime(_("the row has {0} cells, the header {1}")), cell_count_,
                             header_.size())}};
  }
  std::vector<RowFault> faults;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i].may_be_empty || !values_[i].empty()) continue;
    faults.push_back(
        {sources_[i].column, fmt::format(fmt::runtime(_("{} is empty")), sources_[i].column)});
  }
  return faults;
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
  return {cells->begin(), cells->end()};
}

}  // namespace pharmacy
