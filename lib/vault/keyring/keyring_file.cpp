// The bytes of store.keys.
#include <algorithm>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "vault/keyring/bytes.h"
#include "vault/keyring/keyring.h"

namespace pharmacy::vault {
namespace {

constexpr std::string_view magic = "PHARMKEY";
constexpr std::size_t keyring_mac_size = 32;
constexpr std::uint16_t all_roles = (1U << EnumNames<Role>::table.size()) - 1;
constexpr std::size_t max_name = 200;

// The bits of a certificate; all others are zero.
constexpr std::uint8_t disabled_bit = 1;

void write(ByteWriter& out, Instant at) { out.u64(static_cast<std::uint64_t>(at.seconds)); }
Instant read_instant(ByteReader& in) { return {static_cast<std::int64_t>(in.u64())}; }

void write(ByteWriter& out, const Certificate& c) {
  out.u32(c.slot).u8(static_cast<std::uint8_t>(c.method)).u16(c.roles);
  out.u8(c.is_disabled ? disabled_bit : 0);
  write(out, c.created);
  write(out, c.changed);
  write(out, c.expires.value_or(Instant{}));
  out.counted_text(c.login).counted_text(c.name).bytes(c.box_key).bytes(c.sign_key).u32(c.signer);
}

void write(ByteWriter& out, const OwnerPart& o) {
  out.bytes(o.salt).u32(o.cost.memory_kib).u32(o.cost.passes);
  out.bytes(o.secrets.nonce).bytes(o.secrets.cipher).bytes(o.secrets.tag);
}

void write(ByteWriter& out, const Grant& g) {
  out.u8(static_cast<std::uint8_t>(g.kind)).u16(g.epoch).u32(g.granter).bytes(g.sealed_key);
}

void write(ByteWriter& out, const HealthKey& k) { out.u16(k.epoch).bytes(k.key).u32(k.maker); }

void write(ByteWriter& out, const Keyring& k) {
  out.text(magic).u8(keyring_format).u8(cipher_xchacha20).u16(k.epoch).u64(k.generation);
  out.bytes(k.store_id).bytes(k.file_id).bytes(k.commitment);
  out.u16(static_cast<std::uint16_t>(k.health_keys.size()));
  for (const HealthKey& key : k.health_keys) {
    write(out, key);
    out.bytes(key.signature);
  }
  out.u16(static_cast<std::uint16_t>(k.slots.size()));
  for (const Slot& slot : k.slots) {
    write(out, slot.certificate);
    out.bytes(slot.certificate.signature);
    write(out, slot.owner);
    out.bytes(slot.owner.signature);
    out.u16(static_cast<std::uint16_t>(slot.grants.size()));
    for (const Grant& grant : slot.grants) {
      write(out, grant);
      out.bytes(grant.signature);
    }
  }
}

Certificate read_certificate(ByteReader& in) {
  Certificate c;
  c.slot = in.u32();
  c.method = static_cast<Method>(in.u8());
  c.roles = in.u16();
  const std::uint8_t bits = in.u8();
  if ((bits & ~disabled_bit) != 0) throw_damaged_keyring();
  c.is_disabled = (bits & disabled_bit) != 0;
  c.created = read_instant(in);
  c.changed = read_instant(in);
  if (const Instant at = read_instant(in); at != Instant{}) c.expires = at;
  c.login = in.counted_text();
  c.name = in.counted_text();
  c.box_key = in.bytes<32>();
  c.sign_key = in.bytes<32>();
  c.signer = in.u32();
  c.signature = in.bytes<64>();
  return c;
}

OwnerPart read_owner(ByteReader& in) {
  OwnerPart o;
  o.salt = in.bytes<crypto::salt_size>();
  o.cost.memory_kib = in.u32();
  o.cost.passes = in.u32();
  o.secrets.nonce = in.bytes<crypto::nonce_size>();
  o.secrets.cipher = in.bytes<secrets_size>();
  o.secrets.tag = in.bytes<crypto::tag_size>();
  o.signature = in.bytes<64>();
  return o;
}

Grant read_grant(ByteReader& in) {
  Grant g;
  g.kind = static_cast<KeyKind>(in.u8());
  g.epoch = in.u16();
  g.granter = in.u32();
  g.sealed_key = in.bytes<32 + crypto::box_overhead>();
  g.signature = in.bytes<64>();
  return g;
}

HealthKey read_health_key(ByteReader& in) {
  HealthKey k;
  k.epoch = in.u16();
  k.key = in.bytes<32>();
  k.maker = in.u32();
  k.signature = in.bytes<64>();
  return k;
}

Slot read_slot(ByteReader& in) {
  Slot slot;
  slot.certificate = read_certificate(in);
  slot.owner = read_owner(in);
  const std::size_t grants = in.u16();
  if (grants > 1 + max_health_keys) throw_damaged_keyring();
  for (std::size_t i = 0; i < grants && in.good(); ++i) slot.grants.push_back(read_grant(in));
  return slot;
}

bool is_good(const Slot& slot) {
  const Certificate& c = slot.certificate;
  const bool passphrase = c.method == Method::passphrase;
  return to_word(c.method)[0] != '\0' && c.roles != 0 && (c.roles & ~all_roles) == 0 &&
         is_login(c.login) && !c.name.empty() && c.name.size() <= max_name &&
         normalise(c.name) == c.name && is_holdable(c.created) && is_holdable(c.changed) &&
         is_holdable(c.expires.value_or(Instant{})) &&
         (passphrase ? crypto::acceptable(slot.owner.cost) : slot.owner.cost == crypto::KdfCost{});
}

// Each of a key that there is, in their order; the data key is granted to whoever is not disabled.
bool grants_are_good(const Keyring& keyring, const Slot& slot) {
  std::pair before{KeyKind::data, std::uint16_t{0}};
  for (const Grant& grant : slot.grants) {
    const std::pair key{grant.kind, grant.epoch};
    const bool exists = grant.kind == KeyKind::data
                            ? grant.epoch == keyring.epoch
                            : keyring.find_health_key(grant.epoch) != nullptr;
    if (key <= before || grant.kind > KeyKind::health || !exists) return false;
    if (keyring.find(grant.granter) == nullptr) return false;
    before = key;
  }
  const bool has_data_key = slot.find(KeyKind::data, keyring.epoch) != nullptr;
  return has_data_key != slot.certificate.is_disabled;
}

bool health_keys_are_good(const Keyring& keyring) {
  std::uint16_t before = 0;
  for (const HealthKey& key : keyring.health_keys) {
    if (key.epoch <= before || keyring.find(key.maker) == nullptr) return false;
    before = key.epoch;
  }
  return before > 0 && keyring.health_keys.size() <= max_health_keys;
}

// Every slot by itself, and all of them together.
bool is_good(const Keyring& keyring) {
  if (!health_keys_are_good(keyring)) return false;
  std::uint32_t before = 0;
  for (const Slot& slot : keyring.slots) {
    if (slot.certificate.slot <= before || !is_good(slot)) return false;
    if (keyring.find(slot.certificate.login) != &slot) return false;
    if (keyring.find(slot.certificate.signer) == nullptr) return false;
    if (!grants_are_good(keyring, slot)) return false;
    before = slot.certificate.slot;
  }
  return keyring.slots.size() <= max_slots &&
         std::ranges::count_if(keyring.slots, vouches_for_itself) == 1 && keyring.epoch > 0 &&
         keyring.generation > 0;
}

crypto::Digest mac_of(std::string_view body, const Keyring& keyring, const crypto::Key& data_key) {
  const crypto::Key key = crypto::derive(data_key, "pharmacy.keyring", keyring.store_id);
  return crypto::keyed_digest(key, as_bytes(body));
}

}  // namespace

std::string certificate_message(const Keyring& keyring, const Certificate& certificate) {
  ByteWriter out;
  out.counted_text("pharmacy.certificate").bytes(keyring.store_id);
  write(out, certificate);
  return out.str();
}

std::string owner_message(const Keyring& keyring, const Certificate& certificate,
                          const OwnerPart& owner) {
  ByteWriter out;
  out.counted_text("pharmacy.owner").bytes(keyring.store_id).u32(certificate.slot);
  write(out, owner);
  return out.str();
}

std::string grant_message(const Keyring& keyring, const Certificate& certificate,
                          const Grant& grant) {
  ByteWriter out;
  out.counted_text("pharmacy.grant").bytes(keyring.store_id).u32(certificate.slot);
  if (grant.kind == KeyKind::data) {
    out.bytes(keyring.commitment);
  } else {
    const HealthKey* key = keyring.find_health_key(grant.epoch);
    PHARMACY_CHECK(key != nullptr);
    out.bytes(key->key);
  }
  write(out, grant);
  return out.str();
}

std::string health_message(const Keyring& keyring, const HealthKey& key) {
  ByteWriter out;
  out.counted_text("pharmacy.health").bytes(keyring.store_id);
  write(out, key);
  return out.str();
}

crypto::Digest commitment_to(const crypto::Key& data_key, const StoreId& store_id,
                             std::uint16_t epoch) {
  const crypto::Key key = crypto::derive(data_key, "pharmacy.commitment", store_id);
  return crypto::keyed_digest(key, ByteWriter{}.u16(epoch).span());
}

std::string encode_keyring(const Keyring& keyring, const crypto::Key& data_key) {
  PHARMACY_CHECK(is_good(keyring));
  ByteWriter out;
  write(out, keyring);
  const crypto::Digest mac = mac_of(out.str(), keyring, data_key);
  out.bytes(mac);
  if (out.str().size() > max_keyring_bytes) {  // or nobody would read it again
    throw Error(Errc::refused, _("the keyring of a store has room for no more keys"),
                _("take the keys to health notes from whoever needs them no more: store staff "
                  "revoke"));
  }
  return out.str();
}

Keyring parse_keyring(std::string_view file) {
  ByteReader in{file};
  if (file.size() > max_keyring_bytes || in.take(magic.size()) != magic) throw_damaged_keyring();
  const std::uint8_t format = in.u8();
  if (in.good() && format != keyring_format) {
    throw Error(Errc::damaged, _("the keyring of the store has a format unknown to this program"),
                _("update the programs"));
  }
  if (in.u8() != cipher_xchacha20) throw_damaged_keyring();

  Keyring keyring;
  keyring.epoch = in.u16();
  keyring.generation = in.u64();
  keyring.store_id = in.bytes<16>();
  keyring.file_id = in.bytes<16>();
  keyring.commitment = in.bytes<32>();
  const std::size_t health_keys = in.u16();
  if (health_keys > max_health_keys) throw_damaged_keyring();
  for (std::size_t i = 0; i < health_keys && in.good(); ++i)
    keyring.health_keys.push_back(read_health_key(in));
  const std::size_t slots = in.u16();
  if (slots > max_slots) throw_damaged_keyring();
  for (std::size_t i = 0; i < slots && in.good(); ++i) keyring.slots.push_back(read_slot(in));
  if (!in.good() || in.left() != keyring_mac_size || !is_good(keyring)) throw_damaged_keyring();
  return keyring;
}

bool mac_fits(std::string_view file, const Keyring& keyring, const crypto::Key& data_key) {
  if (file.size() < keyring_mac_size) return false;
  const std::string_view body = file.substr(0, file.size() - keyring_mac_size);
  return crypto::equal(mac_of(body, keyring, data_key), as_bytes(file.substr(body.size())));
}

}  // namespace pharmacy::vault
