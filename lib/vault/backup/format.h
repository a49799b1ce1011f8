// The bytes of a backup: pharmacy-store(5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "pharmacy/backup.h"
#include "vault/keyring/keyring.h"

namespace pharmacy::vault {

constexpr std::uint8_t backup_format = 1;
constexpr std::size_t backup_header_size = 100;

// What stands before the keyring.
struct BackupHeader {
  std::uint16_t epoch = 1;
  Instant made;
  StoreId store_id{};
  StoreId file_id{};
  std::uint64_t log_seq = 0;
  crypto::Digest log_mac{};
  std::uint32_t pages = 0;
  std::uint32_t keyring_bytes = 0;
};

std::string encode(const BackupHeader& header);
// nullopt where the bytes are no header of this format.
std::optional<BackupHeader> parse_backup_header(std::string_view bytes);
// Whether a backup of another format begins with these bytes.
bool is_of_other_format(std::string_view bytes);

// The key of the MAC over the whole file.
crypto::Key backup_key_of(const crypto::Key& data_key, const StoreId& store_id);

BackupInfo info_of(const BackupHeader& header, const std::string& path, std::int64_t bytes);

}  // namespace pharmacy::vault
