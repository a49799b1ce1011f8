// An entry of the access log, and the bytes that its MAC and its signature cover:
// pharmacy-store(5).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/box.h"
#include "crypto/hash.h"
#include "db/database.h"
#include "pharmacy/ids.h"
#include "pharmacy/time.h"
#include "vault/keyring/keyring.h"

namespace pharmacy::vault {

// A row of the table.
struct LogEntry {
  std::int64_t seq = 0;
  Instant at;
  StaffId staff;
  std::string kind;  // a word of AccessKind
  std::string command;
  std::optional<std::string> operation;
  std::optional<MemberId> everybody;
  std::int64_t epoch = 0;
  std::optional<db::Bytes> detail;
  db::Bytes subjects;
  db::Bytes mac;
  db::Bytes signature;

  static constexpr auto fields() {
    return std::tuple{Field{"seq", &LogEntry::seq},
                      Field{"at", &LogEntry::at},
                      Field{"staff", &LogEntry::staff},
                      Field{"kind", &LogEntry::kind},
                      Field{"command", &LogEntry::command},
                      Field{"operation", &LogEntry::operation},
                      Field{"everybody", &LogEntry::everybody},
                      Field{"epoch", &LogEntry::epoch},
                      Field{"detail", &LogEntry::detail},
                      Field{"subjects", &LogEntry::subjects},
                      Field{"mac", &LogEntry::mac},
                      Field{"signature", &LogEntry::signature}};
  }
};

// The key of the MACs under a data key.
crypto::Key log_key_of(const crypto::Key& data_key, const StoreId& file_id);

// `previous` is the MAC of the entry before, or nothing before the first.
crypto::Digest mac_of(const LogEntry& entry, std::span<const unsigned char> previous,
                      const crypto::Key& key);
// What whoever acted signs.
std::string log_message(const StoreId& store_id, std::span<const unsigned char> mac);

crypto::Digest detail_digest(std::span<const unsigned char> salt, std::string_view text);
// The members in the order of their numbers, each once.
crypto::Digest subjects_digest(std::span<const MemberId> members);

// What a manager signs for a key that somebody signed with before.
std::string retired_message(const StoreId& store_id, std::uint32_t slot,
                            std::span<const unsigned char> sign_key);

}  // namespace pharmacy::vault
