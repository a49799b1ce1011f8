// A recovery code in the place of another.
#include <algorithm>

#include "pharmacy/audit.h"
#include "pharmacy/staff.h"
#include "support/vault.h"
#include "vault/access.h"
#include "vault/keyring/slot.h"

using namespace pharmacy;
using test::bytes_of;
using test::code_of;
using test::message_of;
using test::put_bytes;
using test::TestStore;

namespace {

struct RecoverableStore : TestStore {
  RecoverableStore() : TestStore{"2026-03-01"} {}

  std::string renew() {
    auto tx = begin();
    std::string code{renew_recovery(tx).view()};
    tx.commit();
    return code;
  }
  [[nodiscard]] Store open_with(const std::string& code) const {
    return Store::open(path(), RecoveryCode{Secret{code}}, {.clock = clock()});
  }
  [[nodiscard]] bool opens(const std::string& code) const {
    return !code_of([&] { return open_with(code); }).has_value();
  }
  // How many of the keys to health notes somebody opens.
  static std::size_t health_keys_of(Store& by) {
    const auto& who = by.impl().who;
    const auto& keyring = by.impl().keyring;
    return static_cast<std::size_t>(std::ranges::count_if(keyring.health_keys, [&](const auto& of) {
      return vault::open_health_grant(keyring, *keyring.find(who.slot), who.secrets, of.epoch)
          .has_value();
    }));
  }
  std::string let_in_by_key(const std::string& login, const std::vector<Role>& roles) {
    auto tx = begin();
    const auto key = add_staff(tx, {.login = login, .name = "某人", .roles = roles});
    tx.commit();
    return std::string{key.key_file.value().view()};
  }
  // Neither keyring nor log has a signature that does not hold.
  bool has_no_fault() {
    if (!store().check().empty()) return false;
    auto look = reading();
    return verify_log(look, {}).empty();
  }
};

}  // namespace

TEST_CASE("a new recovery code opens the store and all health notes, and the old one nothing") {
  RecoverableStore s;
  s.store().rotate_keys(true);
  const std::string old = s.recovery_code();
  {
    Store by = s.open_with(old);
    CHECK(s.health_keys_of(by) == 2);
    // What it vouched for is to hold when it is no more.
    auto tx = by.begin({.id = "by-code", .request = "x"});
    add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
    reset_staff(tx, "wangli", Secret{test::good_passphrase});
    grant_health(tx, "wangli");
    tx.commit();
  }
  s.close();
  Store by = Store::open(s.path(), Passphrase{"wangli", Secret{test::good_passphrase}},
                         {.clock = s.clock()});
  std::string made;
  {
    auto tx = by.begin({.id = "renew", .request = "x"});
    made = renew_recovery(tx).view();
    CHECK(get_staff(tx, "recovery").reads_health);
    tx.commit();
  }
  CHECK(made.size() == old.size());
  CHECK(made != old);
  CHECK_FALSE(s.opens(old));
  CHECK(message_of([&] { return s.open_with(old); }) ==
        "this recovery code does not open the store");
  Store with = s.open_with(made);
  CHECK(with.actor().roles == std::vector{Role::pharmacist, Role::manager});
  CHECK(s.health_keys_of(with) == 2);
  CHECK(with.check().empty());
  auto look = with.read();
  CHECK(verify_log(look, {}).empty());
  CHECK(list_staff(look).size() == 3);
}

TEST_CASE("a program that came in with the old recovery code changes nothing any more") {
  RecoverableStore s;
  Store by = s.open_with(s.recovery_code());
  CHECK_NOTHROW(by.begin({.id = "before", .request = "x"}).commit());
  s.renew();
  CHECK(code_of([&] { by.begin({.id = "after", .request = "x"}).commit(); }) ==
        Errc::not_permitted);
  CHECK(s.has_no_fault());
}

TEST_CASE("each opening with the recovery code is in the access log, and nothing else is for it") {
  RecoverableStore s;
  const auto entries = [&] {
    auto look = s.reading();
    return list_accesses(look, {.limit = 1'000});
  };
  const auto before = entries().size();
  static_cast<void>(Store::open(s.path(), test::KeyringInHand::key_of(s), {.clock = s.clock()}));
  std::string wrong = s.recovery_code();
  wrong.front() = wrong.front() == '0' ? '1' : '0';
  CHECK_FALSE(s.opens(wrong));
  CHECK(entries().size() == before);
  for (std::size_t times = 1; times <= 2; ++times) {
    REQUIRE(s.opens(s.recovery_code()));
    const auto told = entries();
    REQUIRE(told.size() == before + times);
    CHECK(told.front().staff == "recovery");
    CHECK(told.front().kind == AccessKind::view);
    CHECK(told.front().detail == "opened");
  }
  CHECK(s.has_no_fault());
}

TEST_CASE(
    "where the access log is damaged the recovery code opens what tells of that, and no more") {
  RecoverableStore s;
  const auto page = [&] {
    auto look = s.reading();
    return vault::database(look)
        .value<std::int64_t>("SELECT rootpage FROM sqlite_schema WHERE name = 'log_entry'")
        .value();
  }();
  s.close();
  const test::KeyringInHand hand{s};
  test::empty_log(hand);
  std::string bytes = bytes_of(hand.place.database());
  bytes[static_cast<std::size_t>(page - 1) * db::page_size + 100] ^= 4;
  put_bytes(hand.place.database(), bytes);
  Store by = s.open_with(s.recovery_code());
  CHECK(std::ranges::any_of(by.check(), [&](const Finding& finding) {
    return finding.check == "pages" && finding.subject == std::to_string(page);
  }));
  CHECK(code_of([&] { by.view([](Reading& look) { list_accesses(look, {}); }); }) == Errc::damaged);
}

TEST_CASE("a recovery code by which nothing could be logged opens nothing") {
  RecoverableStore s;
  db::Gate gate{s.path() / "store.lock", "another"};
  gate.acquire(std::chrono::seconds{1});
  const auto open = [&] {
    return Store::open(s.path(), RecoveryCode{Secret{s.recovery_code()}},
                       {.wait = std::chrono::milliseconds{50}, .clock = s.clock()});
  };
  CHECK(code_of(open) == Errc::busy);
  gate.release();
  CHECK_FALSE(code_of(open).has_value());
}

TEST_CASE("a recovery code that is not committed ends none") {
  RecoverableStore s;
  std::string made;
  {
    auto tx = s.begin();
    made = renew_recovery(tx).view();
  }
  CHECK_FALSE(s.opens(made));
  CHECK(s.opens(s.recovery_code()));
}

TEST_CASE("a crash before the keyring is written leaves the new recovery code") {
  RecoverableStore s;
  const auto file = s.path() / "store.keys";
  const std::string before = bytes_of(file);
  const std::string made = s.renew();
  const std::string after = bytes_of(file);
  REQUIRE(before != after);
  s.close();
  put_bytes(file, before);
  s.reopen();
  CHECK(bytes_of(file) == after);
  CHECK(s.opens(made));
  CHECK_FALSE(s.opens(s.recovery_code()));
  CHECK(s.has_no_fault());
}

TEST_CASE("the recovery code is renewed by a manager who reads what it reads, and not by itself") {
  RecoverableStore s;
  const auto manager = s.let_in_by_key("sunhao", {Role::manager});
  const auto pharmacist = s.let_in_by_key("zhaomin", {Role::pharmacist});
  const auto refusal = [&](Store& by) {
    const auto code = code_of([&] {
      auto tx = by.begin({.id = new_operation_id(), .request = "x"});
      renew_recovery(tx);
      tx.commit();
    });
    // What asks beforehand says the same.
    CHECK(code == code_of([&] {
            auto look = by.read();
            check_may_renew_recovery(look);
          }));
    return code;
  };
  const auto as = [&](const std::string& key) {
    return Store::open(s.path(), KeyFile{Secret{key}}, {.clock = s.clock()});
  };
  s.close();
  {
    Store by = as(pharmacist);
    CHECK(refusal(by) == Errc::not_permitted);
  }
  {
    Store by = s.open_with(s.recovery_code());
    CHECK(refusal(by) == Errc::refused);
  }
  {
    Store by = as(manager);
    CHECK(refusal(by) == Errc::refused);
  }
  CHECK(s.opens(s.recovery_code()));
  s.reopen();
  {
    auto tx = s.begin();
    grant_health(tx, "sunhao");
    tx.commit();
  }
  s.close();
  Store by = as(manager);
  CHECK_FALSE(refusal(by).has_value());
  CHECK_FALSE(s.opens(s.recovery_code()));
}
