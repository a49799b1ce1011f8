// Codes and numbers that are kept in capitals.
#pragma once

#include <string>

namespace pharmacy {

// Whether it is one of A to Z.
constexpr bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

// With A to Z for a to z; all else stays.
inline std::string in_capitals(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace pharmacy
