// What the access log says of the keyring: nothing that managers signed earlier is put back into
// it.
#include "vault/keyring/mark.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "pharmacy/audit.h"
#include "pharmacy/backup.h"
#include "pharmacy/staff.h"
#include "support/vault.h"
#include "vault/access.h"
#include "vault/keyring/slot.h"
#include "vault/log/log.h"

using namespace pharmacy;
using test::code_of;
using test::message_of;

namespace fs = std::filesystem;

namespace {

constexpr const char* common_passphrase = "paper lantern by noon";
constexpr const char* outdated =
    "the keyring is not as its last change left it: somebody put something older into it";
constexpr const char* unsigned_entry =
    "this entry of the access log was not signed by whom it names";
constexpr const char* unfit_mark =
    "this entry tells of a change of the keyring by somebody who could not make it";
constexpr const char* rotation_due =
    "the key of the store was not changed since somebody was disabled";

// Slots of the keyring, from 0.
constexpr std::size_t zhaomin_at = 2, liuyang_at = 3, chenjing_at = 4;

Key key_of(const std::string& login) {
  return Passphrase{login, Secret{login == "wangli" ? test::good_passphrase : common_passphrase}};
}

// The store of 王丽 with a pharmacist, a second manager and a clerk, and its keyring of then.
struct Shop : test::PassphraseStore {
  vault::Keyring old;
  vault::Place place{path};

  Shop() {
    Store store = open_as("wangli");
    add(store, "zhaomin", Role::pharmacist);
    add(store, "liuyang", Role::manager);
    add(store, "chenjing", Role::clerk);
    change(store, [](Transaction& tx) { grant_health(tx, "chenjing"); });
    old = vault::read_keyring(place);
  }

  [[nodiscard]] Store open_as(const std::string& login) const {
    return Store::open(path, key_of(login));
  }
  template <class Verb>
  void change(Store& store, Verb&& verb) {
    const std::string id = "change-" + std::to_string(++changes_);
    auto tx = store.begin({.id = id, .request = id});
    verb(tx);
    tx.commit();
  }
  void add(Store& store, const std::string& login, Role role) {
    change(store, [&](Transaction& tx) {
      add_staff(tx, {.login = login,
                     .name = login,
                     .roles = {role},
                     .passphrase = Secret{common_passphrase}});
    });
  }
  // As 王丽.
  template <class Verb>
  void change(Verb&& verb) {
    Store store = open_as("wangli");
    change(store, std::forward<Verb>(verb));
  }

 private:
  int changes_ = 0;
};

// Whoever has a key and can write the files, with a program of her own.
class Raw {
 public:
  Raw(const Shop& shop, const std::string& login)
      : place_{shop.path},
        who_{vault::unlock(place_, key_of(login), Instant{})},
        opened_{vault::open_keyring(place_, who_)},
        log_key_{vault::log_key_of(opened_.data_key, opened_.keyring.file_id)},
        gate_{place_.lock(), "test"},
        hold_{gate_, std::chrono::seconds{5}},
        database_{db::open_sealed({.path = place_.database()}, test::keys_of(opened_), gate_)} {}

  [[nodiscard]] vault::Keyring& keyring() { return opened_.keyring; }
  [[nodiscard]] db::Database& database() { return database_; }
  void write_keyring() const {
    test::put_bytes(place_.keyring(), vault::encode_keyring(opened_.keyring, opened_.data_key));
  }
  // An entry in her own name.
  void append(const vault::KeyringMark& mark) {
    db::WriteScope change{database_};
    database_.run("INSERT OR IGNORE INTO staff (id, login) VALUES (?1, ?2)", who_.actor.id,
                  who_.actor.login);
    vault::append(database_,
                  {.staff = who_.actor.id,
                   .sign = who_.secrets.sign,
                   .store_id = opened_.keyring.store_id,
                   .epoch = opened_.keyring.epoch,
                   .key = log_key_},
                  {.kind = AccessKind::change,
                   .command = "store staff",
                   .operation = {},
                   .shown = {},
                   .keyring = mark},
                  Instant{1'772'000'000});
    change.commit();
  }
  // Entries from `from` on without what they say of the keyring, their MACs in order; with her
  // signature in place of the one that was there, where she has what it takes.
  void take_marks(std::int64_t from) {
    db::WriteScope change{database_};
    database_.run_script("DROP TRIGGER log_entry_is_fixed");
    const auto rows = database_.rows<vault::LogEntry>(
        "SELECT seq, at, staff, kind, command, operation, epoch, detail, subjects, mac, signature,"
        " NULL FROM log_entry WHERE seq >= ?1 ORDER BY seq",
        from);
    auto previous = database_.value<db::Bytes>("SELECT mac FROM log_entry WHERE seq = ?1 - 1", from)
                        .value_or(db::Bytes{});
    for (const auto& row : rows) {
      const auto mac = vault::mac_of(row, previous, log_key_);
      previous = {mac.begin(), mac.end()};
      const auto message = vault::log_message(opened_.keyring.store_id, mac);
      const auto mine = crypto::sign(who_.secrets.sign.secret, vault::as_bytes(message));
      const db::Bytes signature =
          row.staff == who_.actor.id ? db::Bytes{mine.begin(), mine.end()} : row.signature;
      database_.run("UPDATE log_entry SET keyring = NULL, mac = ?2, signature = ?3 WHERE seq = ?1",
                    row.seq, previous, signature);
    }
    change.commit();
  }
  void cut_after(std::int64_t last) {
    db::WriteScope change{database_};
    database_.run_script("DROP TRIGGER log_entry_stays; DROP TRIGGER log_detail_stays");
    database_.run("UPDATE operation SET log_entry = NULL WHERE log_entry > ?1", last);
    for (const char* table : {"log_detail", "log_entry"})
      database_.run("DELETE FROM " + std::string{table} + " WHERE seq > ?1", last);
    change.commit();
  }
  // The newest entry that says what the keyring is.
  [[nodiscard]] std::int64_t newest_mark() {
    return database_.value<std::int64_t>("SELECT max(seq) FROM log_entry WHERE keyring IS NOT NULL")
        .value();
  }

 private:
  vault::Place place_;
  vault::Unlocked who_;
  vault::OpenKeyring opened_;
  crypto::Key log_key_;
  db::Gate gate_;
  db::GateHold hold_;
  db::Database database_;
};

// What a manager's verbs answer, all of which give keys or sign anew.
std::vector<std::string> answers(Shop& shop) {
  std::vector<std::string> said;
  const auto ask = [&](auto&& verb) { said.push_back(message_of([&] { shop.change(verb); })); };
  ask([](Transaction& tx) { set_roles(tx, "chenjing", {Role::service}); });
  ask([](Transaction& tx) { grant_health(tx, "chenjing"); });
  ask([](Transaction& tx) { reset_staff(tx, "chenjing", Secret{common_passphrase}); });
  ask([](Transaction& tx) { disable_staff(tx, "chenjing"); });
  ask([](Transaction& tx) { enable_staff(tx, "chenjing"); });
  said.push_back(message_of([&] { shop.open_as("wangli").rotate_keys(true); }));
  return said;
}

std::vector<std::string> findings(const Shop& shop, const std::vector<LogAnchor>& anchors = {}) {
  Store store = shop.open_as("wangli");
  std::vector<std::string> problems;
  for (const Finding& one : store.check())
    if (one.problem != rotation_due) problems.push_back(one.problem);
  store.view([&](Reading& reading) {
    for (const Finding& one : verify_log(reading, anchors)) problems.push_back(one.problem);
  });
  return problems;
}

std::int64_t marks(const Shop& shop) {
  Store store = shop.open_as("wangli");
  auto reading = store.read();
  return vault::database(reading)
      .value<std::int64_t>("SELECT count(*) FROM log_entry WHERE keyring IS NOT NULL")
      .value();
}

std::size_t readers_of_newest(const Shop& shop) {
  const auto keyring = vault::read_keyring(shop.place);
  return static_cast<std::size_t>(std::ranges::count_if(keyring.slots, [&](const auto& slot) {
    return slot.find(vault::KeyKind::health, keyring.health_keys.back().epoch) != nullptr;
  }));
}

// What a manager took away, and how it is put back.
struct PutBack {
  const char* what;
  void (*take)(Transaction&);
  void (*put)(vault::Keyring& now, const vault::Keyring& old);
};

const std::array put_backs{
    PutBack{"the certificate and the grants of who was a pharmacist",
            [](Transaction& tx) { set_roles(tx, "zhaomin", {Role::clerk}); },
            [](vault::Keyring& now, const vault::Keyring& old) {
              now.slots[zhaomin_at] = old.slots[zhaomin_at];
            }},
    PutBack{"the certificate of who was a manager",
            [](Transaction& tx) { set_roles(tx, "liuyang", {Role::clerk}); },
            [](vault::Keyring& now, const vault::Keyring& old) {
              now.slots[liuyang_at] = old.slots[liuyang_at];
            }},
    PutBack{"a manager who was disabled", [](Transaction& tx) { disable_staff(tx, "liuyang"); },
            [](vault::Keyring& now, const vault::Keyring& old) {
              now.slots[liuyang_at] = old.slots[liuyang_at];
            }},
    PutBack{"a grant that was taken back", [](Transaction& tx) { revoke_health(tx, "chenjing"); },
            [](vault::Keyring& now, const vault::Keyring& old) {
              now.slots[chenjing_at].grants = old.slots[chenjing_at].grants;
            }},
};

}  // namespace

// What pharmacy-security(7) says of old entries in a keyring.
TEST_CASE("whoever was something can put back what a manager signed of it, but gets no key by it") {
  for (const PutBack& one : put_backs) {
    CAPTURE(one.what);
    Shop shop;
    shop.change(one.take);
    CHECK(findings(shop).empty());
    {
      Raw clerk{shop, "chenjing"};
      one.put(clerk.keyring(), shop.old);
      clerk.write_keyring();
    }
    // All signatures in it hold, so that it opens as before.
    vault::check_all_signatures(vault::read_keyring(shop.place));
    const auto said = answers(shop);
    CHECK(said == std::vector<std::string>(said.size(), outdated));
    CHECK(findings(shop) == std::vector<std::string>(2, outdated));
  }
}

// The control: the same with a log that does not tell.
TEST_CASE("where the log says nothing of the keyring yet, what is put back is believed") {
  for (const bool is_put_back : {false, true}) {
    CAPTURE(is_put_back);
    Shop shop;
    shop.change(put_backs[0].take);
    Raw{shop, "wangli"}.take_marks(1);
    CHECK(marks(shop) == 0);
    if (is_put_back) {
      Raw clerk{shop, "zhaomin"};
      put_backs[0].put(clerk.keyring(), shop.old);
      clerk.write_keyring();
    }
    shop.open_as("wangli").rotate_keys(true);
    // 王丽, the recovery code, the clerk who may; and who did it.
    CHECK(readers_of_newest(shop) == (is_put_back ? 4 : 3));
    CHECK(marks(shop) == 1);
    CHECK(findings(shop).empty());
  }
}

TEST_CASE("nobody vouches in the log for a keyring that she could not have made") {
  Shop shop;
  shop.change([](Transaction& tx) { set_roles(tx, "liuyang", {Role::clerk}); });
  const auto vouch = [&](const char* login, std::size_t slot) {
    Raw raw{shop, login};
    raw.keyring().slots[slot] = shop.old.slots[slot];
    raw.write_keyring();
    raw.append(vault::mark_of(raw.keyring()));
  };
  SUBCASE("who was a manager, for herself") { vouch("liuyang", liuyang_at); }
  SUBCASE("a clerk, for who was a manager") { vouch("chenjing", liuyang_at); }
  SUBCASE("a pharmacist, for who was a manager") { vouch("zhaomin", liuyang_at); }
  SUBCASE("a clerk, for the keyring as it is") { vouch("chenjing", chenjing_at); }
  const auto said = answers(shop);
  CHECK(said == std::vector<std::string>(said.size(), unfit_mark));
  CHECK(std::ranges::count(findings(shop), unfit_mark) == 2);
}

TEST_CASE("a pharmacist vouches for the keys to health notes that she gives") {
  Shop shop;
  shop.change([](Transaction& tx) { revoke_health(tx, "chenjing"); });
  const auto before = marks(shop);
  Store store = shop.open_as("zhaomin");
  shop.change(store, [](Transaction& tx) { grant_health(tx, "chenjing"); });
  CHECK(marks(shop) == before + 1);
  CHECK(findings(shop).empty());
  shop.open_as("wangli").rotate_keys(true);
  CHECK(readers_of_newest(shop) == 4);
}

TEST_CASE("whoever takes out of the log what it says of the keyring is found out") {
  Shop shop;
  shop.change(put_backs[0].take);
  {
    Raw clerk{shop, "zhaomin"};
    SUBCASE("of the newest change") { clerk.take_marks(clerk.newest_mark()); }
    SUBCASE("of all") { clerk.take_marks(1); }
    put_backs[0].put(clerk.keyring(), shop.old);
    clerk.write_keyring();
  }
  const auto said = answers(shop);
  CHECK(said == std::vector<std::string>(said.size(), unsigned_entry));
  CHECK(std::ranges::count(findings(shop), unsigned_entry) >= 2);
}

// What pharmacy-security(7) leaves to the anchor.
TEST_CASE(
    "a log that was cut together with the keyring is told from the newest by an anchor alone") {
  Shop shop;
  shop.change(put_backs[0].take);
  std::optional<LogAnchor> anchor;
  {
    Store store = shop.open_as("wangli");
    auto reading = store.read();
    anchor = log_head(reading);
  }
  {
    Raw clerk{shop, "zhaomin"};
    clerk.cut_after(clerk.newest_mark() - 1);
    put_backs[0].put(clerk.keyring(), shop.old);
    clerk.write_keyring();
  }
  CHECK(findings(shop).empty());
  CHECK(findings(shop, {*anchor}).size() == 1);
  CHECK(message_of([&] { shop.open_as("wangli").rotate_keys(true); }) == "");
}

TEST_CASE("the log tells of each change of what managers sign, and of nothing that owners change") {
  Shop shop;
  const auto change_own = [&](const char* login) {
    Store store = shop.open_as(login);
    shop.change(store,
                [](Transaction& tx) { change_passphrase(tx, Secret{"another lantern at dawn"}); });
  };
  CHECK(marks(shop) == 5);
  SUBCASE("of a store that was made so") {
    change_own("chenjing");
    CHECK(marks(shop) == 5);
    shop.change(put_backs[0].take);
    CHECK(marks(shop) == 6);
  }
  SUBCASE("of one that was made before, from a manager's change on") {
    Raw{shop, "wangli"}.take_marks(1);
    change_own("chenjing");
    Store store = shop.open_as("zhaomin");
    shop.change(store, [](Transaction& tx) { grant_health(tx, "liuyang"); });
    CHECK(marks(shop) == 0);
    shop.change(put_backs[0].take);
    CHECK(marks(shop) == 1);
  }
  CHECK(findings(shop).empty());
}

TEST_CASE("a keyring that a crash kept from its file fits the log when it is written") {
  Shop shop;
  const std::string before = test::bytes_of(shop.place.keyring());
  shop.change(put_backs[0].take);
  test::put_bytes(shop.place.keyring(), before);
  CHECK(findings(shop).empty());
  shop.change([](Transaction& tx) { set_roles(tx, "zhaomin", {Role::pharmacist}); });
  CHECK(findings(shop).empty());
}

TEST_CASE("what the log says of a change of keys that was cut off counts for nothing") {
  Shop shop;
  Store store = shop.open_as("wangli");
  struct Cut {};
  const auto rotate = [&](bool is_cut) {
    store.rotate_keys(true, [&](std::int64_t, std::int64_t) {
      if (is_cut) throw Cut{};
    });
  };
  CHECK_THROWS_AS(rotate(true), Cut);
  CHECK_THROWS_AS(rotate(true), Cut);
  CHECK(marks(shop) == 7);
  CHECK(findings(shop).empty());
  SUBCASE("and the next change goes on from before it") {
    shop.change(put_backs[0].take);
    CHECK(findings(shop).empty());
    Raw clerk{shop, "zhaomin"};
    put_backs[0].put(clerk.keyring(), shop.old);
    clerk.write_keyring();
  }
  SUBCASE("and the next change of keys is the one that counts") {
    rotate(false);
    const vault::Keyring renewed = vault::read_keyring(shop.place);
    shop.change(store, put_backs[0].take);
    CHECK(findings(shop).empty());
    Raw clerk{shop, "zhaomin"};
    put_backs[0].put(clerk.keyring(), renewed);
    clerk.write_keyring();
  }
  CHECK(message_of([&] { shop.open_as("wangli").rotate_keys(true); }) == outdated);
}

TEST_CASE("a restored store has a keyring and a log that fit") {
  Shop shop;
  const std::string file = (shop.directory.path() / "backup").string();
  {
    Store store = shop.open_as("wangli");
    make_backup(store, file, Existing::refused);
  }
  shop.change(put_backs[0].take);
  restore_backup(file, shop.path, key_of("wangli"), {.replace = true, .accept_older = true}, {});
  CHECK(findings(shop).empty());
  shop.change(put_backs[1].take);
  CHECK(findings(shop).empty());
}
