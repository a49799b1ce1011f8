#include "base/substance_keys.h"

#include <algorithm>
#include <array>

#include "base/capitals.h"
#include "base/count.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

constexpr std::string_view shape = "A99AA99";
constexpr std::array<std::size_t, 5> levels{1, 3, 4, 5, 7};

std::string key(char letter, std::string_view name) {
  return std::string{letter, ':'} + fold(name);
}

}  // namespace

std::string ingredient_key(std::string_view name) { return key('i', name); }
std::string atc_key(std::string_view code) { return "a:" + std::string{code}; }
std::string below_atc_key(std::string_view code) { return "b:" + std::string{code}; }
std::string allergen_class_key(std::string_view name) { return key('c', name); }
std::string regimen_key(std::string_view ingredient) { return key('r', ingredient); }
std::string condition_key(std::string_view name) { return key('d', name); }
std::string pregnancy_key() { return "p:"; }

std::optional<std::string> kept_atc(std::string_view text) {
  const auto kept = normalise(text);
  if (!kept) return std::nullopt;
  const std::string code = in_capitals(fold_width(*kept));
  bool is_level = false;
  for (const std::size_t level : levels) is_level = is_level || code.size() == level;
  if (!is_level) return std::nullopt;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (shape[i] == 'A' ? !is_capital(code[i]) : !is_digit(code[i])) return std::nullopt;
  }
  return code;
}

std::vector<std::string> atc_level_keys(std::string_view code) {
  std::vector<std::string> keys;
  for (const std::size_t level : levels) {
    if (level <= code.size()) keys.push_back(atc_key(code.substr(0, level)));
  }
  return keys;
}

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  std::string name;
  const auto end_name = [&] {
    auto kept = normalise(name).value_or(name);
    if (!kept.empty()) names.push_back(std::move(kept));
    name.clear();
  };
  while (!text.empty()) {
    std::size_t mark = 0;
    for (const std::string_view one : {";", "；", "、"}) {
      if (text.starts_with(one)) mark = one.size();
    }
    if (mark > 0) {
      end_name();
    } else {
      name += text.front();
    }
    text.remove_prefix(std::max<std::size_t>(mark, 1));
  }
  end_name();
  return names;
}

std::string_view name_of_key(std::string_view key) { return key.substr(key.find(':') + 1); }

}  // namespace pharmacy
