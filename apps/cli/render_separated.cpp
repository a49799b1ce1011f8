#include "cli/labels.h"
#include "cli/render.h"
#include "pharmacy/csv.h"

namespace pharmacy::cli {

static std::string tsv_cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        out += c;
    }
  }
  return out;
}

namespace {
class Writer {
 public:
  explicit Writer(const Style& style) : style_{style} {
    if (style.excel) out_ = "\xEF\xBB\xBF";
  }

  void header(const std::vector<std::string>& columns, const std::string& scope) {
    for (const auto& column : columns) add(escaped(style_.excel ? label(column, scope) : column));
    end_row();
  }
  void cell(const Cell& cell) {
    const auto text =
        style_.excel ? human_text(cell, style_.zone) : machine_text(cell, style_.zone);
    add(style_.format == Format::csv && is_text(cell) ? csv_text_cell(text) : escaped(text));
  }
  void words(const std::string& text) { add(escaped(text)); }
  void end_row() {
    out_ += style_.excel ? "\r\n" : "\n";
    first_ = true;
  }
  std::string take() { return std::move(out_); }

 private:
  [[nodiscard]] std::string escaped(const std::string& text) const {
    return style_.format == Format::csv ? csv_cell(text) : tsv_cell(text);
  }
  void add(const std::string& text) {
    if (!first_) out_ += style_.format == Format::csv ? ',' : '\t';
    first_ = false;
    out_ += text;
  }

  const Style& style_;
  std::string out_;
  bool first_ = true;
};
}  // namespace

// section,key,sub,value: a record's keys are its columns; a list's keys are its first column,
// with the other columns as subs.
static void add_section(Writer& out, const Section& section, const std::string& scope,
                        const Style& style) {
  const auto& table = section.table;
  const auto name = [&](const std::string& key) { return style.excel ? label(key, scope) : key; };
  for (const auto& row : table.rows) {
    const bool record = section.kind == Section::Kind::record;
    for (std::size_t i = record ? 0 : 1; i < table.columns.size(); ++i) {
      out.words(style.excel ? label(section.name, "section") : section.name);
      if (record) {
        out.words(name(table.columns[i]));
        out.words("");
      } else {
        out.cell(row[0]);
        out.words(name(table.columns[i]));
      }
      out.cell(row[i]);
      out.end_row();
    }
  }
}

std::string render_separated(const Answer& answer, const Style& style) {
  Writer out{style};
  if (answer.kind == Answer::Kind::report) {
    out.header({"section", "key", "sub", "value"}, {});
    add_section(out, {"report", Section::Kind::record, answer.table}, scope_of(answer.schema),
                style);
    for (const auto& section : answer.sections) add_section(out, section, section.name, style);
    return out.take();
  }
  // A timer that has nothing to tell is not to send its header by mail.
  if (answer.kind == Answer::Kind::list && answer.table.rows.empty() && !style.is_chosen) return {};
  out.header(answer.table.columns, scope_of(answer.schema));
  for (const auto& row : answer.table.rows) {
    for (const auto& cell : row) out.cell(cell);
    out.end_row();
  }
  return out.take();
}

}  // namespace pharmacy::cli
