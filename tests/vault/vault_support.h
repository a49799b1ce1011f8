// What the tests of the vault share.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "crypto/kdf.h"
#include "pharmacy/error.h"
#include "pharmacy/store.h"
#include "support/test_store.h"
#include "vault/store_impl.h"

namespace pharmacy::test {

// The code of what `call` throws; nullopt where it throws nothing.
template <class Call>
std::optional<Errc> code_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

// The message of what `call` throws; empty where it throws nothing.
template <class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

inline NewStore wangli() {
  NewStore input;
  input.login = "wangli";
  input.name = "王丽";
  return input;
}

inline constexpr const char* good_passphrase = "four words in a row";

// A store with a passphrase that costs nothing to try, and a clock of the machine to set.
struct PassphraseStore {
  TemporaryDirectory directory;
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
