// What managers signed in a keyring, in brief. The entry of the access log by which a keyring was
// changed holds it, so that an older signature of theirs is told from the newest: pharmacy-store(5)
// gives its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/hash.h"
#include "vault/keyring/keyring.h"

namespace pharmacy::vault {

struct KeyringMark {
  // Who may sign the next one.
  struct Signer {
    std::uint32_t slot = 0;
    std::uint16_t roles = 0;
    crypto::SignPublicKey key{};

    friend bool operator==(const Signer&, const Signer&) = default;
  };

  std::uint16_t epoch = 1;        // of the data key
  crypto::Digest certificates{};  // and of the grants of the data key
  crypto::Digest health{};        // the health keys and their grants
  std::vector<Signer> signers;    // managers and pharmacists who are not disabled, by slot

  friend bool operator==(const KeyringMark&, const KeyringMark&) = default;
};

KeyringMark mark_of(const Keyring& keyring);

std::string encode(const KeyringMark& mark);
// nullopt for anything but what encode() writes.
std::optional<KeyringMark> parse_mark(std::string_view bytes);

// nullptr where she is none.
const KeyringMark::Signer* find_signer(const KeyringMark& mark, std::int64_t slot);
// Whether her signature makes `next` follow: a manager's any, a pharmacist's one in which nothing
// but health keys and their grants is another.
[[nodiscard]] bool may_follow(const KeyringMark& before, const KeyringMark& next,
                              const KeyringMark::Signer& signer);

}  // namespace pharmacy::vault
