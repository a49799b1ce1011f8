// Two pharmacies, and a file that goes from one to the other.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "pharmacy/staff.h"
#include "pharmacy/transfer.h"
#include "support/vault.h"
#include "vault/access.h"
#include "vault/transfer/address.h"
#include "vault/transfer/format.h"

namespace pharmacy::test {

inline StoreAddress address_of(Store& store) {
  auto reading = store.read();
  return find_store_address(reading).value();
}

// The secret keys of a store, as somebody has them who opened it with a program of her own.
inline vault::TransferKeys keys_of(Store& store) {
  auto reading = store.read();
  auto keys = vault::transfer_keys(vault::database(reading), store.impl().keyring.store_id);
  REQUIRE(!keys.empty());
  return std::move(keys.front());
}

// Signed once more by whoever has these keys.
inline std::string signed_again(std::string bytes, const crypto::SignKeys& by) {
  bytes.resize(bytes.size() - vault::signature_size);
  const auto message = vault::transfer_message(crypto::digest(vault::as_bytes(bytes)));
  const auto signature = crypto::sign(by.secret, vault::as_bytes(message));
  bytes.append(signature.begin(), signature.end());
  return bytes;
}

struct TwoStores {
  TestStore here{"2026-03-01"};
  TestStore there{"2026-03-01"};
  TempDir dir;
  std::string plain = dir.file("members.csv");
  std::string sealed = dir.file("members.sealed");
  std::string output = dir.file("received.csv");

  // The bytes of the sealed file.
  std::string send(std::string_view content, Existing existing = Existing::replaced) {
    put_bytes(plain, content);
    send_file(here.store(), {.path = plain, .to = address_of(there.store())},
              {.path = sealed, .existing = existing});
    return bytes_of(sealed);
  }
  [[nodiscard]] Receiving receiving(bool again = true) {
    return {.path = sealed, .from = address_of(here.store()), .again = again};
  }
  Received receive(const Receiving& what) {
    return receive_file(there.store(), what, {.path = output, .existing = Existing::replaced});
  }
  Received receive() { return receive(receiving()); }
  // What is said of such a sealed file; nullopt where it is taken. Nothing of it is left where it
  // is not.
  std::optional<Errc> refusal_of(std::string_view bytes) {
    put_bytes(sealed, bytes);
    const auto code = code_of([&] { receive(); });
    if (code) CHECK(files() == std::vector<std::string>{"members.csv", "members.sealed"});
    std::filesystem::remove(output);
    return code;
  }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dir.path()))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }
};

}  // namespace pharmacy::test
