#include "visit/again.h"

#include <fmt/format.h>

#include "cli/phrases.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

// As one word where the code holds none of its marks, else as options; with ASCII digits and marks.
static std::string item_words(const SaleItem& item) {
  const bool is_plain = fold_width(item.code).find_first_of("=@#") == std::string::npos &&
                        !item.code.starts_with('-');
  const auto quantity = to_string(item.quantity);
  if (!is_plain) {
    auto words = fmt::format(" --item={} --qty {}", shell_word(item.code), quantity);
    if (item.price) words += " --price " + to_string(*item.price);
    if (item.batch) words += " --batch=" + shell_word(*item.batch);
    return words;
  }
  auto word = item.code + '=' + quantity;
  if (item.price) word += '@' + to_string(*item.price);
  if (item.batch) word += '#' + *item.batch;
  return ' ' + shell_word(word);
}

std::string command_to_sell(const NewSale& sale) {
  std::string command = "visit buy " + (sale.member ? to_string(*sale.member) : "-");
  for (const SaleItem& item : sale.items) command += item_words(item);
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
