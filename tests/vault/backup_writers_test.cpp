// Backups of a store in which others sell meanwhile.
#include <unistd.h>

#include <algorithm>

#include "pharmacy/backup.h"
#include "support/child.h"
#include "support/counter_store.h"
#include "support/drill.h"
#include "support/trials.h"
#include "support/vault.h"
#include "vault/access.h"

using namespace pharmacy;
using test::CounterStore;
using test::Random;
using test::Trials;

namespace fs = std::filesystem;

namespace {

Key own_key_of(const test::TestStore& s) { return test::KeyringInHand::key_of(s); }

// A store in which eight programs sell until they are told to end.
class Selling : public CounterStore {
 public:
  Selling() {
    close();
    for (int i = 0; i < 8; ++i) {
      sellers_.emplace_back([this] {
        Store store = open_again(std::chrono::seconds{60});
        while (!fs::exists(told_)) {
          ::usleep(20'000);
          auto tx = store.begin({.id = new_operation_id(), .request = {}});
          add_sale(tx, {.member = member, .items = test::items_of({"A=2", "B"})});
          tx.commit();
        }
        return 0;
      });
    }
  }
  void tell_to_end() const { test::put_bytes(told_, ""); }
  void wait() {
    for (test::Child& seller : sellers_) CHECK(seller.end() == 0);
  }

 private:
  fs::path told_ = path().parent_path() / "told";
  std::vector<test::Child> sellers_;
};

std::int64_t number_in(Store& store, const char* sql) {
  auto reading = store.read();
  return vault::database(reading).value<std::int64_t>(sql).value();
}

// What is wrong with the store there; "" where it is one state. `last_entry`: of its access log, 0
// where that is not known.
std::string fault_of_state(const fs::path& place, const test::TestStore& s,
                           std::int64_t last_entry) {
  try {
    Store store = Store::open(place, own_key_of(s));
    if (!store.check().empty()) return "it is not sound";
    if (number_in(store, "SELECT 2 * count(*) FROM receipt") !=
        number_in(store, "SELECT count(*) FROM line"))
      return "half a sale";
    const auto last = number_in(store, "SELECT max(seq) FROM log_entry");
    return last_entry == 0 || last == last_entry ? "" : "another end of the log";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

namespace {

// A change that the schema's triggers would refuse.
void change_behind_triggers(Store& store, const char* sql) {
  auto tx = store.begin({.id = new_operation_id(), .request = {}});
  auto& database = vault::database(tx);
  const std::string triggers = " FROM sqlite_schema WHERE type = 'trigger' ORDER BY name";
  const auto made_by = database.values<std::string>("SELECT sql" + triggers);
  for (const auto& name : database.values<std::string>("SELECT name" + triggers))
    database.run("DROP TRIGGER " + name);
  database.run(sql);
  for (const auto& trigger : made_by) database.run(trigger);
  tx.commit();
}

}  // namespace

TEST_CASE("a backup is one state, whoever writes while it is made") {
  Trials trials("backups among writers", 8, 600);
  Selling s;
  Store store = s.open_again(std::chrono::seconds{60});
  const char* receipts = "SELECT count(*) FROM receipt";
  const auto file = (s.path().parent_path() / "made").string();
  const auto place = s.path().parent_path() / "restored";
  std::optional<BackupInfo> made;
  for (const char* what : {"sold meanwhile", "faulty"}) trials.tally(what, 0);
  trials.each([&](std::int64_t, Random&) {
    const auto before = number_in(store, receipts);
    made = make_backup(store, file, Existing::replaced);
    trials.tally("sold meanwhile", number_in(store, receipts) - before);
    fs::remove_all(place);
    restore_backup(file, place, own_key_of(s), {}, {});
    CHECK(fault_of_state(place, s, made->log_seq + 1) == "");
    Store restored = Store::open(place, own_key_of(s));
    // What was acknowledged before it began is in it, and all of that moment as it was.
    CHECK(number_in(restored, receipts) >= before);
    const auto fault = test::fault_among_writers(restored, store, made->log_seq);
    CHECK_MESSAGE(fault == "", fault);
    if (!fault.empty()) trials.tally("faulty");
  });
  s.tell_to_end();
  s.wait();
  CHECK(trials.tallied("sold meanwhile") > 0);
  CHECK(trials.tallied("faulty") == 0);

  // A row that is missing or another is found, and nothing where there is none.
  const auto fault_after = [&](const char* sql) {
    fs::remove_all(place);
    restore_backup(file, place, own_key_of(s), {}, {});
    Store restored = Store::open(place, own_key_of(s));
    change_behind_triggers(restored, sql);
    return test::fault_among_writers(restored, store, made->log_seq);
  };
  CHECK(fault_after("UPDATE line SET batch = batch") == "");
  CHECK(fault_after("DELETE FROM points_lot WHERE receipt = 1") != "");
  CHECK(fault_after("UPDATE line SET batch = 'X' WHERE receipt = 1") != "");
  CHECK(fault_after("DELETE FROM operation WHERE id = (SELECT max(id) FROM operation"
                    " WHERE log_entry < 20)") == "its operations are others");
}

TEST_CASE("a copy of a store's files, one after the other among writers, is no one state") {
  Selling s;
  const auto copy = s.path().parent_path() / "copied";
  fs::create_directory(copy);
  fs::permissions(copy, fs::perms::owner_all);
  fs::copy_file(s.path() / "store.keys", copy / "store.keys");
  const std::string database = test::bytes_of(s.path() / "store.db");
  const auto is_torn = [&] {
    fs::remove(copy / "store.db-shm");
    test::put_bytes(copy / "store.db", database);
    test::put_bytes(copy / "store.db-wal", test::bytes_of(s.path() / "store.db-wal"));
    return !fault_of_state(copy, s, 0).empty();
  };
  bool is_found = false;
  {
    // At the latest when the log has begun again.
    Store store = s.open_again(std::chrono::seconds{60});
    const char* receipts = "SELECT count(*) FROM receipt";
    while (!is_found && number_in(store, receipts) < 5'000) is_found = is_torn();
  }
  s.tell_to_end();
  s.wait();
  CHECK(is_found);
  // Copied in a moment when nobody writes.
  const auto whole = s.path().parent_path() / "whole";
  fs::copy(s.path(), whole);
  CHECK(fault_of_state(whole, s, 0) == "");
}
