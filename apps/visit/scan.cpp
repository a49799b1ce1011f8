#include "visit/scan.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "pharmacy/catalog.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "visit/items.h"

namespace pharmacy::cli {

namespace {

struct Rung {
  SaleItem item;
  std::string name;
  Money amount;
};

// The items so far. Nothing here holds the store: each look-up is a snapshot of its own, so that
// a person may take as long as they like.
class Till {
 public:
  explicit Till(Session& session) : session_{session} {}

  void take(const std::string& line) {
    if (line == "-") {
      remove_last();
    } else if (const auto item = parse_sale_item(line)) {
      ring_up(*item);
    } else {
      session_.out().note(fmt::format(fmt::runtime(_("not an item: {item}; {forms}")),
                                      fmt::arg("item", for_terminal(line)),
                                      fmt::arg("forms", Parser<SaleItem>::forms())));
    }
  }

  [[nodiscard]] std::vector<SaleItem> items() const {
    std::vector<SaleItem> all;
    for (const auto& rung : rung_) all.push_back(rung.item);
    return all;
  }

 private:
  void remove_last() {
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

  void ring_up(const SaleItem& item) {
    auto reading = session_.store().read();
    const auto product = get_product(reading, item.code);
    const auto price = item.price ? item.price : product.price;
    if (!price) {
      session_.out().note(fmt::format(
          fmt::runtime(_("{name} has no price; give one: {code}@PRICE")),
          fmt::arg("name", for_terminal(product.name)), fmt::arg("code", product.code)));
      return;
    }
    rung_.push_back({item, product.name, line_amount(*price, item.quantity)});
    session_.out().note(fmt::format(
        fmt::runtime(_("{number}. {name}  {quantity} × {price} = {amount}; total {total}")),
        fmt::arg("number", rung_.size()), fmt::arg("name", for_terminal(product.name)),
        fmt::arg("quantity", to_string(item.quantity)), fmt::arg("price", to_string(*price)),
        fmt::arg("amount", to_string(rung_.back().amount)), fmt::arg("total", to_string(total()))));
  }

  [[nodiscard]] Money total() const {
    Money sum;
    for (const auto& rung : rung_) sum += rung.amount;
    return sum;
  }

  Session& session_;
  std::vector<Rung> rung_;
};

}  // namespace

std::optional<std::vector<SaleItem>> scan_items(Session& session) {
  Till till{session};
  session.out().note(_("one item a line; - takes the last one off; an empty line ends"));
  for (;;) {
    // What is wrong with one line must not lose the others.
    try {
      const auto line = session.ask(_("item: "));
      if (!line) return std::nullopt;
      if (line->empty()) return till.items();
      till.take(*line);
    } catch (const Error& error) {
      if (error.code() != Errc::invalid_input && error.code() != Errc::not_found) throw;
      for (const auto& [message, hint] : error.faults()) {
        session.out().note(hint.empty() ? message : message + "; " + hint);
      }
    }
  }
}

}  // namespace pharmacy::cli
