#include "vault/log/witness.h"

#include <algorithm>
#include <utility>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/keyring/bytes.h"
#include "vault/keyring/slot.h"
#include "vault/log/log.h"

namespace pharmacy::vault {
namespace {

bool is_vouched_for(const Keyring& keyring, const Slot& slot) {
  try {
    check_signatures(keyring, slot);
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::optional<crypto::Signature> signature_of(const LogEntry& entry) {
  crypto::Signature signature{};
  if (entry.signature.size() != signature.size()) return std::nullopt;
  std::ranges::copy(entry.signature, signature.begin());
  return signature;
}

bool is_signed_with(const crypto::SignPublicKey& key, const LogEntry& entry,
                    std::string_view message) {
  const auto signature = signature_of(entry);
  return signature && crypto::verify_signature(key, as_bytes(message), *signature);
}

// The keys of the MACs: of the data keys that are no more, and of the one in use.
std::map<std::int64_t, crypto::Key> log_keys(db::Database& database, std::uint16_t epoch,
                                             const crypto::Key& log_key) {
  std::map<std::int64_t, crypto::Key> keys;
  auto rows = database.prepare("SELECT epoch, key FROM log_key ORDER BY epoch");
  rows.bind();
  while (rows.step()) {
    const auto key = rows.get<db::Bytes>(1);
    if (key.size() != crypto::Key::size()) continue;
    keys.emplace(rows.get<std::int64_t>(0),
                 crypto::Key{std::span<const unsigned char, crypto::Key::size()>{key}});
  }
  keys.insert_or_assign(epoch, log_key.copy());
  return keys;
}

}  // namespace

Signers::Signers(db::Database& database, const Keyring& keyring) {
  for (const Slot& slot : keyring.slots) {
    if (is_vouched_for(keyring, slot))
      keys_.emplace(slot.certificate.slot, Used{slot.certificate.sign_key, forever});
  }
  for (const RetiredKey& one : retired_keys(database)) add_retired(keyring, one);
}

// Only a manager vouches, with the key that she has now: whoever gives her new ones, or takes the
// role from her, vouches in her place.
void Signers::add_retired(const Keyring& keyring, const RetiredKey& one) {
  Used used{{}, one.last_seq};
  const Slot* voucher = keyring.find(one.voucher.number());
  if (one.sign_key.size() != used.key.size() || !std::in_range<std::uint32_t>(one.staff.number()) ||
      voucher == nullptr || !is_manager(*voucher) || !is_vouched_for(keyring, *voucher) ||
      !vouches(voucher->certificate.sign_key, keyring.store_id, one)) {
    unvouched_.push_back(one.staff);
    return;
  }
  std::ranges::copy(one.sign_key, used.key.begin());
  keys_.emplace(one.staff.number(), used);
}

bool Signers::signed_by(const LogEntry& entry, std::string_view message) const {
  const auto [first, last] = keys_.equal_range(entry.staff.number());
  return std::any_of(first, last, [&](const auto& one) {
    return entry.seq <= one.second.last_seq && is_signed_with(one.second.key, entry, message);
  });
}

Witness::Witness(db::Database& database, const Keyring& keyring, const crypto::Key& log_key)
    : store_id_{keyring.store_id},
      epoch_now_{keyring.epoch},
      signers_{database, keyring},
      keys_{log_keys(database, keyring.epoch, log_key)} {}

std::string Witness::fault_of(const LogEntry& entry, std::span<const unsigned char> previous,
                              Signed is_signed) {
  const auto key = keys_.find(entry.epoch);
  // Somebody may have made the table anew, without its CHECKs.
  const bool is_whole = entry.seq > 0 && key != keys_.end() && entry.epoch >= epoch_ &&
                        std::ranges::equal(mac_of(entry, previous, key->second), entry.mac);
  epoch_ = entry.epoch;
  if (!is_whole) return _("this entry of the access log, or the one before it, was changed");
  if (mark_to_come_ && mark_to_come_->epoch <= entry.epoch)
    mark_ = *std::exchange(mark_to_come_, std::nullopt);
  const std::string message = log_message(store_id_, entry.mac);
  if (is_signed == Signed::unknown && !signers_.signed_by(entry, message))
    return _("this entry of the access log was not signed by whom it names");
  if (entry.keyring && !takes_mark_of(entry, message))
    return _("this entry tells of a change of the keyring by somebody who could not make it");
  return {};
}

// The first one is believed: whoever signed it was a manager of the keyring that it tells of.
bool Witness::takes_mark_of(const LogEntry& entry, std::string_view message) {
  auto mark =
      parse_mark({reinterpret_cast<const char*>(entry.keyring->data()), entry.keyring->size()});
  if (!mark || entry.kind != to_word(AccessKind::change) ||
      (mark->epoch != entry.epoch && mark->epoch != entry.epoch + 1))
    return false;
  const auto* signer = find_signer(mark_ ? *mark_ : *mark, entry.staff.number());
  if (signer == nullptr || !is_signed_with(signer->key, entry, message)) return false;
  if (!may_follow(mark_ ? *mark_ : KeyringMark{}, *mark, *signer)) return false;
  mark_to_come_.reset();
  (mark->epoch == entry.epoch ? mark_ : mark_to_come_) = std::move(mark);
  return true;
}

const std::optional<KeyringMark>& Witness::newest_mark() const {
  return mark_to_come_ && mark_to_come_->epoch <= epoch_now_ ? mark_to_come_ : mark_;
}

namespace {

constexpr const char* all_entries =
    "SELECT seq, at, staff, kind, command, operation, epoch, detail, subjects, mac, signature,"
    " keyring FROM log_entry WHERE seq >= ?1 ORDER BY seq";
constexpr const char* marked_entries_before =
    "SELECT seq, at, staff, kind, command, operation, epoch, detail, subjects, mac, signature,"
    " keyring FROM log_entry WHERE keyring IS NOT NULL AND seq < ?1 ORDER BY seq";

db::Bytes mac_of_entry(db::Database& database, std::int64_t seq) {
  return database.value<db::Bytes>("SELECT mac FROM log_entry WHERE seq = ?1", seq)
      .value_or(db::Bytes{});
}

// Until which entry signatures are known: what was put in the place of one changed all MACs after.
std::int64_t known_until(db::Database& database, const std::optional<LogAnchor>& verified) {
  return verified && hex(mac_of_entry(database, verified->seq)) == verified->mac ? verified->seq
                                                                                 : 0;
}

}  // namespace

std::optional<KeyringMark> newest_mark(db::Database& database, const Keyring& keyring,
                                       const crypto::Key& log_key,
                                       std::optional<LogAnchor>& verified) {
  Witness witness{database, keyring, log_key};
  const std::int64_t known = known_until(database, verified);
  const auto believe = [&](const LogEntry& entry, const db::Bytes& previous) {
    const auto is_signed = entry.seq <= known ? Witness::Signed::known : Witness::Signed::unknown;
    std::string fault = witness.fault_of(entry, previous, is_signed);
    if (fault.empty()) return;
    throw Error(Errc::damaged, std::move(fault),
                _("so it cannot be told whether the keyring is the newest: see with \"store audit "
                  "verify\" what was changed, and restore a backup from before that"));
  };
  const auto from = database
                        .value<std::int64_t>(
                            "SELECT coalesce(max(seq), 1) FROM log_entry"
                            " WHERE keyring IS NOT NULL AND seq > 0")
                        .value_or(1);
  for (const LogEntry& entry : database.rows<LogEntry>(marked_entries_before, from))
    believe(entry, entry.seq > 1 ? mac_of_entry(database, entry.seq - 1) : db::Bytes{});
  auto since = database.prepare(all_entries);
  since.bind(from);
  LogAnchor newest{.seq = from - 1, .mac = {}};
  for (db::Bytes previous = mac_of_entry(database, from - 1); since.step();) {
    const auto entry = since.row<LogEntry>();
    believe(entry, previous);
    newest.seq = entry.seq;
    previous = entry.mac;
    newest.mac = hex(previous);
  }
  verified = newest;
  return witness.newest_mark();
}

}  // namespace pharmacy::vault
