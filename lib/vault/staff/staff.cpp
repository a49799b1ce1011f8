#include "pharmacy/staff.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/i18n.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {

using vault::KeyKind;
using vault::Method;
using vault::Slot;

namespace {

// The keyring of a change, and who signs in it.
class Editing {
 public:
  // The log tells of whom it is.
  Editing(Transaction& tx, std::string_view login)
      : tx_{tx},
        opened_{tx.impl().new_keyring()},
        me_{tx.impl().store.who.slot, tx.impl().store.who.secrets.sign} {
    vault::require_holdable(tx.now());
    vault::shown(tx).note(login);
  }

  [[nodiscard]] vault::Keyring& keyring() { return opened_.keyring; }
  [[nodiscard]] const crypto::Key& data_key() const { return opened_.data_key; }
  [[nodiscard]] const vault::Signer& me() const { return me_; }

  // Throws not_found.
  Slot& slot(std::string_view login) { return vault::slot_of(keyring(), login); }

  // Signs what was changed of the slot's certificate.
  void certify(Slot& slot) {
    stand_above(slot.certificate.slot);
    slot.certificate.changed = tx_.now();
    vault::certify(keyring(), slot.certificate, me_);
  }
  // A key of each epoch of health notes that the actor has; how many.
  std::size_t give_health(Slot& to) {
    const Slot* mine = keyring().find(me_.slot);
    const auto& secrets = tx_.impl().store.who.secrets;
    std::size_t given = 0;
    for (const auto& health : keyring().health_keys) {
      const auto keys = vault::open_health_grant(keyring(), *mine, secrets, health.epoch);
      if (!keys) continue;
      vault::grant(keyring(), to, KeyKind::health, health.epoch, keys->secret, me_);
      ++given;
    }
    return given;
  }
  // New keys and a new proof in the place of the slot's, whose old ones open nothing from now on.
  // It gets the data key, and no key to health notes.
  void renew(Slot& slot, Method method, const vault::Proof& proof, crypto::KdfCost cost) {
    const vault::SlotSecrets secrets{crypto::make_box_keys(), crypto::make_sign_keys()};
    take_over_from(slot.certificate.slot);
    vault::retire_key(vault::database(tx_), keyring().store_id, slot.certificate, me_);
    slot.certificate.method = method;
    slot.certificate.box_key = secrets.box.open_to_all;
    slot.certificate.sign_key = secrets.sign.open_to_all;
    vault::set_proof(keyring(), slot, secrets, proof, cost);
    slot.grants.clear();
    certify(slot);
    vault::grant(keyring(), slot, KeyKind::data, keyring().epoch, data_key(), me_);
  }
  // Puts the actor's signature in the place of someone's who vouches for nobody any more; of the
  // root's too, who vouched for herself.
  void take_over_from(std::uint32_t whom) {
    stand_above(whom);
    vault::take_over_retired(vault::database(tx_), keyring().store_id,
                             keyring().find(whom)->certificate, me_);
    for (auto& health : keyring().health_keys) {
      if (health.maker == whom) vault::sign_health_key(keyring(), health, me_);
    }
    for (Slot& other : keyring().slots) {
      if (other.certificate.signer == whom && other.certificate.slot != whom)
        vault::certify(keyring(), other.certificate, me_);
      for (auto& grant : other.grants) {
        if (grant.granter == whom) vault::sign_grant(keyring(), other, grant, me_);
      }
    }
  }
  // Who reads which health notes now.
  vault::HealthReach health_reach() { return vault::health_reach(keyring(), tx_.now()); }

 private:
  // Whether it is the actor herself, or somebody by whom she is vouched for, or through whom.
  [[nodiscard]] bool is_above_me(std::uint32_t whom) {
    const Slot* at = keyring().find(me_.slot);
    while (at->certificate.slot != whom && !vault::vouches_for_itself(*at))
      at = keyring().find(at->certificate.signer);
    return at->certificate.slot == whom;
  }
  // Whoever signs for somebody above her would vouch for herself by way of them: she becomes the
  // root of all, and vouches for who was that.
  void stand_above(std::uint32_t whom) {
    if (keyring().root().certificate.slot == me_.slot || !is_above_me(whom)) return;
    const std::string root = keyring().root().certificate.login;
    vault::certify(keyring(), slot(tx_.actor().login).certificate, me_);
    vault::certify(keyring(), slot(root).certificate, me_);
  }

  Transaction& tx_;
  vault::OpenKeyring& opened_;
  vault::Signer me_;
};

// At least one person, besides the recovery code, has to be able to manage the others.
void require_a_manager(const vault::Keyring& keyring) {
  const bool any = std::ranges::any_of(keyring.slots, [](const Slot& slot) {
    return vault::is_manager(slot) && slot.certificate.method != Method::recovery &&
           !slot.certificate.expires;
  });
  if (!any) throw Error(Errc::refused, _("then nobody could manage the staff any more"));
}

void refuse_oneself(const Slot& slot, const vault::Signer& me) {
  if (slot.certificate.slot == me.slot)
    throw Error(Errc::refused, _("nobody can do this to herself"), _("another manager can do it"));
}

void refuse_recovery(const Slot& slot) {
  if (slot.certificate.method == Method::recovery)
    throw Error(Errc::refused, _("the recovery code stays as it is"),
                _("another one takes its place with: store key recovery"));
}

void refuse_disabled(const Slot& slot) {
  if (slot.certificate.is_disabled)
    throw Error(Errc::refused,
                fmt::format(fmt::runtime(_("{} was disabled")), slot.certificate.login),
                _("a manager can change that with \"store staff enable\""));
}

// Sets what its owner proves herself with: a passphrase, or a key file that is made here.
struct NewProof {
  explicit NewProof(const vault::Keyring& keyring, std::uint32_t slot,
                    const std::optional<Secret>& passphrase)
      : file{keyring.store_id, slot, crypto::random_key()},
        proof{passphrase ? vault::Proof{passphrase->view()} : vault::Proof{&file.key}},
        method{passphrase ? Method::passphrase : Method::key_file},
        cost{passphrase ? vault::passphrase_cost(keyring) : crypto::KdfCost{}} {}
  NewProof(const NewProof&) = delete;
  NewProof& operator=(const NewProof&) = delete;

  [[nodiscard]] NewStaffKey handed_out() const {
    NewStaffKey key;
    if (method == Method::key_file) key.key_file = vault::key_file_text(file);
    return key;
  }

  vault::KeyFileContent file;
  vault::Proof proof;
  Method method;
  crypto::KdfCost cost;
};

}  // namespace

void check_may_manage(Reading& reading) {
  vault::require(reading, vault::Permission::manage_staff);
}

void check_new_staff(Reading& reading, const NewStaff& input) {
  vault::require(reading, vault::Permission::manage_staff);
  auto faults = vault::faults_of_person(input.login, input.name);
  if (input.roles.empty())
    faults.push_back({_("a member of staff has at least one role"), _("name it with --role")});
  if (input.passphrase) {
    const auto found = faults_of_passphrase(*input.passphrase, input.login, input.name);
    faults.insert(faults.end(), found.begin(), found.end());
  }
  if (input.expires && *input.expires <= reading.now())
    faults.push_back({_("the day on which it ends is not in the future"), {}});
  if (input.expires && *input.expires > vault::last_second) {
    const Date latest = reading.zone().day_of(vault::last_second) - std::chrono::days{1};
    faults.push_back({fmt::format(fmt::runtime(_("the last day of access is {} at the latest")),
                                  to_string(latest)),
                      {}});
  }
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  const vault::Keyring& keyring = reading.impl().keyring();
  if (keyring.find(input.login) != nullptr)
    throw Error(Errc::conflict, fmt::format(fmt::runtime(_("the login {} is taken")), input.login),
                _("a login is never given to another person"));
  if (keyring.slots.size() >= vault::max_slots ||
      keyring.slots.back().certificate.slot == std::numeric_limits<std::uint32_t>::max())
    throw Error(Errc::refused, _("a store has at most 1,000 logins"));
}

NewStaffKey add_staff(Transaction& tx, const NewStaff& input) {
  check_new_staff(tx, input);
  Editing editing{tx, input.login};
  vault::Keyring& keyring = editing.keyring();
  const std::uint32_t number = keyring.slots.back().certificate.slot + 1;
  const NewProof made{keyring, number, input.passphrase};
  vault::add_slot(keyring,
                  {.slot = number,
                   .method = made.method,
                   .roles = vault::role_bits(input.roles),
                   .created = tx.now(),
                   .expires = input.expires,
                   .login = input.login,
                   .name = normalise(input.name).value(),
                   .cost = made.cost},
                  made.proof, &editing.me(), editing.data_key());
  if (vault::has_role(keyring.slots.back(), Role::pharmacist))
    editing.give_health(keyring.slots.back());
  return made.handed_out();
}

void set_roles(Transaction& tx, std::string_view login, const std::vector<Role>& roles) {
  vault::require(tx, vault::Permission::manage_staff);
  if (roles.empty())
    throw Error(Errc::invalid_input, _("a member of staff has at least one role"),
                _("name it with --role"));
  Editing editing{tx, login};
  const vault::HealthReach reach = editing.health_reach();
  Slot& slot = editing.slot(login);
  refuse_recovery(slot);
  const bool was_manager = vault::is_manager(slot);
  const bool was_pharmacist = vault::has_role(slot, Role::pharmacist);
  slot.certificate.roles = vault::role_bits(roles);
  const bool is_pharmacist = vault::has_role(slot, Role::pharmacist);
  if (was_manager && !vault::is_manager(slot)) {
    refuse_oneself(slot, editing.me());
    require_a_manager(editing.keyring());
    editing.take_over_from(slot.certificate.slot);
  } else if (was_pharmacist && !is_pharmacist && !was_manager) {
    editing.take_over_from(slot.certificate.slot);  // the keys to health notes that she gave
  }
  editing.certify(slot);
  vault::shown(tx).note(vault::role_words(slot.certificate.roles));
  if (is_pharmacist && !was_pharmacist && !slot.certificate.is_disabled) editing.give_health(slot);
  if (was_pharmacist && !is_pharmacist) vault::take_back(slot, KeyKind::health);
  vault::require_health_reach(reach, editing.health_reach());
}

void disable_staff(Transaction& tx, std::string_view login) {
  vault::require(tx, vault::Permission::manage_staff);
  Editing editing{tx, login};
  const vault::HealthReach reach = editing.health_reach();
  Slot& slot = editing.slot(login);
  refuse_recovery(slot);
  refuse_oneself(slot, editing.me());
  slot.certificate.is_disabled = true;
  require_a_manager(editing.keyring());
  editing.take_over_from(slot.certificate.slot);
  editing.certify(slot);
  slot.grants.clear();
  vault::require_health_reach(reach, editing.health_reach());
  vault::put_setting(vault::database(tx), vault::rotation_setting,
                     std::to_string(editing.keyring().epoch));
}

bool vault::is_rotation_due(db::Database& database, const Keyring& keyring) {
  return find_setting(database, rotation_setting) == std::to_string(keyring.epoch);
}

bool is_rotation_due(Reading& reading) {
  vault::require(reading, vault::Permission::manage_staff);
  return vault::is_rotation_due(vault::database(reading), reading.impl().keyring());
}

void enable_staff(Transaction& tx, std::string_view login) {
  vault::require(tx, vault::Permission::manage_staff);
  Editing editing{tx, login};
  vault::Keyring& keyring = editing.keyring();
  Slot& slot = editing.slot(login);
  auto& certificate = slot.certificate;
  certificate.is_disabled = false;
  if (certificate.expires && *certificate.expires <= tx.now()) certificate.expires.reset();
  editing.certify(slot);
  vault::grant(keyring, slot, KeyKind::data, keyring.epoch, editing.data_key(), editing.me());
  if (vault::has_role(slot, Role::pharmacist)) editing.give_health(slot);
}

void grant_health(Transaction& tx, std::string_view login) {
  vault::require(tx, vault::Permission::grant_health);
  Editing editing{tx, login};
  Slot& slot = editing.slot(login);
  refuse_disabled(slot);
  if (editing.give_health(slot) == 0)
    throw Error(Errc::refused, _("only whoever reads health notes can let others read them"));
}

void revoke_health(Transaction& tx, std::string_view login) {
  vault::require(tx, vault::Permission::manage_staff);
  Editing editing{tx, login};
  const vault::HealthReach reach = editing.health_reach();
  Slot& slot = editing.slot(login);
  refuse_recovery(slot);
  vault::take_back(slot, KeyKind::health);
  vault::require_health_reach(reach, editing.health_reach());
}

NewStaffKey reset_staff(Transaction& tx, std::string_view login, std::optional<Secret> passphrase) {
  vault::require(tx, vault::Permission::manage_staff);
  Editing editing{tx, login};
  Slot& slot = editing.slot(login);
  refuse_recovery(slot);
  const auto number = slot.certificate.slot;
  if (number == editing.me().slot)
    throw Error(Errc::refused, _("this is the key that you have just used"),
                _("change it with: store staff passphrase"));
  refuse_disabled(slot);
  const NewProof made{editing.keyring(), number, passphrase};
  editing.renew(slot, made.method, made.proof, made.cost);
  return made.handed_out();
}

void check_may_renew_recovery(Reading& reading) {
  vault::require(reading, vault::Permission::manage_staff);
  const vault::Keyring& keyring = reading.impl().keyring();
  const Slot& mine = vault::slot_of(keyring, reading.actor().login);
  if (mine.certificate.method == Method::recovery)
    throw Error(Errc::refused, _("this is the key that you have just used"),
                _("give a manager a key of her own with \"store staff reset\" and \"store staff "
                  "grant\"; she renews the code with it"));
  const Slot& code = vault::slot_of(keyring, vault::recovery_login);
  refuse_disabled(code);
  const bool any_is_lost = std::ranges::any_of(code.grants, [&](const vault::Grant& grant) {
    return grant.kind == KeyKind::health && mine.find(KeyKind::health, grant.epoch) == nullptr;
  });
  if (any_is_lost)
    throw Error(Errc::refused,
                _("the recovery code reads health notes that you cannot read: a new one could not "
                  "read them either"),
                fmt::format(fmt::runtime(_("whoever reads them can let you: store staff grant {}")),
                            mine.certificate.login));
}

Secret renew_recovery(Transaction& tx) {
  check_may_renew_recovery(tx);
  Editing editing{tx, vault::recovery_login};
  Slot& slot = editing.slot(vault::recovery_login);
  crypto::RecoveryCode code;
  crypto::fill_random(code.bytes());
  editing.renew(slot, Method::recovery, &code, {});
  editing.give_health(slot);
  return crypto::recovery_text(code);
}

void check_has_passphrase(Reading& reading) {
  const Slot& slot = vault::slot_of(reading.impl().keyring(), reading.actor().login);
  refuse_recovery(slot);
  // With the method goes the manager's signature.
  if (slot.certificate.method != Method::passphrase)
    throw Error(Errc::refused, _("this login has a key file, not a passphrase"),
                _("a manager can give it a passphrase with: store staff reset"));
}

void check_passphrase_change(Transaction& tx) {
  check_has_passphrase(tx);
  const Editing editing{tx, tx.actor().login};
}

void change_passphrase(Transaction& tx, const Secret& passphrase) {
  check_has_passphrase(tx);
  Editing editing{tx, tx.actor().login};
  Slot& slot = editing.slot(tx.actor().login);
  auto faults = faults_of_passphrase(passphrase, slot.certificate.login, slot.certificate.name);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  vault::set_proof(editing.keyring(), slot, tx.impl().store.who.secrets, passphrase.view(),
                   vault::passphrase_cost(editing.keyring()));
}

}  // namespace pharmacy
