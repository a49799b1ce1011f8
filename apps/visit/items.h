// Items, payments and lines as words of a command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/frame.h"
#include "cli/values.h"
#include "pharmacy/visits.h"

namespace pharmacy::cli {

template <>
struct Parser<SaleItem> {
  static const char* placeholder() { return "ITEM"; }
  static std::string what();
  static std::string forms();
  static std::optional<SaleItem> parse(std::string_view text, const ParseContext&) {
    return parse_sale_item(text);
  }
};

template <>
struct Parser<PaymentPart> {
  static const char* placeholder() { return "KIND[=AMOUNT]"; }
  static std::string what();
  static std::string forms();
  static std::optional<PaymentPart> parse(std::string_view text, const ParseContext&) {
    return parse_payment(text);
  }
};

template <>
struct Parser<RefundItem> {
  static const char* placeholder() { return "LINE[=QUANTITY]"; }
  static std::string what();
  static std::string forms();
  static std::optional<RefundItem> parse(std::string_view text, const ParseContext& context);
};

// Items given by options: each --item begins one, and the options after it belong to it.
struct ItemOptions {
  std::vector<std::string> codes;
  std::vector<Quantity> quantities;
  std::vector<UnitPrice> prices;
  std::vector<std::string> batches;
  std::vector<Date> expiries;
  std::vector<std::int64_t> days_supply;

  void define(Frame& frame, CLI::App& cmd);
  // The items in the order given. Throws invalid_input for an option before the first --item, or
  // twice for one.
  [[nodiscard]] std::vector<SaleItem> items(const CLI::App& cmd) const;
};

}  // namespace pharmacy::cli
