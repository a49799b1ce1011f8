#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/check/check_sums.h"
#include "vault/log/verify.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {
namespace {

constexpr std::size_t max_findings = 100;  // of one kind

std::string restore_advice() {
  return _(
      "nothing can mend it: put a whole copy of the store's directory, made while it was "
      "sound, in its place");
}

// The word after `before` in one of SQLite's sentences; empty where it is not there.
std::string word_after(std::string_view text, std::string_view before) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return {};
  const auto rest = text.substr(at + before.size());
  return std::string{rest.substr(0, rest.find_first_of(" :,"))};
}

// What SQLite's own check says, for people: its sentences are English, and about its insides.
Finding structure_finding(std::string_view sentence) {
  Finding finding{"structure", {}, {}, restore_advice()};
  if (auto index = word_after(sentence, " index "); !index.empty()) {
    finding.subject = std::move(index);
    finding.problem = _("an index does not agree with its table");
    return finding;
  }
  if (auto page = word_after(sentence, "age "); !page.empty() && std::isdigit(page[0]) != 0) {
    finding.subject = std::move(page);
    finding.problem = _("the structure of the file is damaged at this page");
    return finding;
  }
  if (auto table = word_after(sentence, " in "); !table.empty()) {
    finding.subject = std::move(table);
    finding.problem = _("a record has a value that its table does not allow");
    return finding;
  }
  finding.problem = _("the structure of the file is damaged");
  return finding;
}

// Of the file alone: nothing in the store is other than it was.
Finding behind_finding(std::int64_t bytes) {
  return {
      "pages",
      {},
      fmt::format(fmt::runtime(P_("{} byte that is no part of the store was put behind its last "
                                  "page; nothing in the store is lost or changed",
                                  "{} bytes that are no part of the store were put behind its "
                                  "last page; nothing in the store is lost or changed",
                                  bytes)),
                  bytes),
      _("find out who writes to the file; leave the bytes behind with: store key rotate")};
}

class Checker {
 public:
  Checker(Store::Impl& store, const std::function<void(std::int64_t, std::int64_t)>& progress)
      : store_{store}, progress_{progress} {}

  std::vector<Finding> run() {
    step("modes", [this] { check_modes(); });
    step("keyring", [this] { check_keyring(); });
    step("pages", [this] { check_pages(); });
    step("structure", [this] { check_structure(); });
    step("foreign_keys", [this] { check_foreign_keys(); });
    step("access_log", [this] { check_log(); });
    for (const vault::Sum& sum : vault::sums()) {
      step(sum.check, [this, &sum] { check_sum(sum); });
    }
    return std::move(findings_);
  }

 private:
  // What is so damaged that the check itself fails is a finding too, and keeps none of the others
  // from being made.
  template <class Check>
  void step(const char* name, Check&& check) {
    try {
      check();
    } catch (const Error& error) {
      if (error.code() != Errc::damaged) throw;
      const std::string& hint = error.faults().front().hint;
      add({name, {}, error.what(), hint.empty() ? restore_advice() : hint});
    }
    const auto total = 6 + static_cast<std::int64_t>(vault::sums().size());
    if (progress_) progress_(++done_, total);
  }

  // One thing may be met more than once.
  void add(Finding finding) {
    const auto is_same = [&](const Finding& one) {
      return one.check == finding.check && one.subject == finding.subject &&
             one.problem == finding.problem;
    };
    if (std::ranges::none_of(findings_, is_same)) findings_.push_back(std::move(finding));
  }

  void check_modes() {
    for (auto& [name, fault] : vault::unsafe_files(store_.place)) {
      add({"modes", std::move(name), std::move(fault),
           _("make it a file or directory of your own that is closed to others (600, 700), or "
             "take it away")});
    }
  }

  void check_keyring() {
    const vault::Keyring keyring = vault::open_keyring(store_.place, store_.who).keyring;
    vault::check_all_signatures(keyring);
    if (vault::is_rotation_due(store_.connection(), keyring))
      add({"keys",
           {},
           _("the key of the store was not changed since somebody was disabled"),
           _("change it with: store key rotate")});
  }

  void check_pages() {
    db::Database& database = store_.connection();
    const db::Rot rot = db::find_rot(database.handle(), store_.gate, store_.options.wait);
    for (const std::uint32_t page : rot.pages) {
      add({"pages", std::to_string(page), _("the page is damaged or was changed"),
           restore_advice()});
    }
    if (rot.bytes_behind > 0) add(behind_finding(rot.bytes_behind));
    for (const std::uint32_t frame : rot.frames) {
      add({"log", std::to_string(frame), _("the frame of the log is damaged or was changed"),
           restore_advice()});
    }
  }

  void check_structure() {
    db::Database& database = store_.connection();
    auto rows = database.prepare("PRAGMA integrity_check(100)");
    while (rows.step()) {
      const auto text = rows.get<std::string>(0);
      for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find('\n', from), text.size());
        const auto sentence = std::string_view{text}.substr(from, end - from);
        from = end + 1;
        if (sentence != "ok" && !sentence.empty() && !sentence.starts_with("***")) {
          add(structure_finding(sentence));
        }
      }
    }
    // SQLite calls a page damaged that could not be read.
    database.require_read();
  }

  void check_foreign_keys() {
    auto rows = store_.connection().prepare("PRAGMA foreign_key_check");
    for (std::size_t count = 0; count < max_findings && rows.step(); ++count) {
      add({"foreign_keys", rows.get<std::string>(0),
           fmt::format(fmt::runtime(_("a record refers to one of {} that is not there")),
                       rows.get<std::string>(2)),
           _(vault::records_advice)});
    }
  }

  void check_log() {
    store_.connection();
    for (Finding& finding : vault::verify_log(store_, {}, {})) add(std::move(finding));
  }

  void check_sum(const vault::Sum& sum) {
    auto rows = store_.connection().prepare(sum.query);
    while (rows.step()) {
      add({sum.check, rows.get<std::string>(0), _(sum.problem), _(sum.advice)});
    }
  }

  Store::Impl& store_;
  const std::function<void(std::int64_t, std::int64_t)>& progress_;
  std::vector<Finding> findings_;
  std::int64_t done_ = 0;
};

}  // namespace

std::vector<Finding> vault::check(Store::Impl& store,
                                  const std::function<void(std::int64_t, std::int64_t)>& progress) {
  return Checker{store, progress}.run();
}

std::vector<Finding> Store::check(
    const std::function<void(std::int64_t, std::int64_t)>& progress) const {
  vault::require(*impl_, vault::Permission::check_store);
  return vault::check(*impl_, progress);
}

}  // namespace pharmacy
