// Numbers, texts and blobs in the keyring's byte order: the highest byte first.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/as_bytes.h"

namespace pharmacy::vault {

using pharmacy::as_bytes;

class ByteWriter {
 public:
  ByteWriter& number(std::uint64_t value, std::size_t size) {
    for (std::size_t i = size; i-- > 0;) out_.push_back(static_cast<char>(value >> (8 * i)));
    return *this;
  }
  ByteWriter& u8(std::uint8_t value) { return number(value, 1); }
  ByteWriter& u16(std::uint16_t value) { return number(value, 2); }
  ByteWriter& u32(std::uint32_t value) { return number(value, 4); }
  ByteWriter& u64(std::uint64_t value) { return number(value, 8); }
  ByteWriter& bytes(std::span<const unsigned char> value) {
    out_.append(reinterpret_cast<const char*>(value.data()), value.size());
    return *this;
  }
  ByteWriter& text(std::string_view value) {
    out_.append(value);
    return *this;
  }
  // At most 255 bytes, after their count.
  ByteWriter& counted_text(std::string_view value) {
    u8(static_cast<std::uint8_t>(value.size()));
    return text(value);
  }

  [[nodiscard]] const std::string& str() const { return out_; }
  [[nodiscard]] std::span<const unsigned char> span() const { return as_bytes(out_); }

 private:
  std::string out_;
};

// Reads what ByteWriter wrote. Once something is asked for that is not there, everything is zero
// and good() is false: ask once, at the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view in) : in_{in} {}

  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char byte : take(size)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  template <std::size_t N>
  std::array<unsigned char, N> bytes() {
    std::array<unsigned char, N> value{};
    const std::string_view from = take(N);
    for (std::size_t i = 0; i < from.size(); ++i) value[i] = static_cast<unsigned char>(from[i]);
    return value;
  }
  std::string counted_text() { return std::string{take(u8())}; }
  // `size` bytes, or none where there are fewer.
  std::string_view take(std::size_t size) {
    if (size > in_.size()) {
      good_ = false;
      in_ = {};
      return {};
    }
    const std::string_view taken = in_.substr(0, size);
    in_.remove_prefix(size);
    return taken;
  }

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] std::size_t left() const { return in_.size(); }

 private:
  std::string_view in_;
  bool good_ = true;
};

}  // namespace pharmacy::vault
