#include <sys/stat.h>

#include "db/migrate.h"
#include "vault/store_impl.h"

namespace pharmacy {

// 0 for a file that is not there.
static std::int64_t size_of(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_size : 0;
}

StoreInfo Store::info() const {
  db::Database& database = impl_->connection();
  const vault::Keyring& keyring = impl_->keyring;
  return {.path = impl_->place.directory.string(),
          .store_id = vault::hex(keyring.store_id),
          .schema = db::schema_of(database),
          .keyring_format = vault::keyring_format,
          .cipher = "XChaCha20-Poly1305",
          .key_epoch = keyring.epoch,
          .zone = impl_->zone.name(),
          .pages = database.value<std::int64_t>("PRAGMA page_count").value_or(0),
          .bytes = size_of(impl_->place.database()),
          .log_bytes = size_of(impl_->place.log()),
          .blind_alerts = vault::keeps_blind_alerts(database)};
}

}  // namespace pharmacy
