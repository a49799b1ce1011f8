#include "deploy/machine.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

#include "deploy/allowed.h"
#include "support/temp_dir.h"
#include "support/test_store.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

namespace {

// A directory that every machine has. What the test mounts here hides it from this process alone,
// and nothing has to be removed at the end, where a mount that is still there would be emptied.
const fs::path top = "/mnt";
const fs::path root = top / "root";

// Whether mounts of this process are its own from now on.
bool has_own_mounts() {
  static const bool own = ::unshare(CLONE_NEWNS) == 0 &&
                          ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  if (!own)
    MESSAGE("skipped: no mounts of its own are to be had: ", std::string{std::strerror(errno)});
  return own;
}

bool bind(const fs::path& place) {
  const auto to = root / place.relative_path();
  if (::mount(place.c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0) return true;
  MESSAGE("skipped: ", place.string(), " cannot be mounted: ", std::string{std::strerror(errno)});
  return false;
}

// Hides what lies there outside.
void empty(const fs::path& place, const char* options) {
  const auto at = root / place.relative_path();
  if (!fs::is_directory(at)) return;
  REQUIRE(::mount("none", at.c_str(), "tmpfs", 0, options) == 0);
}

void put_text(const fs::path& path, const std::string& text) {
  std::ofstream file{path, std::ios::trunc};
  file << text;
  file.close();
  REQUIRE(file.good());
}

std::string host_name() {
  std::string name(256, '\0');
  REQUIRE(::gethostname(name.data(), name.size()) == 0);
  return name.c_str();
}

}  // namespace

std::string shell_word(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return text + "'";
}

Machine::Machine() : ready_{mount()} {
  if (!ready_) {
    skip("all that takes a machine of its own", allows_machine());
    return;
  }
  for (const char* place : {"/home", "/root", "/run", "/mnt"}) empty(place, "mode=0755");
  for (const char* place : {"/tmp", "/var/tmp"}) empty(place, "mode=1777");
  for (const char* place : {"/var/lib/pharmacy", "/etc/pharmacy"}) empty(place, "mode=0755");
  for (const char* place : {PHARMACY_SOURCE_DIR, PHARMACY_BIN_DIR}) empty(place, "mode=0755");
  fs::remove(outside("/etc/sudoers.d/pharmacy"));
  // Otherwise sudo asks the network who that is.
  put_text(outside("/etc/hosts"), "127.0.0.1 localhost " + host_name() + "\n");
}

bool Machine::mount() {
  if (!has_own_mounts()) return false;
  memory_.emplace(top, "tmpfs", "mode=0755");
  if (!*memory_) return false;
  for (const char* name : {"root", "upper", "work"}) fs::create_directory(top / name);
  root_.emplace(root, "overlay", "lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work");
  return *root_ && bind("/dev") && bind("/proc");
}

Machine::~Machine() = default;

fs::path Machine::outside(const fs::path& file) const { return root / file.relative_path(); }

void Machine::install() const {
  REQUIRE(ready_);
  Run run;
  run.argv = {PHARMACY_CMAKE, "--install", PHARMACY_BUILD_DIR, "--prefix", "/usr"};
  run.env = {"PATH=/usr/bin:/bin", "DESTDIR=" + root.string()};
  const auto ended = run_process(run);
  REQUIRE_MESSAGE(ended.status == 0, ended.err);
}

void Machine::add_user(const std::string& name) const {
  must("useradd --create-home --shell /bin/sh " + name);
  std::ofstream profile{outside("/home/" + name + "/.profile"), std::ios::app};
  profile << "export PHARMACY_LOGIN=" << name << '\n';
}

Run Machine::logging_in(const std::string& user, const std::string& line) const {
  REQUIRE(ready_);
  Run run;
  run.argv = {"chroot", root.string(), "runuser", "-l", user, "--session-command", line};
  run.env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TERM=xterm"};
  return run;
}

static Run on_terminal(Run run, const std::vector<std::string>& options) {
  run.argv.insert(run.argv.begin(), options.begin(), options.end());
  run.argv.insert(run.argv.begin(), {"expect", PHARMACY_SOURCE_DIR "/tests/deploy/typing.exp"});
  return run;
}

Ended Machine::log_in(const std::string& user, const std::string& line, const Typed& typed) const {
  Run run = on_terminal(logging_in(user, line), {});
  for (const auto& answer : typed) run.input += answer + '\n';
  return run_process(run);
}

Ended Machine::run_as(const std::string& user, const std::vector<std::string>& args,
                      const Typed& typed) const {
  std::string line;
  for (const auto& word : args) line += shell_word(word) + ' ';
  return log_in(user, line, typed);
}

void Machine::must(const std::string& line, const Typed& typed) const {
  const auto ended = log_in("root", line, typed);
  REQUIRE_MESSAGE(ended.status == 0, line << "\n" << ended.out << ended.err);
}

namespace {

// The newest child of a process; 0 where it has none.
pid_t child_of(pid_t parent) {
  pid_t child = 0;
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file{entry.path() / "stat"};
    std::string text;
    std::getline(file, text);
    const auto end = text.rfind(") ");
    if (end == std::string::npos) continue;  // it has ended meanwhile
    if (std::stoi(text.substr(end + 4)) == parent) child = std::max(child, std::stoi(name));
  }
  return child;
}

// Until the log ends with a question: a shell complains in words with a colon too.
bool has_asked(const std::string& log) {
  for (int patience = 0; patience < 1'000; ++patience) {
    const std::string said = fs::exists(log) ? bytes_of(log) : "";
    if (said.ends_with(": ") || said.ends_with("：")) return true;
    ::usleep(20'000);
  }
  return false;
}

}  // namespace

Waiting::Waiting(const Machine& machine, const std::string& user, const std::string& line) {
  const TempDir dir;
  const auto log = dir.file("log");
  terminal_ = start_process(on_terminal(machine.logging_in(user, line), {"--stay"}), log);
  const bool asked = has_asked(log);
  for (pid_t pid = terminal_; pid != 0; pid = child_of(pid)) chain_.push_back(pid);
  CHECK_MESSAGE(asked, bytes_of(log));
}

Waiting::~Waiting() {
  ::kill(terminal_, SIGTERM);
  static_cast<void>(wait_for(terminal_));
  // Without its terminal it ends.
  for (int patience = 0; patience < 500 && ::kill(pid(), 0) == 0; ++patience) ::usleep(10'000);
  for (const pid_t left : chain_) ::kill(left, SIGKILL);
}

}  // namespace pharmacy::test
