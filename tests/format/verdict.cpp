#include "format/verdict.h"

#include <fmt/format.h>

#include <bit>
#include <memory>
#include <string_view>
#include <vector>

#include "crypto/hash.h"
#include "db/damage.h"
#include "db/failure.h"
#include "pharmacy/backup.h"
#include "pharmacy/error.h"
#include "pharmacy/store.h"
#include "support/temp_dir.h"
#include "support/test_store.h"
#include "vault/backup/read.h"
#include "vault/keyring/slot.h"
#include "vault/log/verify.h"
#include "vault/opening/place.h"
#include "vault/store_impl.h"

namespace pharmacy::test {
namespace {

using db::Damage;

struct Refused {
  std::string verdict;
};

struct Finalizer {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalizer>;

Statement prepare(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int rc = sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr);
  if (rc != SQLITE_OK) db::throw_failure(db, rc);
  return Statement{statement};
}

bool step(sqlite3* db, const Statement& statement) {
  const int rc = sqlite3_step(statement.get());
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) db::throw_failure(db, rc);
  return rc == SQLITE_ROW;
}

// A value with its type, so that no two values look the same.
std::string encoded(sqlite3_stmt* row, int column) {
  const auto bytes = [&] {
    const void* at = sqlite3_column_blob(row, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
    return std::string{static_cast<const char*>(at), size};
  };
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
      return fmt::format("i{};", sqlite3_column_int64(row, column));
    case SQLITE_FLOAT:
      return fmt::format("r{:016x};",
                         std::bit_cast<std::uint64_t>(sqlite3_column_double(row, column)));
    case SQLITE_NULL:
      return "n;";
    case SQLITE_TEXT:
      return fmt::format("t{}:{}", sqlite3_column_bytes(row, column), bytes());
    default:
      return fmt::format("b{}:{}", sqlite3_column_bytes(row, column), bytes());
  }
}

// Damage that was thrown, in the reader's words.
std::string words_of(const Error& error) {
  const std::string_view text = error.what();
  using Kind = Damage::Kind;
  if (error.code() != Errc::damaged) return error.what();
  for (const auto& [kind, words] : {std::pair{Kind::foreign_log, "foreign log"},
                                    {Kind::not_sealed, "not sealed"},
                                    {Kind::other_format, "other format"},
                                    {Kind::other_file, "other file"}})
    if (text.ends_with(db::describe({kind}))) return words;
  for (std::uint32_t n = 1; n < 1000; ++n) {
    if (text.ends_with(db::describe({Kind::page, n}))) return fmt::format("page {} damaged", n);
    if (text.ends_with(db::describe({Kind::log_page, n})))
      return fmt::format("frame {} damaged", n);
  }
  return text.ends_with("is damaged") ? "file damaged" : std::string{text};
}

// The same for what the keyring's part of the vault throws.
std::string keyring_words_of(const Error& error) {
  const std::string_view text = error.what();
  if (text == "the keyring of the store is damaged") return "keyring damaged";
  if (text.find("keyring of the store has a format") != text.npos)
    return "keyring of another format";
  if (text == "this is not a key file of a store") return "key refused: not a key file";
  if (text == "this key is for another store") return "key refused: other store";
  if (text == "this key does not open the store") return "key refused: wrong key";
  if (text == "the keyring is older than the store has seen") return "keyring refused: older";
  if (text == "the keyring was not signed by the manager who made the store")
    return "keyring refused: other root";
  if (error.code() == Errc::not_permitted) {
    if (text.ends_with(" was disabled")) return "key refused: disabled";
    if (text.ends_with(" has run out")) return "key refused: expired";
  }
  return std::string{text};
}

// The same for what is thrown of a backup.
std::string backup_words_of(const Error& error) {
  const std::string_view text = error.what();
  if (error.code() == Errc::bad_data && text.ends_with("is no backup of a store"))
    return "no backup";
  if (text.ends_with("is a backup of a format unknown to this program"))
    return "backup of another format";
  if (error.code() != Errc::damaged) return keyring_words_of(error);
  if (text.ends_with("this backup is not whole")) return "backup not whole";
  if (text.ends_with("the parts of this backup do not belong together"))
    return "backup of parts that do not belong together";
  if (text.ends_with("this backup is damaged or was changed")) return "backup damaged";
  const std::string_view page = "page ", changed = " is damaged or was changed";
  const auto at = text.rfind(page);
  if (at != text.npos && text.ends_with(changed))
    return fmt::format("{} damaged", text.substr(at, text.size() - at - changed.size()));
  return keyring_words_of(error);
}

struct Opened {
  vault::Unlocked who;
  vault::OpenKeyring contents;
};

Opened open_keyring_of(const vault::Place& place, const std::string& key_file, Instant now) {
  try {
    vault::check_place(place);
  } catch (const Error&) {
    throw Refused{"file missing"};
  }
  try {
    auto who = vault::unlock(place, KeyFile{Secret{key_file}}, now);
    auto contents = vault::open_keyring(place, who);
    return {std::move(who), std::move(contents)};
  } catch (const Error& error) {
    throw Refused{keyring_words_of(error)};
  }
}

// The epochs of health notes that the key opens, and those granted to it that do not open.
std::string health_words(const Opened& opened) {
  const vault::Keyring& keyring = opened.contents.keyring;
  const vault::Slot& slot = *keyring.find(opened.who.slot);
  std::string good, bad;
  for (const vault::Grant& grant : slot.grants) {
    if (grant.kind != vault::KeyKind::health) continue;
    const std::string epoch = fmt::format(" {}", grant.epoch);
    try {
      vault::check_health_key(keyring, *keyring.find_health_key(grant.epoch));
      const bool opens =
          vault::open_health_grant(keyring, slot, opened.who.secrets, grant.epoch).has_value();
      (opens ? good : bad) += epoch;
    } catch (const Error&) {
      bad += epoch;
    }
  }
  if (good.empty()) good = " none";
  return " health" + good + (bad.empty() ? "" : " damaged" + bad);
}

// What `store check` asks of the keyring.
std::string check_words(const Opened& opened) {
  try {
    vault::check_all_signatures(opened.contents.keyring);
  } catch (const Error&) {
    return " keyring unsound";
  }
  return {};
}

std::string listed(const char* what, const std::vector<std::uint32_t>& numbers) {
  std::string text = what;
  for (const auto number : numbers) text += fmt::format(" {}", number);
  return text + " damaged";
}

struct Closer {
  void operator()(sqlite3* db) const { db::close_sealed(db); }
};

std::string read_all(const std::filesystem::path& store, const db::StoreKeys& keys) {
  db::Gate gate{store / "store.lock", "test"};
  const std::unique_ptr<sqlite3, Closer> db{
      db::open_sealed({.path = store / "store.db"}, keys, gate)};
  const db::Rot rot = db::find_rot(db.get(), gate, std::chrono::seconds{1});
  if (!rot.frames.empty()) return listed("frame", rot.frames);
  if (!rot.pages.empty()) return listed("page", rot.pages);
  if (rot.bytes_behind > 0) return fmt::format("{} bytes behind", rot.bytes_behind);
  const Statement commit = prepare(db.get(), "PRAGMA application_id");
  step(db.get(), commit);
  return fmt::format("ok commit {} rows {}",
                     static_cast<std::uint32_t>(sqlite3_column_int64(commit.get(), 0)),
                     digest_of_rows(db.get()));
}

}  // namespace

std::string digest_of_rows(sqlite3* db) {
  std::vector<std::string> tables{"sqlite_schema"};
  {
    const Statement names =
        prepare(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    while (step(db, names))
      tables.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(names.get(), 0)));
  }
  crypto::Hasher digest;
  for (const std::string& table : tables) {
    digest.add(fmt::format("t{}:{}", table.size(), table));
    const Statement rows = prepare(db, fmt::format("SELECT * FROM \"{}\" NOT INDEXED", table));
    while (step(db, rows)) {
      for (int i = 0; i < sqlite3_column_count(rows.get()); ++i) digest.add(encoded(rows.get(), i));
      digest.add("\n");
    }
  }
  return vault::hex(digest.finish()).substr(0, 16);
}

std::string verdict_of(const std::filesystem::path& store, const db::StoreKeys& keys) {
  try {
    return read_all(store, keys);
  } catch (const Error& error) {
    return words_of(error);
  }
}

std::string verdict_of(const std::filesystem::path& store, const std::string& key_file,
                       Instant now) {
  try {
    const Opened opened = open_keyring_of(vault::Place{store}, key_file, now);
    const vault::OpenKeyring& contents = opened.contents;
    const std::string verdict = verdict_of(store, {.file_id = contents.keyring.file_id,
                                                   .epoch = contents.keyring.epoch,
                                                   .data_key = contents.data_key.copy()});
    if (!verdict.starts_with("ok")) return verdict;
    // Its own checks of the keyring against the database come after.
    const auto impl = vault::open_store(store, KeyFile{Secret{key_file}}, {}, now);
    const bool has_whole_log = vault::verify_log(*impl, {}, {}).empty();
    return verdict + health_words(opened) + check_words(opened) +
           (has_whole_log ? "" : " access log unsound");
  } catch (const Refused& refused) {
    return refused.verdict;
  } catch (const Error& error) {
    return keyring_words_of(error);
  }
}

std::string verdict_of_backup(const std::filesystem::path& file, const std::string& key_file,
                              Instant now) {
  const TempDir store;
  std::string head;
  try {
    const Key key = KeyFile{Secret{key_file}};
    const BackupInfo info = verify_backup(file.string(), key);
    const auto seq = static_cast<std::uint64_t>(info.log_seq);
    const std::string log =
        seq == 0 ? "none" : fmt::format("{}:{}", seq, info.log_mac.substr(0, 32));
    head = fmt::format("backup made {} pages {} log {} ",
                       static_cast<std::uint64_t>(info.made.seconds), info.pages, log);
    const vault::Place place{store.path()};
    std::string pages;
    const auto add = [&](std::string_view page) { pages += page; };
    vault::read_backup(file.string(), key, place, add, {});
    put_bytes(place.database(), pages);
  } catch (const Error& error) {
    return backup_words_of(error);
  }
  return head + verdict_of(store.path(), key_file, now);
}

}  // namespace pharmacy::test
