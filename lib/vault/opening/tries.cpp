#include "vault/opening/tries.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/i18n.h"
#include "base/uninterrupted.h"
#include "pharmacy/error.h"
#include "vault/keyring/bytes.h"
#include "vault/keyring/keyring.h"

namespace pharmacy::vault {
namespace {

constexpr std::string_view tries_header = "PHARMTRY0000000\n";
constexpr std::size_t record_size = 16;
constexpr std::size_t max_size = tries_header.size() + (max_slots + 1) * record_size;
constexpr std::chrono::seconds longest_wait{30};
constexpr std::chrono::milliseconds pause{20};
// By how much an attempt's clock may be behind the record: it was read before the file was locked.
constexpr std::int64_t stale = longest_wait.count();

[[noreturn]] void throw_io(const std::filesystem::path& path) {
  throw Error(Errc::io, fmt::format(fmt::runtime(_("cannot write {}: {}")), path.string(),
                                    std::strerror(errno)));
}

Fd open_locked(const std::filesystem::path& path) {
  Fd file{uninterrupted(
      [&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600); })};
  if (!file.is_open()) throw_io(path);
  const auto deadline = std::chrono::steady_clock::now() + longest_wait;
  while (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw_io(path);
    if (std::chrono::steady_clock::now() > deadline) {
      throw Error(Errc::busy, _("another program is checking a passphrase"),
                  _("try again shortly"));
    }
    std::this_thread::sleep_for(pause);
  }
  return file;
}

void write_at(const Fd& file, const std::filesystem::path& path, std::string_view bytes,
              std::int64_t at) {
  const ssize_t written =
      uninterrupted([&] { return ::pwrite(file.number(), bytes.data(), bytes.size(), at); });
  if (written != static_cast<ssize_t>(bytes.size())) throw_io(path);
}

bool truncate_all(const Fd& file) {
  return uninterrupted([&] { return ::ftruncate(file.number(), 0); }) == 0;
}

// The records; a file that is not of this form counts nothing and is begun again.
std::string read_records(const Fd& file, const std::filesystem::path& path) {
  std::string content(max_size + 1, '\0');
  const ssize_t size =
      uninterrupted([&] { return ::pread(file.number(), content.data(), content.size(), 0); });
  if (size < 0) throw_io(path);
  content.resize(static_cast<std::size_t>(size));
  if (content.starts_with(tries_header) && content.size() <= max_size &&
      (content.size() - tries_header.size()) % record_size == 0) {
    return content.substr(tries_header.size());
  }
  if (!truncate_all(file)) throw_io(path);
  write_at(file, path, tries_header, 0);
  sync_directory_of(path.string());  // or a new file's count could be lost with its name
  return {};
}

void refuse_early(std::uint32_t failures, Instant last, Instant now) {
  if (failures >= max_failures) {
    throw Error(Errc::not_permitted, _("too many wrong passphrases: this login is closed"),
                _("let it in again with the recovery code: store info --login recovery"));
  }
  const auto delay = delay_after(failures);
  const std::int64_t passed = std::max<std::int64_t>(now.seconds - last.seconds, 0);
  const std::int64_t left = delay.count() - passed;
  if (left <= 0) return;
  throw Error(Errc::not_permitted,
              fmt::format(fmt::runtime(P_("too many wrong passphrases: wait {} second",
                                          "too many wrong passphrases: wait {} seconds", left)),
                          left));
}

}  // namespace

std::chrono::seconds delay_after(std::uint32_t failures) {
  if (failures < free_failures) return std::chrono::seconds{0};
  const std::uint32_t doublings = std::min(failures - free_failures, 7U);
  return std::min(first_delay * (1 << doublings), longest_delay);
}

Attempt::Attempt(const std::filesystem::path& file, std::uint32_t slot, Instant now)
    : path_{file}, file_{open_locked(file)}, slot_{slot} {
  const std::string records = read_records(file_, path_);
  std::uint32_t failures = 0;
  Instant last;
  std::size_t at = 0;
  for (; at < records.size(); at += record_size) {
    ByteReader record{std::string_view{records}.substr(at, record_size)};
    if (record.u32() != slot) continue;
    failures = record.u32();
    // Nobody tried before 1970, whatever the file says.
    last.seconds = std::max<std::int64_t>(static_cast<std::int64_t>(record.u64()), 0);
    break;
  }
  record_at_ = static_cast<std::int64_t>(tries_header.size() + at);
  // Where the clock was put back, the delay begins anew: nobody waits until it has caught up.
  if (failures >= free_failures && now.seconds + stale < last.seconds)
    write_record(failures, last = now);
  refuse_early(failures, last, now);
  write_record(failures + 1, now);
}

void Attempt::succeeded() { write_record(0, Instant{}); }

void Attempt::write_record(std::uint32_t failures, Instant at) {
  ByteWriter record;
  record.u32(slot_).u32(failures).u64(static_cast<std::uint64_t>(at.seconds));
  write_at(file_, path_, record.str(), record_at_);
  if (uninterrupted([this] { return ::fdatasync(file_.number()); }) != 0) throw_io(path_);
}

void forget_failures(const std::filesystem::path& file) {
  if (::access(file.c_str(), F_OK) != 0) return;
  const Fd locked = open_locked(file);
  if (!truncate_all(locked)) throw_io(file);
}

}  // namespace pharmacy::vault
