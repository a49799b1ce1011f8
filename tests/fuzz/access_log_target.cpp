// The access log of a store, as a text: a row of a table in a line, its cells after the table's
// name. Whoever has the data key can write any rows that have the columns' types.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <stdexcept>

#include "fuzz/store_targets.h"
#include "pharmacy/audit.h"
#include "pharmacy/csv.h"
#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "pharmacy/staff.h"
#include "support/temp_dir.h"
#include "vault/access.h"
#include "vault/keyring/bytes.h"
#include "vault/keyring/slot.h"
#include "vault/log/entry.h"
#include "vault/store_impl.h"

namespace pharmacy::test {
namespace {

// The columns' types by table: integer, text, blob; in capitals where they may be NULL. The first
// three tables are the log.
using Tables = std::vector<std::pair<std::string, std::string_view>>;
const Tables& tables() {
  static const Tables all{{"log_entry", "iiittTiBbbbB"},
                          {"log_detail", "ibt"},
                          {"log_subject", "iii"},
                          {"log_key", "ib"},
                          {"retired_key", "ibiib"}};
  return all;
}
constexpr std::size_t log_tables = 3;

// The log's tables without their CHECKs, which a program of one's own need not heed.
constexpr const char* loosened = R"(
  PRAGMA defer_foreign_keys = ON;
  UPDATE operation SET log_entry = NULL;
  DROP TABLE log_subject; DROP TABLE log_detail; DROP TABLE log_entry;
  CREATE TABLE log_entry (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, staff INTEGER NOT NULL, kind TEXT NOT NULL,
    command TEXT NOT NULL, operation TEXT, epoch INTEGER NOT NULL, detail BLOB,
    subjects BLOB NOT NULL, mac BLOB NOT NULL, signature BLOB NOT NULL,
    keyring BLOB) STRICT;
  CREATE TABLE log_detail (
    seq INTEGER PRIMARY KEY, salt BLOB NOT NULL, text TEXT NOT NULL) STRICT;
  CREATE TABLE log_subject (
    seq INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (seq, first)) STRICT, WITHOUT ROWID;
)";

std::string cell_of(const db::Statement& row, int column, char type) {
  switch (type) {
    case 'i':
      return std::to_string(row.get<std::int64_t>(column));
    case 't':
      return row.get<std::string>(column);
    case 'T':
      return row.get<std::optional<std::string>>(column).value_or("");
    case 'b':
      return vault::hex(row.get<db::Bytes>(column));
    default:
      return vault::hex(row.get<std::optional<db::Bytes>>(column).value_or(db::Bytes{}));
  }
}

// The rows of the first `count` tables as lines.
std::string text_of(db::Database& database, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [table, types] = tables()[i];
    auto row = database.prepare("SELECT * FROM " + table + " ORDER BY 1, 2");
    row.bind();
    while (row.step()) {
      text += table;
      for (std::size_t n = 0; n < types.size(); ++n)
        text += ',' + csv_cell(cell_of(row, static_cast<int>(n), types[n]));
      text += '\n';
    }
  }
  return text;
}

// A cell as SQL has it; nullopt where it is no value of the type.
std::optional<std::string> literal(const std::string& cell, char type) {
  if (cell.empty() && (type == 'T' || type == 'B')) return "NULL";
  if (type == 'i') {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    if (error != std::errc{} || end != cell.data() + cell.size()) return std::nullopt;
    return fmt::format("{} + 0", number);  // the lowest has no literal of its own
  }
  const bool is_text = type == 't' || type == 'T';
  if (!is_text && !vault::from_hex(cell)) return std::nullopt;
  return is_text ? fmt::format("CAST(x'{}' AS TEXT)", vault::hex(vault::as_bytes(cell)))
                 : fmt::format("x'{}'", cell);
}

// What puts a row into its table; empty where it is none.
std::string insertion_of(std::span<const std::string_view> row) {
  const auto table = std::ranges::find(tables(), row[0], &Tables::value_type::first);
  if (table == tables().end() || row.size() != table->second.size() + 1) return {};
  std::string values;
  for (std::size_t i = 1; i < row.size(); ++i) {
    const auto value = literal(std::string{row[i]}, table->second[i - 1]);
    if (!value) return {};
    values += (i > 1 ? "," : "") + *value;
  }
  return fmt::format("REPLACE INTO {} VALUES ({});", table->first, values);
}

// What puts these rows in the place of all others.
std::string script_of(std::string_view text) {
  std::string script = "PRAGMA defer_foreign_keys = ON;";
  for (const auto& [table, types] : tables()) script += "DELETE FROM " + table + ";";
  CsvReader reader{text};
  while (const auto row = reader.next()) script += insertion_of(*row);
  return script;
}

// A store in which a manager and a clerk looked at a member and changed her, under old and new keys
// of the store's and of the clerk's.
class LoggedStore {
 public:
  LoggedStore() : store_{make(directory_.path() / "store")} {
    change([](Transaction& tx) {
      add_member(tx, {.name = "张伟", .phone = "13800138000"});
      return add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
    });
    work(store_);
    as_clerk();
    store_.rotate_keys();
    change([](Transaction& tx) { return reset_staff(tx, "chenjing", std::nullopt); });
    as_clerk();
    work(store_);
    Transaction tx = begin(store_);
    head_ = *log_head(tx);
    auto& database = vault::database(tx);
    text_ = text_of(database, tables().size());
    log_text_ = text_of(database, log_tables);
    database.run_script(loosened);
    tx.commit();
  }

  [[nodiscard]] Transaction begin() { return begin(store_); }
  [[nodiscard]] const LogAnchor& head() const { return head_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  // Of the tables that are the log.
  [[nodiscard]] const std::string& log_text() const { return log_text_; }
  [[nodiscard]] const crypto::Key& log_key() { return store_.impl().log_key; }
  [[nodiscard]] std::int64_t epoch() { return store_.impl().keyring.epoch; }

 private:
  static Store make(const std::filesystem::path& path) {
    NewStoreKeys keys = Store::create(path, {.login = "wangli", .name = "王丽"});
    return Store::open(path, KeyFile{std::move(*keys.key_file)});
  }
  static Transaction begin(Store& store) {
    return store.begin({.id = new_operation_id(), .request = {}});
  }
  // Of the clerk, who gets keys by it.
  void change(NewStaffKey (*body)(Transaction&)) {
    Transaction tx = begin(store_);
    clerk_key_ = body(tx).key_file->view();
    tx.commit();
  }
  void as_clerk() {
    Store store = Store::open(directory_.path() / "store", KeyFile{Secret{clerk_key_}});
    work(store);
  }
  static void work(Store& store) {
    const MemberId member{1};
    store.view([&](Reading& reading) { get_member(reading, member); });
    Transaction tx = begin(store);
    edit_member(tx, member, {.note = new_operation_id()});
    tx.commit();
  }

  TempDir directory_;
  std::string clerk_key_;
  Store store_;
  LogAnchor head_{};
  std::string text_, log_text_;
};

LoggedStore& logged_store() {
  static LoggedStore store;
  return store;
}

// Makes every MAC fit, as whoever has the data key can.
void renew_macs(db::Database& database) {
  db::Bytes previous;
  const auto entries = database.rows<vault::LogEntry>("SELECT * FROM log_entry ORDER BY seq");
  for (const auto& entry : entries) {
    const auto old =
        database.value<db::Bytes>("SELECT key FROM log_key WHERE epoch = ?1", entry.epoch);
    const bool is_old = old && entry.epoch != logged_store().epoch();
    const crypto::Key key = is_old ? crypto::Key{std::span{*old}.first<crypto::Key::size()>()}
                                   : logged_store().log_key().copy();
    const auto mac = vault::mac_of(entry, previous, key);
    previous.assign(mac.begin(), mac.end());
    database.run("UPDATE log_entry SET mac = ?2 WHERE seq = ?1", entry.seq, previous);
  }
}

using LogJudge = bool (*)(Transaction& tx);

bool verifies(Transaction& tx) { return verify_log(tx, {logged_store().head()}).empty(); }

// What somebody sees who counts.
bool has_no_gap(Transaction& tx) {
  return vault::database(tx)
      .value<bool>("SELECT count(*) = ?1 AND min(seq) = 1 AND max(seq) = ?1 FROM log_entry",
                   logged_store().head().seq)
      .value_or(false);
}

// Whoever has no signing key changes nothing in the log that is not found, with the data key or
// without; what is as it was written is whole.
template <LogJudge is_whole>
void take_access_log(std::string_view bytes) {
  LoggedStore& store = logged_store();
  const std::string script = script_of(bytes);
  Transaction tx = store.begin();
  auto& database = vault::database(tx);
  database.run_script(script);
  for (const bool with_macs : {false, true}) {
    if (with_macs) renew_macs(database);
    const bool is_same = text_of(database, log_tables) == store.log_text();
    if (is_whole(tx) && !is_same) throw std::logic_error("a change of the log is found");
    if (bytes == store.text() && !is_whole(tx))
      throw std::logic_error("a log that nobody touched is whole");
  }
}

FuzzTarget log_target(const char* name, void (*take)(std::string_view)) {
  return {.name = name, .take = take, .seeds = {logged_store().text()}, .usual = 1'000};
}

}  // namespace

FuzzTarget access_log_target() { return log_target("access_log", take_access_log<verifies>); }
FuzzTarget blind_access_log_target() {
  return log_target("blind access log", take_access_log<has_no_gap>);
}

}  // namespace pharmacy::test
