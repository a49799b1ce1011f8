#include "vault/transfer/format.h"

#include <algorithm>

#include "pharmacy/text.h"
#include "vault/keyring/bytes.h"
#include "vault/keyring/keyring.h"

namespace pharmacy::vault {
namespace {

constexpr std::string_view magic = "PHARMSND";
constexpr std::size_t beginning = magic.size() + 2;

StoreAddress read_address(ByteReader& in) {
  StoreAddress address;
  address.store_id = in.bytes<16>();
  address.box_key = in.bytes<32>();
  address.sign_key = in.bytes<32>();
  return address;
}

std::string beginning_of_file() {
  return ByteWriter{}.text(magic).u8(transfer_format).u8(cipher_xchacha20).str();
}

}  // namespace

std::string encode(const StoreAddress& address) {
  return ByteWriter{}.bytes(address.store_id).bytes(address.box_key).bytes(address.sign_key).str();
}

bool is_same(const StoreAddress& a, const StoreAddress& b) {
  return a.store_id == b.store_id && a.box_key == b.box_key && a.sign_key == b.sign_key;
}

std::string encode(const TransferHeader& header) {
  return ByteWriter{}
      .text(beginning_of_file())
      .text(encode(header.sender))
      .text(encode(header.recipient))
      .bytes(header.sealed_key)
      .bytes(header.stream)
      .str();
}

bool is_transfer(std::string_view bytes) { return bytes.starts_with(beginning_of_file()); }

std::optional<TransferHeader> parse_transfer_header(std::string_view bytes) {
  if (bytes.size() != transfer_header_size || !is_transfer(bytes)) return std::nullopt;
  ByteReader in{bytes.substr(beginning)};
  TransferHeader header;
  header.sender = read_address(in);
  header.recipient = read_address(in);
  header.sealed_key = in.bytes<32 + crypto::box_overhead>();
  header.stream = in.bytes<crypto::stream_header_size>();
  return header;
}

std::string encode(const Closing& closing) {
  std::string bytes = ByteWriter{}
                          .u64(static_cast<std::uint64_t>(closing.sealed.seconds))
                          .u64(closing.bytes)
                          .counted_text(closing.name)
                          .str();
  bytes.resize(closing_size);
  return bytes;
}

std::optional<Closing> parse_closing(std::string_view bytes) {
  ByteReader in{bytes};
  Closing closing;
  closing.sealed = Instant{static_cast<std::int64_t>(in.u64())};
  closing.bytes = in.u64();
  closing.name = in.counted_text();
  const bool in_range = closing.sealed >= Instant{} && closing.sealed <= last_second;
  if (!in.good() || !in_range || !is_file_name(closing.name)) return std::nullopt;
  return encode(closing) == bytes ? std::optional{closing} : std::nullopt;
}

bool is_file_name(std::string_view name) {
  if (name.empty() || name.size() > max_file_name || name == "." || name == "..") return false;
  return name.find('/') == std::string_view::npos && normalise(name) == name;
}

std::string transfer_message(const crypto::Digest& digest) {
  return ByteWriter{}.counted_text("pharmacy.transfer").bytes(digest).str();
}

}  // namespace pharmacy::vault
