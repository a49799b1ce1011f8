#include "visit/again.h"

#include <fmt/format.h>

#include "cli/phrases.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

// The price of a unit that makes the line no less than what was paid for it: a discount does the
// rest.
static UnitPrice price_of(const ReceiptLine& line) {
  if (line.unit_price && line_amount(*line.unit_price, line.quantity) >= line.amount) {
    return *line.unit_price;
  }
  constexpr std::int64_t units_per_fen = 100'000;  // 1/10,000 yuan × 1/1,000 to 1/100 yuan
  return UnitPrice{
      -multiply_divide_floor(-line.amount.count(), units_per_fen, line.quantity.count())};
}

// As one word where the code holds none of its marks, else as options; with ASCII digits and marks.
static std::string item_words(const ReceiptLine& line) {
  const bool is_plain = fold_width(line.code).find_first_of("=@#") == std::string::npos &&
                        !line.code.starts_with('-');
  const auto quantity = to_string(line.quantity);
  if (!is_plain) {
    auto words = fmt::format(" --item={} --qty {}", shell_word(line.code), quantity);
    words += " --price " + to_string(price_of(line));
    if (line.batch) words += " --batch=" + shell_word(*line.batch);
    return words;
  }
  auto word = line.code + '=' + quantity + '@' + to_string(price_of(line));
  if (line.batch) word += '#' + *line.batch;
  return ' ' + shell_word(word);
}

std::string command_to_sell_again(const FullReceipt& refund) {
  const auto& receipt = refund.receipt;
  std::string command = "visit buy " + (receipt.member ? to_string(*receipt.member) : "-");
  Money sum;
  for (const auto& line : refund.lines) {
    if (line.quantity == Quantity{0}) continue;
    command += item_words(line);
    sum += line_amount(price_of(line), line.quantity);
  }
  if (receipt.prescription) command += " --prescription=" + shell_word(*receipt.prescription);
  if (receipt.pharmacist && receipt.pharmacist != receipt.staff)
    command += " --pharmacist=" + shell_word(*receipt.pharmacist);
  if (sum > receipt.amount) command += " --discount " + to_string(sum - receipt.amount);
  for (const auto& [kind, amount] : refund.payments) {
    command += fmt::format(" --pay {}={}", to_word(kind), to_string(amount));
  }
  return command;
}

}  // namespace pharmacy::cli
