// What the tests of the vault share.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "crypto/kdf.h"
#include "db/page_seal.h"
#include "pharmacy/error.h"
#include "pharmacy/store.h"
#include "support/errors.h"
#include "support/test_store.h"
#include "vault/keyring/bytes.h"
#include "vault/store_impl.h"

namespace pharmacy::test {

inline NewStore wangli() {
  NewStore input;
  input.login = "wangli";
  input.name = "王丽";
  return input;
}

inline constexpr const char* good_passphrase = "four words in a row";

inline db::StoreKeys keys_of(const vault::OpenKeyring& opened) {
  return {.file_id = opened.keyring.file_id,
          .epoch = opened.keyring.epoch,
          .data_key = opened.data_key.copy()};
}

// The keyring of a store as its key file opens it; the file may then be written anew.
struct KeyringInHand {
  vault::Place place;
  vault::Unlocked who;
  vault::OpenKeyring opened;

  explicit KeyringInHand(const TestStore& store) : KeyringInHand(store, key_of(store)) {}
  KeyringInHand(const TestStore& store, const Key& key)
      : place{store.path()},
        who{vault::unlock(place, key, Instant{})},
        opened{vault::open_keyring(place, who)} {}
  [[nodiscard]] vault::Keyring& keyring() { return opened.keyring; }
  [[nodiscard]] vault::Slot& slot(std::size_t index) { return opened.keyring.slots[index]; }
  [[nodiscard]] db::StoreKeys keys() const { return keys_of(opened); }
  void write() const {
    put_bytes(place.keyring(), vault::encode_keyring(opened.keyring, opened.data_key));
  }

  static Key key_of(const TestStore& store) {
    return KeyFile{Secret{bytes_of(store.key_file_path())}};
  }
};

// A page of a store file as SQLite knows it, and back.
using Page = std::array<unsigned char, db::page_size>;
inline Page opened_page(const db::StoreKeys& keys, std::uint32_t number, std::string_view file) {
  Page page{};
  const auto sealed =
      vault::as_bytes(file.substr(std::size_t{number - 1} * db::page_size, db::page_size));
  REQUIRE(db::PageSeal{keys}.open(number, sealed.data(), page.data()));
  return page;
}
inline std::string sealed_page(const db::StoreKeys& keys, std::uint32_t number, const Page& page) {
  static db::NonceSource nonces;
  Page sealed{};
  db::PageSeal{keys}.seal(number, page.data(), sealed.data(), nonces);
  return {sealed.begin(), sealed.end()};
}

// Copies the log of a store that is closed into its file.
inline void empty_log(const vault::Place& place, const vault::OpenKeyring& opened) {
  db::Gate gate{place.lock(), "test"};
  gate.acquire(std::chrono::seconds{5});
  sqlite3* db = db::open_sealed({.path = place.database()}, keys_of(opened), gate);
  CHECK(db::checkpoint_all(db, gate, std::chrono::seconds{1}) == 0);
  db::close_sealed(db);
}
inline void empty_log(const KeyringInHand& hand) { empty_log(hand.place, hand.opened); }

// A store with a passphrase that costs nothing to try, and a clock of the machine to set.
struct PassphraseStore {
  TempDir directory;
  std::filesystem::path path = directory.path() / "store";
  std::string recovery_code;
  Instant machine_time{1'772'000'000};

  PassphraseStore() {
    NewStore input = wangli();
    input.passphrase = Secret{good_passphrase};
    recovery_code = vault::create_store(path, input, {}, crypto::kdf_cheap).recovery_code.view();
  }

  // Opens the store and closes it again.
  void open(const Key& key) const {
    static_cast<void>(vault::open_store(path, key, {}, machine_time));
  }
  void open(const std::string& login, std::string_view passphrase) const {
    open(Passphrase{login, Secret{passphrase}});
  }
};

}  // namespace pharmacy::test
