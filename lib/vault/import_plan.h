// What every kind of import has behind its ImportPlan.
#pragma once

#include <string>
#include <vector>

#include "pharmacy/imports.h"

namespace pharmacy {

class ImportPlan::Impl {
 public:
  virtual ~Impl() = default;
  // Writes the rows that are new as of now, inside `tx`.
  virtual ImportSummary run(Transaction& tx) = 0;

  ImportSummary summary{};
  std::vector<ImportNotice> notices;
  std::vector<RejectedRow> rejected;
  std::vector<std::string> header;
  std::vector<FieldSetting> columns;
  bool keep_good = false;
};

}  // namespace pharmacy
