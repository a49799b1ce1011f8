// The bytes of addresses and sealed files: pharmacy-store(5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/box.h"
#include "crypto/hash.h"
#include "crypto/stream.h"
#include "pharmacy/time.h"
#include "pharmacy/transfer.h"

namespace pharmacy::vault {

constexpr std::uint8_t transfer_format = 1;
constexpr std::size_t address_size = 80;
constexpr std::size_t transfer_header_size = 274;
constexpr std::size_t piece_size = std::size_t{64} * 1024;  // of the content
constexpr std::size_t closing_size = 272;
constexpr std::size_t signature_size = 64;
constexpr std::size_t max_file_name = 255;

std::string encode(const StoreAddress& address);
[[nodiscard]] bool is_same(const StoreAddress& a, const StoreAddress& b);

// What stands before the stream.
struct TransferHeader {
  StoreAddress sender;
  StoreAddress recipient;
  std::array<unsigned char, 32 + crypto::box_overhead> sealed_key{};
  crypto::StreamHeader stream{};
};
std::string encode(const TransferHeader& header);
// Whether the bytes begin as those of a sealed file do.
[[nodiscard]] bool is_transfer(std::string_view bytes);
// nullopt where the bytes are no header.
std::optional<TransferHeader> parse_transfer_header(std::string_view bytes);

// The last message of the stream.
struct Closing {
  Instant sealed;
  std::uint64_t bytes = 0;  // of the content
  std::string name;
};
std::string encode(const Closing& closing);
std::optional<Closing> parse_closing(std::string_view bytes);
// Whether a file can be called that everywhere.
[[nodiscard]] bool is_file_name(std::string_view name);

// What the sender signs; the digest is of all bytes before the signature.
std::string transfer_message(const crypto::Digest& digest);

}  // namespace pharmacy::vault
