#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/i18n.h"
#include "base/sheet.h"
#include "pharmacy/error.h"
#include "pharmacy/imports.h"
#include "vault/access.h"
#include "vault/import_plan.h"
#include "visits/purchase_receipts.h"
#include "visits/purchase_resolve.h"
#include "visits/purchase_rows.h"
#include "visits/purchase_write.h"

namespace pharmacy {
namespace purchases {
namespace {

// Where nothing will be written, rejected rows are only looked at.
constexpr std::size_t rejected_shown_max = 1'000;

class Plan : public ImportPlan::Impl {
 public:
  Plan(Reading& reading, const std::string& bytes, const ImportOptions& import_options)
      : options_{import_options},
        sheet_{bytes, options_.sheet, purchase_import_fields(), options_.progress},
        rows_{read_rows(sheet_, {reading.zone(), reading.today(), options_.at_format})},
        receipts_{group_rows(rows_, options_.source)} {
    header = sheet_.header();
    columns = sheet_.taken(purchase_import_fields());
    keep_good = options_.keep_good;
    resolve_in(vault::database(reading));
  }

  ImportSummary run(Transaction& tx) override {
    resolve_in(vault::database(tx));
    if (summary.rejected > 0 && !keep_good) throw_rejected();
    if (summary.added > 0) {
      summary.points = write_purchases(tx, rows_, receipts_, resolved_,
                                       {.source = options_.source,
                                        .earn = options_.earn,
                                        .added = summary.added,
                                        .progress = options_.progress});
    }
    return summary;
  }

 private:
  void resolve_in(db::Database& database) {
    resolved_ = resolve(
        database, rows_, receipts_,
        {.create_members = options_.create_members, .create_products = options_.create_products});
    summarise();
    list_rejected();
    list_notices();
  }

  [[noreturn]] void throw_rejected() const {
    throw Error(Errc::bad_data,
                fmt::format(fmt::runtime(P_("{} row cannot be taken", "{} rows cannot be taken",
                                            summary.rejected)),
                            summary.rejected),
                _("mend the file, or take the other rows with --keep-good"));
  }

  void summarise() {
    summary = {};
    summary.rows = static_cast<std::int64_t>(rows_.all.size());
    summary.blank = sheet_.blank_rows();
    nothing_ = {};
    std::vector<bool> is_new_card(resolved_.members.size());
    std::vector<bool> is_new_product(resolved_.products.size());
    for (ReceiptNumber number = 0; number < receipts_.all.size(); ++number) {
      const auto& receipt = receipts_.all[number];
      if (resolved_.fates[number] == Fate::rejected) continue;
      if (resolved_.fates[number] == Fate::already) {
        summary.already += receipt.count;
        continue;
      }
      summary.added += receipt.count;
      if (receipt.card != 0 && !resolved_.members[receipt.card]) is_new_card[receipt.card] = true;
      for (const RowNumber row : receipts_.rows_of(receipt)) {
        const TextNumber code = rows_.all[row].product;
        if (!resolved_.products[code].id) is_new_product[code] = true;
      }
      count_parts(receipt);
    }
    summary.rejected = summary.rows - summary.added - summary.already;
    summary.members_created = std::count(is_new_card.begin(), is_new_card.end(), true);
    summary.products_created = std::count(is_new_product.begin(), is_new_product.end(), true);
    summary.untied_refunds = resolved_.untied.count;
  }

  void count_parts(const Receipt& receipt) {
    const auto parts = parts_of(rows_, receipts_.rows_of(receipt));
    for (const RowNumber row : parts.sale) summary.net += rows_.all[row].amount;
    for (const RowNumber row : parts.refund) summary.net -= rows_.all[row].amount;
    const std::int64_t sales = parts.sale.empty() ? 0 : 1;
    const std::int64_t refunds = parts.refund.empty() ? 0 : 1;
    summary.sales += sales;
    summary.refunds += refunds;
    if (receipt.card == 0) summary.anonymous += sales + refunds;
    if (sales + refunds == 0) nothing_.add(rows_.all[receipts_.order[receipt.first]].line);
  }

  void list_rejected() {
    rejected.clear();
    const auto& faults = resolved_.faults;
    for (std::size_t i = 0; i < faults.size();) {
      if (!keep_good && rejected.size() == rejected_shown_max) return;
      const RowNumber number = faults[i].row;
      const auto& row = rows_.all[number];
      auto& one = rejected.emplace_back(
          RejectedRow{row.line, faults[i].what.column, {}, sheet_.cells_of(row.raw)});
      for (; i < faults.size() && faults[i].row == number; ++i) {
        if (!one.error.empty()) one.error += "; ";
        one.error += faults[i].what.message;
      }
    }
  }

  void list_notices() {
    notices.clear();
    add_notice("rounded", rows_.rounded, _("an amount has parts of a fen, which were rounded"));
    add_notice("amount_differs", rows_.amount_differs,
               _("the amount is not price times quantity; the amount was taken"));
    add_notice("several_days", receipts_.several_days,
               _("the rows of one receipt are of several days; it has the time of its first row"));
    add_notice("zero_quantity", nothing_,
               _("nothing was sold or taken back; no receipt was made of it"));
    add_notice("untied_refund", resolved_.untied,
               _("a refund without an earlier sale to the same card with enough left"));
    list_names();
  }

  void add_notice(const char* kind, const Remark& remark, const char* text) {
    if (remark.count == 0) return;
    notices.push_back({kind, fmt::format("{}", remark.first_line), text, remark.count});
  }

  // Codes with several names: of the store and the file, the first one counts.
  void list_names() {
    const auto& names = rows_.texts.product_names;
    struct Names {
      std::string_view kept;
      std::set<std::string_view> others;
      std::int64_t rows = 0;
    };
    std::map<TextNumber, Names> several;
    std::vector<TextNumber> first(rows_.texts.products.size());
    for (const auto& row : rows_.all) {
      if (row.product == 0 || row.product_name == 0) continue;
      const auto& stored = resolved_.products[row.product].name;
      auto& first_name = first[row.product];
      if (first_name == 0) first_name = row.product_name;
      const bool same =
          stored.empty() ? first_name == row.product_name : stored == names[row.product_name];
      if (same) continue;
      auto& found = several[row.product];
      found.kept = stored.empty() ? names[first_name] : std::string_view{stored};
      found.others.insert(names[row.product_name]);
      ++found.rows;
    }
    for (const auto& [code, found] : several) {
      const std::string text{rows_.texts.products[code]};
      notices.push_back(
          {"several_names", text,
           fmt::format(fmt::runtime(_("{code} is {kept}, and {other} in {rows} rows")),
                       fmt::arg("code", text), fmt::arg("kept", found.kept),
                       fmt::arg("other", fmt::join(found.others, ", ")),
                       fmt::arg("rows", found.rows)),
           found.rows});
    }
  }

  ImportOptions options_;
  Sheet sheet_;
  Rows rows_;
  Receipts receipts_;
  Resolved resolved_;
  Remark nothing_;  // receipts with lines of quantity 0 only
};

}  // namespace
}  // namespace purchases

ImportPlan plan_purchase_import(Reading& reading, const std::string& bytes,
                                const ImportOptions& options) {
  return ImportPlan{std::make_unique<purchases::Plan>(reading, bytes, options)};
}

}  // namespace pharmacy
