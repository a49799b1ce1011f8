#include "format/health_rows.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "base/as_bytes.h"
#include "crypto/hash.h"
#include "db/transaction.h"
#include "members/health/notes.h"
#include "members/health/seal.h"
#include "pharmacy/special.h"
#include "support/test_store.h"
#include "vault/access.h"
#include "vault/keyring/bytes.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"
#include "visits/special/identity.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* untagged = " untagged";
constexpr Period ever{Date{std::chrono::year{1} / 1 / 1}, Date{std::chrono::year{9999} / 12 / 31}};

std::string tag_words(const std::vector<db::Bytes>& tags) {
  std::string words = " tags";
  for (const db::Bytes& tag : tags) words += ' ' + vault::hex(tag).substr(0, 8);
  return words + (tags.empty() ? " none" : "");
}

// What it says, in the order in which that is sealed.
std::string fact_words(const HealthNote& note) {
  std::istringstream lines{
      members::written({.member = note.member, .facts = members::facts_of(note)})};
  std::string words, line;
  for (int i = 0; std::getline(lines, line) && line[0] != '\0'; ++i) {
    const auto mark = line.find('=');
    if (i >= 2) words += ' ' + line.substr(0, mark + 1) + shown(line.substr(mark + 1));
  }
  return words;
}

// Of a store without blind alerts, in which no note has a tag.
std::string words_without_tags(db::Database& db, const HealthNote& note) {
  const bool has_tag =
      db.value<bool>("SELECT 1 FROM health_tag WHERE note = ?1 LIMIT 1", note.id).has_value();
  return "note" + fact_words(note) + tag_words({}) + (has_tag ? " tagged" : "");
}

std::string note_words(db::Database& db, const HealthNote& note) {
  if (!vault::keeps_blind_alerts(db)) return words_without_tags(db, note);
  const auto written_for =
      db.value<MemberId>("SELECT written_for FROM health_note WHERE id = ?1", note.id).value();
  const bool is_tagged = db.value<bool>(
                               "SELECT alerts = 'tags' AND ended_at IS NULL FROM health_note"
                               " WHERE id = ?1",
                               note.id)
                             .value();
  std::vector<db::Bytes> tags;
  bool lacks_one = false;
  for (const std::string& key : note_keys(members::facts_of(note))) {
    tags.push_back(members::tag_of(members::tag_key(db).value(), written_for, key));
    lacks_one =
        lacks_one || !db.value<bool>("SELECT 1 FROM health_tag WHERE note = ?1 AND tag = ?2",
                                     note.id, tags.back());
  }
  return "note" + fact_words(note) + tag_words(tags) + (is_tagged && lacks_one ? untagged : "");
}

Verdicts verdicts_on_notes(Reading& reading) {
  auto& db = vault::database(reading);
  Verdicts verdicts;
  const auto name = [](HealthNoteId id) { return "note-" + to_string(id); };
  for (const MemberId member : db.values<MemberId>("SELECT DISTINCT member FROM health_note")) {
    const HealthNotes notes = members::notes_of(reading, member, true);
    for (const HealthNoteId id : notes.closed) verdicts[name(id)] = "note closed";
    for (const HealthNoteId id : notes.not_ours) verdicts[name(id)] = "note damaged";
    for (const HealthNote& note : notes.notes) verdicts[name(note.id)] = note_words(db, note);
  }
  return verdicts;
}

std::string buyer_words(db::Database& db, const SpecialSale& sale) {
  if (sale.record == BuyerRecord::sealed) return "buyer closed";
  if (sale.record != BuyerRecord::opened) return "buyer damaged";
  const db::Bytes tag = visits::document_tag(visits::document_tag_key(db), sale.document.value(),
                                             sale.number.value());
  const auto stored =
      db.value<db::Bytes>("SELECT tag FROM special_buyer WHERE receipt = ?1", sale.receipt);
  return fmt::format("buyer name={} document={} number={}{}{}", shown(sale.buyer.value()),
                     to_word(sale.document.value()), shown(sale.number.value()), tag_words({tag}),
                     stored == tag ? "" : untagged);
}

db::Bytes blob(std::string_view text) {
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

// Tables that take what CHECKs would not let in, and what rows refer to.
void loosen(db::Database& db, const VectorBase& base) {
  db.run_script(
      "DROP TABLE health_tag; DROP TABLE health_note; DROP TABLE special_buyer;"
      "CREATE TABLE health_tag (note INTEGER, tag BLOB);"
      "CREATE TABLE health_note (id INTEGER PRIMARY KEY, member INTEGER, written_for INTEGER,"
      " epoch INTEGER, sealed BLOB, alerts TEXT, added_at INTEGER, added_by INTEGER,"
      " ended_at INTEGER, ended_by INTEGER);"
      "CREATE TABLE special_buyer (receipt INTEGER PRIMARY KEY, epoch INTEGER, sealed BLOB,"
      " tag BLOB);"
      "INSERT INTO member (id, name, joined, recorded_at, recorded_by)"
      " VALUES (1, '张伟', 20000, 1772000000, 1);"
      "INSERT INTO product (id, code, name, special, recorded_at, recorded_by)"
      " VALUES (1, 'E', '氨酚伪麻那敏片', 'ephedrine', 1772000000, 1)");
  db.run("INSERT INTO health_tag_key (id, key) VALUES (1, ?1)", blob(base.file("note.tag-key")));
  db.run("INSERT INTO special_tag_key (id, key) VALUES (1, ?1)", blob(base.file("buyer.tag-key")));
}

void put_note(db::Database& db, const SealedRow& row) {
  db.run("DELETE FROM health_note");
  db.run("INSERT INTO health_note VALUES (1, 1, ?1, ?2, ?3, 'none', 1772000000, 1, NULL, NULL)",
         row.number, row.epoch, blob(row.sealed));
}

void put_buyer(db::Database& db, const SealedRow& row) {
  db.run(
      "INSERT OR IGNORE INTO receipt (id, kind, at, day, amount, channel, staff, policy,"
      " recorded_at) VALUES (?1, 'sale', 1772000000, 20509, 1500, 'counter', 1, 1, 1772000000)",
      row.number);
  db.run(
      "INSERT OR IGNORE INTO line (receipt, line, product, quantity, amount)"
      " VALUES (?1, 1, 1, 1000, 1500)",
      row.number);
  db.run(
      "INSERT OR IGNORE INTO special_line (receipt, line, special, counts)"
      " VALUES (?1, 1, 'ephedrine', 1)",
      row.number);
  db.run("DELETE FROM special_buyer");
  db.run("INSERT INTO special_buyer VALUES (?1, ?2, ?3, zeroblob(16))", row.number, row.epoch,
         blob(row.sealed));
}

}  // namespace

void change_rows(Store::Impl& store, const std::function<void(db::Database&)>& body) {
  auto& db = store.connection();
  const db::GateHold hold{store.gate, std::chrono::seconds{5}};
  db::WriteScope scope{db};
  body(db);
  scope.commit();
}

Verdicts verdicts_on_rows(Reading& reading) {
  Verdicts verdicts = verdicts_on_notes(reading);
  if (!vault::may(reading.actor(), vault::Permission::view_special)) return verdicts;
  for (const SpecialSale& sale : special_register(reading, ever)) {
    if (sale.record != BuyerRecord::not_recorded)
      verdicts["buyer-" + to_string(sale.receipt)] = buyer_words(vault::database(reading), sale);
  }
  return verdicts;
}

RowStore::RowStore(const VectorBase& base) : base_{base} {
  fs::create_directory(dir_.path() / "store");
  fs::permissions(dir_.path() / "store", fs::perms::owner_all);
  for (const char* name : {"store.db", "store.db-wal", "store.keys"})
    put_bytes(dir_.path() / "store" / name, base_.file(name));
  change_rows(open_with(base_.file("wangli.key")), [&](db::Database& db) { loosen(db, base_); });
}

RowStore::~RowStore() = default;

Store::Impl& RowStore::open_with(const std::string& key_file) {
  auto& store = open_[key_file];
  if (!store) {
    store = vault::open_store(dir_.path() / "store", KeyFile{Secret{key_file}}, {}, vectors_time);
  }
  return *store;
}

std::string RowStore::verdict_of(const SealedRow& row) {
  change_rows(open_with(base_.file("wangli.key")), [&](db::Database& db) {
    const auto put = row.kind == "note" ? put_note : put_buyer;
    put(db, row);
  });
  Reading reading = open_with(row.key_file).look_of_test();
  const Verdicts verdicts = verdicts_on_rows(reading);
  const std::string name = row.kind == "note" ? "note-1" : fmt::format("buyer-{}", row.number);
  const auto found = verdicts.find(name);
  REQUIRE(found != verdicts.end());
  // The vectors have no tags beside the rows.
  std::string verdict = found->second;
  if (verdict.ends_with(untagged)) verdict.resize(verdict.size() - std::string{untagged}.size());
  return verdict;
}

}  // namespace pharmacy::test
