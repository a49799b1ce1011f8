#include "visit/scan.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "visit/items.h"
#include "visit/talk.h"

namespace pharmacy::cli {

bool Till::scan() {
  session_.out().note(_("one item a line; - takes the last one off; an empty line ends"));
  for (;;) {
    const auto line = ask_line(session_, _("item: "));
    if (!line) return false;
    if (line->empty()) return true;
    // What is wrong with one line must not lose the others.
    try {
      take(*line);
    } catch (const Error& error) {
      if (error.code() != Errc::invalid_input && error.code() != Errc::not_found) throw;
      tell(session_, error);
    }
  }
}

std::vector<SaleItem> Till::items() const {
  std::vector<SaleItem> all;
  for (const auto& rung : rung_) all.push_back(rung.item);
  return all;
}

void Till::take(const std::string& line) {
  if (fold_width(line) == "-") {
    remove_last();
  } else if (const auto item = parse_sale_item(line)) {
    ring_up(*item);
  } else {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("not an item: {}")), for_terminal(line)),
                Parser<SaleItem>::forms());
  }
}

void Till::remove_last() {
  if (rung_.empty()) {
    session_.out().note(_("there is no item to take off"));
    return;
  }
  const auto last = std::move(rung_.back());
  rung_.pop_back();
  session_.out().note(fmt::format(fmt::runtime(_("taken off: {name}; total {total}")),
                                  fmt::arg("name", for_terminal(last.name)),
                                  fmt::arg("total", to_string(total()))));
}

void Till::ring_up(const SaleItem& item) {
  if (rung_.size() == sale_items_max) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(P_("a sale has at most {} item",
                                            "a sale has at most {} items", sale_items_max)),
                            sale_items_max));
  }
  auto reading = session_.store().read();
  const auto& rung = rung_.emplace_back(price_item(reading, item));
  session_.out().note(fmt::format(
      fmt::runtime(_("{number}. {name}  {quantity} × {price} = {amount}; total {total}")),
      fmt::arg("number", rung_.size()), fmt::arg("name", for_terminal(rung.name)),
      fmt::arg("quantity", to_string(rung.item.quantity)), fmt::arg("price", to_string(rung.price)),
      fmt::arg("amount", to_string(rung.amount)), fmt::arg("total", to_string(total()))));
}

Money Till::total() const {
  Money sum;
  for (const auto& rung : rung_) sum += rung.amount;
  return sum;
}

}  // namespace pharmacy::cli
