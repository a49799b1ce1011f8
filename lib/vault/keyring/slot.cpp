#include "vault/keyring/slot.h"

#include <algorithm>
#include <set>
#include <utility>

#include "crypto/random.h"
#include "vault/keyring/bytes.h"

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

bool is_signed(const Slot& by, const std::string& message, const crypto::Signature& signature) {
  return crypto::verify_signature(by.certificate.sign_key, as_bytes(message), signature);
}

// Looks at the signatures of one keyring, at each certificate once.
class Inspection {
 public:
  explicit Inspection(const Keyring& keyring) : keyring_(keyring) {}

  // Each throws Error(damaged) where it does not hold.
  void check_slot(const Slot& slot);
  void check_grant(const Slot& slot, const Grant& grant);
  void check_health_key(const HealthKey& key);

 private:
  bool is_certified(const Slot& slot);
  bool is_granted(const Slot& slot, const Grant& grant);

  const Keyring& keyring_;
  std::set<const Slot*> certified_;
};

// Whether managers vouch for the slot, each for the next, up to the root.
bool Inspection::is_certified(const Slot& slot) {
  std::set<const Slot*> chain;
  const Slot* at = &slot;
  // They may vouch for one another in a circle.
  while (!certified_.contains(at) && chain.insert(at).second) {
    const Certificate& certificate = at->certificate;
    const Slot* signer = keyring_.find(certificate.signer);
    if (signer == nullptr || !is_manager(*signer) ||
        !is_signed(*signer, certificate_message(keyring_, certificate), certificate.signature)) {
      return false;
    }
    if (signer == at) {
      if (signer != &keyring_.root()) return false;
      certified_.insert(at);
    }
    at = signer;
  }
  if (!certified_.contains(at)) return false;
  certified_.merge(chain);
  return true;
}

// A manager grants the data key. Whoever has the key to health notes may hand it on; the public
// key shows whether it is that.
bool Inspection::is_granted(const Slot& slot, const Grant& grant) {
  const Slot* granter = keyring_.find(grant.granter);
  if (granter == nullptr || !is_certified(*granter)) return false;
  const bool may = grant.kind == KeyKind::data
                       ? is_manager(*granter)
                       : has_role(*granter, Role::manager) || has_role(*granter, Role::pharmacist);
  return may &&
         is_signed(*granter, grant_message(keyring_, slot.certificate, grant), grant.signature);
}

void Inspection::check_slot(const Slot& slot) {
  const bool is_own =
      is_signed(slot, owner_message(keyring_, slot.certificate, slot.owner), slot.owner.signature);
  if (!is_own || !is_certified(slot)) throw_damaged_keyring();
  if (const Grant* data = slot.find(KeyKind::data, keyring_.epoch)) check_grant(slot, *data);
}

void Inspection::check_grant(const Slot& slot, const Grant& grant) {
  if (!is_granted(slot, grant)) throw_damaged_keyring();
}

void Inspection::check_health_key(const HealthKey& key) {
  const Slot* maker = keyring_.find(key.maker);
  if (maker == nullptr || !is_certified(*maker) ||
      !(has_role(*maker, Role::manager) || has_role(*maker, Role::pharmacist)) ||
      !is_signed(*maker, health_message(keyring_, key), key.signature)) {
    throw_damaged_keyring();
  }
}

}  // namespace

SealedSecrets seal_secrets(const SlotSecrets& secrets, const crypto::Key& key,
                           std::span<const unsigned char> aad) {
  SecretsBytes plain;
  std::ranges::copy(secrets.box.secret.bytes(), plain.begin());
  std::ranges::copy(secrets.sign.secret.bytes(), plain.begin() + 32);
  SealedSecrets sealed;
  sealed.nonce = crypto::random_bytes<crypto::nonce_size>();
  crypto::seal(key, sealed.nonce, aad, plain, sealed.cipher.data(), sealed.tag);
  crypto::wipe(plain);
  return sealed;
}

std::optional<SlotSecrets> open_secrets(const SealedSecrets& sealed, const Certificate& of,
                                        const crypto::Key& key,
                                        std::span<const unsigned char> aad) {
  SecretsBytes plain;
  if (!crypto::open(key, sealed.nonce, aad, sealed.cipher, sealed.tag, plain.data())) {
    return std::nullopt;
  }
  const std::span<const unsigned char, secrets_size> opened{plain};
  SlotSecrets secrets{{of.box_key, crypto::BoxSecretKey{opened.first<32>()}},
                      {of.sign_key, crypto::SignSecretKey{opened.last<64>()}}};
  crypto::wipe(plain);
  // The seal alone does not bind the key that opened it; the public keys do.
  if (crypto::public_key_of(secrets.box.secret) != of.box_key ||
      !crypto::belong_together(of.sign_key, secrets.sign.secret)) {
    throw_damaged_keyring();
  }
  return secrets;
}

SlotSecrets add_slot(Keyring& keyring, const NewSlot& input, const Proof& proof,
                     const Signer* signer, const crypto::Key& data_key) {
  SlotSecrets secrets{crypto::make_box_keys(), crypto::make_sign_keys()};
  const Signer self{input.slot, secrets.sign};
  const Signer& by = signer != nullptr ? *signer : self;

  Slot slot;
  slot.certificate = {.slot = input.slot,
                      .method = input.method,
                      .roles = input.roles,
                      .created = input.created,
                      .changed = input.created,
                      .expires = input.expires,
                      .login = input.login,
                      .name = input.name,
                      .box_key = secrets.box.open_to_all,
                      .sign_key = secrets.sign.open_to_all};
  certify(keyring, slot.certificate, by);
  set_proof(keyring, slot, secrets, proof, input.cost);
  grant(keyring, slot, KeyKind::data, keyring.epoch, data_key, by);
  keyring.slots.push_back(std::move(slot));
  return secrets;
}

void certify(const Keyring& keyring, Certificate& certificate, const Signer& signer) {
  certificate.signer = signer.slot;
  certificate.signature =
      crypto::sign(signer.keys.secret, as_bytes(certificate_message(keyring, certificate)));
}

void set_proof(const Keyring& keyring, Slot& slot, const SlotSecrets& secrets, const Proof& proof,
               crypto::KdfCost cost) {
  slot.owner.salt = crypto::random_bytes<crypto::salt_size>();
  slot.owner.cost = cost;
  slot.owner.secrets = seal_secrets(secrets, sealing_key(keyring, slot, proof),
                                    as_bytes(secrets_aad(keyring, slot.certificate)));
  slot.owner.signature = crypto::sign(
      secrets.sign.secret, as_bytes(owner_message(keyring, slot.certificate, slot.owner)));
}

void grant(const Keyring& keyring, Slot& slot, KeyKind kind, std::uint16_t epoch,
           const crypto::Key& key, const Signer& signer) {
  Grant made{.kind = kind, .epoch = epoch};
  std::ranges::copy(crypto::seal_to(slot.certificate.box_key, key.bytes()),
                    made.sealed_key.begin());
  sign_grant(keyring, slot, made, signer);
  std::erase_if(slot.grants, [&](const Grant& old) {
    return old.kind == kind && (kind == KeyKind::data || old.epoch == epoch);
  });
  const auto order = [](const Grant& one) { return std::pair{one.kind, one.epoch}; };
  slot.grants.insert(std::ranges::upper_bound(slot.grants, order(made), {}, order), made);
}

void sign_grant(const Keyring& keyring, const Slot& slot, Grant& grant, const Signer& signer) {
  grant.granter = signer.slot;
  grant.signature =
      crypto::sign(signer.keys.secret, as_bytes(grant_message(keyring, slot.certificate, grant)));
}

void sign_health_key(const Keyring& keyring, HealthKey& key, const Signer& signer) {
  key.maker = signer.slot;
  key.signature = crypto::sign(signer.keys.secret, as_bytes(health_message(keyring, key)));
}

void take_back(Slot& slot, KeyKind kind) {
  std::erase_if(slot.grants, [&](const Grant& one) { return one.kind == kind; });
}

crypto::BoxSecretKey add_health_key(Keyring& keyring, const Signer& maker) {
  crypto::BoxKeys keys = crypto::make_box_keys();
  const auto last = keyring.health_keys.empty() ? 0 : keyring.health_keys.back().epoch;
  HealthKey made{.epoch = static_cast<std::uint16_t>(last + 1), .key = keys.open_to_all};
  sign_health_key(keyring, made, maker);
  keyring.health_keys.push_back(made);
  return std::move(keys.secret);
}

void check_signatures(const Keyring& keyring, const Slot& slot) {
  Inspection{keyring}.check_slot(slot);
}

void check_all_signatures(const Keyring& keyring) {
  Inspection inspection{keyring};
  for (const HealthKey& key : keyring.health_keys) inspection.check_health_key(key);
  for (const Slot& slot : keyring.slots) {
    inspection.check_slot(slot);
    for (const Grant& one : slot.grants) {
      const bool is_checked = one.kind == KeyKind::data && one.epoch == keyring.epoch;
      if (!is_checked) inspection.check_grant(slot, one);
    }
  }
}

void check_health_key(const Keyring& keyring, const HealthKey& key) {
  Inspection{keyring}.check_health_key(key);
}

std::optional<SlotSecrets> open_slot(const Keyring& keyring, const Slot& slot, const Proof& proof) {
  return open_secrets(slot.owner.secrets, slot.certificate, sealing_key(keyring, slot, proof),
                      as_bytes(secrets_aad(keyring, slot.certificate)));
}

crypto::Key open_data_grant(const Keyring& keyring, const Slot& slot, const SlotSecrets& secrets) {
  const Grant* granted = slot.find(KeyKind::data, keyring.epoch);
  crypto::Key data_key;
  if (granted == nullptr ||
      !crypto::open_sealed_to(secrets.box, granted->sealed_key, data_key.bytes()) ||
      commitment_to(data_key, keyring.store_id, keyring.epoch) != keyring.commitment) {
    throw_damaged_keyring();
  }
  return data_key;
}

std::optional<crypto::BoxKeys> open_health_grant(const Keyring& keyring, const Slot& slot,
                                                 const SlotSecrets& secrets, std::uint16_t epoch) {
  const Grant* granted = slot.find(KeyKind::health, epoch);
  const HealthKey* of = keyring.find_health_key(epoch);
  if (granted == nullptr || of == nullptr) return std::nullopt;
  crypto::BoxKeys keys{of->key, {}};
  if (!crypto::open_sealed_to(secrets.box, granted->sealed_key, keys.secret.bytes()) ||
      crypto::public_key_of(keys.secret) != of->key) {
    throw_damaged_keyring();
  }
  return keys;
}

}  // namespace pharmacy::vault
