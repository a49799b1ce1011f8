// A change of keys: what it shuts out, what it keeps, and what a crash in it leaves.
#include <filesystem>
#include <functional>

#include "pharmacy/backup.h"
#include "pharmacy/staff.h"
#include "support/counter_store.h"
#include "support/drill.h"
#include "support/vault.h"
#include "vault/access.h"
#include "vault/marked.h"

using namespace pharmacy;
using test::code_of;
using test::CounterStore;
using test::KeyringInHand;

namespace fs = std::filesystem;

namespace {

// The access log tells of the change of keys too.
std::vector<std::string> rows_of(Store& store) {
  auto reading = store.read();
  auto tables = vault::database(reading).prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      " AND name NOT LIKE 'log_%' ORDER BY 1");
  std::vector<std::string> rows;
  tables.bind();
  while (tables.step()) {
    const auto table = tables.get<std::string>(0);
    rows.push_back(
        table + " " +
        std::to_string(
            vault::database(reading).value<std::int64_t>("SELECT count(*) FROM " + table).value()));
  }
  return rows;
}

struct Traded : CounterStore {
  Traded() {
    for (int i = 0; i < 20; ++i) sell({"A=2", "B"}, {"cash"});
  }
};

}  // namespace

TEST_CASE("a store has new keys after a rotation, and all that it held") {
  Traded s;
  const auto rows = rows_of(s.store());
  const auto before = KeyringInHand{s}.keys();
  const std::string old_file = test::bytes_of(s.path() / "store.db");
  std::int64_t done = 0, all = 0;
  s.store().rotate_keys(false, [&](std::int64_t d, std::int64_t a) { done = d, all = a; });
  CHECK(done == all);
  CHECK(all > 10);
  CHECK(rows_of(s.store()) == rows);
  CHECK(s.store().check().empty());
  CHECK(s.store().info().key_epoch == 2);
  CHECK_FALSE(fs::exists(s.path() / "store.db.next"));
  CHECK_FALSE(fs::exists(s.path() / "store.keys.next"));

  s.close();
  const auto after = KeyringInHand{s}.keys();
  CHECK(before.file_id != after.file_id);
  CHECK_FALSE(crypto::equal(before.data_key.bytes(), after.data_key.bytes()));
  // No page opens with the old key.
  const std::string file = test::bytes_of(s.path() / "store.db");
  db::StoreKeys old{
      .file_id = after.file_id, .epoch = after.epoch, .data_key = before.data_key.copy()};
  for (std::uint32_t page = 1; page <= file.size() / db::page_size; ++page)
    CHECK_FALSE(db::PageSeal{old}.verify(
        page, vault::as_bytes(file).subspan(std::size_t{page - 1} * db::page_size).data()));
  s.reopen();
  s.sell({"A"}, {"cash"});
  CHECK(s.store().check().empty());
}

TEST_CASE("whoever left cannot open the new store with all that she ever had") {
  Traded s;
  std::string clerk;
  {
    auto tx = s.begin();
    clerk = add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}})
                .key_file.value()
                .view();
    tx.commit();
  }
  const std::string old_keyring = test::bytes_of(s.path() / "store.keys");
  {
    auto tx = s.begin();
    disable_staff(tx, "chenjing");
    tx.commit();
  }
  const auto findings = s.store().check();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].check == "keys");
  s.store().rotate_keys();
  CHECK(s.store().check().empty());
  s.close();

  CHECK(code_of([&] { return Store::open(s.path(), KeyFile{Secret{clerk}}); }) ==
        Errc::not_permitted);
  const std::string new_keyring = test::bytes_of(s.path() / "store.keys");
  test::put_bytes(s.path() / "store.keys", old_keyring);
  CHECK(code_of([&] { return Store::open(s.path(), KeyFile{Secret{clerk}}); }) == Errc::damaged);
  test::put_bytes(s.path() / "store.keys", new_keyring);
  s.reopen();
  CHECK(s.store().check().empty());
}

TEST_CASE("whoever left opens with her old passphrase and keyring an old backup, and nothing new") {
  test::MarkedShop shop;
  const auto file = shop.directory.file("old.backup");
  const auto hers = [] { return test::key_of_staff("chenjing"); };
  const auto opened = [&] { return code_of([&] { return shop.open_as("chenjing"); }); };
  {
    Store store = shop.open_as("wangli");
    test::drilled_backup(store, file, Existing::refused,
                         [] { return test::key_of_staff("wangli"); });
  }
  CHECK_FALSE(opened().has_value());
  const std::string old_keyring = test::bytes_of(shop.place.keyring());
  shop.change([](Transaction& tx) { disable_staff(tx, "chenjing"); });
  shop.open_as("wangli").rotate_keys();
  CHECK(opened() == Errc::not_permitted);

  const std::string new_keyring = test::bytes_of(shop.place.keyring());
  test::put_bytes(shop.place.keyring(), old_keyring);
  CHECK(opened() == Errc::damaged);
  // Nor is a page of the new store sealed with the key that the old keyring grants her.
  {
    const auto who = vault::unlock(shop.place, hers(), Instant{});
    const auto old = test::keys_of(vault::open_keyring(old_keyring, who));
    const std::string pages = test::bytes_of(shop.place.database());
    for (std::uint32_t page = 1; page <= pages.size() / db::page_size; ++page)
      CHECK_FALSE(db::PageSeal{old}.verify(
          page, vault::as_bytes(pages).subspan(std::size_t{page - 1} * db::page_size).data()));
  }
  test::put_bytes(shop.place.keyring(), new_keyring);
  CHECK(shop.open_as("wangli").check().empty());

  // pharmacy-security(7) says so: what was copied before stays open to her.
  CHECK(verify_backup(file, hers()).pages > 0);
}

TEST_CASE("a manager who is one no more changes no keys, though her program is open still") {
  Traded s;
  std::string second;
  {
    auto tx = s.begin();
    second = add_staff(tx, {.login = "zhaomin", .name = "赵敏", .roles = {Role::manager}})
                 .key_file.value()
                 .view();
    tx.commit();
  }
  Store open_before = Store::open(s.path(), KeyFile{Secret{second}});
  {
    auto tx = s.begin();
    set_roles(tx, "zhaomin", {Role::clerk});
    tx.commit();
  }
  CHECK(code_of([&] { return open_before.rotate_keys(), 0; }) == Errc::not_permitted);
  CHECK(s.store().info().key_epoch == 1);
  s.reopen();
  CHECK(s.store().check().empty());
}

TEST_CASE("a rotation keeps a change of the keyring that a crash kept from its file") {
  Traded s;
  Store manager = s.open_again();
  { auto reading = manager.read(); }
  const std::string before = test::bytes_of(s.path() / "store.keys");
  {
    auto tx = s.begin();
    add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
    tx.commit();
  }
  test::put_bytes(s.path() / "store.keys", before);
  manager.rotate_keys();
  auto reading = manager.read();
  CHECK(list_staff(reading).size() == 3);
}

TEST_CASE("a new key to health notes goes to those who read them now") {
  Traded s;
  {
    auto tx = s.begin();
    add_staff(tx, {.login = "zhaomin", .name = "赵敏", .roles = {Role::pharmacist}});
    add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
    tx.commit();
  }
  s.store().rotate_keys(true);
  const KeyringInHand hand{s};
  CHECK(hand.opened.keyring.health_keys.size() == 2);
  auto reading = s.reading();
  CHECK(get_staff(reading, "zhaomin").reads_health);
  CHECK_FALSE(get_staff(reading, "chenjing").reads_health);
}

TEST_CASE("a program that has the store open goes on after a rotation, with the new keys") {
  Traded s;
  Store other = s.open_again();
  { auto before = other.read(); }
  s.store().rotate_keys();
  const auto rows = rows_of(other);
  {
    auto tx = other.begin({.id = "after", .request = "x"});
    vault::database(tx).run("INSERT INTO setting VALUES('written', 'after')");
    tx.commit();
  }
  auto reading = s.reading();
  CHECK(vault::database(reading).value<std::string>(
            "SELECT value FROM setting WHERE key = 'written'") == "after");
  CHECK(rows.size() > 10);
}

TEST_CASE("a rotation that was cut off between its two names is finished by the next") {
  Traded s;
  const std::string old_keyring = test::bytes_of(s.path() / "store.keys");
  s.store().rotate_keys();
  const auto rows = rows_of(s.store());
  s.close();
  // As after a crash when the database had its name.
  fs::rename(s.path() / "store.keys", s.path() / "store.keys.next");
  test::put_bytes(s.path() / "store.keys", old_keyring);
  s.reopen();
  CHECK_FALSE(fs::exists(s.path() / "store.keys.next"));
  CHECK(rows_of(s.store()) == rows);
  CHECK(s.store().check().empty());
}

TEST_CASE("what a rotation left that was cut off before its names does no harm") {
  Traded s;
  s.close();
  test::put_bytes(s.path() / "store.db.next", "half a page");
  test::put_bytes(s.path() / "store.keys.next", test::bytes_of(s.path() / "store.keys"));
  s.reopen();
  s.sell({"A"}, {"cash"});
  s.store().rotate_keys();
  CHECK(s.store().check().empty());
}

TEST_CASE("a rotation waits for a reader no longer than it is told, and changes nothing then") {
  Traded s;
  Store reader = s.open_again();
  s.sell({"A"}, {"cash"});
  auto snapshot = reader.read();
  s.sell({"A"}, {"cash"});
  Store impatient = s.open_again(std::chrono::milliseconds{50});
  CHECK(code_of([&] { return impatient.rotate_keys(), 0; }) == Errc::busy);
  CHECK(s.store().info().key_epoch == 1);
  s.sell({"A"}, {"cash"});
}

TEST_CASE("a number of the keyring that can grow no more is told, and ends nothing by a bug") {
  CounterStore s;
  struct Full {
    std::string what;
    std::function<void(vault::Keyring&)> fill;
    std::function<void(Transaction&)> verb;
  };
  const auto let_in = [](Transaction& tx) {
    add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
  };
  const std::vector<Full> all{
      {"epochs", [](vault::Keyring& k) { k.epoch = 0xffff; },
       [](Transaction& tx) { check_rotation(tx); }},
      {"epochs of health notes", [](vault::Keyring& k) { k.health_keys.back().epoch = 0xffff; },
       [](Transaction& tx) { check_rotation(tx, true); }},
      {"changes", [](vault::Keyring& k) { k.generation = ~std::uint64_t{0}; },
       [](Transaction& tx) { tx.rehearsed(); }},
      {"changes, at the commit", [](vault::Keyring& k) { k.generation = ~std::uint64_t{0}; },
       [](Transaction& tx) { tx.commit(); }},
      {"logins", [](vault::Keyring& k) { k.slots.resize(vault::max_slots, k.slots.back()); },
       let_in},
      {"slots", [](vault::Keyring& k) { k.slots.back().certificate.slot = ~std::uint32_t{0}; },
       let_in}};
  for (const Full& full : all) {
    CAPTURE(full.what);
    auto tx = s.begin();
    full.fill(tx.impl().new_keyring().keyring);
    CHECK(code_of([&] { full.verb(tx); }) == Errc::refused);
  }
}

TEST_CASE("a keyring that has room for no more keys takes none, and says so") {
  CounterStore s;
  enum class End { commit, rehearsal };
  const auto fill = [&](std::size_t epochs, std::size_t readers, End end = End::commit) {
    auto tx = s.begin();
    auto& keyring = tx.impl().new_keyring().keyring;
    const auto& who = tx.impl().store.who;
    while (keyring.health_keys.size() < epochs)
      vault::add_health_key(keyring, {who.slot, who.secrets.sign});
    for (std::size_t i = 0; i < readers; ++i)
      add_staff(tx,
                {.login = "reader" + std::to_string(i), .name = "某人", .roles = {Role::clerk}});
    for (auto& slot : keyring.slots) {
      if (!slot.certificate.login.starts_with("reader")) continue;
      for (const auto& health : keyring.health_keys)
        slot.grants.push_back({.kind = vault::KeyKind::health,
                               .epoch = health.epoch,
                               .granter = who.slot});  // of the size of one
    }
    end == End::commit ? tx.commit() : tx.rehearsed();
  };
  SUBCASE("of epochs of health notes") {
    fill(vault::max_health_keys - 1, 0);
    s.store().rotate_keys(true);
    CHECK(vault::read_keyring({s.path()}).health_keys.size() == vault::max_health_keys);
    CHECK(code_of([&] { s.store().rotate_keys(true); }) == Errc::refused);
    auto tx = s.begin();
    CHECK(code_of([&] { check_rotation(tx, true); }) == Errc::refused);
    check_rotation(tx, false);
    tx.rehearsed();
    s.store().rotate_keys(false);
  }
  SUBCASE("of bytes") {
    const auto said = [&](std::size_t readers, End end) {
      return test::message_of([&] { fill(vault::max_health_keys, readers, end); });
    };
    CHECK(said(28, End::commit) == "the keyring of a store has room for no more keys");
    CHECK(said(28, End::rehearsal) == said(28, End::commit));
    CHECK(said(1, End::rehearsal) == "");
    fill(vault::max_health_keys, 1);
  }
  CHECK_NOTHROW(vault::read_keyring({s.path()}));
}
