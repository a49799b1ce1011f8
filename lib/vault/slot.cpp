#include "vault/slot.h"

#include <algorithm>

#include "crypto/random.h"
#include "vault/bytes.h"

namespace pharmacy::vault {
namespace {

// What the sealed secrets belong to: they open nowhere else.
std::string secrets_aad(const Keyring& keyring, const Certificate& certificate) {
  return ByteWriter{}
      .counted_text("pharmacy.secrets")
      .bytes(keyring.store_id)
      .u32(certificate.slot)
      .u8(static_cast<std::uint8_t>(certificate.method))
      .bytes(certificate.box_key)
      .bytes(certificate.sign_key)
      .str();
}

// A key that was made by a machine needs no stretching, only a purpose of its own.
crypto::Key sealing_key(const crypto::Key& key, const Keyring& keyring, const Slot& slot) {
  ByteWriter context;
  context.bytes(keyring.store_id).u32(slot.certificate.slot).bytes(slot.owner.salt);
  return crypto::derive(key, "pharmacy.slot", context.span());
}

crypto::Key sealing_key(const Keyring& keyring, const Slot& slot, const Proof& proof) {
  if (const auto* passphrase = std::get_if<std::string_view>(&proof)) {
    return crypto::derive_from_passphrase(*passphrase, slot.owner.salt, slot.owner.cost);
  }
  if (const auto* file_key = std::get_if<const crypto::Key*>(&proof)) {
    return sealing_key(**file_key, keyring, slot);
  }
  const auto& code = *std::get<const crypto::RecoveryCode*>(proof);
  crypto::Key padded;
  std::ranges::copy(code.bytes(), padded.bytes().begin());
  return sealing_key(padded, keyring, slot);
}

using SecretsBytes = std::array<unsigned char, secrets_size>;

void seal_secrets(const Keyring& keyring, Slot& slot, const SlotSecrets& secrets,
                  const crypto::Key& key) {
  SecretsBytes plain;
  std::ranges::copy(secrets.box.secret.bytes(), plain.begin());
  std::ranges::copy(secrets.sign.secret.bytes(), plain.begin() + 32);
  OwnerPart& owner = slot.owner;
  owner.nonce = crypto::random_bytes<crypto::nonce_size>();
  crypto::seal(key, owner.nonce, as_bytes(secrets_aad(keyring, slot.certificate)), plain,
               owner.sealed_secrets.data(), owner.tag);
  crypto::wipe(plain);
}

bool is_signed(const Slot& by, const std::string& message, const crypto::Signature& signature) {
  return crypto::verify_signature(by.certificate.sign_key, as_bytes(message), signature);
}

// Whether managers vouch for the slot, each for the next, up to the root.
bool is_certified(const Keyring& keyring, const Slot& slot) {
  const Slot* at = &slot;
  for (std::size_t links = 0; links < keyring.slots.size(); ++links) {
    const Certificate& certificate = at->certificate;
    const Slot* signer = keyring.find(certificate.signer);
    if (signer == nullptr || !is_manager(*signer) ||
        !is_signed(*signer, certificate_message(keyring, certificate), certificate.signature)) {
      return false;
    }
    if (signer == at) return signer == &keyring.root();
    at = signer;
  }
  return false;  // they vouch for one another in a circle
}

bool is_granted(const Keyring& keyring, const Slot& slot) {
  const Slot* granter = keyring.find(slot.grant.granter);
  return granter != nullptr && is_manager(*granter) && is_certified(keyring, *granter) &&
         is_signed(*granter, grant_message(keyring, slot.certificate, slot.grant),
                   slot.grant.signature);
}

}  // namespace

SlotSecrets add_slot(Keyring& keyring, const NewSlot& input, const Proof& proof,
                     const Signer* signer, const crypto::Key& data_key) {
  SlotSecrets secrets{crypto::make_box_keys(), crypto::make_sign_keys()};
  const Signer self{input.slot, secrets.sign};
  const Signer& by = signer != nullptr ? *signer : self;

  Slot slot;
  Certificate& certificate = slot.certificate;
  certificate = {.slot = input.slot,
                 .method = input.method,
                 .roles = input.roles,
                 .created = input.created,
                 .login = input.login,
                 .name = input.name,
                 .box_key = secrets.box.open_to_all,
                 .sign_key = secrets.sign.open_to_all,
                 .signer = by.slot};
  certificate.signature =
      crypto::sign(by.keys.secret, as_bytes(certificate_message(keyring, certificate)));

  slot.owner.salt = crypto::random_bytes<crypto::salt_size>();
  slot.owner.cost = input.cost;
  seal_secrets(keyring, slot, secrets, sealing_key(keyring, slot, proof));
  slot.owner.signature =
      crypto::sign(secrets.sign.secret, as_bytes(owner_message(keyring, certificate, slot.owner)));

  slot.grant.granter = by.slot;
  std::ranges::copy(crypto::seal_to(certificate.box_key, data_key.bytes()),
                    slot.grant.sealed_key.begin());
  slot.grant.signature =
      crypto::sign(by.keys.secret, as_bytes(grant_message(keyring, certificate, slot.grant)));

  keyring.slots.push_back(std::move(slot));
  return secrets;
}

void check_signatures(const Keyring& keyring, const Slot& slot) {
  const bool is_own =
      is_signed(slot, owner_message(keyring, slot.certificate, slot.owner), slot.owner.signature);
  if (!is_own || !is_certified(keyring, slot) || !is_granted(keyring, slot)) {
    throw_damaged_keyring();
  }
}

std::optional<SlotSecrets> open_slot(const Keyring& keyring, const Slot& slot, const Proof& proof) {
  const crypto::Key key = sealing_key(keyring, slot, proof);
  const OwnerPart& owner = slot.owner;
  SecretsBytes plain;
  if (!crypto::open(key, owner.nonce, as_bytes(secrets_aad(keyring, slot.certificate)),
                    owner.sealed_secrets, owner.tag, plain.data())) {
    return std::nullopt;
  }
  const std::span<const unsigned char, secrets_size> opened{plain};
  SlotSecrets secrets{{slot.certificate.box_key, crypto::BoxSecretKey{opened.first<32>()}},
                      {slot.certificate.sign_key, crypto::SignSecretKey{opened.last<64>()}}};
  crypto::wipe(plain);
  // The seal alone does not bind the key that opened it; the public keys do.
  if (crypto::public_key_of(secrets.box.secret) != slot.certificate.box_key ||
      !crypto::belong_together(slot.certificate.sign_key, secrets.sign.secret)) {
    throw_damaged_keyring();
  }
  return secrets;
}

crypto::Key open_grant(const Keyring& keyring, const Slot& slot, const SlotSecrets& secrets) {
  crypto::Key data_key;
  if (!crypto::open_sealed_to(secrets.box, slot.grant.sealed_key, data_key.bytes()) ||
      commitment_to(data_key, keyring.store_id, keyring.epoch) != keyring.commitment) {
    throw_damaged_keyring();
  }
  return data_key;
}

}  // namespace pharmacy::vault
