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
  std::int64_t epoch = 0;
  std::optional<db::Bytes> detail;
  db::Bytes subjects;
  db::Bytes mac;
  db::Bytes signature;
  std::optional<db::Bytes> keyring{};  // its KeyringMark, where the entry changed it

  static constexpr auto fields() {
    return std::tuple{Field{"seq", &LogEntry::seq},
                      Field{"at", &LogEntry::at},
                      Field{"staff", &LogEntry::staff},
                      Field{"kind", &LogEntry::kind},
                      Field{"command", &LogEntry::command},
                      Field{"operation", &LogEntry::operation},
                      Field{"epoch", &LogEntry::epoch},
                      Field{"detail", &LogEntry::detail},
                      Field{"subjects", &LogEntry::subjects},
                      Field{"mac", &LogEntry::mac},
                      Field{"signature", &LogEntry::signature},
                      Field{"keyring", &LogEntry::keyring}};
  }
};

// The key of the MACs under a data key.
crypto::Key log_key_of(const crypto::Key& data_key, const StoreId& file_id);

// `previous` is the MAC of the entry before, or nothing before the first.
crypto::Digest mac_of(const LogEntry& entry, std::span<const unsigned char> previous,
                      const crypto::Key& key);
// What whoever acted signs.
std::string log_message(const StoreId& store_id, std::span<const unsigned char> mac);

constexpr std::size_t salt_bytes = 16;
crypto::Digest detail_digest(std::span<const unsigned char> salt, std::string_view text);
// Members of subsequent numbers.
struct MemberSpan {
  MemberId first;
  MemberId last;

  static constexpr auto fields() {
    return std::tuple{Field{"first", &MemberSpan::first}, Field{"last", &MemberSpan::last}};
  }
};
// The spans rise and do not touch.
crypto::Digest subjects_digest(std::span<const MemberSpan> spans);

// What somebody signed with before she got new keys.
struct RetiredKey {
  StaffId staff;
  db::Bytes sign_key;
  std::int64_t last_seq = 0;  // no entry after this one is hers by it
  StaffId voucher;
  db::Bytes signature;

  static constexpr auto fields() {
    return std::tuple{Field{"staff", &RetiredKey::staff}, Field{"sign_key", &RetiredKey::sign_key},
                      Field{"last_seq", &RetiredKey::last_seq},
                      Field{"voucher", &RetiredKey::voucher},
                      Field{"signature", &RetiredKey::signature}};
  }
};
// What the manager signs who vouches for it.
std::string retired_message(const StoreId& store_id, const RetiredKey& key);

}  // namespace pharmacy::vault
