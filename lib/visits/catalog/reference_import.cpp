// Reference tables from their publishers: a new edition takes the place of the last one.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/import_plan.h"
#include "vault/permissions.h"
#include "visits/catalog/editions.h"
#include "visits/catalog/reference_table.h"

namespace pharmacy {

const std::vector<SheetField>& reference_import_fields(ReferenceKind kind) {
  switch (kind) {
    case ReferenceKind::atc:
      return visits::atc_fields();
    case ReferenceKind::interactions:
      return visits::interaction_fields();
    case ReferenceKind::contraindications:
      return visits::contraindication_fields();
    case ReferenceKind::allergens:
      return visits::allergen_fields();
    case ReferenceKind::national:
      return visits::drug_fields();
  }
  abort_on_bug("a kind of reference table", __FILE__, __LINE__);
}

namespace {

using visits::RowFate;

std::unique_ptr<visits::ReferenceTable> make_table(ReferenceKind kind) {
  switch (kind) {
    case ReferenceKind::atc:
      return visits::make_atc_table();
    case ReferenceKind::interactions:
      return visits::make_interaction_table();
    case ReferenceKind::contraindications:
      return visits::make_contraindication_table();
    case ReferenceKind::allergens:
      return visits::make_allergen_table();
    case ReferenceKind::national:
      return visits::make_drug_table();
  }
  abort_on_bug("a kind of reference table", __FILE__, __LINE__);
}

class ReferencePlan : public ImportPlan::Impl {
 public:
  ReferencePlan(Reading& reading, ReferenceKind kind, const std::string& bytes,
                const ImportOptions& options)
      : kind_{kind}, table_{make_table(kind)}, progress_{options.progress} {
    check_names(options);
    Sheet sheet{bytes, options.sheet, reference_import_fields(kind), options.progress};
    take_form(sheet, reference_import_fields(kind), options);
    while (sheet.next()) take_row(sheet);
    counted_.blank = sheet.blank_rows();
    crypto::Hasher hasher;
    table_->add_to(hasher);
    digest_ = hasher.finish();
    resolve(reading);
  }

  ImportSummary run(Transaction& tx) override {
    vault::require(tx, vault::Permission::edit_catalog);
    resolve(tx);
    refuse_rejected();
    if (summary.added > 0) write(tx);
    return summary;
  }

 private:
  void check_names(const ImportOptions& options) {
    std::vector<Fault> faults;
    edition_ = checked_text(faults, _("edition"), std::string_view{options.edition},
                            reference_edition_max);
    if (options.source != ImportOptions{}.source || options.file.empty()) {
      source_ =
          checked_text(faults, _("source"), std::string_view{options.source}, reference_source_max);
    } else {
      source_ = for_terminal(options.file);  // whose name mostly says who published it
    }
    file_ = options.file;
    if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  }

  void take_row(const Sheet& sheet) {
    ++counted_.rows;
    auto faults = sheet.faults();
    const RowFate fate = faults.empty() ? table_->take(sheet, faults) : RowFate::rejected;
    counted_.added += fate == RowFate::added ? 1 : 0;
    counted_.duplicates += fate == RowFate::twice ? 1 : 0;
    if (fate != RowFate::rejected) return;
    ++counted_.rejected;
    list_rejected(sheet.line(), faults, sheet.cells_of(sheet.raw()));
  }

  // What the table is to the store as it is now.
  void resolve(Reading& reading) {
    auto& database = vault::database(reading);
    summary = counted_;
    notices = table_->notices();
    refuse_other_edition(database);
    const auto loaded = visits::loaded_edition(database, kind_);
    if (!loaded) return;
    if (loaded->edition == edition_ && std::ranges::equal(loaded->digest, digest_)) {
      summary.already = std::exchange(summary.added, 0);
    } else if (summary.added > 0) {
      notices.insert(
          notices.begin(),
          {.kind = "replaces",
           .subject = {},
           .text = fmt::format(
               fmt::runtime(P_("in place of {edition}, which has {rows} row",
                               "in place of {edition}, which has {rows} rows", loaded->held)),
               fmt::arg("edition", loaded->edition), fmt::arg("rows", loaded->held)),
           .count = loaded->held});
    }
  }

  // The name of an edition stands for its rows wherever it is printed.
  void refuse_other_edition(db::Database& database) const {
    const auto digest = database.value<db::Bytes>(
        "SELECT digest FROM reference_edition WHERE kind = ?1 AND edition = ?2"
        " ORDER BY id DESC LIMIT 1",
        kind_, edition_);
    if (!digest || counted_.added == 0 || std::ranges::equal(*digest, digest_)) return;
    throw Error(
        Errc::conflict,
        fmt::format(fmt::runtime(_("the edition {} was loaded before, with other rows")), edition_),
        _("give the table as it is now a name of its own with --edition"));
  }

  void write(Transaction& tx) {
    visits::WriteProgress progress{progress_, table_->held()};
    table_->write(vault::database(tx), progress);
    visits::insert_edition(tx, {.kind = kind_,
                                .edition = edition_,
                                .source = source_,
                                .file = file_,
                                .digest = digest_,
                                .held = table_->held()});
  }

  ReferenceKind kind_;
  std::unique_ptr<visits::ReferenceTable> table_;
  visits::WriteProgress::Report progress_;
  std::string edition_;
  std::string source_;
  std::string file_;
  ImportSummary counted_{};  // of the file alone
  crypto::Digest digest_{};
};

}  // namespace

ImportPlan plan_reference_import(Reading& reading, ReferenceKind kind, const std::string& bytes,
                                 const ImportOptions& options) {
  vault::require(reading, vault::Permission::edit_catalog);
  return ImportPlan{std::make_unique<ReferencePlan>(reading, kind, bytes, options)};
}

}  // namespace pharmacy
