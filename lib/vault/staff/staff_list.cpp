// The staff as the keyring lists them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/staff.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {

static std::string status_of(const vault::Certificate& certificate, Instant now) {
  if (certificate.is_disabled) return "disabled";
  return certificate.expires && *certificate.expires <= now ? "expired" : "active";
}

static Staff staff_of(const vault::Keyring& keyring, const vault::Slot& slot, Instant now) {
  const vault::Certificate& c = slot.certificate;
  const auto newest = keyring.health_keys.back().epoch;
  return {.login = c.login,
          .name = c.name,
          .roles = vault::role_words(c.roles),
          .method = to_word(c.method),
          .reads_health = slot.find(vault::KeyKind::health, newest) != nullptr,
          .status = status_of(c, now),
          .created = c.created,
          .expires = c.expires,
          .vouched_by = keyring.find(c.signer)->certificate.login};
}

std::vector<Staff> list_staff(Reading& reading) {
  const vault::Keyring& keyring = reading.impl().keyring();
  std::vector<Staff> staff;
  for (const vault::Slot& slot : keyring.slots)
    staff.push_back(staff_of(keyring, slot, reading.now()));
  return staff;
}

Staff get_staff(Reading& reading, std::string_view login) {
  const vault::Keyring& keyring = reading.impl().keyring();
  return staff_of(keyring, vault::slot_of(keyring, login), reading.now());
}

namespace vault {

std::vector<StaffSlot> slots_of(const Keyring& keyring) {
  std::vector<StaffSlot> staff;
  for (const Slot& slot : keyring.slots) {
    const Certificate& c = slot.certificate;
    staff.push_back({StaffId{c.slot}, c.login, c.name, role_words(c.roles), to_word(c.method)});
  }
  return staff;
}

std::vector<Fault> faults_of_person(std::string_view login, std::string_view name) {
  std::vector<Fault> faults;
  if (!is_login(login) || login == recovery_login) {
    faults.push_back({fmt::format(fmt::runtime(_("\"{}\" cannot be a login")), for_terminal(login)),
                      _("a login has 1 to 32 of the letters a-z, digits, . _ and -; \"recovery\" "
                        "is taken")});
  }
  const auto plain = normalise(name);
  if (!plain || plain->empty() || plain->size() > max_name) {
    faults.push_back({_("the name of a member of staff has 1 to 200 bytes of text"), ""});
  }
  return faults;
}

crypto::KdfCost passphrase_cost([[maybe_unused]] const Keyring& keyring) {
#ifdef PHARMACY_CHEAP_KDF
  // A store of the tests.
  for (const Slot& slot : keyring.slots) {
    if (slot.owner.cost == crypto::kdf_cheap) return crypto::kdf_cheap;
  }
#endif
  return crypto::kdf_moderate;
}

const Slot& slot_of(const Keyring& keyring, std::string_view login) {
  if (const Slot* slot = keyring.find(login); slot != nullptr) return *slot;
  std::vector<std::string> known;
  for (const Slot& slot : keyring.slots) known.push_back(slot.certificate.login);
  const auto near = nearest(login, known);
  throw Error(Errc::not_found,
              fmt::format(fmt::runtime(_("nobody has the login {}")), for_terminal(login)),
              near ? fmt::format(fmt::runtime(_("did you mean {}?")), *near)
                   : std::string{_("list the staff with: store staff list")});
}

bool is_let_in(const Slot& slot, Instant now) {
  return status_of(slot.certificate, now) == "active";
}

bool may(const Slot& slot, Permission permission) {
  const auto roles = roles_of(slot.certificate.roles);
  return may(std::span{roles}, permission);
}

void require_holdable(Instant now) {
  if (is_holdable(now)) return;
  throw Error(Errc::refused, _("staff and keys can be changed from 1970 to 9999"),
              _("see whether the machine's clock is right"));
}

HealthReach health_reach(const Keyring& keyring, Instant now) {
  HealthReach reach;
  for (const Slot& slot : keyring.slots) {
    if (slot.certificate.method == Method::recovery) continue;
    const bool reads =
        is_let_in(slot, now) && !slot.certificate.expires && may(slot, Permission::read_health);
    for (const Grant& grant : slot.grants) {
      if (grant.kind != KeyKind::health) continue;
      reach.held.insert(grant.epoch);
      if (reads) reach.read.insert(grant.epoch);
    }
  }
  return reach;
}

void require_health_reach(const HealthReach& before, const HealthReach& after) {
  const bool is_held = std::ranges::includes(after.held, before.held);
  if (is_held && std::ranges::includes(after.read, before.read)) return;
  throw Error(Errc::refused,
              is_held ? _("then some health notes could be read by nobody whose access has no end")
                      : _("nobody else has the key to some of the health notes"),
              _("whoever reads them, or the recovery code, lets somebody else read them first: "
                "store staff grant"));
}

StaffId staff_for_rows(Transaction& tx, std::string_view login) {
  const Certificate& c = slot_of(tx.impl().keyring(), login).certificate;
  const StaffId id{c.slot};
  database(tx).run("INSERT INTO staff (id, login) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING", id,
                   c.login);
  return id;
}

Slot& slot_of(Keyring& keyring, std::string_view login) {
  return const_cast<Slot&>(slot_of(std::as_const(keyring), login));
}

}  // namespace vault
}  // namespace pharmacy
