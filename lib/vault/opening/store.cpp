#include "pharmacy/store.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/access.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {

static void check_operation(const Operation& operation) {
  if (vault::is_operation_id(operation.id)) return;
  throw Error(Errc::invalid_input,
              _("an operation id has 1 to 64 printable ASCII characters and no space"));
}

NewStoreKeys Store::create(const std::filesystem::path& path, const NewStore& input,
                           const OpenOptions& options) {
  return vault::create_store(path, input, options, crypto::kdf_moderate);
}

Store Store::open(const std::filesystem::path& path, Key key, const OpenOptions& options) {
  return Store{vault::open_store(path, key, options, system_clock_now())};
}

std::vector<StaffSlot> Store::staff(const std::filesystem::path& path) {
  const vault::Place place{path};
  vault::check_place(place);
  return vault::slots_of(vault::read_keyring(place));
}

bool Store::exists(const std::filesystem::path& path) {
  const vault::Place place{path};
  vault::require_in_sight(place);
  return vault::has_store(place);
}

Store::Store(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() { PHARMACY_CHECK(!impl_ || !impl_->in_use); }

const Actor& Store::actor() const { return impl_->who.actor; }
const Zone& Store::zone() const { return impl_->zone; }
Instant Store::now() const { return impl_->now(); }
Date Store::today() const { return impl_->zone.day_of(now()); }

bool Store::is_in_use() const noexcept { return impl_->in_use; }

Reading Store::read() const {
  return Reading{std::make_unique<Reading::Impl>(*impl_, Reading::Impl::Purpose::figures)};
}

void Store::view(const std::function<void(Reading&)>& look) {
  vault::Shown shown;
  {
    Reading reading{std::make_unique<Reading::Impl>(*impl_, Reading::Impl::Purpose::view)};
    try {
      look(reading);
    } catch (const Error& error) {
      reading.impl().failed(error);
      throw;
    }
    shown = reading.impl().end_of_look();
  }
  impl_->log_view(std::move(shown));
}

Transaction Store::begin(const Operation& operation) {
  check_operation(operation);
  return Transaction{std::make_unique<Reading::Impl>(*impl_, operation)};
}

std::optional<std::string> Store::result_of(const Operation& operation) {
  check_operation(operation);
  db::Database& database = impl_->connection();
  auto result = impl_->result_of(operation);
  if (result) impl_->log_view(vault::shown_by(database, operation.id));
  return result;
}

Reading::Reading(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Reading::Reading(Reading&&) noexcept = default;
Reading::~Reading() = default;

const Actor& Reading::actor() const { return impl_->store.who.actor; }
const Zone& Reading::zone() const { return impl_->store.zone; }
Instant Reading::now() const { return impl_->now; }
Date Reading::today() const { return impl_->today; }

Transaction::Transaction(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;
void Transaction::commit(std::string_view result) { impl_->commit(result); }
void Transaction::failed(const Error& error) { impl_->failed(error); }
void Transaction::rehearsed() {
  vault::Shown shown = impl_->rehearse();
  if (shown.empty()) return;
  shown.note("rehearsal");
  shown.approval.reset();
  impl_->store.log_view(std::move(shown));
}

Reading Store::Impl::look_of_test() {
  return Reading{std::make_unique<Reading::Impl>(*this, Reading::Impl::Purpose::test)};
}
}  // namespace pharmacy
