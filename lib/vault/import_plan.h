// What every kind of import has behind its ImportPlan.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sheet.h"
#include "pharmacy/imports.h"

namespace pharmacy {

class ImportPlan::Impl {
 public:
  virtual ~Impl() = default;
  // Writes the rows that are new as of now, inside `tx`.
  virtual ImportSummary run(Transaction& tx) = 0;

  // Throws bad_data where rows were rejected and the others are not to be taken without them.
  void refuse_rejected() const;
  // Lists a row that cannot be taken with all that is wrong with it; it is not counted.
  void list_rejected(std::int64_t line, std::span<const RowFault> faults,
                     std::vector<std::string> cells);
  // Sets what is known of the file itself.
  void take_form(const Sheet& sheet, std::span<const SheetField> fields,
                 const ImportOptions& options);

  ImportSummary summary{};
  std::vector<ImportNotice> notices;
  std::vector<RejectedRow> rejected;
  std::vector<std::string> header;
  std::vector<FieldSetting> columns;
  char separator = ',';  // of the file, and so of its rejected rows
  bool keep_good = false;
};

namespace vault {

// Records that an import adds `added` rows: of "members", "products", "purchases" or
// "complaints".
ImportId insert_batch(Transaction& tx, std::string_view subject, const ImportOptions& options,
                      std::int64_t added);

}  // namespace vault
}  // namespace pharmacy
