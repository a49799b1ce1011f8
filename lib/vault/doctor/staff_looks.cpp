// What the keyring and the access log tell of the staff.
#include <fmt/format.h>

#include <algorithm>

#include "vault/access.h"
#include "vault/doctor/look.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy::vault {
namespace {

constexpr std::chrono::days unused_for{90};

class StaffLook {
 public:
  explicit StaffLook(Reading& reading)
      : reading_{reading}, database_{database(reading)}, keyring_{reading.impl().keyring()} {}

  [[nodiscard]] CheckSeen managers() const {
    const auto count = std::ranges::count_if(
        keyring_.slots, [&](const Slot& slot) { return is_person(slot) && is_manager(slot); });
    CheckSeen seen{.check = "managers"};
    if (count < 2) seen.bad.push_back({});
    return seen;
  }

  [[nodiscard]] CheckSeen recovery_code() const {
    CheckSeen seen{.check = "recovery_code"};
    if (std::ranges::none_of(keyring_.slots, is_recovery)) seen.bad.push_back({});
    return seen;
  }

  [[nodiscard]] CheckSeen recovery_used() const {
    return each("recovery_used", [&](const Slot& slot) -> std::optional<std::string> {
      if (!is_recovery(slot)) return std::nullopt;
      const auto last = last_entry_of(slot);
      if (!last || *last <= slot.certificate.changed) return std::nullopt;
      return to_string(day_of(*last));
    });
  }

  [[nodiscard]] CheckSeen key_files() const {
    return each("key_file", [&](const Slot& slot) -> std::optional<std::string> {
      const Certificate& c = slot.certificate;
      if (!is_person(slot) || c.method != Method::key_file || c.roles == role_bits({Role::job}))
        return std::nullopt;
      return "";
    });
  }

  [[nodiscard]] CheckSeen passphrase_costs() const {
    return each("passphrase_cost", [&](const Slot& slot) -> std::optional<std::string> {
      const crypto::KdfCost& cost = slot.owner.cost;
      const bool is_cheap = cost.memory_kib < crypto::kdf_moderate.memory_kib ||
                            cost.passes < crypto::kdf_moderate.passes;
      if (!is_person(slot) || slot.certificate.method != Method::passphrase || !is_cheap)
        return std::nullopt;
      return fmt::format("{} KiB, {}", cost.memory_kib, cost.passes);
    });
  }

  [[nodiscard]] CheckSeen unused() const {
    return each("unused_login", [&](const Slot& slot) -> std::optional<std::string> {
      const Date last = day_of(last_sign_of(slot));
      if (!is_person(slot) || reading_.today() - last < unused_for) return std::nullopt;
      return to_string(last);
    });
  }

  [[nodiscard]] CheckSeen expired() const {
    return each("expired_login", [&](const Slot& slot) -> std::optional<std::string> {
      const Certificate& c = slot.certificate;
      if (c.is_disabled || is_let_in(slot, reading_.now())) return std::nullopt;
      return to_string(day_of(*c.expires));
    });
  }

  [[nodiscard]] CheckSeen disabled_grants() const {
    return each("disabled_grant", [&](const Slot& slot) -> std::optional<std::string> {
      if (!slot.certificate.is_disabled || slot.grants.empty()) return std::nullopt;
      return "";
    });
  }

  [[nodiscard]] CheckSeen rotation() const {
    CheckSeen seen{.check = "rotation"};
    if (is_rotation_due(database_, keyring_)) seen.bad.push_back({});
    return seen;
  }

 private:
  static bool is_recovery(const Slot& slot) { return slot.certificate.method == Method::recovery; }
  [[nodiscard]] bool is_person(const Slot& slot) const {
    return !is_recovery(slot) && is_let_in(slot, reading_.now());
  }
  [[nodiscard]] Date day_of(Instant at) const { return reading_.zone().day_of(at); }

  [[nodiscard]] std::optional<Instant> last_entry_of(const Slot& slot) const {
    return database_.value<Instant>(
        "SELECT at FROM log_entry WHERE staff = ?1 ORDER BY seq DESC LIMIT 1",
        StaffId{slot.certificate.slot});
  }
  // When she did something that is in the log, or a manager something about her.
  [[nodiscard]] Instant last_sign_of(const Slot& slot) const {
    const Certificate& c = slot.certificate;
    return std::max({c.created, c.changed, last_entry_of(slot).value_or(c.created)});
  }

  // Those of whom `detail_of` says something.
  template <class DetailOf>
  CheckSeen each(const char* check, DetailOf&& detail_of) const {
    CheckSeen seen{.check = check};
    for (const Slot& slot : keyring_.slots) {
      if (auto detail = detail_of(slot))
        seen.bad.push_back({slot.certificate.login, *std::move(detail)});
    }
    return seen;
  }

  Reading& reading_;
  db::Database& database_;
  const Keyring& keyring_;
};

}  // namespace

std::vector<CheckSeen> look_at_staff(Reading& reading) {
  const StaffLook look{reading};
  return {look.managers(),  look.recovery_code(),    look.recovery_used(),
          look.key_files(), look.passphrase_costs(), look.unused(),
          look.expired(),   look.disabled_grants(),  look.rotation()};
}

}  // namespace pharmacy::vault
