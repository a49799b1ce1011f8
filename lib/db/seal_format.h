// The numbers of pharmacy-store(5).
#pragma once

#include <array>
#include <cstdint>

namespace pharmacy::db {

// Pages.
constexpr int page_size = 4096;
constexpr int reserved_size = 48;  // nonce 24 | tag 16 | epoch 2 | zero 6
constexpr int text_size = page_size - reserved_size;
constexpr int clear_size = 16;            // the clear bytes of page 1
constexpr int sqlite_header_size = 100;   // of page 1
constexpr int commit_number_offset = 68;  // of page 1: SQLite's application id
constexpr std::uint32_t lock_byte_page = 262145;

// The log, as it lies on disk and as SQLite sees it.
constexpr int log_header_size = 32;
constexpr int frame_header_size = 24;
constexpr int sealed_header_size = 24 + frame_header_size + 16;  // nonce | header | tag
constexpr int frame_size = frame_header_size + page_size;
constexpr int sealed_frame_size = sealed_header_size + page_size;
constexpr int salts_offset = 16;

using FileId = std::array<unsigned char, 16>;
using Salts = std::array<unsigned char, 8>;

// Big-endian numbers.
inline std::uint32_t get_u32(const unsigned char* at) noexcept {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 |
         std::uint32_t{at[3]};
}
inline void put_u32(unsigned char* at, std::uint32_t value) noexcept {
  at[0] = static_cast<unsigned char>(value >> 24);
  at[1] = static_cast<unsigned char>(value >> 16);
  at[2] = static_cast<unsigned char>(value >> 8);
  at[3] = static_cast<unsigned char>(value);
}
inline std::uint16_t get_u16(const unsigned char* at) noexcept {
  return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}
inline void put_u16(unsigned char* at, std::uint16_t value) noexcept {
  at[0] = static_cast<unsigned char>(value >> 8);
  at[1] = static_cast<unsigned char>(value);
}

}  // namespace pharmacy::db
