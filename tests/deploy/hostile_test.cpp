// What a user hands on to a program that runs as the account: environment, limits, descriptors.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "deploy/shop.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

// The environment of a process, by name.
std::map<std::string, std::string> environment_of(pid_t pid) {
  std::map<std::string, std::string> all;
  std::istringstream text{text_of(fmt::format("/proc/{}/environ", pid))};
  for (std::string entry; std::getline(text, entry, '\0');)
    all[entry.substr(0, entry.find('='))] = entry.substr(entry.find('=') + 1);
  return all;
}

std::string joined(const std::map<std::string, std::string>& environment) {
  std::string names;
  for (const auto& [name, value] : environment) names += name + ' ';
  return names;
}

// A library that no program asks for.
std::string foreign_library() {
  for (const auto& entry : fs::recursive_directory_iterator{"/usr/lib"}) {
    if (entry.path().filename() == "libfaketime.so.1") return entry.path().string();
  }
  FAIL("libfaketime is not installed");
  return "";
}

bool has_loaded(pid_t pid, const std::string& library) {
  return text_of(fmt::format("/proc/{}/maps", pid)).find(library) != std::string::npos;
}

constexpr const char* hostile =
    "mkdir -p bin tmp; printf '#!/bin/sh\\ntouch /tmp/ran\\n' >bin/less; chmod 755 bin/less\n"
    "export PATH=$HOME/bin:$PATH PAGER=$HOME/bin/less LESSOPEN='|touch /tmp/opened' LESS=-X\n"
    "export PHARMACY_STORE=/tmp PHARMACY_KEY_FILE=/tmp/key CREDENTIALS_DIRECTORY=/tmp\n"
    "export HOME=/tmp XDG_CONFIG_HOME=/tmp XDG_DATA_HOME=/tmp TMPDIR=/tmp SQLITE_TMPDIR=/tmp\n"
    "export IFS=x ENV=/tmp/env BASH_ENV=/tmp/env LD_AUDIT=/tmp/a LD_LIBRARY_PATH=/tmp "
    "LOCPATH=/tmp\n"
    "export LANGUAGE=../../tmp LC_ALL=../../tmp NLSPATH=/tmp/%N TZ=:/tmp/zone TERM=xterm\n"
    "export LANG=zh_CN.UTF-8 NO_COLOR=1 PHARMACY_WAIT=7 DISPLAY=:0 XAUTHORITY=/tmp/x\n";

}  // namespace

TEST_CASE("of the environment only language, terminal and what the programs read comes through") {
  const Shop shop;
  if (!shop) return;
  const auto library = foreign_library();
  const auto preload = "export LD_PRELOAD=" + library + '\n';
  {
    const Waiting program{shop.machine(), "alice", hostile + preload + "member list"};
    auto environment = environment_of(program.pid());
    CHECK(joined(environment) ==
          "HOME LANG LOGNAME MAIL NO_COLOR PATH PHARMACY_LOGIN PHARMACY_WAIT SHELL SUDO_COMMAND "
          "SUDO_GID SUDO_UID SUDO_USER TERM USER ");
    CHECK(environment["HOME"] == "/var/lib/pharmacy");
    CHECK(environment["PATH"] == "/usr/sbin:/usr/bin:/sbin:/bin");
    CHECK(environment["PHARMACY_LOGIN"] == "alice");
    CHECK(environment["SUDO_USER"] == "alice");
    CHECK_FALSE(has_loaded(program.pid(), library));
  }
  // What would have been seen.
  const Waiting own{shop.machine(), "alice",
                    preload + "sh -c \"printf 'passphrase: '; read line\""};
  CHECK(has_loaded(own.pid(), library));
  CHECK(environment_of(own.pid()).contains("LD_PRELOAD"));
}

TEST_CASE("in a hostile environment the programs work, and run no program of the user's") {
  const Shop shop;
  if (!shop) return;
  for (int i = 0; i < 3; ++i) {
    const auto ended =
        shop.log_in("alice", hostile + fmt::format("member add 李娜 --card 700{}", i));
    CHECK_MESSAGE(ended.status == 0, ended.out);
  }
  // So long that a pager shows it.
  const auto ended = shop.log_in("alice", "stty rows 3\n" + std::string{hostile} + "member list");
  CHECK_MESSAGE(ended.status == 0, ended.out);
  CHECK_FALSE(fs::exists(shop.machine().outside("/tmp/ran")));
  CHECK_FALSE(fs::exists(shop.machine().outside("/tmp/opened")));
  // What would have been seen.
  shop.machine().must("echo 'Defaults>pharmacy env_keep += PAGER' >/etc/sudoers.d/zz");
  static_cast<void>(
      shop.log_in("alice", "chmod 755 ~; stty rows 3\n" + std::string{hostile} + "member list"));
  CHECK(fs::exists(shop.machine().outside("/tmp/ran")));
}

TEST_CASE("where sudo logs everything, it still keeps no name and no passphrase") {
  const Shop shop;
  if (!shop) return;
  const auto& machine = shop.machine();
  machine.must(
      "echo 'Defaults logfile=/var/log/sudo.log, log_input, log_output, log_passwords' "
      ">/etc/sudoers.d/log");
  const auto kept = [&] {
    CHECK(shop.run_as("alice", {"member", "find", "张伟"}).status == 0);
    CHECK(shop.run_as("alice", {"member", "list", "--store", "/tmp"}).status == 1);
    return machine.log_in("root", "cat /var/log/sudo.log; zcat -f /var/log/sudo-io/*/*/*/*").out;
  };
  const auto refusal = kept();
  CHECK(refusal.find("member list --store /tmp") != std::string::npos);
  for (const char* word : {"张伟", "6001", "rain on the green roof", "find"})
    CHECK_MESSAGE(refusal.find(word) == std::string::npos, refusal);
  // What would have been kept.
  machine.must("sed -i '/log_allowed/d' /etc/sudoers.d/pharmacy");
  const auto all = kept();
  for (const char* word : {"张伟", "6001", "rain on the green roof"})
    CHECK_MESSAGE(all.find(word) != std::string::npos, all);
}

namespace {

// What comes through sudo all the same.
constexpr const char* hardships[] = {
    "ulimit -f 0",      "ulimit -f 8",       "ulimit -f 64",    "ulimit -n 6",
    "ulimit -n 12",     "ulimit -n 24",      "ulimit -s 64",    "ulimit -v 60000",
    "ulimit -d 4000",   "ulimit -l 0",       "exec <&-",        "exec >&-",
    "exec 2>&-",        "exec <&- >&- 2>&-", "exec >/dev/full", "trap '' TERM INT HUP QUIT PIPE",
    "trap '' TSTP CHLD"};

}  // namespace

TEST_CASE("under limits and without streams a change is made or refused, and nobody has to wait") {
  const Shop shop;
  if (!shop) return;
  std::set<std::string> promised{"6001"};
  int refused = 0;
  for (std::size_t i = 0; i < std::size(hardships); ++i) {
    const std::string hardship = hardships[i];
    CAPTURE(hardship);
    const auto card = std::to_string(7000 + i);
    const auto ended = shop.log_in("alice", hardship + "\nmember add 李娜 --card " + card);
    if (ended.status == 0) promised.insert(card);
    refused += ended.status != 0;
    const auto after = shop.run_as("bob", {"member", "find", "6001", "--wait", "1"});
    CHECK_MESSAGE(after.status == 0, after.out);
  }
  // They did come through.
  CHECK(refused >= 3);
  CHECK(promised.size() >= 5);

  const auto checked = shop.run_as("wangli", {"store", "check"});
  CHECK_MESSAGE(checked.status == 0, checked.out);
  const auto list = shop.run_as("bob", {"member", "list", "--format", "tsv", "--columns", "card"});
  for (const auto& card : promised)
    CHECK_MESSAGE(list.out.find(card + "\r\n") != std::string::npos, card);
}

}  // namespace pharmacy::test
