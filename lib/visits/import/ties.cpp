// What refund lines take back.
#include <algorithm>
#include <compare>
#include <map>
#include <tuple>
#include <utility>

#include "visits/import/resolve.h"

namespace pharmacy::purchases {
namespace {

// A buyer and a product: ids of the store, or, below 0, texts of what is to be made.
struct Purchase {
  std::int64_t buyer = 0;
  std::int64_t product = 0;
  friend auto operator<=>(const Purchase&, const Purchase&) = default;
};

// Which line is the newer one, by what is recorded; those of the store come before those of the
// file.
struct Place {
  Instant at;                // of the receipt
  std::int64_t receipt = 0;  // -1 in the store
  std::int64_t row = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct SaleLine {
  Place place;
  Instant at;  // of the row
  Date day;    // of the row or of the receipt, whichever is later
  Quantity left;
  Money amount_left;
  Tie tie;
};

struct StoredLine {
  ReceiptId receipt;
  Instant at;
  Date day;
  std::int64_t line;
  ProductId product;
  Quantity left;
  Money amount_left;

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &StoredLine::receipt},
                      Field{"at", &StoredLine::at},
                      Field{"day", &StoredLine::day},
                      Field{"line", &StoredLine::line},
                      Field{"product", &StoredLine::product},
                      Field{"left", &StoredLine::left},
                      Field{"amount_left", &StoredLine::amount_left}};
  }
};

class Tying {
 public:
  Tying(db::Database& database, const Rows& rows, const Receipts& receipts, Resolved& resolved)
      : database_{database}, rows_{rows}, receipts_{receipts}, resolved_{resolved} {}

  void run() {
    find_refunds();
    if (refunds_.empty()) return;
    add_stored_sales();
    add_sales_of_file();
    std::sort(refunds_.begin(), refunds_.end(), [&](RowNumber a, RowNumber b) {
      return std::tuple{rows_.all[a].at, place_of(a)} < std::tuple{rows_.all[b].at, place_of(b)};
    });
    for (const RowNumber refund : refunds_) tie(refund);
  }

 private:
  void find_refunds() {
    for (RowNumber number = 0; number < rows_.all.size(); ++number) {
      const ReceiptNumber receipt = receipts_.of_row[number];
      if (!rows_.all[number].is_refund() || resolved_.fates[receipt] != Fate::added) continue;
      refunds_.push_back(number);
      // Nobody knows which sale a stranger brings back.
      if (receipts_.all[receipt].card != 0) sales_.try_emplace(purchase_of(number));
    }
  }

  void add_stored_sales() {
    auto statement = database_.prepare(
        "SELECT r.id, r.at, r.day, l.line, l.product,"
        " l.quantity - (SELECT coalesce(sum(b.quantity), 0) FROM line_return b"
        "               WHERE b.receipt = l.receipt AND b.line = l.line),"
        " l.amount - (SELECT coalesce(sum(b.amount), 0) FROM line_return b"
        "             WHERE b.receipt = l.receipt AND b.line = l.line)"
        " FROM receipt r JOIN line l ON l.receipt = r.id"
        " WHERE r.member = ?1 AND r.kind = 'sale' ORDER BY r.at, r.id, l.line");
    std::int64_t buyer = 0;
    for (auto& [wanted, lines] : sales_) {
      if (wanted.buyer <= 0 || wanted.buyer == buyer) continue;
      buyer = wanted.buyer;
      statement.bind(buyer);
      while (statement.step()) {
        const auto stored = statement.row<StoredLine>();
        const auto found = sales_.find({buyer, stored.product.number()});
        if (found == sales_.end()) continue;
        const auto count = static_cast<std::int64_t>(found->second.size());
        found->second.push_back(
            {.place = {stored.at, -1, count},
             .at = stored.at,
             .day = stored.day,
             .left = stored.left,
             .amount_left = stored.amount_left,
             .tie = {.sale = stored.receipt, .line = stored.line, .row = 0, .amount = {}}});
      }
    }
  }

  void add_sales_of_file() {
    for (RowNumber number = 0; number < rows_.all.size(); ++number) {
      const auto& row = rows_.all[number];
      const ReceiptNumber receipt = receipts_.of_row[number];
      const bool is_sale = row.quantity > Quantity{0} && receipts_.all[receipt].card != 0;
      if (!is_sale || resolved_.fates[receipt] != Fate::added) continue;
      const auto found = sales_.find(purchase_of(number));
      if (found == sales_.end()) continue;
      found->second.push_back({.place = place_of(number),
                               .at = row.at,
                               .day = std::max(row.day, receipts_.all[receipt].day),
                               .left = row.quantity,
                               .amount_left = row.amount,
                               .tie = {.sale = {}, .line = 0, .row = number, .amount = {}}});
    }
    for (auto& [purchase, lines] : sales_) {
      std::sort(lines.begin(), lines.end(),
                [](const auto& a, const auto& b) { return a.place < b.place; });
    }
  }

  void tie(RowNumber refund) {
    const auto& row = rows_.all[refund];
    const auto found = sales_.find(purchase_of(refund));
    if (found != sales_.end()) {
      auto& lines = found->second;
      for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        if (!is_earlier(*line, refund) || line->left < -row.quantity) continue;
        Tie found_tie = line->tie;
        // A till may pay back more than it took: the line gives no more than it has.
        found_tie.amount = std::clamp(row.amount, Money{0}, std::max(line->amount_left, Money{0}));
        resolved_.ties.emplace(refund, found_tie);
        line->left += row.quantity;
        line->amount_left -= found_tie.amount;
        if (line->left == Quantity{0}) lines.erase(std::next(line).base());
        return;
      }
    }
    resolved_.untied.add(row.line);
  }

  // No refund is recorded on a day before its sale's, whatever the times of rows.
  [[nodiscard]] bool is_earlier(const SaleLine& sale, RowNumber refund) const {
    const auto& row = rows_.all[refund];
    return sale.day <= std::min(row.day, receipts_.all[receipts_.of_row[refund]].day) &&
           (row.is_day_only || sale.at <= row.at);
  }

  [[nodiscard]] Place place_of(RowNumber number) const {
    const ReceiptNumber receipt = receipts_.of_row[number];
    return {receipts_.all[receipt].at, receipt, number};
  }

  [[nodiscard]] Purchase purchase_of(RowNumber number) const {
    const TextNumber card = receipts_.all[receipts_.of_row[number]].card;
    const TextNumber code = rows_.all[number].product;
    const auto& member = resolved_.members[card];
    const auto& product = resolved_.products[code].id;
    return {member ? member->number() : -std::int64_t{card},
            product ? product->number() : -std::int64_t{code}};
  }

  db::Database& database_;
  const Rows& rows_;
  const Receipts& receipts_;
  Resolved& resolved_;
  std::vector<RowNumber> refunds_;
  std::map<Purchase, std::vector<SaleLine>> sales_;  // that a refund may take back, oldest first
};

}  // namespace

void tie_refunds(db::Database& database, const Rows& rows, const Receipts& receipts,
                 Resolved& resolved) {
  Tying{database, rows, receipts, resolved}.run();
}

}  // namespace pharmacy::purchases
