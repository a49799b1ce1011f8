#include "standing.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "support/store_keys.h"
#include "support/test_store.h"
#include "vault/keyring/slot.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

constexpr uid_t plain_user = 65534;

void give_to_user(const fs::path& path) {
  if (::geteuid() == 0) REQUIRE(::chown(path.c_str(), plain_user, plain_user) == 0);
}

}  // namespace

std::vector<Needle> needles_of(const vault::Unlocked& who, const vault::OpenKeyring& opened) {
  std::vector<Needle> all;
  each_key(who, opened, [&all](const char* name, std::span<const unsigned char> bytes) {
    all.emplace_back(name, bytes);
  });
  return all;
}

NobodysStore::NobodysStore() {
  const Secret file{bytes_of(counter_.key())};
  const vault::Place place{counter_.store()};
  const auto who = vault::unlock(place, KeyFile{Secret{file.view()}}, Instant{});
  keys_ = needles_of(who, vault::open_keyring(place, who));
  const auto content = vault::parse_key_file(file.view());
  REQUIRE(content);
  keys_.emplace_back("key of the key file", content->key.bytes());
  keys_.emplace_back("key file", file.view().substr(0, file.view().find('\n')));
  give_to_user(counter_.dir().path());
  for (const auto& entry : fs::recursive_directory_iterator(counter_.dir().path()))
    give_to_user(entry.path());
}

void NobodysStore::give(const std::string& file) const { give_to_user(file); }

Run NobodysStore::as_user(Run run) {
  if (::geteuid() != 0) return run;
  const std::vector<std::string> change{"prlimit",       "--core=unlimited", "setpriv",
                                        "--reuid=65534", "--regid=65534",    "--clear-groups"};
  run.argv.insert(run.argv.begin(), change.begin(), change.end());
  return run;
}

bool NobodysStore::become_user() {
  return ::geteuid() != 0 ||
         (::setgroups(0, nullptr) == 0 && ::setresgid(plain_user, plain_user, plain_user) == 0 &&
          ::setresuid(plain_user, plain_user, plain_user) == 0);
}

Standing::Standing(const NobodysStore& store, Run run, At at)
    : dir_{store.counter().dir()}, name_{dir_.file("standing")} {
  for (const char* suffix : {".fifo", ".err"}) fs::remove(name_ + suffix);
  const std::string fifo = name_ + ".fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  store.give(fifo);
  fifo_ = ::open(fifo.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  REQUIRE(fifo_ >= 0);
  const std::string streams =
      at == At::input ? fmt::format("<{0} >/dev/null", fifo) : fmt::format("</dev/null >{0}", fifo);
  const std::vector<std::string> below{
      "sh", "-c",
      fmt::format("ulimit -Sc $(ulimit -Hc); cd {0}; exec \"$@\" {1} 2>{2}.err",
                  dir_.path().string(), streams, name_),
      "sh"};
  run.argv.insert(run.argv.begin(), below.begin(), below.end());
  if (at == At::input) {
    REQUIRE(::write(fifo_, "name\n", 5) == 5);
  } else {
    while (::write(fifo_, "full", 4) > 0) {
    }
  }
  pid_ = start_process(NobodysStore::as_user(std::move(run)), "/dev/null");
  for (int patience = 0; patience < 6'000 && !stands_; ++patience) {
    ::usleep(10'000);
    stands_ = at == At::input ? has_read() : is_writing();
    if (::kill(pid_, 0) != 0) break;
  }
  CHECK_MESSAGE(stands_, said());
}

Standing::~Standing() {
  if (pid_ > 0) end(SIGKILL);
  ::close(fifo_);
}

bool Standing::has_read() const {
  int left = -1;
  return ::ioctl(fifo_, FIONREAD, &left) == 0 && left == 0;
}

bool Standing::is_writing() const {
  std::ifstream file{fmt::format("/proc/{}/syscall", pid_)};
  std::string number, stream;
  file >> number >> stream;
  return number == std::to_string(SYS_write) && stream == "0x1";
}

std::string Standing::said() const { return bytes_of(name_ + ".err"); }

int Standing::end(int signal) {
  ::kill(pid_, signal);
  int status = 0;
  static_cast<void>(::waitpid(pid_, &status, 0));
  pid_ = -1;
  return status;
}

}  // namespace pharmacy::test
