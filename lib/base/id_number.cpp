#include "base/id_number.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/count.h"
#include "pharmacy/text.h"

namespace pharmacy {

char id_check_digit(std::string_view first_17) {
  constexpr int modulus = 11;
  constexpr int radix = 2;
  int sum = 0;
  for (const char digit : first_17) sum = (sum + (digit - '0')) * radix % modulus;
  const int check = (modulus + 1 - sum) % modulus;
  return check == 10 ? 'X' : static_cast<char>('0' + check);
}

std::optional<std::string> kept_id_number(std::string_view text, Date today) {
  constexpr std::size_t length = 18;
  constexpr std::size_t birth_at = 6;
  const auto kept = normalise(text);
  if (!kept) return std::nullopt;
  std::string number = fold_width(*kept);
  std::erase(number, ' ');
  if (number.size() != length || number[0] == '0') return std::nullopt;
  if (!std::all_of(number.begin(), number.end() - 1, is_digit)) return std::nullopt;
  if (number.back() == 'x') number.back() = 'X';
  const auto birth =
      parse_date(fmt::format("{}-{}-{}", number.substr(birth_at, 4), number.substr(birth_at + 4, 2),
                             number.substr(birth_at + 6, 2)));
  constexpr Date earliest{std::chrono::year{1850} / std::chrono::January / 1};
  if (!birth || *birth < earliest || *birth > today) return std::nullopt;
  if (number.back() != id_check_digit(std::string_view{number}.substr(0, length - 1)))
    return std::nullopt;
  return number;
}

}  // namespace pharmacy
