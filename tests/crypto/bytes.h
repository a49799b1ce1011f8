// Texts as the bytes that these functions take.
#pragma once

#include <span>
#include <string_view>

namespace pharmacy::crypto {

inline std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

}  // namespace pharmacy::crypto
