// Whoever is the last to read some of the health notes stays who she is until she has handed the
// key on.
#include <algorithm>
#include <array>
#include <utility>

#include "pharmacy/staff.h"
#include "support/vault.h"
#include "vault/staff/staff.h"

using namespace pharmacy;
using test::code_of;
using test::TestStore;

namespace {

constexpr std::array<std::uint16_t, 2> epochs{1, 2};
constexpr const char* unread =
    "then some health notes could be read by nobody whose access has no end";
constexpr const char* unheld = "nobody else has the key to some of the health notes";

// 王丽, who made the store, and 赵敏, a second manager; both are pharmacists, and there are health
// notes of two epochs.
class TwoReaders : public TestStore {
 public:
  TwoReaders() : TestStore{"2026-03-01"} {
    add("zhaomin", {Role::manager, Role::pharmacist});
    store().rotate_keys(true);
  }

  // As 王丽. What it throws; nullopt where it is done.
  template <class Verb>
  std::optional<Error> change(Verb&& verb) {
    try {
      auto tx = begin();
      verb(tx);
      tx.commit();
    } catch (const Error& error) {
      return error;
    }
    return std::nullopt;
  }
  // The message only.
  template <class Verb>
  std::string said(Verb&& verb) {
    const auto error = change(std::forward<Verb>(verb));
    return error ? error->what() : "";
  }
  void add(const std::string& login, const std::vector<Role>& roles,
           std::optional<Instant> expires = std::nullopt) {
    REQUIRE_FALSE(change([&](Transaction& tx) {
      add_staff(tx, {.login = login, .name = "某人", .roles = roles, .expires = expires});
    }));
  }
  // She has the key of this epoch no more, as if she had come later, or left before.
  void forget(const std::string& login, std::uint16_t epoch) {
    REQUIRE_FALSE(change([&](Transaction& tx) {
      std::erase_if(vault::slot_of(tx.impl().new_keyring().keyring, login).grants,
                    [&](const vault::Grant& one) {
                      return one.kind == vault::KeyKind::health && one.epoch == epoch;
                    });
    }));
  }
  // The only other who reads any notes is 王丽.
  void forget_all(const std::string& login) {
    for (const auto epoch : epochs) forget(login, epoch);
  }
};

struct Parting {
  std::string_view what;
  void (*part)(Transaction&);
};

constexpr std::array partings{
    Parting{"disabled", [](Transaction& tx) { disable_staff(tx, "zhaomin"); }},
    Parting{"a clerk", [](Transaction& tx) { set_roles(tx, "zhaomin", {Role::clerk}); }},
    Parting{"a manager only", [](Transaction& tx) { set_roles(tx, "zhaomin", {Role::manager}); }},
    Parting{"revoked", [](Transaction& tx) { revoke_health(tx, "zhaomin"); }},
};

}  // namespace

TEST_CASE("whoever is the last to read notes of any epoch hands the key on before she parts") {
  for (const auto& parting : partings) {
    const auto part = parting.part;
    for (const auto epoch : epochs) {
      CAPTURE(parting.what);
      CAPTURE(epoch);
      TwoReaders s;
      s.forget("wangli", epoch);
      const std::string before = test::bytes_of(s.path() / "store.keys");
      const auto refused = s.change(part);
      REQUIRE(refused);
      CHECK(refused->code() == Errc::refused);
      CHECK(refused->what() == std::string{unheld});
      CHECK(refused->faults()[0].hint.ends_with("store staff grant"));
      CHECK(test::bytes_of(s.path() / "store.keys") == before);
      // As a dry run asks.
      auto dry = s.begin();
      CHECK(test::message_of([&] { return part(dry), 0; }) == unheld);
    }
    // The control: whose key another has too.
    TwoReaders s;
    CHECK(s.said(part) == "");
  }
}

TEST_CASE("a key that was handed on lets its last reader go") {
  TwoReaders s;
  s.forget("wangli", 1);
  s.add("chenjing", {Role::pharmacist});
  REQUIRE(s.said(partings[0].part) == unheld);
  s.close();
  {
    Store by = Store::open(s.path(), RecoveryCode{Secret{s.recovery_code()}}, {.clock = s.clock()});
    auto tx = by.begin({.id = "hand-on", .request = "x"});
    grant_health(tx, "chenjing");
    tx.commit();
  }
  s.reopen();
  CHECK(s.said(partings[0].part) == "");
}

TEST_CASE("a reader is a person who is let in for good and may read notes, not the recovery code") {
  TwoReaders s;
  const auto part = [](Transaction& tx) { revoke_health(tx, "wangli"); };
  SUBCASE("the recovery code alone") {
    s.forget_all("zhaomin");
    CHECK(s.said(part) == unheld);
  }
  SUBCASE("somebody disabled, whom an earlier version gave the key") {
    REQUIRE(s.said([](Transaction& tx) {
      const auto kept = vault::slot_of(tx.impl().new_keyring().keyring, "zhaomin").grants;
      disable_staff(tx, "zhaomin");
      auto& now = vault::slot_of(tx.impl().new_keyring().keyring, "zhaomin").grants;
      std::ranges::copy_if(kept, std::back_inserter(now), [](const vault::Grant& one) {
        return one.kind == vault::KeyKind::health;
      });
    }) == "");
    CHECK(s.said(part) == unread);
  }
  SUBCASE("a clerk") {
    s.forget_all("zhaomin");
    s.add("chenjing", {Role::clerk});
    REQUIRE(s.said([](Transaction& tx) { grant_health(tx, "chenjing"); }) == "");
    CHECK(s.said(part) == unread);
    // The control.
    REQUIRE(s.said([](Transaction& tx) { set_roles(tx, "chenjing", {Role::manager}); }) == "");
    CHECK(s.said(part) == "");
  }
  SUBCASE("somebody whose time will have run out") {
    s.forget_all("zhaomin");
    s.add("chenjing", {Role::pharmacist}, Instant{1'772'500'000});
    CHECK(s.said(part) == unread);
  }
  SUBCASE("somebody whose time has run out") {
    s.forget_all("zhaomin");
    s.add("chenjing", {Role::pharmacist}, Instant{1'772'500'000});
    s.set_day("2026-03-05");
    CHECK(s.said(part) == unread);
    // The control.
    REQUIRE(s.said([](Transaction& tx) { enable_staff(tx, "chenjing"); }) == "");
    CHECK(s.said(part) == "");
  }
}

TEST_CASE("nobody parts who cannot read notes now, and alone has the key to them") {
  TwoReaders s;
  s.add("chenjing", {Role::pharmacist}, Instant{1'772'500'000});
  s.set_day("2026-03-05");
  for (const char* login : {"wangli", "zhaomin"}) s.forget(login, 1);
  CHECK(s.said([](Transaction& tx) { disable_staff(tx, "chenjing"); }) == unheld);
  CHECK(s.said([](Transaction& tx) { revoke_health(tx, "chenjing"); }) == unheld);
  // What takes no key away is done, of her and of others.
  CHECK(s.said([](Transaction& tx) {
    set_roles(tx, "chenjing", {Role::pharmacist, Role::clerk});
  }) == "");
  CHECK(s.said([](Transaction& tx) { disable_staff(tx, "zhaomin"); }) == "");
}

TEST_CASE("a manager who was given the key stays one while nobody else reads the notes") {
  TwoReaders s;
  s.add("sunhao", {Role::manager});
  REQUIRE(s.said([](Transaction& tx) { grant_health(tx, "sunhao"); }) == "");
  const auto part = [](Transaction& tx) { set_roles(tx, "sunhao", {Role::clerk}); };
  for (const char* login : {"wangli", "zhaomin"}) s.forget(login, 2);
  CHECK(s.said(part) == unread);
  CHECK(s.said([](Transaction& tx) { set_roles(tx, "sunhao", {Role::pharmacist}); }) == "");
  CHECK(s.said(part) == unheld);
}

TEST_CASE("the last reader who lost her key gets a new one, and reads again by the recovery code") {
  TwoReaders s;
  s.forget_all("wangli");
  CHECK(s.said([](Transaction& tx) { reset_staff(tx, "zhaomin", std::nullopt); }) == "");
  s.close();
  Store by = Store::open(s.path(), RecoveryCode{Secret{s.recovery_code()}}, {.clock = s.clock()});
  auto tx = by.begin({.id = "again", .request = "x"});
  CHECK_FALSE(get_staff(tx, "zhaomin").reads_health);
  grant_health(tx, "zhaomin");
  CHECK(get_staff(tx, "zhaomin").reads_health);
  tx.commit();
  CHECK(by.check().empty());
}
