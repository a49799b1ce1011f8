#include "vault/import_plan.h"

#include <algorithm>
#include <utility>

#include "pharmacy/csv.h"

namespace pharmacy {

ImportPlan::ImportPlan(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
ImportPlan::ImportPlan(ImportPlan&&) noexcept = default;
ImportPlan::~ImportPlan() = default;

const ImportSummary& ImportPlan::summary() const { return impl_->summary; }
const std::vector<ImportNotice>& ImportPlan::notices() const { return impl_->notices; }
const std::vector<RejectedRow>& ImportPlan::rejected() const { return impl_->rejected; }
const std::vector<std::string>& ImportPlan::header() const { return impl_->header; }
const std::vector<FieldSetting>& ImportPlan::columns() const { return impl_->columns; }

ImportSummary run_import(Transaction& tx, ImportPlan& plan) { return plan.impl().run(tx); }

// Cells as they were, so that a guard of theirs stays and none is added.
static void append_cells(std::string& csv, const std::vector<std::string>& cells,
                         std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    if (i < cells.size()) csv += csv_cell(cells[i]);
    csv += ',';
  }
}

std::string rejected_csv(const ImportPlan& plan) {
  // Rows of another width than the header's must not push what follows them.
  std::size_t width = plan.header().size();
  for (const auto& row : plan.rejected()) width = std::max(width, row.cells.size());
  std::string csv;
  append_cells(csv, plan.header(), width);
  csv += "line,column,error\n";
  for (const auto& row : plan.rejected()) {
    append_cells(csv, row.cells, width);
    csv += std::to_string(row.line) + ',' + csv_cell(row.column) + ',' + csv_cell(row.error) + '\n';
  }
  return csv;
}

}  // namespace pharmacy
