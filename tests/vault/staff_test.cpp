// Who is let in, what she gets, and what is taken back.
#include "pharmacy/staff.h"

#include <algorithm>
#include <limits>

#include "support/vault.h"

using namespace pharmacy;
using test::code_of;
using test::KeyringInHand;
using test::message_of;
using test::TestStore;

namespace {

struct StaffedStore : TestStore {
  StaffedStore() : TestStore{"2026-03-01"} {}

  // Lets somebody in by a key file; its content.
  std::string add(const std::string& login, const std::vector<Role>& roles) {
    auto tx = begin();
    const auto key = add_staff(tx, {.login = login, .name = "某人", .roles = roles});
    tx.commit();
    return std::string{key.key_file.value().view()};
  }
  template <class Verb>
  std::optional<Errc> change(Store& by, Verb&& verb) {
    return code_of([&] {
      auto tx = by.begin({.id = new_operation_id(), .request = "test"});
      verb(tx);
      tx.commit();
    });
  }
  [[nodiscard]] Store open(const std::string& key) const {
    return Store::open(path(), KeyFile{Secret{key}}, {.clock = clock()});
  }
  [[nodiscard]] std::optional<Errc> code_of_opening(const std::string& key) const {
    return code_of([&] { return open(key); });
  }
  Staff staff(const std::string& login) {
    auto now = reading();
    return get_staff(now, login);
  }
  // Nothing is wrong with the keyring, every signature included.
  [[nodiscard]] bool is_sound() { return store().check().empty(); }
};

}  // namespace

TEST_CASE("whoever is let in opens the store with her roles, and a pharmacist reads health notes") {
  StaffedStore s;
  const auto clerk = s.add("chenjing", {Role::clerk});
  const auto pharmacist = s.add("zhaomin", {Role::pharmacist, Role::clerk});
  CHECK(s.open(clerk).actor().roles == std::vector{Role::clerk});
  CHECK(s.open(pharmacist).actor().roles == std::vector{Role::clerk, Role::pharmacist});
  CHECK_FALSE(s.staff("chenjing").reads_health);
  CHECK(s.staff("zhaomin").reads_health);
  CHECK(s.staff("zhaomin").vouched_by == "wangli");
  CHECK(s.is_sound());
}

TEST_CASE("only a manager lets anyone in or changes what others may") {
  StaffedStore s;
  const auto clerk = s.add("chenjing", {Role::clerk});
  const auto pharmacist = s.add("zhaomin", {Role::pharmacist});
  s.close();
  for (const auto& key : {clerk, pharmacist}) {
    Store by = s.open(key);
    CHECK(s.change(by, [](Transaction& tx) {
      add_staff(tx, {.login = "friend", .name = "x", .roles = {Role::manager}});
    }) == Errc::not_permitted);
    CHECK(s.change(by, [&](Transaction& tx) {
      set_roles(tx, by.actor().login, {Role::manager});
    }) == Errc::not_permitted);
    CHECK(s.change(by, [](Transaction& tx) { reset_staff(tx, "wangli", std::nullopt); }) ==
          Errc::not_permitted);
  }
  s.reopen();
  CHECK(message_of([&] {
          Store by = s.open(clerk);
          auto tx = by.begin({.id = "x", .request = "x"});
          set_roles(tx, "chenjing", {Role::manager});
        }) == "chenjing may not do this: chenjing is clerk");
}

TEST_CASE("all faults of a new member of staff are told at once, and nothing is changed") {
  StaffedStore s;
  auto reading = s.reading();
  try {
    check_new_staff(reading,
                    {.login = "Chen Jing", .name = " ", .roles = {}, .passphrase = Secret{"1"}});
    FAIL("taken");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::invalid_input);
    CHECK(error.faults().size() == 4);
  }
  CHECK(code_of([&] {
          check_new_staff(reading, {.login = "wangli", .name = "王丽", .roles = {Role::clerk}});
        }) == Errc::conflict);
  CHECK(list_staff(reading).size() == 2);
}

TEST_CASE("an end of access, and a clock, that no keyring can hold are told") {
  StaffedStore s;
  const auto add = [&](Instant expires) {
    return s.change(s.store(), [&](Transaction& tx) {
      add_staff(tx,
                {.login = "intern", .name = "实习生", .roles = {Role::clerk}, .expires = expires});
    });
  };
  for (const std::int64_t late :
       {vault::last_second.seconds + 1, std::numeric_limits<std::int64_t>::max()})
    CHECK(add(Instant{late}) == Errc::invalid_input);
  CHECK_FALSE(add(vault::last_second).has_value());
  CHECK(s.is_sound());

  const auto made_at = [&](Instant now) {
    return code_of([&] {
      return Store::create(s.path().parent_path() / "another", test::wangli(),
                           {.clock = [now] { return now; }});
    });
  };
  CHECK(made_at(Instant{-1}) == Errc::refused);
  CHECK(made_at(Instant{vault::last_second.seconds + 1}) == Errc::refused);
  CHECK_FALSE(made_at(Instant{}).has_value());
}

TEST_CASE("a change that is not committed lets nobody in") {
  StaffedStore s;
  {
    auto tx = s.begin();
    add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
    CHECK(list_staff(tx).size() == 3);
  }
  auto reading = s.reading();
  CHECK(list_staff(reading).size() == 2);
  CHECK(vault::read_keyring(vault::Place{s.path()}).slots.size() == 2);
}

TEST_CASE("a keyring that was noted and not written is written by the next who opens the store") {
  StaffedStore s;
  const std::string before = test::bytes_of(s.path() / "store.keys");
  const auto clerk = s.add("chenjing", {Role::clerk});
  const std::string after = test::bytes_of(s.path() / "store.keys");
  REQUIRE(before != after);
  s.close();
  // As after a crash between the commit and the writing.
  test::put_bytes(s.path() / "store.keys", before);
  s.reopen();
  CHECK(test::bytes_of(s.path() / "store.keys") == after);
  CHECK_FALSE(s.code_of_opening(clerk).has_value());
  CHECK(s.is_sound());
}

TEST_CASE("another program that has the store open sees who was let in, at its next change") {
  StaffedStore s;
  Store other = s.open_again();
  s.add("chenjing", {Role::clerk});
  auto tx = other.begin({.id = "next", .request = "x"});
  CHECK(list_staff(tx).size() == 3);
  add_staff(tx, {.login = "zhaomin", .name = "赵敏", .roles = {Role::clerk}});
  tx.commit();
  CHECK(s.open_again().check().empty());
  CHECK(vault::read_keyring(vault::Place{s.path()}).slots.size() == 4);
}

TEST_CASE("a manager who is one no more leaves behind whom she let in") {
  StaffedStore s;
  const auto second = s.add("zhaomin", {Role::manager, Role::pharmacist});
  std::string clerk;
  {
    Store by = s.open(second);
    auto tx = by.begin({.id = "clerk", .request = "x"});
    clerk = add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::pharmacist}})
                .key_file.value()
                .view();
    tx.commit();
  }
  s.reopen();
  CHECK(s.staff("chenjing").vouched_by == "zhaomin");
  CHECK_FALSE(s.change(s.store(), [](Transaction& tx) {
                 set_roles(tx, "zhaomin", {Role::clerk});
               }).has_value());
  CHECK(s.staff("chenjing").vouched_by == "wangli");
  CHECK(s.staff("chenjing").reads_health);
  CHECK_FALSE(s.staff("zhaomin").reads_health);
  CHECK_FALSE(s.code_of_opening(clerk).has_value());
  CHECK(s.is_sound());
}

TEST_CASE("somebody who can manage the staff is always left") {
  StaffedStore s;
  s.add("chenjing", {Role::clerk});
  CHECK(s.change(s.store(), [](Transaction& tx) { set_roles(tx, "wangli", {Role::pharmacist}); }) ==
        Errc::refused);
  CHECK(s.change(s.store(), [](Transaction& tx) { set_roles(tx, "recovery", {Role::clerk}); }) ==
        Errc::refused);
  CHECK(s.change(s.store(), [](Transaction& tx) { revoke_health(tx, "wangli"); }) == Errc::refused);
  CHECK(s.change(s.store(), [](Transaction& tx) { set_roles(tx, "chengjing", {Role::clerk}); }) ==
        Errc::not_found);
}

TEST_CASE("somebody who was disabled opens nothing, whatever she has, and can be let in again") {
  StaffedStore s;
  const auto second = s.add("zhaomin", {Role::manager, Role::pharmacist});
  const auto clerk = s.add("chenjing", {Role::clerk});
  Store open_before = s.open(clerk);
  CHECK(s.change(s.store(), [](Transaction& tx) { disable_staff(tx, "wangli"); }) == Errc::refused);
  CHECK_FALSE(
      s.change(s.store(), [](Transaction& tx) { disable_staff(tx, "chenjing"); }).has_value());
  CHECK(s.code_of_opening(clerk) == Errc::not_permitted);
  CHECK(message_of([&] { return s.open(clerk); }) == "chenjing was disabled");
  CHECK(s.change(open_before, [](Transaction&) {}) == Errc::not_permitted);
  CHECK(s.staff("chenjing").status == "disabled");
  CHECK(s.change(s.store(), [](Transaction& tx) { reset_staff(tx, "chenjing", std::nullopt); }) ==
        Errc::refused);
  s.store().rotate_keys();
  CHECK(s.is_sound());

  CHECK_FALSE(
      s.change(s.store(), [](Transaction& tx) { enable_staff(tx, "chenjing"); }).has_value());
  CHECK_FALSE(s.code_of_opening(clerk).has_value());

  // Who made the store leaves: whoever lets her go vouches for all.
  Store by = s.open(second);
  CHECK_FALSE(s.change(by, [](Transaction& tx) { disable_staff(tx, "wangli"); }).has_value());
  by.rotate_keys();
  CHECK(by.check().empty());
  CHECK_FALSE(s.code_of_opening(clerk).has_value());
  CHECK(s.change(by, [](Transaction& tx) { set_roles(tx, "zhaomin", {Role::clerk}); }) ==
        Errc::refused);
}

TEST_CASE("whoever reads health notes lets others read them, and nobody else does") {
  StaffedStore s;
  const auto manager = s.add("sunhao", {Role::manager});
  s.add("chenjing", {Role::clerk});
  {
    Store without = s.open(manager);
    CHECK(s.change(without, [](Transaction& tx) { grant_health(tx, "chenjing"); }) ==
          Errc::refused);
  }
  s.reopen();
  CHECK_FALSE(s.change(s.store(), [](Transaction& tx) { grant_health(tx, "sunhao"); }).has_value());
  CHECK(s.staff("sunhao").reads_health);
  CHECK_FALSE(
      s.change(s.store(), [](Transaction& tx) { revoke_health(tx, "sunhao"); }).has_value());
  CHECK_FALSE(s.staff("sunhao").reads_health);
  CHECK(s.is_sound());
}

TEST_CASE("a pharmacist who is one no more leaves behind whom she let read health notes") {
  StaffedStore s;
  const auto pharmacist = s.add("zhaomin", {Role::pharmacist});
  s.add("chenjing", {Role::clerk});
  {
    Store by = s.open(pharmacist);
    CHECK_FALSE(s.change(by, [](Transaction& tx) { grant_health(tx, "chenjing"); }).has_value());
  }
  s.reopen();
  CHECK_FALSE(s.change(s.store(), [](Transaction& tx) {
                 set_roles(tx, "zhaomin", {Role::clerk});
               }).has_value());
  CHECK(s.staff("chenjing").reads_health);
  CHECK(s.is_sound());
}

TEST_CASE("nobody gives the key to health notes to somebody who was disabled") {
  StaffedStore s;
  s.add("chenjing", {Role::clerk});
  const auto change = [&](auto&& verb) { return s.change(s.store(), verb); };
  CHECK_FALSE(change([](Transaction& tx) { disable_staff(tx, "chenjing"); }).has_value());
  const auto grant = [](Transaction& tx) { grant_health(tx, "chenjing"); };
  CHECK(change(grant) == Errc::refused);
  CHECK(message_of([&] {
          auto tx = s.begin();
          grant(tx);
        }) == "chenjing was disabled");
  // A role does not bring it along before she is let in again.
  CHECK_FALSE(
      change([](Transaction& tx) { set_roles(tx, "chenjing", {Role::pharmacist}); }).has_value());
  CHECK_FALSE(s.staff("chenjing").reads_health);
  CHECK_FALSE(change([](Transaction& tx) { enable_staff(tx, "chenjing"); }).has_value());
  CHECK(s.staff("chenjing").reads_health);
  CHECK_FALSE(change(grant).has_value());
}

TEST_CASE("a lost key is replaced, also that of who made the store") {
  StaffedStore s;
  const auto second = s.add("zhaomin", {Role::manager, Role::pharmacist});
  const auto clerk = s.add("chenjing", {Role::clerk});
  const std::string lost = test::bytes_of(s.key_file_path());
  s.close();
  Store by = s.open(second);
  std::string found;
  CHECK_FALSE(s.change(by, [&](Transaction& tx) {
                 found = reset_staff(tx, "wangli", std::nullopt).key_file.value().view();
               }).has_value());
  CHECK(by.check().empty());
  CHECK(s.code_of_opening(lost) == Errc::not_permitted);
  CHECK_FALSE(s.code_of_opening(found).has_value());
  CHECK_FALSE(s.code_of_opening(clerk).has_value());
  CHECK_FALSE(s.change(by, [](Transaction& tx) { grant_health(tx, "wangli"); }).has_value());
  Store again = s.open(found);
  CHECK(again.check().empty());
  CHECK(s.change(again, [](Transaction& tx) { reset_staff(tx, "wangli", std::nullopt); }) ==
        Errc::refused);
}

TEST_CASE("the recovery code gives a new passphrase to whoever forgot hers") {
  const test::PassphraseStore s;
  {
    Store by = Store::open(s.path, RecoveryCode{Secret{s.recovery_code}});
    auto tx = by.begin({.id = "reset", .request = "x"});
    reset_staff(tx, "wangli", Secret{"another four words"});
    tx.commit();
    CHECK(by.check().empty());
  }
  CHECK(code_of([&] { s.open("wangli", test::good_passphrase); }) == Errc::not_permitted);
  CHECK_FALSE(code_of([&] {
                s.open("wangli", "another four words");
                return 0;
              }).has_value());
}

TEST_CASE("one's own passphrase is changed by oneself, and its old one opens nothing") {
  const test::PassphraseStore s;
  {
    Store by = Store::open(s.path, Passphrase{"wangli", Secret{test::good_passphrase}});
    auto tx = by.begin({.id = "change", .request = "x"});
    CHECK(code_of([&] {
            change_passphrase(tx, Secret{"short"});
            return 0;
          }) == Errc::invalid_input);
    change_passphrase(tx, Secret{"another four words"});
    tx.commit();
  }
  CHECK(code_of([&] {
          s.open("wangli", test::good_passphrase);
          return 0;
        }) == Errc::not_permitted);
  Store by = Store::open(s.path, Passphrase{"wangli", Secret{"another four words"}});
  CHECK(by.check().empty());
}

TEST_CASE("from the day on which somebody's time has run out she opens nothing") {
  StaffedStore s;
  std::string key;
  {
    auto tx = s.begin();
    key = add_staff(tx, {.login = "intern",
                         .name = "实习生",
                         .roles = {Role::clerk},
                         .expires = Instant{tx.now().seconds + 60}})
              .key_file.value()
              .view();
    tx.commit();
  }
  // The machine's clock counts here, and is far beyond the store's.
  CHECK(s.code_of_opening(key) == Errc::not_permitted);
  CHECK(message_of([&] { return s.open(key); }) == "the time of intern has run out");
  s.set_day("2026-03-02");
  CHECK(s.staff("intern").status == "expired");
}
