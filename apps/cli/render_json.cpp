#include <fmt/format.h>

#include "cli/render.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

// A file's name may be no UTF-8, which JSON has no way to tell.
static std::string json_string(std::string_view text) {
  if (!is_valid_utf8(text)) return json_string(for_terminal(text));
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

static std::string value(const Cell& cell, const Zone& zone) {
  if (is_null(cell)) return "null";
  if (is_number(cell) || std::holds_alternative<bool>(cell)) return machine_text(cell, zone);
  return json_string(machine_text(cell, zone));
}

// "a":1,"b":null without the braces.
static std::string members(const Table& table, std::size_t row, const Zone& zone) {
  std::string out;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) out += ',';
    out += json_string(table.columns[i]) + ':' + value(table.rows[row][i], zone);
  }
  return out;
}

static std::string object(const Table& table, const Zone& zone) {
  return table.rows.empty() ? "null" : '{' + members(table, 0, zone) + '}';
}

// A row a line, so that a long list can be read and compared.
static std::string array(const Table& table, const Zone& zone) {
  std::string out = "[";
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    out += (row > 0 ? ",\n{" : "\n{") + members(table, row, zone) + '}';
  }
  return out + (table.rows.empty() ? "]" : "\n]");
}

// At the end of an object that stands for what was not done.
static std::string mark(const Answer& answer) { return answer.dry_run ? ",\"dry_run\":true" : ""; }

std::string render_json(const Answer& answer, const Style& style) {
  std::string out = "{\"schema\":" + json_string("pharmacy." + answer.schema + "/1");
  if (answer.kind == Answer::Kind::list) {
    out += ',' + json_string(answer.key) + ':' + array(answer.table, style.zone);
  } else if (!answer.table.rows.empty()) {
    out += ',' + members(answer.table, 0, style.zone);
  }
  for (const auto& section : answer.sections) {
    out += ",\n" + json_string(section.name) + ':';
    out += section.kind == Section::Kind::record ? object(section.table, style.zone)
                                                 : array(section.table, style.zone);
  }
  return out + mark(answer) + "}\n";
}

std::string render_jsonl(const Answer& answer, const Style& style) {
  std::string out;
  if (answer.kind != Answer::Kind::report) {
    for (std::size_t row = 0; row < answer.table.rows.size(); ++row) {
      out += '{' + members(answer.table, row, style.zone) + mark(answer) + "}\n";
    }
    return out;
  }
  const auto add = [&](const std::string& section, const Table& table) {
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      const auto rest = members(table, row, style.zone);
      out += "{\"section\":" + json_string(section) + (rest.empty() ? "" : ",") + rest +
             mark(answer) + "}\n";
    }
  };
  add("report", answer.table);
  for (const auto& section : answer.sections) add(section.name, section.table);
  return out;
}

}  // namespace pharmacy::cli
