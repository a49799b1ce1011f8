#include "vault/keyring/keyring.h"

#include <algorithm>
#include <limits>

#include "base/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy::vault {

void throw_damaged_keyring() {
  throw Error(Errc::damaged, _("the keyring of the store is damaged"),
              _("put the file store.keys back from a backup"));
}

std::string outdated_keyring() {
  return _("the keyring is not as its last change left it: somebody put something older into it");
}

std::string outdated_keyring_advice() {
  return _(
      "keep a copy of the store, and restore a backup of after that change; until then nobody is "
      "given a key, and \"store staff list\" shows what cannot be relied on");
}

void count_change(Keyring& keyring) {
  if (keyring.generation == std::numeric_limits<std::uint64_t>::max())
    throw Error(Errc::refused, _("the keys of this store were changed too often"));
  ++keyring.generation;
}

const Slot* Keyring::find(std::int64_t slot) const {
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

const HealthKey* Keyring::find_health_key(std::uint16_t number) const {
  const auto found = std::ranges::find(health_keys, number, &HealthKey::epoch);
  return found == health_keys.end() ? nullptr : &*found;
}

const Grant* Slot::find(KeyKind kind, std::uint16_t epoch) const {
  const auto found = std::ranges::find_if(
      grants, [&](const Grant& one) { return one.kind == kind && one.epoch == epoch; });
  return found == grants.end() ? nullptr : &*found;
}

bool vouches_for_itself(const Slot& slot) {
  return slot.certificate.signer == slot.certificate.slot;
}

bool has_role(const Slot& slot, Role role) {
  return (slot.certificate.roles & role_bits({role})) != 0;
}

bool is_manager(const Slot& slot) {
  return has_role(slot, Role::manager) && !slot.certificate.is_disabled;
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
