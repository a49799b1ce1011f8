#include "vault/log/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/keyring/bytes.h"
#include "vault/log/erase.h"
#include "vault/log/log.h"
#include "vault/log/witness.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"

namespace pharmacy {

using vault::LogEntry;

namespace {

constexpr std::size_t max_findings = 100;
constexpr std::int64_t progress_each = 1'000;

class Verifier {
 public:
  Verifier(Store::Impl& store, const std::vector<LogAnchor>& anchors)
      : store_{store},
        database_{store.database()},
        witness_{database_, store.keyring, store.log_key},
        erasing_{vault::erasing_entries(database_)} {
    for (const LogAnchor& anchor : anchors) anchors_.emplace(anchor.seq, anchor.mac);
  }

  std::vector<Finding> run(const std::function<void(std::int64_t, std::int64_t)>& progress) {
    const auto all = database_.value<std::int64_t>("SELECT count(*) FROM log_entry").value_or(0);
    auto rows = database_.prepare(
        "SELECT seq, at, staff, kind, command, operation, epoch, detail, subjects, mac,"
        " signature, keyring FROM log_entry ORDER BY seq");
    rows.bind();
    for (std::int64_t done = 0; rows.step() && findings_.size() < max_findings; ++done) {
      check(rows.row<LogEntry>());
      if (progress && done % progress_each == 0) progress(done, all);
    }
    for (const StaffId staff : witness_.signers().unvouched()) {
      findings_.push_back({"access_log", std::to_string(staff.number()),
                           _("an old key of a member of staff was put in by nobody"), advice()});
    }
    for (const char* part : {"SELECT seq FROM log_subject", "SELECT seq FROM log_detail"}) {
      const auto astray = database_.value<std::int64_t>(
          std::string{part} + " WHERE seq NOT IN (SELECT seq FROM log_entry) LIMIT 1");
      if (astray) add(*astray, _("a part of the access log belongs to no entry"));
    }
    check_keyring();
    check_end();
    return std::move(findings_);
  }

 private:
  void add(std::int64_t seq, std::string problem) {
    add("access_log", seq, std::move(problem), advice());
  }
  void add(const char* check, std::int64_t seq, std::string problem, std::string advice) {
    findings_.push_back({check, std::to_string(seq), std::move(problem), std::move(advice)});
  }
  static std::string advice() {
    return _(
        "somebody changed the log in another way than through these programs: "
        "keep a copy of the store, and compare it with a backup");
  }

  void check(const LogEntry& entry) {
    if (entry.seq > 0 && entry.seq != last_ + 1) {
      add(last_ + 1, fmt::format(fmt::runtime(P_("{} entry of the access log is missing",
                                                 "{} entries of the access log are missing",
                                                 entry.seq - last_ - 1)),
                                 entry.seq - last_ - 1));
    }
    std::string fault = witness_.fault_of(entry, mac_);
    if (!fault.empty()) add(entry.seq, std::move(fault));
    check_parts(entry);
    check_anchors(entry);
    last_ = std::max<std::int64_t>(entry.seq, 0);
    mac_ = entry.mac;
  }

  void check_parts(const LogEntry& entry) {
    const auto spans = database_.rows<vault::MemberSpan>(
        "SELECT first, last FROM log_subject WHERE seq = ?1 ORDER BY first", entry.seq);
    if (!std::ranges::equal(vault::subjects_digest(spans), entry.subjects))
      add(entry.seq, _("the members of this entry of the access log were changed"));

    std::optional<crypto::Digest> digest;
    auto detail = database_.prepare("SELECT salt, text FROM log_detail WHERE seq = ?1");
    // A row counts whatever is in it: it is shown to whoever lists the log.
    const bool is_there = detail.bind(entry.seq).step();
    if (is_there && detail.get<db::Bytes>(0).size() == vault::salt_bytes)
      digest = vault::detail_digest(detail.get<db::Bytes>(0), detail.get<std::string>(1));
    const bool is_same = is_there
                             ? digest && entry.detail && std::ranges::equal(*digest, *entry.detail)
                             : !entry.detail;
    const bool is_erased = !is_there && entry.detail && is_about_erased(entry, spans);
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
      if (mac.starts_with(anchor->second)) continue;
      add(vault::other_log, entry.seq, _("this entry is not the one that the anchor was taken of"),
          _("see whether the anchors are those of this store; if they are, somebody wrote its log "
            "anew: keep a copy of the store, and compare it with a backup"));
    }
  }

  // The keyring in hand may be of another moment than the entries: it is looked at again.
  void check_keyring() {
    const auto& mark = witness_.newest_mark();
    if (!mark || *mark == vault::mark_of(store_.keyring) || store_.keyring_is_newest()) return;
    findings_.push_back(
        {"keyring", {}, vault::outdated_keyring(), vault::outdated_keyring_advice()});
  }

  // Where the findings are many the entries were not looked at to their end.
  void check_end() {
    if (findings_.size() >= max_findings || anchors_.empty()) return;
    const auto newest = anchors_.rbegin()->first;
    if (newest <= last_) return;
    add(vault::older_log, newest,
        fmt::format(fmt::runtime(_("the access log ends at entry {end}, but there was an entry "
                                   "{anchor} when the anchor was taken")),
                    fmt::arg("end", last_), fmt::arg("anchor", newest)),
        _("an older copy of the store was put in its place, or its newest entries were cut off: "
          "compare it with the newest backup"));
  }

  Store::Impl& store_;
  db::Database& database_;
  vault::Witness witness_;
  std::map<MemberId, std::int64_t> erasing_;
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
