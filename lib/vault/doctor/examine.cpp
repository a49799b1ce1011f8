#include <algorithm>
#include <iterator>

#include "vault/doctor/look.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"

namespace pharmacy {

namespace vault {

Examination examine(Store& store, CheckupPart part, const Machine& machine,
                    const std::function<void(std::int64_t, std::int64_t)>& progress) {
  Store::Impl& impl = store.impl();
  require(impl, Permission::run_doctor);
  Examination examination{.part = part, .checks = {}};
  const auto add = [&examination](std::vector<CheckSeen> seen) {
    std::ranges::move(seen, std::back_inserter(examination.checks));
  };
  add({look_at_files(impl.place)});
  add(look_at_machine(machine));
  {
    Reading reading = store.read();
    add(look_at_staff(reading));
    add(look_at_log(reading, impl.options.clock()));
    if (part == CheckupPart::all) add(look_at_upkeep(reading));
  }
  if (part == CheckupPart::all) add({look_at_whole(impl, progress)});
  return examination;
}

}  // namespace vault

Examination examine(Store& store, CheckupPart part,
                    const std::function<void(std::int64_t, std::int64_t)>& progress) {
  const vault::Machine machine{.store = store.impl().place.directory,
                               .secrets_are_locked = secrets_are_locked()};
  return vault::examine(store, part, machine, progress);
}

}  // namespace pharmacy
