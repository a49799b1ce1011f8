// A text as the bytes that keys and digests are made of.
#pragma once

#include <span>
#include <string_view>

namespace pharmacy {

inline std::span<const unsigned char> as_bytes(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

}  // namespace pharmacy
