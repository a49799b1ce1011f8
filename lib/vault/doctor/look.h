// The looks of the doctor: each gives what some of the checks saw.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "pharmacy/doctor.h"
#include "vault/opening/place.h"

namespace pharmacy::vault {

// Where the machine tells of itself.
struct Machine {
  std::filesystem::path root = "/";  // above proc and sys: tests make a tree of their own
  std::filesystem::path store;       // its directory
  bool secrets_are_locked = true;    // as far as this process got
};

// network, swap, core, memlock, kernel, hidepid.
std::vector<CheckSeen> look_at_machine(const Machine& machine);
// managers, recovery_code, recovery_used, key_file, passphrase_cost, unused_login, expired_login,
// disabled_grant, rotation.
std::vector<CheckSeen> look_at_staff(Reading& reading);
// anchor, clock. `clock`: the machine's time.
std::vector<CheckSeen> look_at_log(Reading& reading, Instant clock);
// backup, backup_place, calendar, checkup.
std::vector<CheckSeen> look_at_upkeep(Reading& reading);
// files.
CheckSeen look_at_files(const Place& place);
// store_check.
CheckSeen look_at_whole(Store::Impl& store,
                        const std::function<void(std::int64_t, std::int64_t)>& progress);

// As pharmacy::examine(), on this machine.
Examination examine(Store& store, CheckupPart part, const Machine& machine,
                    const std::function<void(std::int64_t, std::int64_t)>& progress);

}  // namespace pharmacy::vault
