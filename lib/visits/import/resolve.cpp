#include "visits/import/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <unordered_set>

#include "base/i18n.h"
#include "pharmacy/text.h"

namespace pharmacy::purchases {
namespace {

struct StoredProduct {
  ProductId id;
  std::string name;
  bool earns;
  std::optional<SpecialDrug> special;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &StoredProduct::id}, Field{"name", &StoredProduct::name},
                      Field{"earns_points", &StoredProduct::earns},
                      Field{"special", &StoredProduct::special}};
  }
};

class Resolver {
 public:
  Resolver(db::Database& database, const Rows& rows, const Receipts& receipts)
      : database_{database}, rows_{rows}, receipts_{receipts} {}

  Resolved run(const ResolveOptions& options) {
    find_members();
    find_products();
    resolved_.faults = rows_.faults;
    add_unknown(options);
    refuse_restricted();
    resolved_.fates.assign(receipts_.all.size(), Fate::added);
    reject_receipts();
    find_earlier_imports();
    reject_receipts();
    spread_faults();
    tie_refunds(database_, rows_, receipts_, resolved_);
    return std::move(resolved_);
  }

 private:
  void find_members() {
    const auto& cards = rows_.texts.cards;
    resolved_.members.resize(cards.size());
    // Cards that have ended too: a past sale belongs to whoever had the card.
    auto statement = database_.prepare(
        "SELECT c.member, m.status = 'restricted' FROM card c JOIN member m ON m.id = c.member"
        " WHERE c.number = ?1");
    for (TextNumber card = 1; card < cards.size(); ++card) {
      const auto number = cards[card];
      statement.bind(number);
      if (!statement.step()) continue;
      resolved_.members[card] = statement.get<MemberId>(0);
      if (statement.get<bool>(1)) restricted_.insert(card);
    }
  }

  // Nothing more is kept of whoever is restricted.
  void refuse_restricted() {
    if (restricted_.empty()) return;
    for (RowNumber number = 0; number < rows_.all.size(); ++number) {
      const auto& row = rows_.all[number];
      if (row.is_ragged || !restricted_.contains(row.card)) continue;
      add_fault(number, card_field,
                fmt::format(fmt::runtime(_("the card is that of {}, who is restricted")),
                            to_string(*resolved_.members[row.card])));
    }
  }

  void find_products() {
    const auto& codes = rows_.texts.products;
    resolved_.products.resize(codes.size());
    auto statement =
        database_.prepare("SELECT id, name, earns_points, special FROM product WHERE code = ?1");
    for (TextNumber code = 1; code < codes.size(); ++code) {
      const auto text = codes[code];
      statement.bind(text);
      if (!statement.step()) continue;
      auto stored = statement.row<StoredProduct>();
      if (stored.name == text) stored.name.clear();
      resolved_.products[code] = {stored.id, std::move(stored.name), stored.earns, stored.special};
    }
  }

  void add_unknown(const ResolveOptions& options) {
    if (options.create_members && options.create_products) return;
    for (RowNumber number = 0; number < rows_.all.size(); ++number) {
      const auto& row = rows_.all[number];
      if (row.is_ragged) continue;
      if (!options.create_members && row.card != 0 && !resolved_.members[row.card]) {
        add_fault(number, card_field,
                  fmt::format(fmt::runtime(_("no member has the card {}; --create-members makes "
                                             "one")),
                              rows_.texts.cards[row.card]));
      }
      if (!options.create_products && row.product != 0 && !resolved_.products[row.product].id) {
        add_fault(number, product_field,
                  fmt::format(fmt::runtime(_("no product has the code {}; --create-products makes "
                                             "one")),
                              rows_.texts.products[row.product]));
      }
    }
  }

  void add_fault(RowNumber row, FieldPlace field, std::string message) {
    resolved_.faults.push_back({row, {rows_.headers[field], std::move(message)}});
  }

  // Receipts that an earlier import brought: the same ones are done, others contradict them.
  void find_earlier_imports() {
    std::vector<ReceiptNumber> sorted(receipts_.all.size());
    std::iota(sorted.begin(), sorted.end(), ReceiptNumber{0});
    const auto identity = [&](ReceiptNumber number) -> const ShortDigest& {
      return receipts_.all[number].identity;
    };
    // In the order of the table, whose pages are then read once.
    std::sort(sorted.begin(), sorted.end(),
              [&](auto a, auto b) { return identity(a) < identity(b); });
    auto statement = database_.prepare("SELECT content FROM imported_receipt WHERE identity = ?1");
    db::Bytes key;
    for (const ReceiptNumber number : sorted) {
      if (resolved_.fates[number] == Fate::rejected) continue;
      key.assign(identity(number).begin(), identity(number).end());
      statement.bind(key);
      if (!statement.step()) continue;
      const auto& receipt = receipts_.all[number];
      const auto content = statement.get<db::Bytes>(0);
      if (std::equal(content.begin(), content.end(), receipt.content.begin())) {
        resolved_.fates[number] = Fate::already;
      } else {
        contradict(receipt);
      }
    }
  }

  void contradict(const Receipt& receipt) {
    for (const RowNumber number : receipts_.rows_of(receipt)) {
      const auto& row = rows_.all[number];
      const auto message =
          row.receipt != 0
              ? fmt::format(fmt::runtime(_("the receipt {} is there already, with other rows")),
                            rows_.texts.receipts[row.receipt])
              : fmt::format(fmt::runtime(_("the purchases of card {card} on {day} are there "
                                           "already, with other rows")),
                            fmt::arg("card", rows_.texts.cards[row.card]),
                            fmt::arg("day", to_string(row.day)));
      resolved_.faults.push_back({number, {{}, message}});
    }
  }

  // A receipt is taken whole or not at all: one row of it that is wrong rejects the others.
  void reject_receipts() {
    for (const auto& fault : resolved_.faults) {
      resolved_.fates[receipts_.of_row[fault.row]] = Fate::rejected;
    }
  }

  void spread_faults() {
    auto& faults = resolved_.faults;
    constexpr std::uint32_t none = 0;
    std::vector<std::uint32_t> wrong_line(receipts_.all.size(), none);
    std::vector<bool> has_fault(rows_.all.size());
    for (const auto& fault : faults) {
      has_fault[fault.row] = true;
      auto& line = wrong_line[receipts_.of_row[fault.row]];
      if (line == none) line = rows_.all[fault.row].line;
    }
    for (ReceiptNumber number = 0; number < receipts_.all.size(); ++number) {
      if (wrong_line[number] == none) continue;
      for (const RowNumber row : receipts_.rows_of(receipts_.all[number])) {
        if (has_fault[row]) continue;
        faults.push_back(
            {row,
             {{},
              fmt::format(fmt::runtime(_("line {} of the same receipt cannot be taken")),
                          wrong_line[number])}});
      }
    }
    std::stable_sort(faults.begin(), faults.end(),
                     [](const auto& a, const auto& b) { return a.row < b.row; });
  }

  db::Database& database_;
  const Rows& rows_;
  const Receipts& receipts_;
  Resolved resolved_;
  std::unordered_set<TextNumber> restricted_;  // cards
};

}  // namespace

Resolved resolve(db::Database& database, const Rows& rows, const Receipts& receipts,
                 const ResolveOptions& options) {
  return Resolver{database, rows, receipts}.run(options);
}

}  // namespace pharmacy::purchases
