// The access log as somebody changes it who holds the store's key, and so can write any page: each
// fault is found. What only an anchor shows is found with the anchor.
#include <array>
#include <limits>
#include <map>

#include "pharmacy/audit.h"
#include "pharmacy/members.h"
#include "support/counter_store.h"
#include "support/trials.h"
#include "support/vault.h"
#include "vault/access.h"
#include "vault/log/log.h"

using namespace pharmacy;
using test::CounterStore;
using test::Random;
using test::Trials;

namespace {

constexpr int entries_made = 1'000, by_verbs = 20;

class Tampered {
 public:
  Tampered() {
    for (int i = 0; i < by_verbs / 2; ++i) {
      s_.store().view([&](Reading& reading) {
        get_member(reading, s_.member, {.field = Revealed::phone, .reason = "call"});
      });
      auto tx = s_.begin();
      edit_member(tx, s_.member, {.note = std::to_string(i)});
      tx.commit();
    }
    auto tx = s_.begin();
    append(vault::database(tx), entries_made - by_verbs);
    tx.commit();
    auto reading = s_.store().read();
    head_ = *log_head(reading);
  }

  [[nodiscard]] std::int64_t last() const { return head_.seq; }

  // The key of the log's MACs, as whoever holds the data key derives it.
  [[nodiscard]] crypto::Key log_key() const {
    return vault::log_key_of(hand_.opened.data_key, hand_.opened.keyring.file_id);
  }

  // Whether `change` of the tables is found; all is put back.
  template <class Change>
  bool finds(Change&& change, bool with_anchor = false) {
    auto tx = s_.begin();
    auto& database = vault::database(tx);
    database.run_script(
        "PRAGMA defer_foreign_keys = ON;"
        "DROP TRIGGER log_entry_stays; DROP TRIGGER log_entry_is_fixed;"
        "DROP TRIGGER log_subject_stays; DROP TRIGGER log_subject_is_fixed;"
        "DROP TRIGGER log_detail_stays; DROP TRIGGER log_detail_is_fixed;");
    change(database);
    std::vector<LogAnchor> anchors;
    if (with_anchor) anchors.push_back(head_);
    return !verify_log(tx, anchors).empty();
  }

  // Entries in her own name, as her verbs add them.
  void append(db::Database& database, int count, const std::string& command = "member show") {
    const crypto::Key key = log_key();
    const vault::LogWriter writer{.staff = hand_.who.actor.id,
                                  .sign = hand_.who.secrets.sign,
                                  .store_id = hand_.opened.keyring.store_id,
                                  .epoch = hand_.opened.keyring.epoch,
                                  .key = key};
    for (int i = 0; i < count; ++i) {
      vault::NewLogEntry entry{.command = command, .operation = {}, .shown = {}};
      entry.shown.members.push_back({MemberId{i % 50 + 1}, MemberId{i % 50 + 1 + i % 3}});
      if (i % 2 == 0) entry.shown.note("phone");
      vault::append(database, writer, entry, Instant{1'772'000'000 + i});
    }
  }

  // Writes all entries from `from` to `until` anew, MAC by MAC, under the signature of another, or
  // under that of the person herself.
  enum class Signs { another, herself };
  void rechain(db::Database& database, std::int64_t from, Signs signs = Signs::another,
               std::int64_t until = std::numeric_limits<std::int64_t>::max()) {
    const test::KeyringInHand& hand = hand_;
    const crypto::Key key = log_key();
    const auto others = crypto::make_sign_keys();
    const auto& mine = signs == Signs::herself ? hand.who.secrets.sign : others;
    auto previous = database.value<db::Bytes>("SELECT mac FROM log_entry WHERE seq = ?1", from - 1)
                        .value_or(db::Bytes{});
    const auto rows = database.rows<vault::LogEntry>(
        "SELECT seq, at, staff, kind, command, operation, epoch, detail, subjects, mac,"
        " signature, keyring FROM log_entry WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq",
        from, until);
    for (const auto& row : rows) {
      const auto mac = vault::mac_of(row, previous, key);
      previous = {mac.begin(), mac.end()};
      const auto message = vault::log_message(hand.opened.keyring.store_id, mac);
      const auto signature = crypto::sign(mine.secret, vault::as_bytes(message));
      database.run("UPDATE log_entry SET mac = ?2, signature = ?3 WHERE seq = ?1", row.seq,
                   previous, db::Bytes{signature.begin(), signature.end()});
    }
  }

 private:
  CounterStore s_;
  test::KeyringInHand hand_{s_};
  LogAnchor head_;
};

// Somewhere in the log: its ends as often as all the rest.
std::int64_t anywhere(const Tampered& log, Random& random) {
  constexpr std::int64_t ends = 3;
  if (random.below(2) == 0) return random.between(1, log.last());
  const std::int64_t from_end = random.between(0, ends - 1);
  return random.below(2) == 0 ? 1 + from_end : log.last() - from_end;
}
// So, but for the first and the last two: what is taken away leaves a beginning and an end.
std::int64_t inner(const Tampered& log, Random& random) {
  return random.between(2, log.last() - 2);
}

void edit_a_field(db::Database& database, std::int64_t seq, Random& random) {
  constexpr std::array changes{
      "at = at + 1",
      "staff = 2",
      "kind = iif(kind = 'view', 'change', 'view')",
      "command = command || '.'",
      "operation = coalesce(operation, '') || '.'",
      "epoch = epoch + 1",
      "detail = iif(detail IS NULL, zeroblob(32), NULL)",
      "subjects = zeroblob(32)",
      "mac = zeroblob(32)",
      "signature = zeroblob(64)",
      "keyring = iif(keyring IS NULL, zeroblob(104), NULL)",
  };
  database.run("INSERT OR IGNORE INTO staff (id, login) VALUES (2, 'recovery')");
  database.run(std::string{"UPDATE log_entry SET "} + changes[random.below(changes.size())] +
                   " WHERE seq = ?1",
               seq);
}

void flip_a_bit(db::Database& database, std::int64_t seq, Random& random) {
  constexpr std::array columns{"subjects", "mac", "signature"};
  const std::string column = columns[random.below(columns.size())];
  auto bytes =
      *database.value<db::Bytes>("SELECT " + column + " FROM log_entry WHERE seq = ?1", seq);
  bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] ^=
      static_cast<unsigned char>(1U << random.below(8));
  database.run("UPDATE log_entry SET " + column + " = ?2 WHERE seq = ?1", seq, bytes);
}

// A detail that was never written, or another in its place, as whoever lists the log is shown it;
// its salt is of a length that no program writes.
void put_detail(db::Database& database, std::int64_t seq, Random& random) {
  database.run_script(
      "ALTER TABLE log_detail RENAME TO aside;"
      "CREATE TABLE log_detail (seq INTEGER PRIMARY KEY, salt BLOB, text TEXT);"
      "INSERT INTO log_detail SELECT * FROM aside");
  database.run("INSERT OR REPLACE INTO log_detail VALUES (?1, ?2, 'forged')", seq,
               db::Bytes(random.below(15), 1));
}

void remove(db::Database& database, std::int64_t first, std::int64_t last) {
  database.run("UPDATE operation SET log_entry = NULL WHERE log_entry BETWEEN ?1 AND ?2", first,
               last);
  for (const char* table : {"log_subject", "log_detail", "log_entry"})
    database.run(std::string{"DELETE FROM "} + table + " WHERE seq BETWEEN ?1 AND ?2", first, last);
}

// Moves all entries after `seq`.
void move_up(db::Database& database, std::int64_t seq, std::int64_t by) {
  for (const char* table : {"log_subject", "log_detail", "log_entry"}) {
    const std::string update = std::string{"UPDATE "} + table + " SET seq = seq ";
    database.run(update + "+ 1000000 WHERE seq > ?1", seq);
    database.run(update + "- 1000000 + ?1 WHERE seq > 1000000", by);
  }
}

// The entry `seq` once more, as the one after itself; all after it move up.
void repeat(db::Database& database, std::int64_t seq) {
  move_up(database, seq, 1);
  for (const auto& [table, columns] :
       std::map<std::string, std::string>{{"log_entry",
                                           "at, staff, kind, command, operation, epoch, detail, "
                                           "subjects, mac, signature, keyring"},
                                          {"log_detail", "salt, text"},
                                          {"log_subject", "first, last"}})
    database.run("INSERT INTO " + table + " (seq, " + columns + ") SELECT seq + 1, " + columns +
                     " FROM " + table + " WHERE seq = ?1",
                 seq);
}

// All after `seq` goes, and as much comes in its place.
void fork(Tampered& log, db::Database& database, std::int64_t seq, const std::string& command) {
  remove(database, seq + 1, log.last());
  log.append(database, static_cast<int>(log.last() - seq), command);
}

void swap(db::Database& database, std::int64_t seq) {
  for (const char* table : {"log_subject", "log_detail", "log_entry"}) {
    const std::string update = std::string{"UPDATE "} + table + " SET seq = ";
    database.run(update + "1000000 WHERE seq = ?1", seq);
    database.run(update + "?1 WHERE seq = ?1 + 1", seq);
    database.run(update + "?1 + 1 WHERE seq = 1000000", seq);
  }
}

}  // namespace

TEST_CASE("whatever is done to the access log is found") {
  Tampered log;
  Trials trials("faults of an access log of 1,000 entries", 75, 15'150);
  trials.tally("missed", 0);
  trials.each([&](std::int64_t number, Random& random) {
    const auto kind = static_cast<int>(number % 15);
    constexpr int inside = 3;  // the first of those that leave a beginning and an end
    const auto seq = kind < inside ? anywhere(log, random) : inner(log, random);
    const bool found = log.finds([&](db::Database& database) {
      database.run_script("DROP TABLE IF EXISTS aside");
      switch (kind) {
        case 0:
          return edit_a_field(database, seq, random);
        case 1:
          return flip_a_bit(database, seq, random);
        case 2:
          return put_detail(database, seq, random);
        case 3:
          return remove(database, 1, seq);
        case 4:
          remove(database, seq, seq);
          return move_up(database, seq, -1);
        case 5:
          return swap(database, seq);
        case 6:
          return database.run("DELETE FROM log_subject WHERE seq = ?1 OR seq = ?1 + 1", seq);
        case 7:
          return database.run("INSERT INTO log_subject (seq, first, last) VALUES (?1, 77, 78)",
                              seq);
        case 8:
          return repeat(database, seq);
        case 9:  // one of her own, put in between
          repeat(database, seq);
          database.run("UPDATE log_entry SET command = 'member find' WHERE seq = ?1", seq + 1);
          return log.rechain(database, seq + 1, Tampered::Signs::herself, seq + 1);
        case 10:  // the end by another, who does not sign as she does
          fork(log, database, seq, "member find");
          return log.rechain(database, seq + 1);
        case 11:  // the end by herself under a MAC of another key
          fork(log, database, seq, "member find");
          return database.run("UPDATE log_entry SET mac = zeroblob(32) WHERE seq = ?1", seq + 1);
        case 12:
          return remove(database, seq, seq);
        case 13:
          return database.run("UPDATE log_detail SET text = 'forged' WHERE seq IN (?1, ?1 + 1)",
                              seq);
        default:
          edit_a_field(database, seq, random);
          return log.rechain(database, seq);
      }
    });
    if (!found) trials.tally("missed");
    CHECK_MESSAGE(found, "kind " << kind << " at " << seq);
  });
}

TEST_CASE("an end that is cut off, or rewritten by its own writer, is found with an anchor alone") {
  Tampered log;
  const auto cut = [&](std::int64_t seq) {
    return [&log, seq](db::Database& database) { remove(database, seq, log.last()); };
  };
  const auto cut_and_go_on = [&](std::int64_t seq) {
    return [&log, seq](db::Database& database) {
      remove(database, seq, log.last());
      log.append(database, 3);
    };
  };
  const auto forked = [&](std::int64_t seq) {
    return [&log, seq](db::Database& database) { fork(log, database, seq, "member find"); };
  };
  // The last of several: her own entries, which she signs once more as changed.
  const auto rewritten = [&](std::int64_t seq) {
    return [&log, seq](db::Database& database) {
      database.run("UPDATE log_entry SET command = 'member find' WHERE seq = ?1", seq);
      log.rechain(database, seq, Tampered::Signs::herself);
    };
  };
  for (const std::int64_t seq : {std::int64_t{2}, std::int64_t{400}, log.last() - 1}) {
    CAPTURE(seq);
    const auto check = [&](const char* what, const auto& change) {
      CAPTURE(what);
      CHECK_FALSE(log.finds(change));  // the limit that pharmacy-security(7) tells of
      CHECK(log.finds(change, true));
    };
    check("cut", cut(seq));
    check("cut and gone on", cut_and_go_on(seq));
    check("forked", forked(seq));
    check("rewritten", rewritten(seq));
  }
}

TEST_CASE("a log that nobody touched is whole, with its anchor and without") {
  Tampered log;
  CHECK_FALSE(log.finds([](db::Database&) {}));
  CHECK_FALSE(log.finds([](db::Database&) {}, true));
}
