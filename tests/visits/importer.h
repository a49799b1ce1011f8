// Imports into a store of its own, and what came of them as text.
#pragma once

#include <string>
#include <vector>

#include "pharmacy/error.h"
#include "pharmacy/imports.h"
#include "support/test_store.h"

namespace pharmacy::test {

struct Importer {
  TestStore t{"2026-03-01"};
  ImportOptions options;

  Importer();  // creates members and products
  ImportPlan plan(const std::string& csv);
  ImportSummary run(const std::string& csv);
  ImportSummary run_products(const std::string& csv);
  ImportPlan plan_members(const std::string& csv);
  ImportSummary run_members(const std::string& csv);

  // The columns of all rows of a query, joined by spaces; a null is "-".
  std::vector<std::string> rows(const std::string& sql);
  // All receipts as "kind card local-time amount", then "/ code quantity amount" for each line,
  // with ">receipt.line" where it takes back another.
  std::vector<std::string> receipts();
};

// "line column: error" of each rejected row.
std::vector<std::string> rejects(const ImportPlan& plan);
// "kind subject count" of each notice.
std::vector<std::string> notices(const ImportPlan& plan);
// The faults of the error that planning throws: "message / hint".
std::vector<std::string> plan_faults(Importer& importer, const std::string& csv, Errc code);

}  // namespace pharmacy::test
