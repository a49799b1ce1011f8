// Rows of which nobody can tell what receipt they are of: a file that was cut short, a day that
// cannot be read. A receipt is taken whole or not at all, so what may be of the same one waits.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/i18n.h"
#include "visits/import/receipts.h"

namespace pharmacy::purchases {
namespace {

class Holding {
 public:
  explicit Holding(Rows& rows)
      : rows_{rows},
        by_row_(rows.all.size()),
        by_number_(rows.texts.receipts.size()),
        by_card_(rows.texts.cards.size()),
        by_card_and_day_(rows.texts.cards.size()) {}

  void run() {
    std::optional<RowNumber> seen;
    for (const auto& fault : rows_.faults) {
      if (seen != fault.row) look_at(fault.row);
      seen = fault.row;
    }
    if (any_) hold();
  }

 private:
  // The lines, by what they may have in common with other rows; 0 where there is none.
  using Lines = std::vector<std::uint32_t>;

  void look_at(RowNumber number) {
    const auto& row = rows_.all[number];
    if (!row.is_ragged) {
      const bool by_day = row.has_receipt && row.receipt == 0;
      if (by_day && row.card != 0 && !row.has_at) mark(by_card_and_day_, row.card, row);
      if (by_day && !row.has_card) mark_neighbours(number);
      return;
    }
    const auto shifted = rows_.shifted_receipts.find(number);
    if (shifted != rows_.shifted_receipts.end()) mark(by_number_, shifted->second, row);
    if (row.has_receipt && row.receipt != 0) return;  // it is among the rows of its receipt
    if (row.card != 0) {
      if (!row.has_receipt) mark(by_card_, row.card, row);
      if (row.has_receipt && !row.has_at) mark(by_card_and_day_, row.card, row);
    } else if (!row.has_receipt || !row.has_card) {
      mark_neighbours(number);
    }
  }

  void mark(Lines& lines, std::uint32_t place, const Row& row) {
    if (lines[place] == 0) lines[place] = row.line;
    any_ = true;
  }

  // The rows of a receipt stand together in most files.
  void mark_neighbours(RowNumber number) {
    constexpr RowNumber reach = 100;
    const auto& all = rows_.all;
    const RowNumber first = number > reach ? number - reach : 0;
    for (RowNumber before = number; before > first; --before) {
      if (mark_neighbour(before - 1, all[number])) break;
    }
    for (RowNumber after = number + 1; after < all.size() && after - number <= reach; ++after) {
      if (mark_neighbour(after, all[number])) break;
    }
  }

  // Whether there is no need to look further.
  bool mark_neighbour(RowNumber number, const Row& because_of) {
    const auto& row = rows_.all[number];
    if (row.is_ragged || !row.has_card) return false;
    const bool other_day = row.has_at && because_of.has_at && row.day != because_of.day;
    if (!other_day) mark(by_row_, number, because_of);
    return true;
  }

  void hold() {
    std::vector<bool> has_fault(rows_.all.size());
    for (const auto& fault : rows_.faults) has_fault[fault.row] = true;
    for (RowNumber number = 0; number < rows_.all.size(); ++number) {
      const auto& row = rows_.all[number];
      const bool is_alone = row.receipt == 0 && row.card == 0;
      if (has_fault[number] || is_alone) continue;
      const auto by_card = row.receipt == 0 && by_card_[row.card] == 0 ? by_card_and_day_[row.card]
                                                                       : by_card_[row.card];
      const auto by_receipt =
          by_number_[row.receipt] != 0 ? by_number_[row.receipt] : by_row_[number];
      if (by_card != 0) {
        add_fault(number, _("line {} of the same card cannot be read"), by_card);
      } else if (by_receipt != 0) {
        add_fault(number, _("line {}, which cannot be read, may be of the same receipt"),
                  by_receipt);
      }
    }
  }

  void add_fault(RowNumber row, const char* text, std::uint32_t line) {
    rows_.faults.push_back({row, {{}, fmt::format(fmt::runtime(text), line)}});
  }

  Rows& rows_;
  Lines by_row_;
  Lines by_number_;
  Lines by_card_;
  Lines by_card_and_day_;  // rows without a receipt's number
  bool any_ = false;
};

}  // namespace

void hold_back(Rows& rows) { Holding{rows}.run(); }

}  // namespace pharmacy::purchases
