#include "crypto/kdf.h"

#include <sodium.h>

#include <new>

#include "base/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy::crypto {

static_assert(salt_size == crypto_pwhash_argon2id_SALTBYTES);

bool acceptable(KdfCost cost) noexcept {
#ifdef PHARMACY_CHEAP_KDF
  if (cost == kdf_cheap) return true;
#endif
  return cost.memory_kib >= kdf_interactive.memory_kib &&
         cost.memory_kib <= kdf_ceiling.memory_kib && cost.passes >= kdf_interactive.passes &&
         cost.passes <= kdf_ceiling.passes;
}

Key derive_from_passphrase(std::string_view passphrase, const Salt& salt, KdfCost cost) {
  if (!acceptable(cost))
    throw Error(Errc::damaged, _("the keyring asks for a key derivation outside its limits"),
                _("the file was damaged or changed; restore it from a backup"));
  init();
  Key key;
  const char* text = passphrase.empty() ? "" : passphrase.data();  // an empty view may be null
  if (crypto_pwhash_argon2id(key.bytes().data(), Key::size(), text, passphrase.size(), salt.data(),
                             cost.passes, std::size_t{cost.memory_kib} * 1024,
                             crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  return key;
}

}  // namespace pharmacy::crypto
