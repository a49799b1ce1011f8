// A counter that sells compounds with ephedrine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/counter_store.h"

namespace pharmacy::test {

// The number of an ID card that nobody has; another one for each n from 0 to 999.
std::string id_card(int n);

// What a sale of it says, beside its items.
struct SpecialAsked {
  std::optional<std::int64_t> member{};
  std::optional<std::string> number{};
  std::optional<std::string> day{};  // it happened then, at noon
  std::optional<std::string> prescription{};
  std::string name = "赵敏";
};

// Beside the catalog of CounterStore "E" at 15.00, and "R", which needs a prescription. Members M1
// to M5.
struct SpecialStore : CounterStore {
  explicit SpecialStore(std::string_view day = "2026-03-20");

  NewSale sale(const std::vector<std::string>& items, const SpecialAsked& asked) const;
  ReceiptId sell_special(const std::vector<std::string>& items, const SpecialAsked& asked);
  // The words of the error; "" where it is sold.
  std::string refusal(const std::vector<std::string>& items, const SpecialAsked& asked);
  void live_together(std::int64_t who, std::int64_t with);
  // From today on, by a line of the policy's section: "window_days = 3".
  void set_limits(const std::string& lines);
  // Somebody else of the pharmacy, with a key file of her own.
  Store let_in(Role role);
  // The same; the path of the key file.
  std::string key_of(Role role);
};

}  // namespace pharmacy::test
