#include "vault/keyring/mark.h"

#include <algorithm>

#include "vault/keyring/bytes.h"

namespace pharmacy::vault {
namespace {

constexpr std::size_t mark_head = 2 + 32 + 32;
constexpr std::size_t mark_signer = 4 + 2 + 32;
constexpr std::uint16_t signing_roles =
    1U << static_cast<unsigned>(Role::pharmacist) | 1U << static_cast<unsigned>(Role::manager);

bool may_sign(std::uint16_t roles) { return (roles & signing_roles) != 0; }

void add_grants(crypto::Hasher& hasher, const Keyring& keyring, const Slot& slot, KeyKind kind) {
  for (const Grant& grant : slot.grants) {
    if (grant.kind == kind)
      hasher.add(grant_message(keyring, slot.certificate, grant)).add(grant.signature);
  }
}

crypto::Digest digest_of_certificates(const Keyring& keyring) {
  crypto::Hasher hasher;
  for (const Slot& slot : keyring.slots) {
    hasher.add(certificate_message(keyring, slot.certificate)).add(slot.certificate.signature);
    add_grants(hasher, keyring, slot, KeyKind::data);
  }
  return hasher.finish();
}

crypto::Digest digest_of_health(const Keyring& keyring) {
  crypto::Hasher hasher;
  for (const HealthKey& key : keyring.health_keys)
    hasher.add(health_message(keyring, key)).add(key.signature);
  for (const Slot& slot : keyring.slots) add_grants(hasher, keyring, slot, KeyKind::health);
  return hasher.finish();
}

}  // namespace

KeyringMark mark_of(const Keyring& keyring) {
  KeyringMark mark{.epoch = keyring.epoch,
                   .certificates = digest_of_certificates(keyring),
                   .health = digest_of_health(keyring),
                   .signers = {}};
  for (const Slot& slot : keyring.slots) {
    const Certificate& c = slot.certificate;
    if (!c.is_disabled && may_sign(c.roles))
      mark.signers.push_back({.slot = c.slot, .roles = c.roles, .key = c.sign_key});
  }
  return mark;
}

std::string encode(const KeyringMark& mark) {
  ByteWriter out;
  out.u16(mark.epoch).bytes(mark.certificates).bytes(mark.health);
  for (const auto& signer : mark.signers) out.u32(signer.slot).u16(signer.roles).bytes(signer.key);
  return out.str();
}

std::optional<KeyringMark> parse_mark(std::string_view bytes) {
  if (bytes.size() <= mark_head || (bytes.size() - mark_head) % mark_signer != 0) return {};
  ByteReader in{bytes};
  KeyringMark mark;
  mark.epoch = in.u16();
  mark.certificates = in.bytes<32>();
  mark.health = in.bytes<32>();
  std::uint32_t before = 0;
  while (in.left() > 0) {
    KeyringMark::Signer signer{.slot = in.u32(), .roles = in.u16(), .key = in.bytes<32>()};
    if (signer.slot <= before || !may_sign(signer.roles)) return {};
    before = signer.slot;
    mark.signers.push_back(signer);
  }
  return mark;
}

const KeyringMark::Signer* find_signer(const KeyringMark& mark, std::int64_t slot) {
  const auto found = std::ranges::find(mark.signers, slot, &KeyringMark::Signer::slot);
  return found == mark.signers.end() ? nullptr : &*found;
}

bool may_follow(const KeyringMark& before, const KeyringMark& next,
                const KeyringMark::Signer& signer) {
  if ((signer.roles & role_bits({Role::manager})) != 0) return true;
  return next.epoch == before.epoch && next.certificates == before.certificates &&
         next.signers == before.signers;
}

}  // namespace pharmacy::vault
