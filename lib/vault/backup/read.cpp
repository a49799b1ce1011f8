#include "vault/backup/read.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <span>
#include <system_error>

#include "base/file.h"
#include "base/i18n.h"
#include "base/passing.h"
#include "base/uninterrupted.h"
#include "crypto/random.h"
#include "db/page_seal.h"
#include "pharmacy/error.h"
#include "pharmacy/files.h"
#include "vault/keyring/bytes.h"
#include "vault/keyring/slot.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"

namespace pharmacy {
namespace vault {
namespace {

constexpr std::size_t mac_size = 32;
constexpr PassingName unfinished{
    .word = ".made-", .ending = "", .kind = PassingName::Kind::directory};
constexpr std::uint32_t progress_each = 256;  // pages

[[noreturn]] void throw_damaged(const std::string& path, const std::string& what) {
  throw Error(Errc::damaged, fmt::format("{}: {}", path, what),
              _("nothing of it can be trusted: take another backup"));
}

// The backup, which must be a file: what it says of its length is compared first.
InputFile backup_at(const std::string& path) {
  InputFile file{path};
  if (!file.size()) {
    throw Error(Errc::input_missing,
                fmt::format(fmt::runtime(_("{} is not a regular file")), path));
  }
  return file;
}

// So many bytes, or as many as there are.
std::string read_text(InputFile& file, std::size_t size) {
  std::string bytes(size, '\0');
  bytes.resize(file.read(std::span<char>{bytes}));
  return bytes;
}

BackupHeader header_in(InputFile& source, const std::string& path, std::string& bytes) {
  bytes = read_text(source, backup_header_size);
  const auto header = parse_backup_header(bytes);
  if (!header && is_of_other_format(bytes)) {
    throw Error(
        Errc::bad_data,
        fmt::format(fmt::runtime(_("{} is a backup of a format unknown to this program")), path),
        _("update the programs"));
  }
  if (!header) {
    throw Error(Errc::bad_data, fmt::format(fmt::runtime(_("{} is no backup of a store")), path));
  }
  const std::size_t expected = backup_header_size + header->keyring_bytes +
                               std::size_t{header->pages} * db::page_size + mac_size;
  if (*source.size() != expected) throw_damaged(path, _("this backup is not whole"));
  return *header;
}

// Every signature in the keyring is looked at first: a damaged one is not taken for a wrong key.
Unlocked unlock_backup(const std::string& keyring, const Key& key, const Place& workshop) {
  check_all_signatures(parse_keyring(keyring));
  write_file(workshop.keyring().string(), keyring, Existing::refused);
  return unlock(workshop, key, system_clock_now());
}

// The keyring is that of the file, and whoever has `key` is in it.
OpenKeyring open_backup_keyring(const std::string& path, const std::string& keyring,
                                const BackupHeader& header, const Unlocked& who) {
  OpenKeyring opened = open_keyring(keyring, who);
  if (opened.keyring.store_id != header.store_id || opened.keyring.file_id != header.file_id ||
      opened.keyring.epoch != header.epoch) {
    throw_damaged(path, _("the parts of this backup do not belong together"));
  }
  return opened;
}

}  // namespace

BackupInfo info_of(const BackupHeader& header, const std::string& path, std::int64_t bytes) {
  return {.path = path,
          .store_id = hex(header.store_id),
          .made = header.made,
          .key_epoch = header.epoch,
          .pages = header.pages,
          .bytes = bytes,
          .log_seq = static_cast<std::int64_t>(header.log_seq),
          .log_mac = hex(header.log_mac)};
}

ReadBackup read_backup(const std::string& path, const Key& key, const Place& workshop,
                       const std::function<void(std::string_view)>& page,
                       const BackupProgress& progress) {
  InputFile source = backup_at(path);
  std::string head;
  const BackupHeader header = header_in(source, path, head);
  const std::string keyring = read_text(source, header.keyring_bytes);
  Unlocked who = unlock_backup(keyring, key, workshop);
  const OpenKeyring opened = open_backup_keyring(path, keyring, header, who);

  const db::StoreKeys keys{
      .file_id = header.file_id, .epoch = header.epoch, .data_key = opened.data_key.copy()};
  const db::PageSeal seal{keys};
  const crypto::Key mac_key = backup_key_of(opened.data_key, header.store_id);
  crypto::Hasher mac{mac_key};
  mac.add(head).add(keyring);
  std::array<char, db::page_size> bytes;
  for (std::uint32_t number = 1; number <= header.pages; ++number) {
    const std::string_view sealed{bytes.data(), source.read(std::span<char>{bytes})};
    const bool is_whole =
        number == db::lock_byte_page || seal.verify(number, as_bytes(sealed).data());
    if (sealed.size() != bytes.size() || !is_whole)
      throw_damaged(path,
                    fmt::format(fmt::runtime(_("page {} is damaged or was changed")), number));
    mac.add(sealed);
    page(sealed);
    if (progress && number % progress_each == 0) progress(number, header.pages);
  }
  const std::string stated = read_text(source, mac_size);
  if (!std::ranges::equal(as_bytes(stated), mac.finish()))
    throw_damaged(path, _("this backup is damaged or was changed"));
  return {.info = info_of(header, path, static_cast<std::int64_t>(*source.size())),
          .who = std::move(who)};
}

std::vector<StaffSlot> staff_in_backup(const std::string& path) {
  InputFile source = backup_at(path);
  std::string head;
  const BackupHeader header = header_in(source, path, head);
  return slots_of(parse_keyring(read_text(source, header.keyring_bytes)));
}

TemporaryPlace::TemporaryPlace(const std::filesystem::path& path) : path_{path} {
  remove_left_behind(path_.string(), unfinished);
  do {
    place_.directory = unfinished.beside(path_.string());
    const std::string name = place_.directory.string();
    if (::mkdir(name.c_str(), S_IRWXU) != 0) throw_cannot_create(name, errno);
    held_ = Fd{uninterrupted(
        [&] { return ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); })};
    // Until it is locked, another may take it for left behind.
    if (!held_.is_open() && errno != ENOENT) {
      const int error = errno;
      ::rmdir(name.c_str());
      throw_cannot_create(name, error);
    }
  } while (!held_.is_open() || !lock_made(held_));
}

void TemporaryPlace::name_aside() {
  const std::string aside = path_.string() + ".aside-" + hex(crypto::random_bytes<4>());
  std::error_code error;
  std::filesystem::rename(place_.directory, aside, error);
  if (error) throw_cannot_create(aside, error.value());
  place_.directory = aside;
  sync_directory_of(aside);
}

TemporaryPlace::~TemporaryPlace() {
  if (is_kept_) return;
  std::error_code ignored;
  try {
    std::filesystem::remove_all(place_.directory, ignored);
  } catch (const std::bad_alloc&) {  // what is left over is sealed
  }
}

TemporaryPlace temporary_place() {
  std::error_code error;
  const auto directory = std::filesystem::temp_directory_path(error);
  if (error) {
    throw Error(Errc::cannot_create,
                fmt::format(fmt::runtime(_("there is no directory for temporary files: {}")),
                            error.message()),
                _("name one in TMPDIR"));
  }
  return TemporaryPlace{directory / "pharmacy-verify"};
}

}  // namespace vault

std::vector<StaffSlot> backup_staff(const std::string& path) {
  return vault::staff_in_backup(path);
}

void check_may_restore(const std::string& file, const Key& key) {
  const vault::TemporaryPlace workshop = vault::temporary_place();
  InputFile source = vault::backup_at(file);
  std::string head;
  const auto header = vault::header_in(source, file, head);
  const std::string keyring = vault::read_text(source, header.keyring_bytes);
  const auto who = vault::unlock_backup(keyring, key, workshop.place());
  static_cast<void>(vault::open_backup_keyring(file, keyring, header, who));
  vault::require(who.actor, vault::Permission::restore);
}

BackupInfo verify_backup(const std::string& path, const Key& key, const BackupProgress& progress) {
  const vault::TemporaryPlace workshop = vault::temporary_place();
  return vault::read_backup(
             path, key, workshop.place(), [](std::string_view) {}, progress)
      .info;
}

}  // namespace pharmacy
