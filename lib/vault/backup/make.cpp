// Making a backup.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/i18n.h"
#include "db/page_copy.h"
#include "pharmacy/backup.h"
#include "pharmacy/error.h"
#include "vault/backup/format.h"
#include "vault/keyring/bytes.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"

namespace pharmacy {
namespace {

constexpr std::uint32_t progress_each = 256;  // pages

std::string_view as_text(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A file and the MAC over all that is written to it.
class Sealing {
 public:
  Sealing(NewFile& file, const crypto::Key& key) : file_{file}, mac_{key} {}
  void write(std::string_view bytes) {
    mac_.add(bytes);
    file_.write(bytes);
    size_ += static_cast<std::int64_t>(bytes.size());
  }
  // Returns the size of the whole file.
  std::int64_t finish() {
    const crypto::Digest mac = mac_.finish();
    file_.write(as_text(mac));
    file_.finish();
    return size_ + static_cast<std::int64_t>(mac.size());
  }

 private:
  NewFile& file_;
  crypto::Hasher mac_;
  std::int64_t size_ = 0;
};

vault::BackupHeader header_of(Store::Impl& store, std::uint32_t pages, std::size_t keyring_bytes) {
  vault::BackupHeader header{.epoch = store.keyring.epoch,
                             .made = store.options.clock(),
                             .store_id = store.keyring.store_id,
                             .file_id = store.keyring.file_id,
                             .pages = pages,
                             .keyring_bytes = static_cast<std::uint32_t>(keyring_bytes)};
  if (const auto head = vault::newest_entry(store.database())) {
    header.log_seq = static_cast<std::uint64_t>(head->seq);
    const std::string mac = vault::from_hex(head->mac).value_or("");
    if (mac.size() == header.log_mac.size())
      std::ranges::copy(vault::as_bytes(mac), header.log_mac.begin());
  }
  return header;
}

// The pages and the keyring of one moment.
struct Moment {
  std::unique_ptr<db::PageCopy> pages;
  std::string keyring;
  crypto::Key data_key;
};

Moment moment_of(Store::Impl& store) {
  const db::GateHold hold{store.gate, store.options.wait};
  db::Database& database = store.connection();
  Moment moment;
  moment.pages = std::make_unique<db::PageCopy>(database);
  vault::OpenKeyring opened = store.sound_keyring();
  moment.keyring = vault::encode_keyring(opened.keyring, opened.data_key);
  moment.data_key = std::move(opened.data_key);
  return moment;
}

// Whether a disk that fails takes both, as far as can be seen.
std::string place_of(const std::string& path, const vault::Place& store) {
  struct stat backup {};
  struct stat directory {};
  const bool is_beside = ::stat(path.c_str(), &backup) == 0 &&
                         ::stat(store.directory.c_str(), &directory) == 0 &&
                         backup.st_dev == directory.st_dev;
  return is_beside ? vault::backup_beside : "elsewhere";
}

}  // namespace

void check_may_back_up(Store& store) { vault::require(store.impl(), vault::Permission::backup); }

BackupInfo make_backup(Store& store, const std::string& path, Existing existing,
                       const BackupProgress& progress) {
  Store::Impl& impl = store.impl();
  check_may_back_up(store);
  keep_out_of_store(path);
  NewFile file{path, existing};
  std::int64_t bytes = 0;
  vault::BackupHeader header;
  {
    const Moment moment = moment_of(impl);
    header = header_of(impl, moment.pages->pages(), moment.keyring.size());
    Sealing out{file, vault::backup_key_of(moment.data_key, header.store_id)};
    out.write(vault::encode(header));
    out.write(moment.keyring);
    for (std::uint32_t page = 1; page <= header.pages; ++page) {
      out.write(as_text(moment.pages->read(page)));
      if (progress && page % progress_each == 0) progress(page, header.pages);
    }
    bytes = out.finish();
  }
  impl.keep({{vault::backup_setting, std::to_string(header.made.seconds)},
             {vault::backup_place_setting, place_of(path, impl.place)}},
            std::filesystem::path{path}.filename().string());
  return vault::info_of(header, path, bytes);
}

void record_verified_backup(Store& store, const BackupInfo& backup) {
  Store::Impl& impl = store.impl();
  check_may_back_up(store);
  if (backup.store_id != store.info().store_id) {
    throw Error(Errc::invalid_input, _("this backup is of another store"),
                _("name its own with --store"));
  }
  const auto known = vault::find_time_setting(impl.connection(), vault::verified_setting);
  const Instant newest = std::max(known.value_or(backup.made), backup.made);
  impl.keep({{vault::verified_setting, std::to_string(newest.seconds)}},
            "read backup of " + to_string(backup.made, impl.zone));
}

}  // namespace pharmacy
