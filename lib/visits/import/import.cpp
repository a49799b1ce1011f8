#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/at_format.h"
#include "base/i18n.h"
#include "base/sheet.h"
#include "pharmacy/imports.h"
#include "vault/access.h"
#include "vault/import_plan.h"
#include "vault/permissions.h"
#include "visits/import/receipts.h"
#include "visits/import/resolve.h"
#include "visits/import/rows.h"
#include "visits/import/write.h"

namespace pharmacy {
namespace purchases {
namespace {

// Where nothing will be written, rejected rows are only looked at.
constexpr std::size_t rejected_shown_max = 1'000;

// What a person should look at among the rows that are added.
class Notices {
 public:
  Notices(const Rows& rows, const Receipts& receipts, const Resolved& resolved)
      : rows_{rows}, receipts_{receipts}, resolved_{resolved} {}

  std::vector<ImportNotice> list() {
    for (ReceiptNumber number = 0; number < receipts_.all.size(); ++number) {
      if (resolved_.fates[number] == Fate::added) look_at(receipts_.all[number]);
    }
    add("rounded", rounded_, _("an amount has parts of a fen, which were rounded"));
    add("amount_differs", amount_differs_,
        _("the amount is not price times quantity; the amount was taken"));
    add("several_days", several_days_,
        fmt::format(fmt::runtime(_("the rows of one receipt are of several days; it has the time "
                                   "of its first row (where numbers begin anew, join columns: "
                                   "--map receipt={at}+{receipt})")),
                    fmt::arg("at", rows_.headers[at_field]),
                    fmt::arg("receipt", rows_.headers[receipt_field])));
    add("zero_quantity", nothing_, _("nothing was sold or taken back; no receipt was made of it"));
    add("untied_refund", resolved_.untied,
        _("a refund without an earlier sale to the same card with enough left"));
    list_names();
    return std::move(notices_);
  }

 private:
  void look_at(const Receipt& receipt) {
    const auto numbers = receipts_.rows_of(receipt);
    const auto line = rows_.all[numbers.front()].line;
    bool is_nothing = true;
    for (const RowNumber number : numbers) {
      const auto& row = rows_.all[number];
      is_nothing = is_nothing && row.is_nothing();
      if (row.is_rounded) rounded_.add(row.line);
      if (row.amount_differs) amount_differs_.add(row.line);
      look_at_name(row);
    }
    if (is_nothing) nothing_.add(line, receipt.count);
    if (receipt.several_days) several_days_.add(line, receipt.count);
  }

  // The name that the store has, else the first one of the file, is kept.
  void look_at_name(const Row& row) {
    if (row.product_name == 0) return;
    if (first_names_.empty()) first_names_.resize(rows_.texts.products.size());
    auto& first = first_names_[row.product];
    if (first == 0) first = row.product_name;
    const std::string_view name = rows_.texts.product_names[row.product_name];
    const std::string_view kept = kept_name(row.product);
    if (name == kept) return;
    auto& found = several_[row.product];
    ++found.rows;
    if (found.others.insert(row.product_name).second && found.shown.size() < names_shown) {
      found.shown.push_back(name);
    }
  }

  [[nodiscard]] std::string_view kept_name(TextNumber code) const {
    const auto& stored = resolved_.products[code].name;
    return stored.empty() ? rows_.texts.product_names[first_names_[code]] : stored;
  }

  void add(const char* kind, const Remark& remark, std::string text) {
    if (remark.count == 0) return;
    notices_.push_back({kind, fmt::format("{}", remark.first_line), std::move(text), remark.count});
  }

  void list_names() {
    for (const auto& [code, found] : several_) {
      const std::string text{rows_.texts.products[code]};
      notices_.push_back(
          {"several_names", text,
           fmt::format(fmt::runtime(P_("{code} is {kept}, and {other} in {rows} row",
                                       "{code} is {kept}, and {other} in {rows} "
                                       "rows",
                                       found.rows)),
                       fmt::arg("code", text), fmt::arg("kept", kept_name(code)),
                       fmt::arg("other", listed(found)), fmt::arg("rows", found.rows)),
           found.rows});
    }
  }

  static constexpr std::size_t names_shown = 2;  // besides the one that is kept

  struct Names {
    std::unordered_set<TextNumber> others;
    std::vector<std::string_view> shown;  // the first of them
    std::int64_t rows = 0;
  };

  static std::string listed(const Names& names) {
    const auto first = fmt::format("{}", fmt::join(names.shown, ", "));
    const auto more = names.others.size() - names.shown.size();
    if (more == 0) return first;
    return fmt::format(fmt::runtime(_("{names} and {more} more")), fmt::arg("names", first),
                       fmt::arg("more", more));
  }

  const Rows& rows_;
  const Receipts& receipts_;
  const Resolved& resolved_;
  std::vector<ImportNotice> notices_;
  Remark rounded_;
  Remark amount_differs_;
  Remark several_days_;
  Remark nothing_;                       // receipts with lines of quantity 0 only
  std::vector<TextNumber> first_names_;  // by code
  std::map<TextNumber, Names> several_;  // by code
};

class Plan : public ImportPlan::Impl {
 public:
  Plan(Reading& reading, const std::string& bytes, const ImportOptions& import_options)
      : options_{checked(import_options)},
        sheet_{bytes, options_.sheet, purchase_import_fields(), options_.progress},
        rows_{read_rows(sheet_, {reading.zone(), reading.today(), options_.at_format})},
        receipts_{group_rows(rows_, options_.source)} {
    take_form(sheet_, purchase_import_fields(), options_);
    resolve_in(vault::database(reading));
  }

  ImportSummary run(Transaction& tx) override {
    resolve_in(vault::database(tx));
    refuse_rejected();
    if (summary.added == 0) return summary;
    const ImportId import = vault::insert_batch(tx, "purchases", options_, summary.added);
    const auto earned = write_purchases(tx, rows_, receipts_, resolved_,
                                        {.import = import,
                                         .earn = options_.earn,
                                         .added = summary.added,
                                         .progress = options_.progress});
    summary.points = earned.points;
    if (earned.ended.count > 0) {
      notices.push_back({"points_ended", std::to_string(earned.ended.first_line),
                         _("the points of the sale would have ended by now: it earned none"),
                         earned.ended.count});
    }
    return summary;
  }

 private:
  static const ImportOptions& checked(const ImportOptions& options) {
    check_at_format(options.at_format);
    return options;
  }

  void resolve_in(db::Database& database) {
    resolved_ = resolve(
        database, rows_, receipts_,
        {.create_members = options_.create_members, .create_products = options_.create_products});
    summarise();
    list_rejected_rows();
    notices = Notices{rows_, receipts_, resolved_}.list();
  }

  void summarise() {
    summary = {};
    summary.rows = static_cast<std::int64_t>(rows_.all.size());
    summary.blank = sheet_.blank_rows();
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
  }

  void list_rejected_rows() {
    rejected.clear();
    std::vector<RowFault> of_row;
    const auto& faults = resolved_.faults;
    for (std::size_t i = 0; i < faults.size();) {
      if (!keep_good && rejected.size() == rejected_shown_max) return;
      const RowNumber number = faults[i].row;
      of_row.clear();
      for (; i < faults.size() && faults[i].row == number; ++i) of_row.push_back(faults[i].what);
      const auto& row = rows_.all[number];
      list_rejected(row.line, of_row, sheet_.cells_of(row.raw));
    }
  }

  ImportOptions options_;
  Sheet sheet_;
  Rows rows_;
  Receipts receipts_;
  Resolved resolved_;
};

}  // namespace
}  // namespace purchases

ImportPlan plan_purchase_import(Reading& reading, const std::string& bytes,
                                const ImportOptions& options) {
  vault::require(reading, vault::Permission::import_records);
  return ImportPlan{std::make_unique<purchases::Plan>(reading, bytes, options)};
}

}  // namespace pharmacy
