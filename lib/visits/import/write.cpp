#include "visits/import/write.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include "pharmacy/members.h"
#include "pharmacy/policy.h"
#include "vault/access.h"
#include "visits/import/points.h"
#include "visits/receipts/payments.h"
#include "visits/receipts/receipt_rows.h"
#include "visits/special/packs.h"

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

  Earned write() {
    sort_receipts();
    make_members();
    make_products();
    // Table by table: fewer pages are in use at a time than receipt by receipt.
    for (const auto& half : halves_) write_receipt(half);
    for (const auto& half : halves_) write_lines(half);
    for (const auto& half : halves_) write_payments(half);
    write_identities();
    move_points();
    return earned_;
  }

 private:
  // What became of a receipt of the file.
  struct Written {
    std::optional<ReceiptId> sale;
    std::optional<ReceiptId> refund;
  };

  // A sale, or a refund, that a receipt of the file becomes.
  struct Half {
    Instant at;
    ReceiptKind kind;
    ReceiptNumber number;
  };

  [[nodiscard]] const Receipt& receipt(ReceiptNumber number) const { return receipts_.all[number]; }
  [[nodiscard]] bool is_added(RowNumber row) const {
    return resolved_.fates[receipts_.of_row[row]] == Fate::added;
  }
  [[nodiscard]] Parts parts(ReceiptNumber number) const {
    return parts_of(rows_, receipts_.rows_of(receipt(number)));
  }

  // As they happened, so that ids, days and the pages of their tables go up together; and a refund
  // after the sales that it takes back, which may stand below it in the file.
  void sort_receipts() {
    for (ReceiptNumber number = 0; number < receipts_.all.size(); ++number) {
      if (resolved_.fates[number] == Fate::added) order_.push_back(number);
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](auto a, auto b) { return receipt(a).at < receipt(b).at; });
    for (const ReceiptNumber number : order_) {
      const auto [sale, refund] = parts(number);
      if (!sale.empty()) halves_.push_back({receipt(number).at, ReceiptKind::sale, number});
      if (refund.empty()) continue;
      halves_.push_back({time_of_refund(number, refund), ReceiptKind::refund, number});
    }
    std::stable_sort(halves_.begin(), halves_.end(), [](const Half& a, const Half& b) {
      return std::tuple{a.at, a.kind} < std::tuple{b.at, b.kind};
    });
  }

  [[nodiscard]] Instant time_of_refund(ReceiptNumber number,
                                       const std::vector<RowNumber>& refund) const {
    Instant at = receipt(number).at;
    for (const RowNumber one : refund) {
      const Tie* tie = tie_of(one);
      if (tie != nullptr && !tie->sale) at = std::max(at, receipt(receipts_.of_row[tie->row]).at);
    }
    return at;
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
    const auto names = names_of_products();
    for (RowNumber number = 0; number < rows_.all.size(); ++number) {
      const TextNumber code = rows_.all[number].product;
      if (code == 0 || products_[code]) continue;
      const auto& known = resolved_.products[code];
      if (known.id) {
        products_[code] = known.id;
        earns_[code] = known.earns;
        if (known.name.empty() && names[code] != 0) {
          give_name(*known.id, rows_.texts.product_names[names[code]]);
        }
        continue;
      }
      if (!is_added(number)) continue;
      const auto text = rows_.texts.products[code];
      const auto name = names[code] == 0 ? text : rows_.texts.product_names[names[code]];
      statement.bind(text, name, tx_.now(), tx_.actor().id, options_.import).run();
      products_[code] = ProductId{database_.last_insert_id()};
    }
  }

  // The first name that the rows which are added give each code.
  [[nodiscard]] std::vector<TextNumber> names_of_products() const {
    std::vector<TextNumber> names(products_.size());
    for (RowNumber number = 0; number < rows_.all.size(); ++number) {
      const auto& row = rows_.all[number];
      if (names[row.product] != 0 || !is_added(number)) continue;
      names[row.product] = row.product_name;
    }
    return names;
  }

  // Of a product that was made without one.
  void give_name(ProductId product, std::string_view name) {
    database_.run("UPDATE product SET name = ?2 WHERE id = ?1", product, name);
  }

  // The rows of the file that the half is made of.
  [[nodiscard]] std::vector<RowNumber> rows_of(const Half& half) const {
    auto [sale, refund] = parts(half.number);
    return half.kind == ReceiptKind::sale ? std::move(sale) : std::move(refund);
  }

  void write_receipt(const Half& half) {
    const auto numbers = rows_of(half);
    auto& written = written_[half.number];
    (half.kind == ReceiptKind::sale ? written.sale : written.refund) =
        insert(half.number, half.kind, numbers);
    place_lines(numbers);
  }

  [[nodiscard]] ReceiptId id_of(const Half& half) const {
    const auto& [sale, refund] = written_[half.number];
    return half.kind == ReceiptKind::sale ? sale.value() : refund.value();
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
                           .import = options_.import};
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
    if (row.member) vault::shows(tx_, *row.member);
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

  void write_lines(const Half& half) {
    const ReceiptId id = id_of(half);
    for (const RowNumber one : rows_of(half)) {
      auto row = line_row(one);
      const Tie* tie = half.kind == ReceiptKind::refund ? tie_of(one) : nullptr;
      if (tie != nullptr) row.refunded_line = tie->sale ? tie->line : lines_[tie->row];
      visits::insert(tx_, id, row);
      if (half.kind == ReceiptKind::sale) mark_special(id, row.line, rows_.all[one].product);
      if (tie == nullptr) continue;
      row.amount = tie->amount;
      visits::insert_return(tx_, sale_of(*tie), id, row);
    }
  }

  // No file names a prescription.
  void mark_special(ReceiptId receipt, std::int64_t line, TextNumber product) {
    const auto& special = resolved_.products[product].special;
    if (!special) return;
    visits::insert(database_,
                   {.receipt = receipt, .line = line, .special = *special, .counts = true});
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

  void write_payments(const Half& half) {
    const ReceiptId id = id_of(half);
    for (const auto& payment : payments_of(rows_of(half))) visits::insert(tx_, id, payment);
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

  void move_points() {
    for (const auto& half : halves_) {
      if (receipt(half.number).card == 0) continue;
      if (half.kind == ReceiptKind::refund) {
        take_points_back(half);
      } else if (options_.earn) {
        earn(half);
      }
    }
  }

  void take_points_back(const Half& half) {
    std::vector<ReceiptId> sales;
    for (const RowNumber one : rows_of(half)) {
      const Tie* tie = tie_of(one);
      // Sales that this import brings have points only if it was told so.
      if (tie != nullptr && (tie->sale || options_.earn)) sales.push_back(sale_of(*tie));
    }
    std::sort(sales.begin(), sales.end());
    sales.erase(std::unique(sales.begin(), sales.end()), sales.end());
    for (const ReceiptId one : sales) {
      reverse_points_of(tx_, {.sale = one, .refund = id_of(half), .day = receipt(half.number).day});
    }
  }

  void earn(const Half& half) {
    const auto& from = receipt(half.number);
    const auto sale = rows_of(half);
    PointsBasis basis;
    for (const RowNumber one : sale) {
      const auto& row = rows_.all[one];
      basis.paid += row.amount;
      if (earns_[row.product]) basis.lines += row.amount;
    }
    basis.earning = visits::earning_part(payments_of(sale), policy_of(from.day));
    const auto earned = earn_points(tx_, {.member = *members_[from.card],
                                          .receipt = id_of(half),
                                          .day = from.day,
                                          .basis = basis,
                                          .import = options_.import});
    earned_.points += earned.points;
    if (earned.ended) earned_.ended.add(rows_.all[sale.front()].line);
  }

  Transaction& tx_;
  db::Database& database_;
  const Rows& rows_;
  const Receipts& receipts_;
  const Resolved& resolved_;
  const WriteOptions& options_;
  std::vector<ReceiptNumber> order_;
  std::vector<Half> halves_;
  std::vector<std::optional<MemberId>> members_;    // by card
  std::vector<std::optional<ProductId>> products_;  // by code
  std::vector<bool> earns_;                         // by code
  std::vector<Written> written_;                    // by receipt
  std::vector<std::uint32_t> lines_;                // by row: its line on its receipt
  std::optional<Date> policy_day_;
  Policy policy_;
  std::int64_t done_ = 0;
  Earned earned_;
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

Earned write_purchases(Transaction& tx, const Rows& rows, const Receipts& receipts,
                       const Resolved& resolved, const WriteOptions& options) {
  return Writer{tx, rows, receipts, resolved, options}.write();
}

}  // namespace pharmacy::purchases
