#include "vault/log/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/keyring/bytes.h"
#include "vault/log/erase.h"
#include "vault/log/log.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"

namespace pharmacy {

using vault::LogEntry;

namespace {

constexpr std::size_t max_findings = 100;
constexpr std::int64_t progress_each = 1'000;

// Whose signature it is: by slot, all keys that she ever signed with, and until which entry.
class Signers {
 public:
  explicit Signers(Store::Impl& store)
      : keyring_{store.keyring}, retired_{vault::retired_keys(store.database())} {
    for (const vault::Slot& slot : keyring_.slots) {
      if (!is_vouched_for(slot)) continue;
      keys_.emplace(slot.certificate.slot, Used{slot.certificate.sign_key, forever});
    }
    for (const auto& one : retired_) {
      if (is_vouched_for(one)) continue;
      unvouched_.push_back(one.staff);
    }
  }

  [[nodiscard]] bool signed_by(const LogEntry& entry, std::string_view message) const {
    crypto::Signature signature{};
    if (entry.signature.size() != signature.size()) return false;
    std::ranges::copy(entry.signature, signature.begin());
    const auto [first, last] = keys_.equal_range(entry.staff.number());
    return std::any_of(first, last, [&](const auto& one) {
      return entry.seq <= one.second.last_seq &&
             crypto::verify_signature(one.second.key, vault::as_bytes(message), signature);
    });
  }
  // Of old keys that no manager vouches for.
  [[nodiscard]] const std::vector<StaffId>& unvouched() const { return unvouched_; }

 private:
  static constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();
  struct Used {
    crypto::SignPublicKey key;
    std::int64_t last_seq;
  };

  [[nodiscard]] bool is_vouched_for(const vault::Slot& slot) const {
    try {
      vault::check_signatures(keyring_, slot);
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  // Only a manager vouches, with the key that she has now: whoever gives her new ones, or takes the
  // role from her, vouches in her place.
  bool is_vouched_for(const vault::RetiredKey& one) {
    Used used{{}, one.last_seq};
    if (one.sign_key.size() != used.key.size()) return false;
    const auto* voucher = keyring_.find(static_cast<std::uint32_t>(one.voucher.number()));
    if (voucher == nullptr || !vault::is_manager(*voucher) || !is_vouched_for(*voucher))
      return false;
    if (!vault::vouches(voucher->certificate.sign_key, keyring_.store_id, one)) return false;
    std::ranges::copy(one.sign_key, used.key.begin());
    keys_.emplace(one.staff.number(), used);
    return true;
  }

  const vault::Keyring& keyring_;
  std::vector<vault::RetiredKey> retired_;
  std::multimap<std::int64_t, Used> keys_;
  std::vector<StaffId> unvouched_;
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
        keys_{log_keys(store)},
        erasing_{vault::erasing_entries(database_)} {
    for (const LogAnchor& anchor : anchors) anchors_.emplace(anchor.seq, anchor.mac);
  }

  std::vector<Finding> run(const std::function<void(std::int64_t, std::int64_t)>& progress) {
    const auto all = database_.value<std::int64_t>("SELECT count(*) FROM log_entry").value_or(0);
    auto rows = database_.prepare(
        "SELECT seq, at, staff, kind, command, operation, epoch, detail, subjects, mac,"
        " signature FROM log_entry ORDER BY seq");
    rows.bind();
    for (std::int64_t done = 0; rows.step() && findings_.size() < max_findings; ++done) {
      check(rows.row<LogEntry>());
      if (progress && done % progress_each == 0) progress(done, all);
    }
    for (const StaffId staff : signers_.unvouched()) {
      findings_.push_back({"access_log", std::to_string(staff.number()),
                           _("an old key of a member of staff was put in by nobody"), advice()});
    }
    for (const char* part : {"SELECT seq FROM log_subject", "SELECT seq FROM log_detail"}) {
      const auto astray = database_.value<std::int64_t>(
          std::string{part} + " WHERE seq NOT IN (SELECT seq FROM log_entry) LIMIT 1");
      if (astray) add(*astray, _("a part of the access log belongs to no entry"));
    }
    check_end();
    return std::move(findings_);
  }

 private:
  void add(std::int64_t seq, std::string problem) {
    findings_.push_back({"access_log", std::to_string(seq), std::move(problem), advice()});
  }
  static std::string advice() {
    return _(
        "somebody changed the log in another way than through these programs: "
        "keep a copy of the store, and compare it with a backup");
  }

  void check(const LogEntry& entry) {
    if (entry.seq != last_ + 1) {
      add(last_ + 1, fmt::format(fmt::runtime(P_("{} entry of the access log is missing",
                                                 "{} entries of the access log are missing",
                                                 entry.seq - last_ - 1)),
                                 entry.seq - last_ - 1));
    }
    const auto key = keys_.find(entry.epoch);
    const bool is_whole = key != keys_.end() && entry.epoch >= epoch_ &&
                          std::ranges::equal(vault::mac_of(entry, mac_, key->second), entry.mac);
    if (!is_whole) {
      add(entry.seq, _("this entry of the access log, or the one before it, was changed"));
    } else if (!signers_.signed_by(entry, vault::log_message(store_id_, entry.mac))) {
      add(entry.seq, _("this entry of the access log was not signed by whom it names"));
    }
    check_parts(entry);
    check_anchors(entry);
    last_ = entry.seq;
    epoch_ = entry.epoch;
    mac_ = entry.mac;
  }

  void check_parts(const LogEntry& entry) {
    const auto spans = database_.rows<vault::MemberSpan>(
        "SELECT first, last FROM log_subject WHERE seq = ?1 ORDER BY first", entry.seq);
    if (!std::ranges::equal(vault::subjects_digest(spans), entry.subjects))
      add(entry.seq, _("the members of this entry of the access log were changed"));

    std::optional<crypto::Digest> digest;
    auto detail = database_.prepare("SELECT salt, text FROM log_detail WHERE seq = ?1");
    if (detail.bind(entry.seq).step() && detail.get<db::Bytes>(0).size() == vault::salt_bytes)
      digest = vault::detail_digest(detail.get<db::Bytes>(0), detail.get<std::string>(1));
    const bool is_same = digest && entry.detail ? std::ranges::equal(*digest, *entry.detail)
                                                : !digest && !entry.detail;
    const bool is_erased = !digest && entry.detail && is_about_erased(entry, spans);
    if (!is_same && !is_erased)
      add(entry.seq, _("the detail of this entry of the access log was changed"));
  }

  // Whether one of the members is erased, by a later entry that says so.
  [[nodiscard]] bool is_about_erased(const LogEntry& entry,
                                     const std::vector<vault::MemberSpan>& spans) const {
    return std::ranges::any_of(spans, [&](const vault::MemberSpan& span) {
      auto erased = erasing_.lower_bound(span.first);
      for (; erased != erasing_.end() && erased->first <= span.last; ++erased) {
        if (erased->second > entry.seq) return true;
      }
      return false;
    });
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
  std::map<MemberId, std::int64_t> erasing_;
  std::multimap<std::int64_t, std::string> anchors_;
  std::vector<Finding> findings_;
  std::int64_t last_ = 0;
  std::int64_t epoch_ = 0;
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

std::int64_t erased_details(Reading& reading) {
  vault::require(reading, vault::Permission::check_store);
  return reading.impl()
      .store.database()
      .value<std::int64_t>(
          "SELECT count(*) FROM log_entry e WHERE e.detail IS NOT NULL"
          " AND NOT EXISTS (SELECT 1 FROM log_detail d WHERE d.seq = e.seq)")
      .value_or(0);
}

}  // namespace pharmacy
