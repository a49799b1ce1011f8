// Sessions of people who share an account: each has her own, and nobody another's.
#include <doctest/doctest.h>

#include "deploy/allowed.h"
#include "deploy/shop.h"

namespace pharmacy::test {
namespace {

// What a command shows to whom nothing is asked: of those who have a session, the member.
std::string shown_to(const Shop& shop, const std::string& user, const std::string& options = {}) {
  return shop.machine().log_in(user, "member show 6001 --no-input " + options).out;
}

// Whether a session was opened. Where the kernel keeps keys, it must have been.
bool is_open(const Ended& unlocked) {
  if (unlocked.status == 73) {
    skip("sessions: " + unlocked.out, keeps_keys());
    return false;
  }
  REQUIRE_MESSAGE(unlocked.status == 0, unlocked.out);
  return true;
}

bool is_member(const std::string& text) { return text.find("6001") != std::string::npos; }

}  // namespace

TEST_CASE("a session is of who unlocked it, and of no other user of the account") {
  const Shop shop;
  if (!shop) return;
  const auto unlocked = shop.run_as("alice", {"store", "unlock"});
  if (!is_open(unlocked)) return;
  CHECK(is_member(shown_to(shop, "alice")));
  // Bob has none, not even where he says that he is alice, or that she called sudo.
  CHECK_FALSE(is_member(shown_to(shop, "bob")));
  CHECK_FALSE(is_member(shown_to(shop, "bob", "--login alice")));
  const auto claims = shop.machine().log_in(
      "bob", "SUDO_UID=$(id -u alice) sudo -u pharmacy /usr/bin/member show 6001 --no-input");
  CHECK_FALSE(is_member(claims.out));
  const auto bare = shop.machine().log_in(
      "bob", "sudo -n -u pharmacy SUDO_UID=$(id -u alice) /usr/bin/member show 6001 --no-input");
  CHECK(bare.status != 0);
  CHECK_FALSE(is_member(bare.out));
  // Nor does he end hers; and his own does not stand for her.
  CHECK(shop.run_as("bob", {"store", "lock"}).status == 0);
  CHECK(is_member(shown_to(shop, "alice")));
  REQUIRE(shop.run_as("bob", {"store", "unlock"}).status == 0);
  CHECK(is_member(shown_to(shop, "bob")));
  CHECK_FALSE(is_member(shown_to(shop, "bob", "--login alice")));
  CHECK(shop.run_as("alice", {"store", "lock"}).status == 0);
  CHECK_FALSE(is_member(shown_to(shop, "alice")));
  CHECK(is_member(shown_to(shop, "bob")));
  // Who acted is in the log by her own login.
  const auto log = shop.run_as("wangli", {"store", "audit", "list", "--kind", "view", "--format",
                                          "csv", "--columns", "staff,command"});
  CHECK(log.out.find("alice,member show") != std::string::npos);
  CHECK(log.out.find("bob,member show") != std::string::npos);
}

TEST_CASE("the files of sessions are the account's alone, and open nothing elsewhere") {
  const Shop shop;
  if (!shop) return;
  const auto unlocked = shop.run_as("alice", {"store", "unlock"});
  if (!is_open(unlocked)) return;
  for (const char* line : {"cat /run/pharmacy/*", "ls /run/pharmacy",
                           "cp /run/pharmacy/$(id -u).session /tmp/", "keyctl show @u"}) {
    INFO(line);
    const auto tried = shop.log_in("alice", line);
    CHECK((tried.status != 0 || tried.out.find("pharmacy:") == std::string::npos));
  }
  // Without sudo nobody knows who acts under the account: root may become it, and has no session.
  const auto as_account = shop.machine().log_in(
      "root", "su -s /bin/sh pharmacy -c '/usr/bin/member show 6001 --no-input'");
  CHECK_FALSE(is_member(as_account.out));
}

TEST_CASE("a session that a person may not use is found by the same attempts where she may") {
  const Shop shop;
  if (!shop) return;
  if (!is_open(shop.run_as("alice", {"store", "unlock"}))) return;
  // With alice's number given to sudo's caller, as root can: the control.
  const auto as_alice = shop.machine().log_in(
      "root",
      "su -s /bin/sh pharmacy -c \"SUDO_UID=$(id -u alice) /usr/bin/member show 6001 --no-input\"");
  CHECK(is_member(as_alice.out));
}

}  // namespace pharmacy::test
