#include "vault/backup/format.h"

#include "vault/keyring/bytes.h"

namespace pharmacy::vault {

static constexpr std::string_view magic = "PHARMBAK";

std::string encode(const BackupHeader& header) {
  return ByteWriter{}
      .text(magic)
      .u8(backup_format)
      .u8(cipher_xchacha20)
      .u16(header.epoch)
      .u64(static_cast<std::uint64_t>(header.made.seconds))
      .bytes(header.store_id)
      .bytes(header.file_id)
      .u64(header.log_seq)
      .bytes(header.log_mac)
      .u32(header.pages)
      .u32(header.keyring_bytes)
      .str();
}

std::optional<BackupHeader> parse_backup_header(std::string_view bytes) {
  if (bytes.size() != backup_header_size || !bytes.starts_with(magic)) return std::nullopt;
  ByteReader in{bytes.substr(magic.size())};
  if (in.u8() != backup_format || in.u8() != cipher_xchacha20) return std::nullopt;
  BackupHeader header;
  header.epoch = in.u16();
  header.made = Instant{static_cast<std::int64_t>(in.u64())};
  header.store_id = in.bytes<16>();
  header.file_id = in.bytes<16>();
  header.log_seq = in.u64();
  header.log_mac = in.bytes<32>();
  header.pages = in.u32();
  header.keyring_bytes = in.u32();
  const bool in_range =
      header.pages > 0 && header.keyring_bytes > 0 && header.keyring_bytes <= max_keyring_bytes;
  return in.good() && in_range ? std::optional{header} : std::nullopt;
}

bool is_of_other_format(std::string_view bytes) {
  if (!bytes.starts_with(magic) || bytes.size() == magic.size()) return false;
  return static_cast<std::uint8_t>(bytes[magic.size()]) != backup_format;
}

crypto::Key backup_key_of(const crypto::Key& data_key, const StoreId& store_id) {
  return crypto::derive(data_key, "pharmacy.backup", store_id);
}

}  // namespace pharmacy::vault
