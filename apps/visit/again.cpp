#include "visit/again.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/phrases.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

// Whether a word says all of it: the code holds none of its marks.
static bool fits_word(const SaleItem& item) {
  return fold_width(item.code).find_first_of("=@#") == std::string::npos &&
         !item.code.starts_with('-') && !item.expiry && !item.days_supply;
}

static std::string item_options(const SaleItem& item) {
  auto words = fmt::format(" --item={} --qty {}", shell_word(item.code), to_string(item.quantity));
  if (item.price) words += " --price " + to_string(*item.price);
  if (item.batch) words += " --batch=" + shell_word(*item.batch);
  if (item.expiry) words += " --expiry " + to_string(*item.expiry);
  if (item.days_supply) words += fmt::format(" --days-supply {}", *item.days_supply);
  return words;
}

// With ASCII digits and marks.
static std::string item_word(const SaleItem& item) {
  auto word = item.code + '=' + to_string(item.quantity);
  if (item.price) word += '@' + to_string(*item.price);
  if (item.batch) word += '#' + *item.batch;
  return ' ' + shell_word(word);
}

std::string command_to_sell(const NewSale& sale) {
  std::string command = "visit buy " + (sale.member ? to_string(*sale.member) : "-");
  // All in one form: options come behind words, and the lines keep their order.
  const bool is_brief = std::ranges::all_of(sale.items, fits_word);
  for (const SaleItem& item : sale.items)
    command += is_brief ? item_word(item) : item_options(item);
  if (sale.channel != "counter") command += " --channel=" + shell_word(sale.channel);
  if (sale.prescription) command += " --prescription=" + shell_word(*sale.prescription);
  if (sale.pharmacist) command += " --pharmacist=" + shell_word(*sale.pharmacist);
  if (sale.discount > Money{0}) command += " --discount " + to_string(sale.discount);
  for (const auto& [kind, amount] : sale.payments) {
    command += fmt::format(" --pay {}", to_word(kind));
    if (amount) command += '=' + to_string(*amount);
  }
  if (sale.overrides) command += " --override";
  if (sale.reason) command += " --reason=" + shell_word(*sale.reason);
  return command;
}

}  // namespace pharmacy::cli
