#include "db/gate.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <vector>

#include "base/i18n.h"
#include "base/uninterrupted.h"
#include "db/gate_timer.h"
#include "pharmacy/error.h"

namespace pharmacy::db {

// All gates of the process, so that a forked child can let go of them: it shares the open file,
// and would keep the gate shut after its parent's death.
struct GateList {
  std::mutex mutex;
  std::vector<Gate*> gates;

  static GateList& all() {
    static auto* list = new GateList;  // outlives every gate
    return *list;
  }

  void add(Gate* gate) {
    static const int watching =
        pthread_atfork([] { all().mutex.lock(); }, [] { all().mutex.unlock(); },
                       [] {
                         for (Gate* each : all().gates) each->close_file();
                         all().mutex.unlock();
                       });
    PHARMACY_CHECK(watching == 0);
    const std::lock_guard lock(mutex);
    gates.push_back(gate);
  }

  void remove(Gate* gate) {
    const std::lock_guard lock(mutex);
    std::erase(gates, gate);
  }
};

namespace {

constexpr std::size_t holder_size = 128;

[[noreturn]] void throw_lock_error(const std::filesystem::path& file, int error) {
  throw Error(
      error == ENOENT ? Errc::no_store : Errc::io,
      fmt::format(fmt::runtime(_("cannot lock {}: {}")), file.string(), std::strerror(error)));
}

[[noreturn]] void throw_busy(const std::filesystem::path& file) {
  const auto holder = Gate::holder(file);
  if (!holder)
    throw Error(Errc::busy, _("another process is writing to the store"),
                _("try again, or wait longer with --wait SECONDS"));
  if (holder->stopped)
    throw Error(
        Errc::busy,
        fmt::format(fmt::runtime(_("{} (process {}) is writing to the store, and is "
                                   "suspended")),
                    holder->program, holder->pid),
        fmt::format(fmt::runtime(_("let it continue with kill -CONT {}, or end it")), holder->pid));
  throw Error(Errc::busy,
              fmt::format(fmt::runtime(_("{} (process {}) is writing to the store")),
                          holder->program, holder->pid),
              _("try again, or wait longer with --wait SECONDS"));
}

// The state letter in /proc/PID/stat; it follows the name, which may hold anything.
bool is_stopped(pid_t pid) {
  const int fd = ::open(fmt::format("/proc/{}/stat", pid).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  std::array<char, 512> text{};
  const ssize_t size = ::read(fd, text.data(), text.size());
  ::close(fd);
  const std::string_view stat(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  const std::string_view after_name = stat.substr(stat.rfind(')') + 1);
  return after_name.starts_with(" T") || after_name.starts_with(" t");
}

}  // namespace

Gate::Gate(std::filesystem::path lock_file, std::string program)
    : lock_file_(std::move(lock_file)), program_(std::move(program)) {
  for (char& c : program_)
    if (static_cast<unsigned char>(c) < ' ' || c == 127) c = '?';
  GateList::all().add(this);
}

Gate::~Gate() {
  GateList::all().remove(this);
  close_file();
}

void Gate::open_lock_file() {
  constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  const char* const name = lock_file_.c_str();
  fd_ = uninterrupted([&] { return ::open(name, flags | O_CREAT | O_EXCL, 0600); });
  if (fd_ >= 0) {
    fchmod(fd_, 0600);  // whatever the umask says
  } else if (errno == EEXIST) {
    fd_ = uninterrupted([&] { return ::open(name, flags); });
  }
  if (fd_ < 0) throw_lock_error(lock_file_, errno);
  struct stat status {};
  if (fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode)) {
    close_file();
    throw_lock_error(lock_file_, EINVAL);
  }
  inode_ = status.st_ino;
  device_ = status.st_dev;
  pid_ = getpid();
}

bool Gate::lock_before(std::chrono::steady_clock::time_point deadline) {
  if (flock(fd_, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno != EWOULDBLOCK && errno != EINTR) throw_lock_error(lock_file_, errno);
  if (deadline <= std::chrono::steady_clock::now()) return false;
  const GateTimer timer(deadline);
  do {
    if (flock(fd_, LOCK_EX) == 0) return true;
    if (errno != EINTR) throw_lock_error(lock_file_, errno);
  } while (std::chrono::steady_clock::now() < deadline);
  return false;
}

void Gate::acquire(std::chrono::milliseconds wait) {
  PHARMACY_CHECK(!held_);
  unstopped_.emplace();
  try {
    lock(wait);
  } catch (...) {
    unstopped_.reset();
    throw;
  }
  held_ = true;
  write_holder();
}

void Gate::lock(std::chrono::milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  for (;;) {
    if (fd_ < 0) open_lock_file();
    if (!lock_before(deadline)) throw_busy(lock_file_);
    if (is_at_its_path()) break;
    close_lock();
  }
}

// A restore may have put another directory in the place of the one whose file is locked.
//
// Nothing but the inode is asked for. Since Linux 6.13, whoever asks for the times of a file makes
// its next write set them exactly, and so write the inode: with the name of the holder written
// after each such question, a durable change cost a quarter more.
bool Gate::is_at_its_path() const {
  struct statx named {};
  if (statx(AT_FDCWD, lock_file_.c_str(), 0, STATX_INO, &named) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return false;
    throw_lock_error(lock_file_, errno);
  }
  return named.stx_ino == inode_ && makedev(named.stx_dev_major, named.stx_dev_minor) == device_;
}

void Gate::release() noexcept {
  if (!held_) return;
  held_ = false;
  flock(fd_, LOCK_UN);
  unstopped_.reset();
}

void Gate::close_lock() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Gate::close_file() noexcept {
  close_lock();
  held_ = false;
  unstopped_.reset();
}

void Gate::write_holder() const noexcept {
  std::array<char, holder_size> line;
  line.fill(' ');
  fmt::format_to_n(line.data(), line.size() - 1, "{} {} {}", pid_, system_clock_now().seconds,
                   program_);
  line.back() = '\n';
  // Only a courtesy to those who wait: a full disk must not keep anyone from the gate.
  [[maybe_unused]] const ssize_t written = pwrite(fd_, line.data(), holder_size, 0);
}

std::optional<Gate::Holder> Gate::holder(const std::filesystem::path& lock_file) {
  const int fd = ::open(lock_file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  std::array<char, holder_size> line{};
  const ssize_t size = pread(fd, line.data(), line.size(), 0);
  ::close(fd);
  if (size != static_cast<ssize_t>(line.size()) || line.back() != '\n') return std::nullopt;

  const char* const end = &line.back();  // what may be looked at, and is no digit or space
  pid_t pid = 0;
  std::int64_t since = 0;
  const auto after_pid = std::from_chars(line.data(), end, pid);
  if (after_pid.ec != std::errc() || pid <= 0 || *after_pid.ptr != ' ') return std::nullopt;
  const auto after_since = std::from_chars(after_pid.ptr + 1, end, since);
  if (after_since.ec != std::errc()) return std::nullopt;
  if (kill(pid, 0) != 0 && errno == ESRCH) return std::nullopt;
  std::string program(after_since.ptr, end);
  program.erase(program.find_last_not_of(" \n") + 1);
  program.erase(0, program.find_first_not_of(' '));
  return Holder{.pid = pid,
                .program = std::move(program),
                .since = Instant{since},
                .stopped = is_stopped(pid)};
}

}  // namespace pharmacy::db
