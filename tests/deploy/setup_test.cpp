// The commands of pharmacy-security(7) and the files of man/examples, run as they stand.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "deploy/shop.h"
#include "support/test_store.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string source(const std::string& name) { return bytes_of(PHARMACY_SOURCE_DIR "/" + name); }

// The commands under "Setting it up", in order.
Lines commands_of_the_manual() {
  Lines commands;
  bool inside = false, literal = false;
  for (const auto& line : lines_of(source("man/pharmacy-security.7"))) {
    if (line.starts_with(".Ss")) inside = line == ".Ss Setting it up";
    if (line == ".Ed") literal = false;
    if (inside && literal) commands.push_back(line);
    if (line.starts_with(".Bd -literal")) literal = true;
  }
  return commands;
}

// The value of a key in a unit of systemd.
std::string value_of(const std::string& unit, const std::string& key) {
  for (const auto& line : lines_of(source("man/examples/" + unit))) {
    if (line.starts_with(key + "=")) return line.substr(key.size() + 1);
  }
  FAIL(unit << " has no " << key);
  return "";
}

// How many backups there are; each is checked to be its owner's alone.
int backups(const Machine& machine) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator{machine.outside("/var/lib/pharmacy/backups")}) {
    CHECK(entry.path().extension() == ".backup");
    CHECK(fs::status(entry.path()).permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write));
    ++count;
  }
  return count;
}

// A key of the role job, where the units and the crontab look for it.
void make_nightly_key(const Shop& shop) {
  for (const auto& command : commands_of_the_manual()) {
    if (command.find("nightly") != std::string::npos)
      shop.machine().must(command, {Shop::passphrase_of("wangli")});
  }
}

constexpr const char* installation = "cmake --install build/release --prefix /usr";

}  // namespace

TEST_CASE("the commands of pharmacy-security(7) set up a machine on which staff can work") {
  const Machine machine;
  if (!machine) return;
  for (const char* user : {"wangli", "chenjing"}) machine.add_user(user);
  const Typed manager{"four words in a row"}, clerk{"rain on the green roof"};
  const auto commands = commands_of_the_manual();
  REQUIRE(commands.size() == 9);
  for (const auto& command : commands) {
    CAPTURE(command);
    if (command == installation) {
      machine.install();
    } else if (command.starts_with("store init")) {
      machine.must(command, {manager[0], manager[0]});
    } else if (command.find("--role clerk") != std::string::npos) {
      machine.must(command, {manager[0], clerk[0], clerk[0]});
    } else {
      machine.must(command, manager);
    }
  }
  CHECK(machine.run_as("chenjing", {"member", "add", "张伟", "--card", "6001"}, clerk).status == 0);
  CHECK(machine.log_in("chenjing", "cat /etc/pharmacy/nightly.key").status != 0);
  // After an update.
  machine.must("echo '# ours' >>/etc/pharmacy/config.toml");
  machine.must("sh /usr/share/doc/pharmacy/examples/deploy");
  CHECK(bytes_of(machine.outside("/etc/pharmacy/config.toml")).ends_with("# ours\n"));
  CHECK(machine.run_as("chenjing", {"member", "show", "6001"}, clerk).status == 0);
}

TEST_CASE("the README names no other commands than the manual does") {
  const auto text = source("README.md");
  const auto from = text.find("\n## Several people on one machine\n");
  REQUIRE(from != std::string::npos);
  const auto section = text.substr(from, text.find("\n## ", from + 1) - from);
  const auto commands = commands_of_the_manual();
  int found = 0;
  bool code = false;
  for (const auto& line : lines_of(section)) {
    if (line.starts_with("```")) {
      code = !code;
    } else if (code) {
      CHECK_MESSAGE(std::ranges::find(commands, line) != commands.end(), line);
      ++found;
    }
  }
  CHECK(found >= 3);
}

TEST_CASE("setting up is refused to whoever is not root, and where sudo would not take the rule") {
  const Machine machine;
  if (!machine) return;
  machine.install();
  machine.add_user("alice");
  const std::string deploy = "sh /usr/share/doc/pharmacy/examples/deploy";
  CHECK(machine.log_in("alice", deploy).status == 77);
  machine.must("visudo -c -f /usr/share/doc/pharmacy/examples/sudoers");
  machine.must("echo 'Defaults>pharmacy use_pty umask' >>/usr/share/doc/pharmacy/examples/sudoers");
  CHECK(machine.log_in("root", deploy).status == 1);
  CHECK_FALSE(fs::exists(machine.outside("/etc/sudoers.d/pharmacy")));
}

TEST_CASE("the daily backup of systemd is made with a key that staff cannot use") {
  const Shop shop;
  if (!shop) return;
  make_nightly_key(shop);
  const auto& machine = shop.machine();
  const auto verified = machine.log_in(
      "root", "systemd-analyze verify --man=no /etc/systemd/system/pharmacy-backup.*");
  CHECK(verified.status == 0);
  CHECK(verified.out.find("pharmacy") == std::string::npos);

  // What systemd does: a copy that belongs to the account, for as long as the program runs.
  const std::string unit = "pharmacy-backup.service";
  const auto credential = value_of(unit, "LoadCredential");
  const auto colon = credential.find(':');
  const auto copy = "/run/credentials/" + credential.substr(0, colon);
  machine.must("install -D -m 0400 -o pharmacy " + credential.substr(colon + 1) + ' ' + copy);
  machine.must(fmt::format("cd / && runuser -u {} -- env CREDENTIALS_DIRECTORY=/run/credentials {}",
                           value_of(unit, "User"), value_of(unit, "ExecStart")));
  CHECK(backups(machine) == 1);

  const auto with_it = "store backup /var/lib/pharmacy/backups --key-file " + copy;
  CHECK(shop.log_in("alice", with_it).status == 1);
  CHECK(shop.log_in("alice", "cat " + copy).status != 0);
  CHECK(backups(machine) == 1);
  machine.must("sleep 1; " + with_it);  // to root it is of use
  CHECK(backups(machine) == 2);
}

TEST_CASE(
    "the daily backup of cron says nothing where all is well, and something where it is not") {
  const Shop shop;
  if (!shop) return;
  make_nightly_key(shop);
  const auto& machine = shop.machine();
  std::string variables = "env -i SHELL=/bin/sh PATH=/usr/bin:/bin HOME=/root LOGNAME=root ";
  std::string command;
  static const std::regex job{R"((?:\S+\s+){5}root\s+(.*))"};
  for (const auto& line : lines_of(source("man/examples/cron"))) {
    std::smatch found;
    if (std::regex_match(line, found, job)) {
      command = found[1];
    } else if (!line.starts_with('#')) {
      variables += line + ' ';
    }
  }
  REQUIRE(command.find("/usr/bin/store backup") != std::string::npos);
  CHECK(command.find('%') == std::string::npos);
  const auto line = variables + "/bin/sh -c " + shell_word(command);
  const auto ended = machine.log_in("root", line);
  CHECK_MESSAGE(ended.status == 0, ended.out);
  CHECK(ended.out == "");
  CHECK(backups(machine) == 1);

  machine.must("rm /etc/pharmacy/nightly.key");
  const auto failed = machine.log_in("root", line);
  CHECK(failed.status != 0);
  CHECK(failed.out != "");
  CHECK(backups(machine) == 1);
}

}  // namespace pharmacy::test
