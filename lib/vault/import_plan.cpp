#include "vault/import_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/i18n.h"
#include "base/utf8.h"
#include "pharmacy/csv.h"
#include "pharmacy/error.h"
#include "vault/access.h"

namespace pharmacy {

ImportPlan::ImportPlan(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
ImportPlan::ImportPlan(ImportPlan&&) noexcept = default;
ImportPlan::~ImportPlan() = default;

const ImportSummary& ImportPlan::summary() const { return impl_->summary; }
const std::vector<ImportNotice>& ImportPlan::notices() const { return impl_->notices; }
const std::vector<RejectedRow>& ImportPlan::rejected() const { return impl_->rejected; }
const std::vector<std::string>& ImportPlan::header() const { return impl_->header; }
const std::vector<FieldSetting>& ImportPlan::columns() const { return impl_->columns; }

void ImportPlan::Impl::refuse_rejected() const {
  if (summary.rejected == 0 || keep_good) return;
  throw Error(Errc::bad_data,
              fmt::format(fmt::runtime(P_("{} row cannot be taken", "{} rows cannot be taken",
                                          summary.rejected)),
                          summary.rejected),
              _("mend the file, or take the other rows with --keep-good"));
}

ImportSummary run_import(Transaction& tx, ImportPlan& plan) { return plan.impl().run(tx); }

void ImportPlan::Impl::list_rejected(std::int64_t line, std::span<const RowFault> faults,
                                     std::vector<std::string> cells) {
  RejectedRow row{.line = line, .column = {}, .error = {}, .cells = std::move(cells)};
  row.several = faults.size() > 1;
  std::vector<std::string_view> named;
  for (const auto& [column, message] : faults) {
    if (!row.error.empty()) row.error += "; ";
    if (row.several && !column.empty()) row.error += column + ": ";
    row.error += message;
    if (column.empty() || std::find(named.begin(), named.end(), column) != named.end()) {
      continue;
    }
    if (!named.empty()) row.column += ", ";
    row.column += column;
    named.push_back(column);
  }
  rejected.push_back(std::move(row));
}

void ImportPlan::Impl::take_form(const Sheet& sheet, std::span<const SheetField> fields,
                                 const ImportOptions& options) {
  header = sheet.header();
  columns = sheet.taken(fields);
  separator = sheet.separator();
  keep_good = options.keep_good;
}

namespace {

// A cell as it was, so that a guard of its own stays and none is added.
std::string cell_text(const std::string& cell, char separator) {
  std::string text = csv_cell(cell);
  if (separator == ',' || text.starts_with('"') || cell.find(separator) == std::string::npos) {
    return text;
  }
  return '"' + text + '"';
}

}  // namespace

// With as many cells as each row had: filled up, a row of another width would pass for a whole
// one when the file is imported again.
std::string rejected_csv(const ImportPlan& plan) {
  const char separator = plan.impl_->separator;
  std::string csv;
  const auto add = [&](const std::vector<std::string>& cells,
                       const std::vector<std::string>& remark) {
    for (const auto& cell : cells) csv += cell_text(cell, separator) + separator;
    for (const auto& cell : remark) csv += cell_text(cell, separator) + separator;
    csv.back() = '\n';
  };
  add(plan.header(), {"line", "column", "error"});
  for (const auto& row : plan.rejected()) {
    add(row.cells, {std::to_string(row.line), row.column, row.error});
  }
  // The mark tells spreadsheets, and an import with the options of the first, that it is UTF-8.
  return is_ascii(csv) ? csv : "\xEF\xBB\xBF" + csv;
}

namespace vault {

ImportId insert_batch(Transaction& tx, std::string_view subject, const ImportOptions& options,
                      std::int64_t added) {
  auto& database = vault::database(tx);
  database.run(
      "INSERT INTO import_batch (subject, source, file, at, staff, added)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      subject, options.source, options.file, tx.now(), tx.actor().id, added);
  return ImportId{database.last_insert_id()};
}

}  // namespace vault
}  // namespace pharmacy
