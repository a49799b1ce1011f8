// A store with people in it whose rights change, and what somebody does to it who has a key and the
// files.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "pharmacy/audit.h"
#include "pharmacy/staff.h"
#include "support/old_schema.h"
#include "support/vault.h"
#include "vault/access.h"
#include "vault/keyring/mark.h"
#include "vault/keyring/slot.h"
#include "vault/log/log.h"

namespace pharmacy::test {

inline constexpr const char* common_passphrase = "paper lantern by noon";
inline constexpr const char* outdated =
    "the keyring is not as its last change left it: somebody put something older into it";
inline constexpr const char* unsigned_entry =
    "this entry of the access log was not signed by whom it names";
inline constexpr const char* unfit_mark =
    "this entry tells of a change of the keyring by somebody who could not make it";
inline constexpr const char* rotation_due =
    "the key of the store was not changed since somebody was disabled";

// Slots of the keyring, from 0.
inline constexpr std::size_t zhaomin_at = 2, liuyang_at = 3, chenjing_at = 4;

inline Key key_of_staff(const std::string& login) {
  return Passphrase{login, Secret{login == "wangli" ? good_passphrase : common_passphrase}};
}

// The store of 王丽 with a pharmacist, a second manager and a clerk, and its keyring of then.
struct MarkedShop : PassphraseStore {
  vault::Keyring old;
  vault::Place place{path};

  MarkedShop() {
    Store store = open_as("wangli");
    add(store, "zhaomin", Role::pharmacist);
    add(store, "liuyang", Role::manager);
    add(store, "chenjing", Role::clerk);
    change(store, [](Transaction& tx) { grant_health(tx, "chenjing"); });
    old = vault::read_keyring(place);
  }

  [[nodiscard]] Store open_as(const std::string& login) const {
    return Store::open(path, key_of_staff(login));
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
class RawStore {
 public:
  RawStore(const MarkedShop& shop, const std::string& login)
      : place_{shop.path},
        who_{vault::unlock(place_, key_of_staff(login), Instant{})},
        opened_{vault::open_keyring(place_, who_)},
        log_key_{vault::log_key_of(opened_.data_key, opened_.keyring.file_id)},
        gate_{place_.lock(), "test"},
        hold_{gate_, std::chrono::seconds{5}},
        database_{db::open_sealed({.path = place_.database()}, keys_of(opened_), gate_)} {}

  [[nodiscard]] vault::Keyring& keyring() { return opened_.keyring; }
  [[nodiscard]] db::Database& database() { return database_; }
  void write_keyring() const {
    put_bytes(place_.keyring(), vault::encode_keyring(opened_.keyring, opened_.data_key));
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
  void take_marks(std::int64_t from) { test::take_marks(database_, who_, opened_, from); }
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
inline std::vector<std::string> answers_of_managers(MarkedShop& shop) {
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

inline std::vector<std::string> problems_in(const MarkedShop& shop,
                                            const std::vector<LogAnchor>& anchors = {}) {
  Store store = shop.open_as("wangli");
  std::vector<std::string> problems;
  for (const Finding& one : store.check())
    if (one.problem != rotation_due) problems.push_back(one.problem);
  store.view([&](Reading& reading) {
    for (const Finding& one : verify_log(reading, anchors)) problems.push_back(one.problem);
  });
  return problems;
}

inline std::int64_t marks_in(const MarkedShop& shop) {
  Store store = shop.open_as("wangli");
  auto reading = store.read();
  return vault::database(reading)
      .value<std::int64_t>("SELECT count(*) FROM log_entry WHERE keyring IS NOT NULL")
      .value();
}

inline std::size_t readers_of_newest(const MarkedShop& shop) {
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

inline const std::array put_backs{
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

}  // namespace pharmacy::test
