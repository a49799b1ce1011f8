#include "visits/purchase_write.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "pharmacy/policy.h"
#include "vault/access.h"
#include "visits/payments.h"
#include "visits/purchase_points.h"
#include "visits/receipt_rows.h"

namespace pharmacy::purchases {
namespace {

constexpr std::int64_t report_every = 4'096;  // rows

std::optional<std::string> text_or_none(const Texts& texts, TextNumber number) {
  return number == 0 ? std::nullopt : std::optional<std::string>{texts[number]};
}

class Writer {
 public:
  Writer(Transaction& tx, const Rows& rows, const Receipts& receipts, const Resolved& resolved,
         const WriteOptions& options)
      : tx_{tx},
        database_{vault::database(tx)},
        rows_{rows},
        receipts_{receipts},
        resolved_{resolved},
        options_{options},
        members_{resolved.members},
        products_(resolved.products.size()),
        earns_(resolved.products.size(), true),
        written_(receipts.all.size()),
        lines_(rows.all.size()) {}

  Points write() {
    sort_receipts();
    database_.run(
        "INSERT INTO import_batch (subject, source, at, staff, added)"
        " VALUES ('purchases', ?1, ?2, ?3, ?4)",
        options_.source, tx_.now(), tx_.actor().id, options_.added);
    import_ = ImportId{database_.last_insert_id()};
    make_members();
    make_products();
    // Table by table: fewer pages are in use at a time than receipt by receipt.
    for (const ReceiptNumber number : order_) write_receipt(number);
    for (const ReceiptNumber number : order_) write_lines(number);
    for (const ReceiptNumber number : order_) write_payments(number);
    write_identities();
    return move_points();
  }

 private:
  // What became of a receipt of the file.
  struct Written {
    std::optional<ReceiptId> sale;
    std::optional<ReceiptId> refund;
  };

  [[nodiscard]] const Receipt& receipt(ReceiptNumber number) const { return receipts_.all[number]; }
  [[nodiscard]] Parts parts(ReceiptNumber number) const {
    return parts_of(rows_, receipts_.rows_of(receipt(number)));
  }

  // As they happened, so that ids, days and the pages of their tables go up together.
  void sort_receipts() {
    for (ReceiptNumber number = 0; number < receipts_.all.size(); ++number) {
      if (resolved_.fates[number] == Fate::added) order_.push_back(number);
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](auto a, auto b) { return receipt(a).at < receipt(b).at; });
  }

  void make_members() {
    for (const ReceiptNumber number : order_) {
      const TextNumber card = receipt(number).card;
      if (card == 0 || members_[card]) continue;
      NewMember member;
      member.card = rows_.texts.cards[card];
      member.joined = std::min(receipt(number).day, tx_.today());
      members_[card] = add_member(tx_, member);
    }
  }

  void make_products() {
    auto statement = database_.prepare(
        "INSERT INTO product (code, name, recorded_at, recorded_by, import)"
        " VALUES (?1, ?2, ?3, ?4, ?5)");
    const auto names = names_of_new_products();
    for (RowNumber number = 0; number < rows_.all.size(); ++number) {
      const TextNumber code = rows_.all[number].product;
      if (code == 0 || products_[code]) continue;
      const auto& known = resolved_.products[code];
      if (known.id) {
        products_[code] = known.id;
        earns_[code] = known.earns;
        continue;
      }
      if (resolved_.fates[receipts_.of_row[number]] != Fate::added) continue;
      const auto text = rows_.texts.products[code];
      const auto name = names[code] == 0 ? text : rows_.texts.product_names[names[code]];
      statement.bind(text, name, tx_.now(), tx_.actor().id, import_).run();
      products_[code] = ProductId{database_.last_insert_id()};
    }
  }

  // The first name of each code in the file.
  [[nodiscard]] std::vector<TextNumber> names_of_new_products() const {
    std::vector<TextNumber> names(products_.size());
    for (const auto& row : rows_.all) {
      if (names[row.product] == 0) names[row.product] = row.product_name;
    }
    return names;
  }

  void write_receipt(ReceiptNumber number) {
    const auto [sale, refund] = parts(number);
    auto& written = written_[number];
    if (!sale.empty()) written.sale = insert(number, ReceiptKind::sale, sale);
    place_lines(sale);
    if (!refund.empty()) written.refund = insert(number, ReceiptKind::refund, refund);
    place_lines(refund);
  }

  void place_lines(const std::vector<RowNumber>& numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      lines_[numbers[i]] = static_cast<std::uint32_t>(i + 1);
    }
  }

  ReceiptId insert(ReceiptNumber number, ReceiptKind kind, const std::vector<RowNumber>& numbers) {
    const auto& from = receipt(number);
    const auto& texts = rows_.texts;
    visits::ReceiptRow row{.kind = kind,
                           .member = members_[from.card],
                           .at = from.at,
                           .day = from.day,
                           .amount = Money{0},
                           .channel = "counter",
                           .policy = policy_of(from.day).version,
                           .import = import_};
    Money list;
    for (const RowNumber one : numbers) {
      row.amount += rows_.all[one].amount;
      list += rows_.all[one].list_amount.value_or(rows_.all[one].amount);
    }
    row.discount = std::max(list - row.amount, Money{0});
    for (const RowNumber one : receipts_.rows_of(from)) {
      const auto& cells = rows_.all[one];
      if (!row.staff_name) row.staff_name = text_or_none(texts.staff, cells.staff);
      if (!row.reference) row.reference = text_or_none(texts.receipts, cells.receipt);
    }
    const TextNumber channel = rows_.all[numbers.front()].channel;
    if (channel != 0) row.channel = texts.channels[channel];
    if (kind == ReceiptKind::refund) row.refund_of = only_sale_of(numbers);
    return visits::insert(tx_, row);
  }

  // Receipts come in the order of their days.
  const Policy& policy_of(Date day) {
    if (!policy_day_ || *policy_day_ != day) {
      policy_ = policy_on(tx_, day);
      policy_day_ = day;
    }
    return policy_;
  }

  [[nodiscard]] ReceiptId sale_of(const Tie& tie) const {
    return tie.sale ? *tie.sale : written_[receipts_.of_row[tie.row]].sale.value();
  }
  [[nodiscard]] const Tie* tie_of(RowNumber number) const {
    const auto found = resolved_.ties.find(number);
    return found == resolved_.ties.end() ? nullptr : &found->second;
  }

  // The sale that the tied lines of a refund have in common.
  [[nodiscard]] std::optional<ReceiptId> only_sale_of(const std::vector<RowNumber>& refund) const {
    std::optional<ReceiptId> sale;
    for (const RowNumber number : refund) {
      const Tie* tie = tie_of(number);
      if (tie == nullptr) continue;
      if (sale && *sale != sale_of(*tie)) return std::nullopt;
      sale = sale_of(*tie);
    }
    return sale;
  }

  void write_lines(ReceiptNumber number) {
    const auto& written = written_[number];
    const auto [sale, refund] = parts(number);
    for (const RowNumber one : sale) visits::insert(tx_, *written.sale, line_row(one));
    for (const RowNumber one : refund) {
      auto row = line_row(one);
      const Tie* tie = tie_of(one);
      if (tie != nullptr) row.refunded_line = tie->sale ? tie->line : lines_[tie->row];
      visits::insert(tx_, *written.refund, row);
      if (tie == nullptr) continue;
      row.amount = tie->amount;
      visits::insert_return(tx_, sale_of(*tie), *written.refund, row);
    }
  }

  visits::LineRow line_row(RowNumber number) {
    const auto& row = rows_.all[number];
    if (options_.progress && ++done_ % report_every == 0) {
      options_.progress(done_, options_.added);
    }
    return {.line = lines_[number],
            .product = *products_[row.product],
            .quantity = row.is_refund() ? -row.quantity : row.quantity,
            .unit_price = row.unit_price,
            .amount = row.amount,
            .list_amount = row.list_amount,
            .batch = text_or_none(rows_.texts.batches, row.batch),
            .expiry = row.expiry,
            .days_supply =
                row.days_supply == 0 ? std::nullopt : std::optional<std::int64_t>{row.days_supply},
            .earns = earns_[row.product]};
  }

  void write_payments(ReceiptNumber number) {
    const auto [sale, refund] = parts(number);
    const auto& written = written_[number];
    for (const auto& payment : payments_of(sale)) visits::insert(tx_, *written.sale, payment);
    for (const auto& payment : payments_of(refund)) visits::insert(tx_, *written.refund, payment);
  }

  [[nodiscard]] std::vector<Payment> payments_of(const std::vector<RowNumber>& numbers) const {
    std::vector<PaymentPart> parts;
    Money total;
    for (const RowNumber number : numbers) {
      parts.push_back({rows_.all[number].payment, rows_.all[number].amount});
      total += rows_.all[number].amount;
    }
    return visits::complete_payments(parts, total);
  }

  // In the order of the table, whose pages are then filled one after the other.
  void write_identities() {
    auto sorted = order_;
    std::sort(sorted.begin(), sorted.end(),
              [&](auto a, auto b) { return receipt(a).identity < receipt(b).identity; });
    auto statement =
        database_.prepare("INSERT INTO imported_receipt (identity, content) VALUES (?1, ?2)");
    for (const ReceiptNumber number : sorted) {
      const auto& [identity, content] =
          std::pair{receipt(number).identity, receipt(number).content};
      statement
          .bind(db::Bytes{identity.begin(), identity.end()},
                db::Bytes{content.begin(), content.end()})
          .run();
    }
  }

  Points move_points() {
    Points earned;
    for (const ReceiptNumber number : order_) {
      const auto& from = receipt(number);
      if (from.card == 0) continue;
      const auto [sale, refund] = parts(number);
      if (options_.earn && !sale.empty()) earned += earn(number, sale);
      std::vector<ReceiptId> sales;
      for (const RowNumber one : refund) {
        const Tie* tie = tie_of(one);
        // Sales that this import brings have points only if it was told so.
        if (tie != nullptr && (tie->sale || options_.earn)) sales.push_back(sale_of(*tie));
      }
      std::sort(sales.begin(), sales.end());
      sales.erase(std::unique(sales.begin(), sales.end()), sales.end());
      for (const ReceiptId one : sales) {
        reverse_points_of(tx_, {.sale = one, .refund = *written_[number].refund, .day = from.day});
      }
    }
    return earned;
  }

  Points earn(ReceiptNumber number, const std::vector<RowNumber>& sale) {
    const auto& from = receipt(number);
    PointsBasis basis;
    for (const RowNumber one : sale) {
      const auto& row = rows_.all[one];
      basis.paid += row.amount;
      if (earns_[row.product]) basis.lines += row.amount;
    }
    basis.earning = visits::earning_part(payments_of(sale), policy_of(from.day));
    return earn_points(tx_, {.member = *members_[from.card],
                             .receipt = *written_[number].sale,
                             .day = from.day,
                             .basis = basis,
                             .import = import_})
        .points;
  }

  Transaction& tx_;
  db::Database& database_;
  const Rows& rows_;
  const Receipts& receipts_;
  const Resolved& resolved_;
  const WriteOptions& options_;
  ImportId import_;
  std::vector<ReceiptNumber> order_;
  std::vector<std::optional<MemberId>> members_;    // by card
  std::vector<std::optional<ProductId>> products_;  // by code
  std::vector<bool> earns_;                         // by code
  std::vector<Written> written_;                    // by receipt
  std::vector<std::uint32_t> lines_;                // by row: its line on its receipt
  std::optional<Date> policy_day_;
  Policy policy_;
  std::int64_t done_ = 0;
};

}  // namespace

Parts parts_of(const Rows& rows, std::span<const RowNumber> numbers) {
  Parts parts;
  bool has_sale = false;
  for (const RowNumber number : numbers) {
    const auto& row = rows.all[number];
    has_sale = has_sale || row.quantity > Quantity{0};
    (row.is_refund() ? parts.refund : parts.sale).push_back(number);
  }
  if (has_sale) return parts;
  if (parts.refund.empty()) return {};
  parts.sale.clear();
  parts.refund.assign(numbers.begin(), numbers.end());
  return parts;
}

Points write_purchases(Transaction& tx, const Rows& rows, const Receipts& receipts,
                       const Resolved& resolved, const WriteOptions& options) {
  return Writer{tx, rows, receipts, resolved, options}.write();
}

}  // namespace pharmacy::purchases
