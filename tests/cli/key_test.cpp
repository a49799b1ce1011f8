// Whose key it is, where it comes from, and what is said of one that does not fit.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "cli/probe.h"
#include "store/store.h"
#include "support/drill.h"
#include "support/run.h"

namespace pharmacy::test {

TEST_CASE("a key file that others can read is refused with the command that mends it") {
  TestStore t{"2026-03-01"};
  const auto key = t.key_file_path();
  REQUIRE(::chmod(key.c_str(), 0640) == 0);
  const auto ran = run(probe, t, {"sold"});
  CHECK(ran.status == 77);
  CHECK(ran.err ==
        "probe sold: others can read the key file " + key + "\nrun: chmod 600 " + key + "\n");
}

TEST_CASE("keys that could not be locked are told of once, whatever becomes of the command") {
  const std::string note =
      "note: keys in memory could not be kept out of the swap space: `store doctor` says what "
      "helps\n";
  const auto said = [](TestStore& t, const std::vector<std::string>& args, bool locked) {
    return run(cli::define_store, t, args, {.secrets_are_locked = locked}).err;
  };
  TestStore t{"2026-03-01"};
  CHECK(said(t, {"check"}, true) == "");
  CHECK(said(t, {"check"}, false) == note);
  CHECK(said(t, {"check", "--quiet"}, false) == note);
  // One that opens no store, and one that fails.
  CHECK(said(t, {"lock"}, false) == note + said(t, {"lock"}, true));
  REQUIRE(::chmod(t.key_file_path().c_str(), 0640) == 0);
  CHECK(said(t, {"check"}, false) == note + said(t, {"check"}, true));
}

TEST_CASE("a key file must be a file, there, and not a link") {
  TestStore t{"2026-03-01"};
  const auto link = t.path().parent_path() / "link";
  std::filesystem::create_symlink(t.key_file_path(), link);
  for (const std::string& path :
       {link.string(), t.path().string(), std::string{"/dev/null"}, std::string{"/nonexistent"}}) {
    CAPTURE(path);
    const auto ran = run(probe, t, {"sold", "--key-file", path});
    CHECK(ran.status == 66);
    CHECK(ran.out == "");
  }
}

TEST_CASE("the key comes from the standard input or a service's credential too") {
  TestStore t{"2026-03-01"};
  CHECK(run(probe, t, {"sold", "--key-file", "-"}, {.in = bytes_of(t.key_file_path())}).status ==
        0);
  const auto folder = t.path().parent_path();
  std::filesystem::copy_file(t.key_file_path(), folder / "store.key");
  CHECK(run(probe, t, {"sold"},
            {.env = {{"PHARMACY_KEY_FILE", ""}, {"CREDENTIALS_DIRECTORY", folder.string()}}})
            .status == 0);
}

static const std::string needs_key_file =
    "probe sold: this store is opened by a key file, and none is given\n"
    "use --key-file FILE, --key-fd N or PHARMACY_KEY_FILE; with the recovery code, "
    "--login recovery\n";

TEST_CASE("without a key and a terminal it says which options there are") {
  TestStore t{"2026-03-01"};
  for (const bool terminal : {false, true}) {
    const auto ran = run(probe, t, {"sold", "--no-input"},
                         {.terminal = terminal, .env = {{"PHARMACY_KEY_FILE", ""}}});
    CHECK(ran.status == 77);
    CHECK(ran.err == needs_key_file);
  }
}

TEST_CASE("a key that belongs to someone else than the login given is refused") {
  TestStore t{"2026-03-01"};
  CHECK(run(probe, t, {"sold", "--login", "wangli"}).status == 0);
  const auto ran = run(probe, t, {"sold", "--login", "lina"});
  CHECK(ran.status == 77);
  CHECK(ran.err == "probe sold: the key belongs to wangli, not to lina\n");
}

// As at a terminal with no key file at hand: what is typed without echo, one after the other.
static Ran typed(TestStore& t, std::vector<std::string> secrets,
                 std::vector<std::string> options = {}) {
  options.insert(options.begin(), "sold");
  return run(probe, t, options,
             {.terminal = true, .env = {{"PHARMACY_KEY_FILE", ""}}, .secrets = std::move(secrets)});
}

namespace {
// A store with a passphrase and no key file.
class ByPassphrase {
 public:
  ByPassphrase() {
    const auto keys = Store::create(
        path(), {.login = "wangli", .name = "王丽", .passphrase = Secret{"amber lantern"}});
    code_ = keys.recovery_code.view();
  }
  [[nodiscard]] std::string path() const { return (folder_.path() / "store").string(); }
  [[nodiscard]] const std::string& code() const { return code_; }
  [[nodiscard]] Ran open(std::vector<std::string> secrets, bool terminal = true) const {
    return run(probe, {"sold", "--store", path()},
               {.terminal = terminal, .secrets = std::move(secrets)});
  }

 private:
  TempDir folder_;
  std::string code_;
};
}  // namespace

TEST_CASE("nobody is asked for a passphrase where only key files open the store") {
  TestStore t{"2026-03-01"};
  const auto ran = typed(t, {"amber lantern"});
  CHECK(ran.status == 77);
  CHECK(ran.err == needs_key_file);
  CHECK(typed(t, {"amber lantern"}, {"--login", "wangli"}).err.find("wangli has a key file") !=
        std::string::npos);
}

TEST_CASE("the recovery code is asked for by its login, whatever key is usual") {
  TestStore t{"2026-03-01"};
  const auto ran = typed(t, {t.recovery_code()}, {"--login", "recovery"});
  CHECK(ran.status == 0);
  CHECK(ran.err.starts_with("recovery code: \n"));
  CHECK(run(probe, t, {"sold", "--login", "recovery"},
            {.terminal = true, .secrets = {t.recovery_code()}})
            .status == 0);
}

TEST_CASE("a mistyped recovery code is asked for again, and one of another store is not") {
  TestStore t{"2026-03-01"};
  TestStore other{"2026-03-01"};
  CHECK(typed(t, {"AAAA-BBBB", t.recovery_code()}, {"--login", "recovery"}).status == 0);
  const auto ran = typed(t, {other.recovery_code(), t.recovery_code()}, {"--login", "recovery"});
  CHECK(ran.status == 77);
  CHECK(ran.err.find("this recovery code does not open the store") != std::string::npos);
  CHECK(typed(t, {}, {"--login", "recovery", "--no-input"}).status == 77);
}

TEST_CASE("a key file may hold the recovery code") {
  TestStore t{"2026-03-01"};
  const auto file = (t.path().parent_path() / "code").string();
  put_bytes(file, t.recovery_code() + "\r\n");
  CHECK(run(probe, t, {"sold", "--key-file", file}).status == 0);
  CHECK(run(probe, t, {"sold", "--key-file", file, "--login", "recovery"}).status == 0);
  CHECK(run(probe, t, {"sold", "--key-file", file, "--login", "wangli"}).status == 77);
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  CHECK(run(probe, t, {"sold", "--key-fd", std::to_string(fd)}).status == 0);
  ::close(fd);
  put_bytes(file, "no key\n");
  CHECK(run(probe, t, {"sold", "--key-file", file}).err.find("or a recovery code") !=
        std::string::npos);
}

TEST_CASE("the recovery code opens the store at the prompt for a passphrase too") {
  const ByPassphrase store;
  const auto ran = store.open({store.code()});
  CHECK(ran.status == 0);
  CHECK(ran.err.find("acting as recovery\n") != std::string::npos);
}

TEST_CASE("nothing typed at the prompt is a no") {
  const ByPassphrase store;
  const auto ran = store.open({});
  CHECK(ran.status == 1);
  CHECK(ran.err == "probe sold: no passphrase was typed\n");
  CHECK(store.open({}, false).status == 77);
}

TEST_CASE("a lock-out ends the questions") {
  const ByPassphrase store;
  CHECK(store.open({"wrong 1", "wrong 2", "wrong 3"}).status == 77);
  const auto ran = store.open({"wrong 4", "wrong 5", "wrong 6", "wrong 7"});
  CHECK(ran.status == 77);
  CHECK(ran.err.find("too many wrong passphrases") != std::string::npos);
  const auto locked = store.open({"amber lantern", "amber lantern"});
  const auto asked = locked.err.find("passphrase of wangli: ");
  CHECK(asked != std::string::npos);
  CHECK(locked.err.find("passphrase of wangli: ", asked + 1) == std::string::npos);
}

TEST_CASE("a key in the place of its file's name is refused, and never shown") {
  TestStore t{"2026-03-01"};
  const auto key = bytes_of(t.key_file_path()).substr(0, 80);
  const auto digits = key.substr(20, 20);
  const auto hidden = [&](const Ran& ran, int status) {
    CHECK(ran.status == status);
    CHECK((ran.out + ran.err).find(digits) == std::string::npos);
    CHECK(ran.err.find("holds a key, and must hold the name of a file\n") != std::string::npos);
  };
  hidden(run(probe, t, {"sold"}, {.env = {{"PHARMACY_KEY_FILE", key}}}), 78);
  hidden(run(cli::define_store, t, {"config", "show"}, {.env = {{"PHARMACY_KEY_FILE", key}}}), 78);
  hidden(run(probe, t, {"sold", "--key-file", key}), 2);
  hidden(run(probe, t, {"sold", "--key-file", "pharmacy-key-1", digits, "1"}), 2);
  const auto by_number = run(probe, t, {"sold", "--key-fd", key});
  CHECK(by_number.status == 2);
  CHECK(by_number.err.find(digits) == std::string::npos);
}

TEST_CASE("the command that mends a key file's mode takes names with spaces") {
  TestStore t{"2026-03-01"};
  const auto file = (t.path().parent_path() / "wang li's.key").string();
  std::filesystem::copy_file(t.key_file_path(), file);
  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  const auto ran = run(probe, t, {"sold", "--key-file", file});
  const auto folder = t.path().parent_path().string();
  CHECK(ran.err.find("\nrun: chmod 600 '" + folder + "/wang li'\\''s.key'\n") != std::string::npos);
}

TEST_CASE("whoever may not restore a backup is asked nothing") {
  TestStore t{"2026-03-01"};
  const auto folder = t.path().parent_path();
  const std::string backup = folder / "made.backup", clerk = folder / "clerk.key";
  REQUIRE(run(cli::define_store, t,
              {"staff", "add", "chenjing", "--name", "陈静", "--role", "clerk", "--new-key", clerk,
               "--allow-key-file"})
              .status == 0);
  drilled(t.path(), backup, t.key_file_path(), [&] {
    REQUIRE(run(cli::define_store, t, {"backup", backup}).status == 0);
  });
  t.close();
  const auto restore = [&](const std::string& key, const char* option) {
    return run(cli::define_store, t, {"restore", backup, "--replace", "--accept-older", option},
               {.in = "no\n", .terminal = true, .env = {{"PHARMACY_KEY_FILE", key}}});
  };
  CHECK(restore(clerk, "-q").status == 77);
  CHECK(restore(clerk, "-q").err.find("replace the store") == std::string::npos);
  CHECK(restore(clerk, "-n").status == 77);
  // The control: a manager is, and says no.
  const auto asked = restore(t.key_file_path(), "-q");
  CHECK(asked.status == 1);
  CHECK(asked.err.find("replace the store") != std::string::npos);
  CHECK(restore(t.key_file_path(), "-n").status == 0);
}

TEST_CASE("a rehearsal says whether there is a session that would be ended") {
  const TempDir runtime;
  std::filesystem::permissions(runtime.path(), std::filesystem::perms::owner_all);
  TestStore t{"2026-03-01"};
  const auto lock = run(cli::define_store, t, {"lock", "-n"},
                        {.env = {{"XDG_RUNTIME_DIR", runtime.path().string()}}});
  CHECK(lock.status == 0);
  CHECK(lock.err == "no session was open\n");
}

}  // namespace pharmacy::test
