#include "format/log_rows.h"

#include <fmt/format.h>

#include <set>
#include <sstream>

#include "format/health_rows.h"
#include "pharmacy/error.h"
#include "store/anchors.h"
#include "support/test_store.h"
#include "vault/log/verify.h"
#include "vault/store_impl.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* log_tables[] = {"log_subject", "log_detail",  "log_entry",
                                      "log_key",     "retired_key", "member"};

std::string fault_words(std::string_view problem) {
  const std::pair<const char*, const char*> known[] = {
      {"this entry of the access log, or the one before it, was changed", "changed"},
      {"this entry of the access log was not signed by whom it names", "unsigned"},
      {"this entry tells of a change of the keyring by somebody who could not make it", "mark"},
      {"the members of this entry of the access log were changed", "members"},
      {"the detail of this entry of the access log was changed", "detail"},
      {"a part of the access log belongs to no entry", "no entry"},
      {"this entry is not the one that the anchor was taken of", "not its anchor"}};
  for (const auto& [text, words] : known)
    if (problem == text) return words;
  if (problem.ends_with(" of the access log is missing") ||
      problem.ends_with(" of the access log are missing"))
    return "missing";
  if (problem.starts_with("the access log ends at entry ")) return "beyond the end";
  return std::string{problem};
}

std::string finding_words(const std::vector<Finding>& findings) {
  std::set<std::pair<std::int64_t, std::string>> said;
  for (const Finding& finding : findings) {
    if (finding.check == "keyring") {
      said.emplace(0, "keyring outdated");
    } else if (finding.problem == "an old key of a member of staff was put in by nobody") {
      said.emplace(0, fmt::format("slot {} unvouched", finding.subject));
    } else {
      said.emplace(std::stoll(finding.subject),
                   finding.subject + ' ' + fault_words(finding.problem));
    }
  }
  std::string text;
  for (const auto& [seq, words] : said) text += (text.empty() ? "" : "; ") + words;
  return text;
}

// Tables without triggers and CHECKs, as the lines make them.
void put_log(db::Database& db, const std::string& lines) {
  for (const char* table : log_tables) db.run_script(fmt::format("DROP TABLE IF EXISTS {}", table));
  std::istringstream in{lines};
  for (std::string line; std::getline(in, line);) db.run_script(line);
}

}  // namespace

LogStore::LogStore(const VectorBase& base) {
  const auto store = dir_.path() / "store";
  fs::create_directory(store);
  fs::permissions(store, fs::perms::owner_all);
  put_bytes(store / "store.db", base.file("log.db"));
  put_bytes(store / "store.keys", base.file("log.keys"));
  store_ = vault::open_store(store, KeyFile{Secret{base.file("log.key")}}, {}, vectors_time);
}

LogStore::~LogStore() = default;

std::string LogStore::verdict_of(const LogAndAnchors& vector) {
  std::vector<LogAnchor> anchors;
  try {
    anchors = cli::parse_anchors("anchors", vector.anchors);
  } catch (const Error& error) {
    const std::string_view text = error.what(), file = "anchors:";
    if (error.code() != Errc::bad_data || !text.starts_with(file)) throw;
    return fmt::format("anchors line {}", std::stoi(std::string{text.substr(file.size())}));
  }
  change_rows(*store_, [&](db::Database& db) { put_log(db, vector.log); });
  const auto findings = vault::verify_log(*store_, anchors, {});
  if (!findings.empty()) return "log " + finding_words(findings);
  const auto head = vault::newest_entry(store_->database());
  return "log whole " + (head ? to_string(*head) : "none");
}

}  // namespace pharmacy::test
