#include "vault/health_keys.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/keyring/slot.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"

namespace pharmacy::vault {

HealthSeal health_seal(Reading& reading) {
  const Keyring& keyring = reading.impl().keyring();
  const HealthKey& newest = keyring.health_keys.back();
  check_health_key(keyring, newest);
  return {.epoch = newest.epoch, .key = newest.key};
}

std::optional<crypto::BoxKeys> health_key(Reading& reading, std::uint16_t epoch) {
  const Keyring& keyring = reading.impl().keyring();
  const Unlocked& who = reading.impl().store.who;
  const Slot* mine = keyring.find(who.slot);
  if (mine == nullptr || keyring.find_health_key(epoch) == nullptr) return std::nullopt;
  return open_health_grant(keyring, *mine, who.secrets, epoch);
}

bool may_read_health(Reading& reading) {
  return may(reading.actor(), Permission::read_health) &&
         health_key(reading, reading.impl().keyring().health_keys.back().epoch).has_value();
}

void require_health_key(Reading& reading) {
  require(reading, Permission::read_health);
  if (may_read_health(reading)) return;
  const std::string login = reading.actor().login;
  reading.impl().refuse(to_word(Permission::read_health));
  throw Error(
      Errc::not_permitted, fmt::format(fmt::runtime(_("{} has no key to health notes")), login),
      fmt::format(fmt::runtime(_("a pharmacist who has it can give it: store staff grant {}")),
                  login));
}

}  // namespace pharmacy::vault
