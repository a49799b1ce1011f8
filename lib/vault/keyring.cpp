#include "vault/keyring.h"

#include <algorithm>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "vault/bytes.h"

namespace pharmacy::vault {
namespace {

constexpr std::string_view magic = "PHARMKEY";
constexpr std::size_t mac_size = 32;
constexpr std::uint16_t all_roles = (1U << EnumNames<Role>::table.size()) - 1;
constexpr std::size_t max_login = 32;
constexpr std::size_t max_name = 200;

void write(ByteWriter& out, const Certificate& c) {
  out.u32(c.slot).u8(static_cast<std::uint8_t>(c.method)).u16(c.roles);
  out.u64(static_cast<std::uint64_t>(c.created.seconds));
  out.counted_text(c.login).counted_text(c.name).bytes(c.box_key).bytes(c.sign_key).u32(c.signer);
}

void write(ByteWriter& out, const OwnerPart& o) {
  out.bytes(o.salt).u32(o.cost.memory_kib).u32(o.cost.passes);
  out.bytes(o.nonce).bytes(o.sealed_secrets).bytes(o.tag);
}

void write(ByteWriter& out, const Grant& g) { out.u32(g.granter).bytes(g.sealed_key); }

void write(ByteWriter& out, const Keyring& k) {
  out.text(magic).u8(keyring_format).u8(cipher_xchacha20).u16(k.epoch).u64(k.generation);
  out.bytes(k.store_id).bytes(k.file_id).bytes(k.commitment);
  out.u16(static_cast<std::uint16_t>(k.slots.size()));
  for (const Slot& slot : k.slots) {
    write(out, slot.certificate);
    out.bytes(slot.certificate.signature);
    write(out, slot.owner);
    out.bytes(slot.owner.signature);
    write(out, slot.grant);
    out.bytes(slot.grant.signature);
  }
}

Certificate read_certificate(ByteReader& in) {
  Certificate c;
  c.slot = in.u32();
  c.method = static_cast<Method>(in.u8());
  c.roles = in.u16();
  c.created.seconds = static_cast<std::int64_t>(in.u64());
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
  o.nonce = in.bytes<crypto::nonce_size>();
  o.sealed_secrets = in.bytes<secrets_size>();
  o.tag = in.bytes<crypto::tag_size>();
  o.signature = in.bytes<64>();
  return o;
}

Grant read_grant(ByteReader& in) {
  Grant g;
  g.granter = in.u32();
  g.sealed_key = in.bytes<32 + crypto::box_overhead>();
  g.signature = in.bytes<64>();
  return g;
}

bool is_good(const Slot& slot) {
  const Certificate& c = slot.certificate;
  const bool passphrase = c.method == Method::passphrase;
  return to_word(c.method)[0] != '\0' && c.roles != 0 && (c.roles & ~all_roles) == 0 &&
         is_login(c.login) && !c.name.empty() && c.name.size() <= max_name &&
         normalise(c.name) == c.name &&
         (passphrase ? crypto::acceptable(slot.owner.cost) : slot.owner.cost == crypto::KdfCost{});
}

bool vouches_for_itself(const Slot& slot) {
  return slot.certificate.signer == slot.certificate.slot;
}

// Every slot by itself, and all of them together.
bool is_good(const Keyring& keyring) {
  std::uint32_t before = 0;
  for (const Slot& slot : keyring.slots) {
    if (slot.certificate.slot <= before || !is_good(slot)) return false;
    if (keyring.find(slot.certificate.login) != &slot) return false;
    if (keyring.find(slot.certificate.signer) == nullptr) return false;
    if (keyring.find(slot.grant.granter) == nullptr) return false;
    before = slot.certificate.slot;
  }
  return std::ranges::count_if(keyring.slots, vouches_for_itself) == 1 && keyring.epoch > 0 &&
         keyring.generation > 0;
}

crypto::Digest mac_of(std::string_view body, const Keyring& keyring, const crypto::Key& data_key) {
  const crypto::Key key = crypto::derive(data_key, "pharmacy.keyring", keyring.store_id);
  return crypto::keyed_digest(key, as_bytes(body));
}

}  // namespace

void throw_damaged_keyring() {
  throw Error(Errc::damaged, _("the keyring of the store is damaged"),
              _("put the file store.keys back from a backup"));
}

const Slot* Keyring::find(std::uint32_t slot) const {
  const auto found =
      std::ranges::find_if(slots, [slot](const Slot& one) { return one.certificate.slot == slot; });
  return found == slots.end() ? nullptr : &*found;
}

const Slot* Keyring::find(std::string_view login) const {
  const auto found = std::ranges::find_if(
      slots, [login](const Slot& one) { return one.certificate.login == login; });
  return found == slots.end() ? nullptr : &*found;
}

const Slot& Keyring::root() const {
  const auto found = std::ranges::find_if(slots, vouches_for_itself);
  PHARMACY_CHECK(found != slots.end());
  return *found;
}

bool is_manager(const Slot& slot) {
  return (slot.certificate.roles & role_bits({Role::manager})) != 0;
}

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
  out.u16(keyring.epoch).bytes(keyring.commitment);
  write(out, grant);
  return out.str();
}

crypto::Digest commitment_to(const crypto::Key& data_key, const StoreId& store_id,
                             std::uint16_t epoch) {
  const crypto::Key key = crypto::derive(data_key, "pharmacy.commitment", store_id);
  return crypto::keyed_digest(key, ByteWriter{}.u16(epoch).span());
}

std::string encode_keyring(const Keyring& keyring, const crypto::Key& data_key) {
  PHARMACY_CHECK(is_good(keyring) && keyring.slots.size() <= max_slots);
  ByteWriter out;
  write(out, keyring);
  const crypto::Digest mac = mac_of(out.str(), keyring, data_key);
  return out.bytes(mac).str();
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
  const std::size_t count = in.u16();
  if (count > max_slots) throw_damaged_keyring();
  for (std::size_t i = 0; i < count && in.good(); ++i) {
    Slot& slot = keyring.slots.emplace_back();
    slot.certificate = read_certificate(in);
    slot.owner = read_owner(in);
    slot.grant = read_grant(in);
  }
  if (!in.good() || in.left() != mac_size || !is_good(keyring)) throw_damaged_keyring();
  return keyring;
}

bool mac_fits(std::string_view file, const Keyring& keyring, const crypto::Key& data_key) {
  if (file.size() < mac_size) return false;
  const std::string_view body = file.substr(0, file.size() - mac_size);
  return crypto::equal(mac_of(body, keyring, data_key), as_bytes(file.substr(body.size())));
}

std::uint16_t role_bits(const std::vector<Role>& roles) {
  unsigned bits = 0;
  for (const Role role : roles) bits |= 1U << static_cast<unsigned>(role);
  return static_cast<std::uint16_t>(bits);
}

std::vector<Role> roles_of(std::uint16_t bits) {
  std::vector<Role> roles;
  for (const auto& [role, word] : EnumNames<Role>::table) {
    if ((bits >> static_cast<unsigned>(role) & 1U) != 0) roles.push_back(role);
  }
  return roles;
}

std::string role_words(std::uint16_t bits) {
  std::string words;
  for (const Role role : roles_of(bits)) {
    if (!words.empty()) words += ',';
    words += to_word(role);
  }
  return words;
}

bool is_login(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= max_login && std::ranges::all_of(text, allowed);
}

}  // namespace pharmacy::vault
