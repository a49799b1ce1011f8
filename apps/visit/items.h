// Items, payments, lines and times as words of a command line.
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
};
// Blames the kind or the amount, whichever is wrong.
template <>
std::optional<PaymentPart> parse_one<PaymentPart>(const std::string& name, const std::string& text,
                                                  const ParseContext& context,
                                                  std::vector<Fault>& faults);

template <>
struct Parser<RefundItem> {
  static const char* placeholder() { return "LINE[=QUANTITY]"; }
  static std::string what();
  static std::string forms();
  static std::optional<RefundItem> parse(std::string_view text, const ParseContext& context);
};

// When a sale happened.
struct SaleTime {
  std::optional<Instant> at;  // absent: now
};
// A day without a time is its noon, and today is now: so that it is a time of that day in any
// case, and never one to come.
template <>
struct Parser<SaleTime> {
  static const char* placeholder() { return "TIME"; }
  static std::string what();
  static std::string forms();
  static std::optional<SaleTime> parse(std::string_view text, const ParseContext& context);
};

// By when something is promised.
struct PromisedTime {
  Instant at;
};
// A day without a time is its last second.
template <>
struct Parser<PromisedTime> {
  static const char* placeholder() { return "TIME"; }
  static std::string what();
  static std::string forms();
  static std::optional<PromisedTime> parse(std::string_view text, const ParseContext& context);
};

// A batch's last day.
struct ExpiryDay {
  Date day;
};
template <>
struct Parser<ExpiryDay> {
  static const char* placeholder() { return "DATE"; }
  static std::string what();
  static std::string forms();
  static std::optional<ExpiryDay> parse(std::string_view text, const ParseContext&);
};

// Items given by options: each --item begins one, and the options after it belong to it.
struct ItemOptions {
  std::vector<std::string> codes;
  std::vector<Quantity> quantities;
  std::vector<UnitPrice> prices;
  std::vector<std::string> batches;
  std::vector<ExpiryDay> expiries;
  std::vector<std::int64_t> days_supply;

  void define(Frame& frame, CLI::App& cmd);
  void define_quantities(Frame& frame, CLI::App& cmd);  // --item and --qty alone
  // The items in the order given. Throws invalid_input for an option before the first --item, or
  // twice for one.
  [[nodiscard]] std::vector<SaleItem> items(const CLI::App& cmd) const;
};

}  // namespace pharmacy::cli
