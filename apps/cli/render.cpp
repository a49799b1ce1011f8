#include "cli/render.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/phrases.h"
#include "cli/policy_words.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

static Table pick(const Table& table, const std::vector<std::string>& wanted) {
  std::vector<std::size_t> places;
  std::vector<Fault> faults;
  for (const auto& name : wanted) {
    const auto found = std::find(table.columns.begin(), table.columns.end(), name);
    if (found != table.columns.end()) {
      places.push_back(static_cast<std::size_t>(found - table.columns.begin()));
      continue;
    }
    const auto near = nearest(name, table.columns);
    faults.push_back({fmt::format(fmt::runtime(_("no such column: {}")), name),
                      near ? fmt::format(fmt::runtime(_("did you mean {}?")), *near) : ""});
  }
  if (!faults.empty()) {
    auto& hint = faults.back().hint;  // the list is said once
    if (!hint.empty()) hint += ' ';
    hint += fmt::format(fmt::runtime(_("the columns are: {}")), listed(table.columns));
    throw Error(Errc::invalid_input, std::move(faults));
  }

  Table picked;
  picked.columns = wanted;
  for (const auto& row : table.rows) {
    auto& cells = picked.rows.emplace_back();
    for (const auto place : places) cells.push_back(row[place]);
  }
  return picked;
}

// The words of an answer for people.
static void translate(Answer& answer, Format format) {
  put_words(scope_of(answer.schema), answer.table);
  if (format == Format::table && answer.schema == "store.policy.diff") join_rules(answer.table);
  for (auto& section : answer.sections) put_words(section.name, section.table);
}

std::string render(Answer answer, const Style& style) {
  if (answer.kind == Answer::Kind::text) {
    return style.format == Format::table ? answer.text : std::string{};
  }
  // A terminal is spared what could move its cursor.
  if (answer.kind == Answer::Kind::document) {
    return style.format == Format::table ? safe_text(answer.text) : answer.text;
  }
  if (!style.columns.empty()) {
    if (answer.kind == Answer::Kind::report) {
      throw Error(Errc::invalid_input,
                  _("--columns picks from one record or one list: this answer has several parts"),
                  _("leave --columns away, or pick from what --format json prints"));
    }
    answer.table = pick(answer.table, style.columns);
  }
  if (style.format == Format::table || style.excel) translate(answer, style.format);
  switch (style.format) {
    case Format::table:
      return render_table(answer, style);
    case Format::json:
      return render_json(answer, style);
    case Format::jsonl:
      return render_jsonl(answer, style);
    case Format::csv:
    case Format::tsv:
      return render_separated(answer, style);
  }
  return {};
}

}  // namespace pharmacy::cli
