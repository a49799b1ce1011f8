// A session opens the store for the person who unlocked it, for a while, and for nobody else.
#include "pharmacy/session.h"

#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <string>

#include "pharmacy/staff.h"
#include "support/session_turn.h"
#include "support/vault.h"
#include "vault/session/kernel_key.h"
#include "vault/session/session.h"

using namespace pharmacy;
using test::bytes_of;
using test::code_of;
using test::put_bytes;
using test::TestStore;

namespace {

using Environment = std::map<std::string, std::string>;

SessionKey session_in(const Environment& env, const std::filesystem::path& shared) {
  return vault::session_of(
      [&](const char* name) {
        const auto found = env.find(name);
        return found == env.end() ? std::nullopt : std::optional{found->second};
      },
      shared);
}

// Whether the kernel of this machine keeps keys for us: in many containers it does not.
bool kernel_keeps_keys() {
  const std::string name = "pharmacy:test:" + std::to_string(::getpid());
  try {
    vault::keep_key(name, crypto::random_key(), std::chrono::seconds{5});
  } catch (const Error& error) {
    MESSAGE("skipped: ", error.what());
    return false;
  }
  return vault::forget_key(name);
}

struct SessionStore : TestStore {
  SessionStore() : TestStore{"2026-03-01"} {
    test::take_turn_with_sessions();
    ::chmod(runtime.path().c_str(), S_IRWXU);
    key = session_in({{"XDG_RUNTIME_DIR", runtime.path().string()}}, "/nowhere");
  }
  ~SessionStore() { lock_session(key); }

  void unlock() { unlock_session(store(), key); }
  void make(vault::SessionLife life) {
    auto& impl = store().impl();
    vault::make_session(key, impl.keyring, impl.who.slot, impl.who.secrets, life);
  }
  // Opens the store by the session; nullopt where that goes.
  [[nodiscard]] std::optional<Errc> code_of_opening(const SessionKey& by) const {
    return code_of([&] { return Store::open(path(), by, {.clock = clock()}); });
  }
  [[nodiscard]] bool opens() const { return !code_of_opening(key); }

  test::TempDir runtime;
  SessionKey key;
};

}  // namespace

TEST_CASE("a session opens the store until it is locked") {
  if (!kernel_keeps_keys()) return;
  SessionStore s;
  CHECK(s.code_of_opening(s.key) == Errc::not_permitted);
  CHECK_THROWS_AS(Store::open(s.path(), s.key, {}), NoSession);
  s.unlock();
  const Store by_session = Store::open(s.path(), s.key, {.clock = s.clock()});
  CHECK(by_session.actor().login == "wangli");
  struct stat info {};
  REQUIRE(::stat(s.key.file.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(lock_session(s.key));
  CHECK_FALSE(s.opens());
  CHECK_FALSE(std::filesystem::exists(s.key.file));
  CHECK_FALSE(lock_session(s.key));
}

TEST_CASE("the policy says how long a session lasts, and the log who opened it") {
  if (!kernel_keeps_keys()) return;
  SessionStore s;
  const OpenedSession opened = unlock_session(s.store(), s.key);
  CHECK(opened.login == "wangli");
  CHECK(opened.idle_minutes == 15);
  CHECK(opened.ends == Instant{s.clock()().seconds + 8 * 3600});
  CHECK(s.store().check().empty());
}

TEST_CASE("a session ends when nothing was done for a while, and at last in any case") {
  if (!kernel_keeps_keys()) return;
  using std::chrono::seconds;
  SessionStore s;
  s.make({.idle = seconds{3}, .longest = seconds{100}});
  CHECK(s.opens());
  ::sleep(5);
  CHECK_FALSE(s.opens());
  s.make({.idle = seconds{100}, .longest = seconds{0}});
  CHECK_FALSE(s.opens());
  s.make({.idle = seconds{5}, .longest = seconds{100}});
  for (int i = 0; i < 4; ++i) {  // each command lengthens it
    ::sleep(2);
    CHECK(s.opens());
  }
}

TEST_CASE("no file of a session opens the store without the key that the kernel has") {
  if (!kernel_keeps_keys()) return;
  SessionStore s;
  CHECK_FALSE(is_session_open(s.key));
  s.unlock();
  CHECK(is_session_open(s.key));
  const std::string file = bytes_of(s.key.file);
  // Each byte of it counts.
  for (std::size_t at = 0; at < file.size(); ++at) {
    std::string changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    put_bytes(s.key.file, changed);
    ::chmod(s.key.file.c_str(), S_IRUSR | S_IWUSR);
    INFO(at);
    CHECK_FALSE(s.opens());
  }
  put_bytes(s.key.file, file.substr(1));
  CHECK_FALSE(s.opens());
  put_bytes(s.key.file, file);
  CHECK(s.opens());  // the control: it was the change
  ::chmod(s.key.file.c_str(), S_IRUSR | S_IWUSR | S_IRGRP);
  CHECK_FALSE(s.opens());
  lock_session(s.key);
  put_bytes(s.key.file, file);
  CHECK_FALSE(is_session_open(s.key));
  ::chmod(s.key.file.c_str(), S_IRUSR | S_IWUSR);
  CHECK_FALSE(s.opens());
}

TEST_CASE("a session is of one person and one store") {
  if (!kernel_keeps_keys()) return;
  SessionStore s;
  s.unlock();
  // Another person's: whose file it is cannot be talked out of it.
  SessionKey other = s.key;
  ++other.invoker;
  CHECK(s.code_of_opening(other) == Errc::not_permitted);
  CHECK(s.opens());
  const SessionStore another;
  CHECK(code_of([&] { return Store::open(another.path(), s.key, {}); }) == Errc::not_permitted);
}

TEST_CASE("a new passphrase ends the sessions of the old one") {
  if (!kernel_keeps_keys()) return;
  SessionStore s;
  auto tx = s.begin();
  add_staff(tx, {.login = "chenjing",
                 .name = "陈静",
                 .roles = {Role::clerk},
                 .passphrase = Secret{"amber lantern uphill"}});
  tx.commit();
  Store clerk = Store::open(s.path(), Passphrase{"chenjing", Secret{"amber lantern uphill"}},
                            {.clock = s.clock()});
  unlock_session(clerk, s.key);
  auto other = s.begin();
  set_roles(other, "chenjing", {Role::clerk, Role::service});
  other.commit();
  CHECK(s.opens());  // the control: other changes of her slot do not end it
  auto change = clerk.begin({.id = new_operation_id(), .request = "test"});
  change_passphrase(change, Secret{"violet harbour sleeps"});
  change.commit();
  CHECK_FALSE(s.opens());
}

TEST_CASE("who was disabled has no session any more") {
  if (!kernel_keeps_keys()) return;
  SessionStore s;
  auto tx = s.begin();
  const auto made = add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
  tx.commit();
  Store clerk = Store::open(s.path(), KeyFile{Secret{made.key_file->view()}}, {.clock = s.clock()});
  unlock_session(clerk, s.key);
  CHECK(s.opens());
  auto change = s.begin();
  disable_staff(change, "chenjing");
  change.commit();
  CHECK(s.code_of_opening(s.key) == Errc::not_permitted);
}

TEST_CASE("the recovery code opens no session") {
  SessionStore s;
  Store by_code = Store::open(s.path(), RecoveryCode{Secret{s.recovery_code()}}, {});
  CHECK(code_of([&] { unlock_session(by_code, s.key); }) == Errc::refused);
}

TEST_CASE("whose session it is: the account's own, or hers who called sudo") {
  const test::TempDir own;
  const test::TempDir shared;
  for (const auto* directory : {&own, &shared}) ::chmod(directory->path().c_str(), S_IRWXU);
  const std::string runtime = own.path().string();
  const std::string me = std::to_string(::getuid());
  const auto code = [](const Environment& env, const std::filesystem::path& place) {
    return code_of([&] { return session_in(env, place); });
  };
  CHECK(session_in({{"XDG_RUNTIME_DIR", runtime}}, "/nowhere").invoker == ::getuid());
  CHECK(session_in({{"XDG_RUNTIME_DIR", runtime}, {"SUDO_UID", me}}, "/nowhere").invoker ==
        ::getuid());
  // Under an account of one's own, but called by another.
  CHECK(code({{"XDG_RUNTIME_DIR", runtime}, {"SUDO_UID", "54321"}}, "/nowhere") ==
        Errc::cannot_create);
  CHECK(code({}, "/nowhere") == Errc::cannot_create);
  CHECK(code({{"XDG_RUNTIME_DIR", "relative"}}, "/nowhere") == Errc::cannot_create);
  // Under an account that people share.
  const SessionKey alice = session_in({{"SUDO_UID", "1001"}}, shared.path());
  CHECK(alice.invoker == 1001);
  CHECK(alice.file == shared.path() / "1001.session");
  CHECK(session_in({{"SUDO_UID", "1002"}}, shared.path()).file != alice.file);
  CHECK(code({{"XDG_RUNTIME_DIR", runtime}}, shared.path()) == Errc::cannot_create);
  for (const char* bad : {"", "-1", "0x3e9", "1001 ", "4294967295", "99999999999"}) {
    INFO(bad);
    CHECK(code({{"SUDO_UID", bad}}, shared.path()) == Errc::cannot_create);
  }
  // A directory that others can enter is no place for it.
  ::chmod(own.path().c_str(), S_IRWXU | S_IXGRP);
  CHECK(code({{"XDG_RUNTIME_DIR", runtime}}, "/nowhere") == Errc::cannot_create);
}
