// A reference table as it is read from a file, before it takes the place of the last one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/sheet.h"
#include "crypto/hash.h"
#include "db/database.h"
#include "pharmacy/imports.h"
#include "pharmacy/reference.h"

namespace pharmacy::visits {

// What became of a row: `twice` where rows before it say the same, or what was kept instead of it.
enum class RowFate { added, twice, rejected };

// Tells of rows written now and then.
class WriteProgress {
 public:
  using Report = std::function<void(std::int64_t done, std::int64_t total)>;
  WriteProgress(Report report, std::int64_t total) : report_{std::move(report)}, total_{total} {}
  void one() {
    constexpr std::int64_t step = 1'000;
    if (++done_ % step == 0 && report_) report_(done_, total_);
  }

 private:
  Report report_;
  std::int64_t total_;
  std::int64_t done_ = 0;
};

class ReferenceTable {
 public:
  virtual ~ReferenceTable() = default;
  // Takes the sheet's current row, or adds what is wrong with it.
  virtual RowFate take(const Sheet& sheet, std::vector<RowFault>& faults) = 0;
  // How many rows it will have in the store.
  [[nodiscard]] virtual std::int64_t held() const = 0;
  // Adds all that the rows say, in an order of their own, each text with its length.
  virtual void add_to(crypto::Hasher& hasher) const = 0;
  // Puts its rows in place of those that are there.
  virtual void write(db::Database& database, WriteProgress& progress) const = 0;

  [[nodiscard]] const std::vector<ImportNotice>& notices() const { return notices_; }

 protected:
  // One row, and what to look at in it.
  void notice(const char* kind, std::string subject, std::string text);

 private:
  std::vector<ImportNotice> notices_;
};

std::unique_ptr<ReferenceTable> make_atc_table();
std::unique_ptr<ReferenceTable> make_interaction_table();
std::unique_ptr<ReferenceTable> make_contraindication_table();
std::unique_ptr<ReferenceTable> make_allergen_table();
std::unique_ptr<ReferenceTable> make_drug_table();
// The fields of each, in the order in which it reads them.
const std::vector<SheetField>& atc_fields();
const std::vector<SheetField>& interaction_fields();
const std::vector<SheetField>& contraindication_fields();
const std::vector<SheetField>& allergen_fields();
const std::vector<SheetField>& drug_fields();

// The cells of a row, with a fault for each that cannot be taken.
class ReferenceCells {
 public:
  ReferenceCells(const Sheet& sheet, std::vector<RowFault>& faults)
      : sheet_{sheet}, faults_{faults} {}

  // nullopt where the cell is empty, and where it cannot be taken.
  std::optional<std::string> text(std::size_t field, std::size_t longest);
  std::optional<std::string> atc(std::size_t field);
  // The key of what the cell names.
  std::optional<std::string> substance(std::size_t field);
  // The worst where the cell cannot be taken.
  InteractionSeverity severity(std::size_t field);
  void fail(std::size_t field, const char* format);

 private:
  const Sheet& sheet_;
  std::vector<RowFault>& faults_;
};

// A text with its length, so that no two rows look like one.
void add_text(crypto::Hasher& hasher, const std::optional<std::string>& text);

}  // namespace pharmacy::visits
