// Answers as text, in the format that was asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/globals.h"
#include "cli/table.h"
#include "pharmacy/time.h"

namespace pharmacy::cli {

struct Answer {
  enum class Kind { record, list, report, text, document } kind = Kind::record;
  std::string schema = {};
  std::string key = {};                // of a list
  Table table = {};                    // the record, the list, or the head of a report
  std::vector<Section> sections = {};  // of a report
  std::string text = {};               // of a text or a document
  bool dry_run = false;                // of a change that is not made: JSON says so
};

struct Style {
  Format format = Format::tsv;
  bool is_chosen = true;  // somebody asked for the format
  bool excel = false;
  bool color = false;
  int width = 80;                         // columns of the terminal
  std::vector<std::string> columns = {};  // as asked for; empty for all
  Zone zone = Zone::utc();
};

// Throws Error(invalid_input) for a column that the answer does not have.
std::string render(Answer answer, const Style& style);

// One format each.
std::string render_table(const Answer& answer, const Style& style);
std::string render_json(const Answer& answer, const Style& style);
std::string render_jsonl(const Answer& answer, const Style& style);
std::string render_separated(const Answer& answer, const Style& style);

// A cell for machines (integers in the smallest unit, ISO 8601; null is empty) and for people.
std::string machine_text(const Cell& cell, const Zone& zone);
std::string human_text(const Cell& cell, const Zone& zone);
// The lines of a text, each safe to print on a terminal.
std::vector<std::string> safe_lines(std::string_view text);
// All of them, each with its end.
std::string safe_text(std::string_view text);
bool is_null(const Cell& cell);
bool is_text(const Cell& cell);    // free text, which may be cut and must be guarded
bool is_number(const Cell& cell);  // right-aligned

}  // namespace pharmacy::cli
