#include "vault/log/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/keyring/bytes.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"

namespace pharmacy {

using vault::LogEntry;

namespace {

constexpr std::size_t max_findings = 100;
constexpr std::int64_t progress_each = 1'000;

// What somebody signed with before she got new keys.
struct Retired {
  StaffId staff;
  db::Bytes sign_key;
  StaffId voucher;
  db::Bytes signature;
  static constexpr auto fields() {
    return std::tuple{Field{"staff", &Retired::staff}, Field{"sign_key", &Retired::sign_key},
                      Field{"voucher", &Retired::voucher}, Field{"signature", &Retired::signature}};
  }
};

// Whose signature it is: by slot, all keys that she ever signed with.
class Signers {
 public:
  explicit Signers(Store::Impl& store) : keyring_{store.keyring} {
    for (const vault::Slot& slot : keyring_.slots)
      keys_.emplace(slot.certificate.slot, slot.certificate.sign_key);
    retired_ = store.database().rows<Retired>(
        "SELECT staff, sign_key, voucher, signature FROM retired_key ORDER BY staff, sign_key");
    // Who vouches may have got new keys since: until nothing more is known.
    for (bool more = true; more;) {
      more = false;
      for (Retired& one : retired_) more |= take(one);
    }
  }

  [[nodiscard]] bool signed_by(StaffId staff, std::string_view message,
                               std::span<const unsigned char> signature) const {
    return verifies(staff.number(), message, signature);
  }

 private:
  // Only a manager vouches. True where a key was added.
  bool take(Retired& one) {
    crypto::SignPublicKey key{};
    if (one.sign_key.size() != key.size()) return false;
    const auto slot = static_cast<std::uint32_t>(one.staff.number());
    const auto* voucher = keyring_.find(static_cast<std::uint32_t>(one.voucher.number()));
    if (voucher == nullptr || !vault::is_manager(*voucher)) return false;
    const std::string message = vault::retired_message(keyring_.store_id, slot, one.sign_key);
    if (!verifies(one.voucher.number(), message, one.signature)) return false;
    std::ranges::copy(one.sign_key, key.begin());
    keys_.emplace(slot, key);
    one.sign_key.clear();
    return true;
  }

  [[nodiscard]] bool verifies(std::int64_t slot, std::string_view message,
                              std::span<const unsigned char> bytes) const {
    crypto::Signature signature{};
    if (bytes.size() != signature.size()) return false;
    std::ranges::copy(bytes, signature.begin());
    const auto [first, last] = keys_.equal_range(slot);
    return std::any_of(first, last, [&](const auto& one) {
      return crypto::verify_signature(one.second, vault::as_bytes(message), signature);
    });
  }

  const vault::Keyring& keyring_;
  std::multimap<std::int64_t, crypto::SignPublicKey> keys_;
  std::vector<Retired> retired_;
};

// The keys of the MACs: of the data keys that are no more, and of the one in use.
std::map<std::int64_t, crypto::Key> log_keys(Store::Impl& store) {
  std::map<std::int64_t, crypto::Key> keys;
  auto rows = store.database().prepare("SELECT epoch, key FROM log_key ORDER BY epoch");
  rows.bind();
  while (rows.step()) {
    const auto key = rows.get<db::Bytes>(1);
    if (key.size() != crypto::Key::size()) continue;
    keys.emplace(rows.get<std::int64_t>(0),
                 crypto::Key{std::span<const unsigned char, crypto::Key::size()>{key}});
  }
  keys.insert_or_assign(store.keyring.epoch, store.log_key.copy());
  return keys;
}

class Verifier {
 public:
  Verifier(Store::Impl& store, const std::vector<LogAnchor>& anchors)
      : database_{store.database()},
        store_id_{store.keyring.store_id},
        signers_{store},
        keys_{log_keys(store)} {
    for (const LogAnchor& anchor : anchors) anchors_.emplace(anchor.seq, anchor.mac);
  }

  std::vector<Finding> run(const std::function<void(std::int64_t, std::int64_t)>& progress) {
    const auto all = database_.value<std::int64_t>("SELECT count(*) FROM log_entry").value_or(0);
    auto rows = database_.prepare(
        "SELECT seq, at, staff, kind, command, operation, everybody, epoch, detail, subjects, mac,"
        " signature FROM log_entry ORDER BY seq");
    rows.bind();
    for (std::int64_t done = 0; rows.step() && findings_.size() < max_findings; ++done) {
      check(rows.row<LogEntry>());
      if (progress && done % progress_each == 0) progress(done, all);
    }
    check_end();
    return std::move(findings_);
  }

 private:
  void add(std::int64_t seq, std::string problem) {
    findings_.push_back({"access_log", std::to_string(seq), std::move(problem),
                         _("somebody changed the log in another way than through these programs: "
                           "keep a copy of the store, and compare it with a backup")});
  }

  void check(const LogEntry& entry) {
    if (entry.seq != last_ + 1) {
      add(last_ + 1, fmt::format(fmt::runtime(P_("{} entry of the access log is missing",
                                                 "{} entries of the access log are missing",
                                                 entry.seq - last_ - 1)),
                                 entry.seq - last_ - 1));
    }
    const auto key = keys_.find(entry.epoch);
    const bool is_whole = key != keys_.end() &&
                          std::ranges::equal(vault::mac_of(entry, mac_, key->second), entry.mac);
    if (!is_whole) {
      add(entry.seq, _("this entry of the access log, or the one before it, was changed"));
    } else if (!signers_.signed_by(entry.staff, vault::log_message(store_id_, entry.mac),
                                   entry.signature)) {
      add(entry.seq, _("this entry of the access log was not signed by whom it names"));
    }
    check_parts(entry);
    check_anchors(entry);
    last_ = entry.seq;
    mac_ = entry.mac;
  }

  void check_parts(const LogEntry& entry) {
    std::vector<MemberId> members;
    auto subjects =
        database_.prepare("SELECT member FROM log_subject WHERE seq = ?1 ORDER BY member");
    subjects.bind(entry.seq);
    while (subjects.step()) members.push_back(subjects.get<MemberId>(0));
    if (!std::ranges::equal(vault::subjects_digest(members), entry.subjects))
      add(entry.seq, _("the members of this entry of the access log were changed"));

    std::optional<crypto::Digest> digest;
    auto detail = database_.prepare("SELECT salt, text FROM log_detail WHERE seq = ?1");
    if (detail.bind(entry.seq).step())
      digest = vault::detail_digest(detail.get<db::Bytes>(0), detail.get<std::string>(1));
    const bool is_same = digest && entry.detail ? std::ranges::equal(*digest, *entry.detail)
                                                : !digest && !entry.detail;
    if (!is_same) add(entry.seq, _("the detail of this entry of the access log was changed"));
  }

  void check_anchors(const LogEntry& entry) {
    const auto [first, last] = anchors_.equal_range(entry.seq);
    const std::string mac = vault::hex(entry.mac);
    for (auto anchor = first; anchor != last; ++anchor) {
      if (!mac.starts_with(anchor->second))
        add(entry.seq, _("this entry is not the one that the anchor was taken of"));
    }
  }

  void check_end() {
    if (findings_.size() >= max_findings || anchors_.empty()) return;
    const auto newest = anchors_.rbegin()->first;
    if (newest <= last_) return;
    add(newest, fmt::format(fmt::runtime(_("the access log ends at entry {end}, but there was an "
                                           "entry {anchor} when the anchor was taken")),
                            fmt::arg("end", last_), fmt::arg("anchor", newest)));
  }

  db::Database& database_;
  const vault::StoreId& store_id_;
  Signers signers_;
  std::map<std::int64_t, crypto::Key> keys_;
  std::multimap<std::int64_t, std::string> anchors_;
  std::vector<Finding> findings_;
  std::int64_t last_ = 0;
  db::Bytes mac_;
};

}  // namespace

std::vector<Finding> vault::verify_log(
    Store::Impl& store, const std::vector<LogAnchor>& anchors,
    const std::function<void(std::int64_t, std::int64_t)>& progress) {
  return Verifier{store, anchors}.run(progress);
}

std::vector<Finding> verify_log(Reading& reading, const std::vector<LogAnchor>& anchors,
                                const std::function<void(std::int64_t, std::int64_t)>& progress) {
  vault::require(reading, vault::Permission::check_store);
  return vault::verify_log(reading.impl().store, anchors, progress);
}

}  // namespace pharmacy
