#include "visits/import/receipts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/i18n.h"
#include "crypto/hash.h"
#include "visits/receipts/receipt_rows.h"

namespace pharmacy::purchases {
namespace {

// Values as bytes that can be told apart again, whatever their lengths.
class Record {
 public:
  void clear() { bytes_.clear(); }
  Record& add(std::int64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
      bytes_.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> shift));
    }
    return *this;
  }
  Record& add(std::string_view text) {
    add(static_cast<std::int64_t>(text.size()));
    bytes_ += text;
    return *this;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

ShortDigest short_digest(std::string_view bytes) {
  const auto whole = crypto::Hasher{}.add(bytes).finish();
  ShortDigest half;
  std::memcpy(half.data(), whole.data(), half.size());
  return half;
}

struct DigestHash {
  std::size_t operator()(const ShortDigest& digest) const {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
  }
};

class Grouping {
 public:
  explicit Grouping(const Rows& rows) : by_number_(rows.texts.receipts.size()) {}

  // The receipt of the row: one from before, or the next one.
  ReceiptNumber receipt_of(const Row& row) {
    constexpr ReceiptNumber none = 0;  // places hold the receipt's number + 1
    ReceiptNumber own = none;
    ReceiptNumber& place = place_of(row, own);
    if (place == none) place = ++count_;
    return place - 1;
  }

 private:
  ReceiptNumber& place_of(const Row& row, ReceiptNumber& own) {
    if (!row.has_receipt) return own;
    if (row.receipt != 0) return by_number_[row.receipt];
    if (row.card == 0 || !row.has_at) return own;
    const auto day = static_cast<std::uint32_t>(row.day.epoch_days());
    return by_card_and_day_[std::uint64_t{row.card} << 32 | day];
  }

  std::vector<ReceiptNumber> by_number_;
  std::unordered_map<std::uint64_t, ReceiptNumber> by_card_and_day_;
  ReceiptNumber count_ = 0;
};

// Puts the rows in the order of their receipts; the order within a receipt stays.
void order_rows(Receipts& receipts) {
  std::uint32_t first = 0;
  for (auto& receipt : receipts.all) {
    receipt.first = first;
    first += receipt.count;
    receipt.count = 0;
  }
  receipts.order.resize(receipts.of_row.size());
  for (RowNumber row = 0; row < receipts.of_row.size(); ++row) {
    auto& receipt = receipts.all[receipts.of_row[row]];
    receipts.order[receipt.first + receipt.count++] = row;
  }
}

class Identities {
 public:
  Identities(const Rows& rows, std::string_view source) : rows_{rows}, source_{source} {}

  void set(Receipt& receipt, std::span<const RowNumber> numbers) {
    records_.resize(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      record_.clear();
      write(rows_.all[numbers[i]]);
      records_[i] = record_.bytes();
    }
    std::sort(records_.begin(), records_.end());
    record_.clear();
    for (const auto& one : records_) record_.add(one);
    receipt.content = short_digest(record_.bytes());

    const auto& row = rows_.all[numbers[0]];
    record_.clear();
    record_.add(source_);
    if (row.receipt != 0) {
      record_.add("number").add(rows_.texts.receipts[row.receipt]);
    } else if (row.card != 0) {
      record_.add("card and day").add(rows_.texts.cards[row.card]).add(row.day.epoch_days());
    } else {
      const auto ordinal = equal_rows_[receipt.content]++;
      record_.add("row").add(text_of(receipt.content)).add(ordinal);
    }
    receipt.identity = short_digest(record_.bytes());
  }

 private:
  static std::string_view text_of(const ShortDigest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
  }

  void write(const Row& row) {
    const auto& texts = rows_.texts;
    record_.add(row.at.seconds)
        .add(texts.cards[row.card])
        .add(texts.products[row.product])
        .add(texts.product_names[row.product_name])
        .add(row.quantity.count())
        .add(row.amount.count())
        .add(row.unit_price ? row.unit_price->count() : -1)
        .add(row.list_amount ? row.list_amount->count() : -1)
        .add(to_word(row.payment))
        .add(texts.channels[row.channel])
        .add(texts.batches[row.batch])
        .add(row.expiry ? row.expiry->epoch_days() : 0)
        .add(row.days_supply)
        .add(texts.staff[row.staff]);
  }

  const Rows& rows_;
  std::string_view source_;
  Record record_;
  std::vector<std::string> records_;
  std::unordered_map<ShortDigest, std::int64_t, DigestHash> equal_rows_;
};

bool is_same_month(Date a, Date b) {
  return a.ymd().year() == b.ymd().year() && a.ymd().month() == b.ymd().month();
}

// The receipt's time and card, and rows that do not go with them.
class Settling {
 public:
  explicit Settling(Rows& rows) : rows_{rows} {}

  void settle(Receipt& receipt, std::span<const RowNumber> numbers) {
    const auto whole = std::find_if(numbers.begin(), numbers.end(),
                                    [&](RowNumber number) { return !rows_.all[number].is_ragged; });
    if (whole == numbers.end()) return;
    first_ = &rows_.all[*whole];
    receipt.at = first_->at;
    receipt.day = first_->day;
    paid_ = Money{0};
    for (const RowNumber number : numbers) {
      if (!rows_.all[number].is_ragged) add(receipt, number);
    }
  }

 private:
  void add(Receipt& receipt, RowNumber number) {
    const auto& row = rows_.all[number];
    if (row.has_at && first_->has_at && row.day != first_->day) {
      receipt.several_days = true;
      if (!is_same_month(row.day, first_->day)) fail_month(number);
    }
    if (receipt.card == 0) receipt.card = row.card;
    if (row.card != 0 && row.card != receipt.card) {
      fail(number, card_field,
           fmt::format(fmt::runtime(_("the receipt {0} has another card on line {1}")),
                       rows_.texts.receipts[row.receipt], first_->line));
    }
    paid_ += row.amount;
    if (paid_ > visits::receipt_amount_max) {
      fail(number, amount_field,
           fmt::format(fmt::runtime(_("the receipt comes to more than {}")),
                       to_string(visits::receipt_amount_max)));
      paid_ = Money{0};
    }
  }

  // Most likely a number that begins anew each day, month or year.
  void fail_month(RowNumber number) {
    fail(
        number, receipt_field,
        fmt::format(fmt::runtime(_("the receipt {number} is of another month on line {line}; where "
                                   "numbers begin anew, join columns: --map "
                                   "receipt={at}+{receipt}")),
                    fmt::arg("number", rows_.texts.receipts[rows_.all[number].receipt]),
                    fmt::arg("line", first_->line), fmt::arg("at", rows_.headers[at_field]),
                    fmt::arg("receipt", rows_.headers[receipt_field])));
  }

  void fail(RowNumber number, FieldPlace field, std::string message) {
    rows_.faults.push_back({number, {rows_.headers[field], std::move(message)}});
  }

  Rows& rows_;
  const Row* first_ = nullptr;  // of the receipt
  Money paid_;
};

}  // namespace

Receipts group_rows(Rows& rows, std::string_view source) {
  Receipts receipts;
  Grouping grouping{rows};
  receipts.of_row.reserve(rows.all.size());
  for (const auto& row : rows.all) {
    const ReceiptNumber number = grouping.receipt_of(row);
    if (number == receipts.all.size()) receipts.all.emplace_back();
    ++receipts.all[number].count;
    receipts.of_row.push_back(number);
  }
  order_rows(receipts);
  Identities identities{rows, source};
  Settling settling{rows};
  for (auto& receipt : receipts.all) {
    const auto numbers = receipts.rows_of(receipt);
    settling.settle(receipt, numbers);
    identities.set(receipt, numbers);
  }
  hold_back(rows);
  return receipts;
}

}  // namespace pharmacy::purchases
