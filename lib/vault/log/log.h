// Writing the access log.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "pharmacy/audit.h"
#include "vault/keyring/mark.h"
#include "vault/keyring/slot.h"
#include "vault/log/entry.h"

namespace pharmacy::vault {

// Of whom and of what an entry tells: gathered while a verb runs.
struct Shown {
  std::vector<MemberSpan> members;  // as they were met
  std::string detail;
  std::optional<ApprovalId> approval{};  // that it uses up

  [[nodiscard]] bool empty() const { return members.empty() && detail.empty(); }
  // The members, rising, each once.
  [[nodiscard]] std::vector<MemberSpan> spans() const;
  // Adds a word or two to the detail, as a terminal can show them; what is too long is cut.
  void note(std::string_view words);
};

inline constexpr std::size_t max_detail = 1000;  // bytes

struct NewLogEntry {
  AccessKind kind = AccessKind::view;
  std::string command;  // 1-64 printable ASCII characters
  std::optional<std::string> operation;
  Shown shown;
  std::optional<KeyringMark> keyring{};  // as it is from then on, where it was changed
};

// Who writes into the log, and with what.
struct LogWriter {
  StaffId staff;
  const crypto::SignKeys& sign;
  const StoreId& store_id;
  std::uint16_t epoch;
  const crypto::Key& key;  // of that epoch
};

// Adds an entry, in the change that is under way. Returns its number.
std::int64_t append(db::Database& database, const LogWriter& writer, const NewLogEntry& entry,
                    Instant now);

// nullopt where nothing was logged yet.
std::optional<LogAnchor> newest_entry(db::Database& database);

// What an operation that was done was about, for showing its result once more.
Shown shown_by(db::Database& database, std::string_view operation);

// All that anybody signed with before.
std::vector<RetiredKey> retired_keys(db::Database& database);
// Whether `by` vouches for it.
[[nodiscard]] bool vouches(const crypto::SignPublicKey& by, const StoreId& store_id,
                           const RetiredKey& key);
// Keeps what somebody signed with until now.
void retire_key(db::Database& database, const StoreId& store_id, const Certificate& of,
                const Signer& voucher);
// Puts another's signature under the keys that somebody vouched for.
void take_over_retired(db::Database& database, const StoreId& store_id, const Certificate& from,
                       const Signer& voucher);
// The keys under data keys that are to be no more.
void keep_log_key(db::Database& database, std::uint16_t epoch, const crypto::Key& key);

}  // namespace pharmacy::vault
