// Whether entries of the access log are as they were written by whom they name, and what they say
// of the keyring.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "pharmacy/audit.h"
#include "vault/keyring/mark.h"
#include "vault/log/entry.h"

namespace pharmacy::vault {

// Whose signature it is: by slot, all keys that she ever signed with, and until which entry.
class Signers {
 public:
  Signers(db::Database& database, const Keyring& keyring);

  [[nodiscard]] bool signed_by(const LogEntry& entry, std::string_view message) const;
  // Of old keys that no manager vouches for.
  [[nodiscard]] const std::vector<StaffId>& unvouched() const { return unvouched_; }

 private:
  static constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();
  struct Used {
    crypto::SignPublicKey key;
    std::int64_t last_seq;
  };

  void add_retired(const Keyring& keyring, const RetiredKey& one);

  std::multimap<std::int64_t, Used> keys_;
  std::vector<StaffId> unvouched_;
};

class Witness {
 public:
  // `log_key` is that of the keyring's epoch.
  Witness(db::Database& database, const Keyring& keyring, const crypto::Key& log_key);

  enum class Signed { unknown, known };
  // What is wrong with an entry, which was written after those that were asked about before;
  // empty where nothing is. `previous` is the MAC of the entry before it. Where its signature is
  // known from before, that is not asked again, unless it has a mark.
  std::string fault_of(const LogEntry& entry, std::span<const unsigned char> previous,
                       Signed is_signed = Signed::unknown);
  // What the keyring was at the newest of them that tells; nullopt where none does. That of a
  // change of keys holds from the epoch on that begins with it: it may have been cut off.
  [[nodiscard]] const std::optional<KeyringMark>& newest_mark() const;

  [[nodiscard]] const Signers& signers() const { return signers_; }

 private:
  [[nodiscard]] bool takes_mark_of(const LogEntry& entry, std::string_view message);

  StoreId store_id_;
  std::int64_t epoch_now_;
  Signers signers_;
  std::map<std::int64_t, crypto::Key> keys_;  // of the MACs
  std::int64_t epoch_ = 0;
  std::optional<KeyringMark> mark_;
  std::optional<KeyringMark> mark_to_come_;
};

// What the newest entry says that changed the keyring; nullopt where none did. Only the entries
// since then, or all where there is none, and those that changed the keyring before are looked at.
// `verified` is the newest entry until which this was asked before; only MACs are compared up to
// there, which takes a tenth of the time. Afterwards it is the newest of all. Throws damaged where
// one of them is not as it was written.
std::optional<KeyringMark> newest_mark(db::Database& database, const Keyring& keyring,
                                       const crypto::Key& log_key,
                                       std::optional<LogAnchor>& verified);

}  // namespace pharmacy::vault
