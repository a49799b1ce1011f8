// What the account of the store, sudo and the rights of files keep staff and others from.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "deploy/shop.h"

namespace pharmacy::test {
namespace {

struct Attempt {
  const char* what;
  const char* line;
};

// What a user of the machine must not get done; the last of them replaces the store.
constexpr Attempt attempts[] = {
    {"lists the directory", "ls /var/lib/pharmacy/store"},
    {"reads the database", "cat /var/lib/pharmacy/store/store.db"},
    {"opens the store as herself", "/usr/bin/member list"},
    {"writes the database", "echo >>/var/lib/pharmacy/store/store.db"},
    {"runs a program as root", "sudo -n /usr/bin/store config show"},
    {"runs another program",
     "sudo -n -u pharmacy /usr/bin/head -c1 /var/lib/pharmacy/store/store.db"},
    {"runs a shell", "sudo -n -u pharmacy -s true"},
    {"edits a file", "EDITOR=true sudo -n -u pharmacy -e /var/lib/pharmacy/store/store.keys"},
    {"sets a variable", "sudo -n -u pharmacy PHARMACY_STORE=/tmp /usr/bin/store config show"},
    {"keeps her environment", "sudo -n -E -u pharmacy /usr/bin/store config show"},
    {"chooses the directory", "sudo -n -D / -u pharmacy /usr/bin/store config show"},
    {"makes a store of her own as the account",
     "store init --store /tmp/hers --login alice --name A --new-key /tmp/hers.key"},
    {"uses the key of a job",
     "mkdir -p /tmp/- && cd /tmp && "
     "store backup /tmp --key-file=-/../../var/lib/pharmacy/nightly.key"},
    {"puts a store of her own in its place",
     "/usr/bin/store init --store ~/own --login alice --name A --new-key ~/own.key && "
     "/usr/bin/store backup --store ~/own --key-file ~/own.key /tmp/own.backup && "
     "chmod 644 /tmp/own.backup && "
     "{ sudo -n -u pharmacy mv /var/lib/pharmacy/store /var/lib/pharmacy/gone; "
     "store -q restore --key-file - /tmp/own.backup <~/own.key; }"}};

// The key of a job, where the account can read it.
void put_key(const Shop& shop) {
  shop.machine().must(
      "store staff add nightly --name 夜间任务 --role job --login wangli "
      "--new-key /var/lib/pharmacy/nightly.key",
      {Shop::passphrase_of("wangli")});
}

// Which of the attempts somebody gets done, a line each.
std::string done_by(const std::string& user, const Shop& shop) {
  std::string done;
  for (const auto& [what, line] : attempts) {
    if (shop.log_in(user, line).status == 0) done += std::string{what} + '\n';
  }
  return done;
}

// What of the account's files is open to others, a line each.
std::string open_files(const Shop& shop) {
  const auto found = shop.machine().log_in(
      "root", "find /var/lib/pharmacy /run/pharmacy '(' -perm /077 -o ! -user pharmacy ')'");
  REQUIRE(found.status == 0);
  return found.out;
}

// What the store shows.
std::string cards(const Shop& shop) {
  return shop.run_as("bob", {"member", "list", "--format", "tsv", "--columns", "card"}).out;
}

}  // namespace

TEST_CASE("staff type the names of the programs, and each works with her own passphrase") {
  const Shop shop;
  if (!shop) return;
  for (const std::string user : {"alice", "bob"}) {
    const auto ended = shop.run_as(user, {"member", "list"});
    CHECK_MESSAGE(ended.status == 0, ended.out);
    CHECK(ended.out.find("passphrase of " + user + ": ") != std::string::npos);
    CHECK(ended.out.find("张伟") != std::string::npos);
    CHECK(ended.out.find(Shop::passphrase_of(user)) == std::string::npos);
  }
  const auto mistaken = shop.machine().run_as(
      "alice", {"member", "list"},
      {Shop::passphrase_of("bob"), Shop::passphrase_of("bob"), Shop::passphrase_of("bob")});
  CHECK(mistaken.status == 77);
  // Whose roles count is told by the key.
  const auto forbidden = shop.run_as("alice", {"report", "daily"});
  CHECK_MESSAGE(forbidden.status == 77, forbidden.out);
  const auto permitted = shop.run_as("wangli", {"report", "daily"});
  CHECK_MESSAGE(permitted.status == 0, permitted.out);

  CHECK(shop.log_in("alice", "umask 0; member add 李娜 --card 7001").status == 0);
  CHECK(cards(shop).find("7001") != std::string::npos);
  CHECK(open_files(shop) == "");
  // A file of hers comes in by the standard input, which is hers to open.
  const auto imported = shop.log_in("wangli",
                                    "umask 077; printf 'name,card\n王芳,7002\n' >m.csv; "
                                    "member import - --yes <m.csv");
  CHECK_MESSAGE(imported.status == 0, imported.out);
  CHECK(cards(shop).find("7002") != std::string::npos);
}

TEST_CASE("nobody reaches the store in another way than by the programs") {
  const Shop shop;
  if (!shop) return;
  put_key(shop);
  CHECK(done_by("alice", shop) == "");
  CHECK(done_by("mallory", shop) == "");
  CHECK(shop.run_as("mallory", {"member", "list"}).status == 1);
  CHECK(cards(shop).find("6001") != std::string::npos);
}

TEST_CASE("where sudo lets staff run anything, that is noticed") {
  const Shop shop;
  if (!shop) return;
  put_key(shop);
  shop.machine().must(
      "echo '%pharmacy-staff ALL = (ALL) CWD=* NOPASSWD: ALL' >/etc/sudoers.d/pharmacy");
  CHECK(done_by("alice", shop) ==
        "runs a program as root\nruns another program\nruns a shell\nedits a file\n"
        "sets a variable\nkeeps her environment\nchooses the directory\n"
        "makes a store of her own as the account\nuses the key of a job\n"
        "puts a store of her own in its place\n");
  CHECK(done_by("mallory", shop) == "");
}

TEST_CASE("where modes are wrong or the rule is missing, that is noticed") {
  const Shop shop;
  if (!shop) return;
  shop.machine().must("cd /var/lib/pharmacy && chmod 755 . store && chmod 646 store/store.db");
  CHECK(open_files(shop) ==
        "/var/lib/pharmacy\r\n/var/lib/pharmacy/store\r\n/var/lib/pharmacy/store/store.db\r\n");
  const auto done = done_by("mallory", shop);
  CHECK(done == "lists the directory\nreads the database\nwrites the database\n");
  const auto refused = shop.run_as("alice", {"member", "list"});
  CHECK(refused.status == 77);
  CHECK(refused.out.find("chmod 700 /var/lib/pharmacy/store") != std::string::npos);

  shop.machine().must("rm /etc/sudoers.d/pharmacy");
  CHECK(shop.run_as("alice", {"member", "list"}).status == 1);
}

TEST_CASE("where the store is a user's own, it is noticed that she needs no sudo") {
  const Shop shop;
  if (!shop) return;
  shop.machine().must(
      "rm /etc/sudoers.d/pharmacy; cd /var/lib/pharmacy && chmod 755 . && chown -R alice store");
  CHECK(done_by("alice", shop) ==
        "lists the directory\nreads the database\nopens the store as herself\n"
        "writes the database\n");
}

namespace {

// What one does to a process that is not one's own to touch; the last ends it.
constexpr const char* touches[] = {"cat /proc/{}/environ", "cat /proc/{}/maps", "ls /proc/{}/fd",
                                   "kill -STOP {}",        "kill -CONT {}",     "kill -KILL {}"};

std::string touched(const Shop& shop, const std::string& user, pid_t pid) {
  std::string done;
  for (const char* touch : touches) {
    const auto line = fmt::format(fmt::runtime(touch), pid);
    if (shop.log_in(user, line).status == 0) done += line.substr(0, line.find_last_of(" /")) + '\n';
  }
  return done;
}

// The value of a line of /proc/PID/status.
std::string status_of(pid_t pid, const std::string& key) {
  std::ifstream file{fmt::format("/proc/{}/status", pid)};
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key + ":\t")) return line.substr(key.size() + 2);
  }
  return "";
}

// The sudo that she started.
pid_t sudo_of(const Waiting& waiting) {
  for (const pid_t pid : waiting.chain()) {
    if (status_of(pid, "Name") == "sudo") return pid;
  }
  FAIL("there is no sudo");
  return 0;
}

}  // namespace

TEST_CASE("a program that works for somebody is out of her reach") {
  const Shop shop;
  if (!shop) return;
  {
    const Waiting program{shop.machine(), "alice", "member list"};
    const auto account = shop.machine().log_in("root", "id -u pharmacy").out;
    CHECK(
        status_of(program.pid(), "Uid").starts_with(account.substr(0, account.find('\r')) + '\t'));
    CHECK(touched(shop, "alice", program.pid()) == "");
    CHECK(touched(shop, "bob", program.pid()) == "");
    CHECK(touched(shop, "mallory", program.pid()) == "");
    CHECK(status_of(program.pid(), "Name") == "member");
    // What she can stop is sudo, in front of it, which holds nothing that others wait for.
    const pid_t sudo = sudo_of(program);
    CHECK(shop.log_in("alice", fmt::format("kill -STOP {}", sudo)).status == 0);
    CHECK(shop.run_as("bob", {"member", "add", "李娜", "--card", "7001"}).status == 0);
    CHECK(shop.log_in("alice", fmt::format("kill -KILL {}", sudo)).status == 0);
    CHECK(shop.run_as("bob", {"member", "add", "王芳", "--card", "7002"}).status == 0);
  }
  const Waiting own{shop.machine(), "alice", "printf 'passphrase: '; read line"};
  CHECK(touched(shop, "bob", own.pid()) == "");
  CHECK(touched(shop, "alice", own.pid()) ==
        fmt::format("cat /proc/{0}\ncat /proc/{0}\nls /proc/{0}\nkill -STOP\nkill -CONT\n"
                    "kill -KILL\n",
                    own.pid()));
}

}  // namespace pharmacy::test
