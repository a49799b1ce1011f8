// Taking over rows of other systems: members, products, past sales, complaints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/sheet.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

// Points that members bring along: grant_opening_points and opening_points of pharmacy/points.h.
// A file with points is refused where they are absent.
struct OpeningPoints {
  std::function<void(Transaction&, MemberId, Points, std::optional<ImportId>)> grant;
  std::function<Points(Reading&, MemberId)> granted;
};

// What a file has at most, since it is read whole: five million rows of 100 bytes.
inline constexpr std::size_t import_bytes_max = 536'870'912;

// How to read the file, and what to do with it.
struct ImportOptions {
  SheetOptions sheet;  // names of fields are those of *_import_fields()
  // The system that the rows come from. Rows are known by it, so it is the same for each file of
  // one system, and another one for a second till that numbers its receipts alike.
  std::string source = "import";
  std::string file;                      // where they were read, for the record; known by nothing
  std::optional<std::string> at_format;  // strptime; a trailing * ignores the rest
  bool create_members = false;           // purchases: an unknown card makes a member without a name
  bool create_products = false;          // purchases: an unknown code makes a product
  bool keep_good = false;                // take the good rows; the others are rejected
  bool earn = false;                     // purchases: sales earn points
  OpeningPoints opening;                 // members: what the field `points` does
  std::string edition;                   // reference tables: which one it is, as "2026.1"
  // Called now and then: with the bytes read of all while the plan is made, with the rows
  // written of all while it runs.
  std::function<void(std::int64_t done, std::int64_t total)> progress;
};

// A row that cannot be taken: the cells as they were, in UTF-8.
struct RejectedRow {
  std::int64_t line;
  std::string column;  // the headers at fault, with commas between; empty where it is the row
  std::string error;   // translated; of several faults, each begins with its column
  std::vector<std::string> cells;
  bool several = false;  // faults
};

// What an import did, or would do.
struct ImportSummary {
  std::int64_t rows;     // of data, blank ones not counted
  std::int64_t blank;    // skipped
  std::int64_t added;    // rows that are new, or add facts to a member or product that is there
  std::int64_t already;  // rows that were there from an earlier import
  std::int64_t rejected;
  std::int64_t members_created;   // by create_members
  std::int64_t products_created;  // by create_products
  std::int64_t sales;
  std::int64_t refunds;
  std::int64_t untied_refunds;  // refund lines without an earlier line to take back
  std::int64_t anonymous;       // receipts of non-members
  Money net;                    // sales less refunds that were added
  Points points;                // opening points, or points earned
  std::int64_t completed;       // of `added`: rows that add facts to what is there
  std::int64_t duplicates;      // tables, complaints: rows that say again what one before says

  static constexpr auto fields() {
    return std::tuple{Field{"rows", &ImportSummary::rows},
                      Field{"blank", &ImportSummary::blank},
                      Field{"added", &ImportSummary::added},
                      Field{"already", &ImportSummary::already},
                      Field{"rejected", &ImportSummary::rejected},
                      Field{"members_created", &ImportSummary::members_created},
                      Field{"products_created", &ImportSummary::products_created},
                      Field{"sales", &ImportSummary::sales},
                      Field{"refunds", &ImportSummary::refunds},
                      Field{"untied_refunds", &ImportSummary::untied_refunds},
                      Field{"anonymous", &ImportSummary::anonymous},
                      Field{"net_fen", &ImportSummary::net},
                      Field{"points", &ImportSummary::points},
                      Field{"completed", &ImportSummary::completed},
                      Field{"duplicates", &ImportSummary::duplicates}};
  }
};

// Something a person should look at; the rows were taken all the same.
struct ImportNotice {
  // Complaints: "case_differs" (it is there with other facts, which stay as they are).
  // Members: "shared_phone" (several have it), "guardian_missing" (for a child), "card_differs"
  // (the card is there with other facts, which stay as they are), "points_differ" (the member
  // brought along other points).
  // Reference tables: "several_names" (of one code), "pair_differs" (two rows of a pair: the worse
  // is kept), "note_differs" (of one class: the first is kept), "replaces" (what was loaded).
  // Products, and tables of them: "approval_form" (begins with 国药准字 and goes on otherwise than
  // those do). Purchases: "several_names" (of one code; the first is kept), "amount_differs" (from
  // price times quantity by more than a fen a unit), "rounded" (an amount with parts of a fen),
  // "untied_refund" (no earlier line to take back), "several_days" (of one receipt: it has the
  // time of its first row), "zero_quantity" (a receipt of nothing: not recorded), and, once they
  // are written, "points_ended" (sales that earned nothing, so long ago that it would have ended).
  std::string kind;
  std::string subject;  // a row's line, or a code
  std::string text;     // translated
  std::int64_t count;   // how many of the rows that were taken it holds for

  static constexpr auto fields() {
    return std::tuple{Field{"kind", &ImportNotice::kind}, Field{"subject", &ImportNotice::subject},
                      Field{"text", &ImportNotice::text}, Field{"count", &ImportNotice::count}};
  }
};

// A file read and checked against the store, not yet written. Made without the write gate, so
// that the till goes on while a large file is read.
class PHARMACY_API ImportPlan {
 public:
  ImportPlan(ImportPlan&&) noexcept;
  ~ImportPlan();
  [[nodiscard]] const ImportSummary& summary() const;
  [[nodiscard]] const std::vector<ImportNotice>& notices() const;
  [[nodiscard]] const std::vector<RejectedRow>& rejected() const;
  [[nodiscard]] const std::vector<std::string>& header() const;
  // The fields that columns fill, with the headers of these.
  [[nodiscard]] const std::vector<FieldSetting>& columns() const;

  class PHARMACY_HIDDEN Impl;
  explicit ImportPlan(std::unique_ptr<Impl> impl);
  [[nodiscard]] Impl& impl() { return *impl_; }

 private:
  friend PHARMACY_API std::string rejected_csv(const ImportPlan& plan);
  std::unique_ptr<Impl> impl_;
};

// The fields that a file may fill.
PHARMACY_API const std::vector<SheetField>& member_import_fields();
PHARMACY_API const std::vector<SheetField>& product_import_fields();
PHARMACY_API const std::vector<SheetField>& purchase_import_fields();
PHARMACY_API const std::vector<SheetField>& complaint_import_fields();

// Read `bytes`, the whole content of a file, and check it against the store. Throw bad_data where
// its form is wrong (encoding, quotes, an unknown or missing column); faults of rows are in
// rejected().
PHARMACY_API ImportPlan plan_member_import(Reading& reading, const std::string& bytes,
                                           const ImportOptions& options);
PHARMACY_API ImportPlan plan_product_import(Reading& reading, const std::string& bytes,
                                            const ImportOptions& options);
PHARMACY_API ImportPlan plan_purchase_import(Reading& reading, const std::string& bytes,
                                             const ImportOptions& options);
// Cases of another system are known by its source and their reference. What it tells of an adverse
// reaction is sealed, as of health. Their steps have the times of the file and are the importer's;
// a day without a time is its beginning or, on the day of the step before it, that step's moment.
PHARMACY_API ImportPlan plan_complaint_import(Reading& reading, const std::string& bytes,
                                              const ImportOptions& options);
// Writes what the plan holds, checked again against the store as it is now. Throws bad_data where
// rows were rejected and the plan was not made to keep the good ones.
PHARMACY_API ImportSummary run_import(Transaction& tx, ImportPlan& plan);

// The rejected rows in the form of their file, but in UTF-8: the header and cells as they were,
// then line, column and error, which an import of it passes over.
PHARMACY_API std::string rejected_csv(const ImportPlan& plan);

}  // namespace pharmacy
