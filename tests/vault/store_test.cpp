#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "support/vault.h"
#include "vault/access.h"
#include "vault/opening/unlock.h"

using namespace pharmacy;
using test::code_of;
using test::TempDir;
using test::TestStore;
using test::wangli;

namespace {

std::int64_t count(Reading& reading, std::string_view sql) {
  return vault::database(reading).value<std::int64_t>(sql).value();
}

void add_setting(Transaction& tx, const std::string& key) {
  vault::database(tx).run("INSERT INTO setting (key, value) VALUES (?1, '1')", key);
}

bool has_setting(Reading reading, const std::string& key) {
  return vault::database(reading)
             .value<std::int64_t>("SELECT count(*) FROM setting WHERE key = ?1", key)
             .value() == 1;
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a new store opens with its key file and knows its first person") {
  TestStore t{"2026-03-01"};
  CHECK(t.store().actor().login == "wangli");
  CHECK(t.store().actor().name == "王丽");
  CHECK(t.store().actor().roles == std::vector{Role::pharmacist, Role::manager});
  CHECK(t.store().zone().name() == "Asia/Shanghai");
  CHECK(to_string(t.store().today()) == "2026-03-01");
  CHECK(to_string(t.store().now(), t.store().zone()) == "2026-03-01T10:00:00+08:00");
  auto reading = t.reading();
  CHECK(count(reading, "SELECT count(*) FROM policy") == 1);
  CHECK(count(reading, "SELECT count(*) FROM staff") == 1);
}

TEST_CASE("the files of a store are open to their owner alone, whatever the umask") {
  const mode_t before = ::umask(0);
  {
    TestStore t{"2026-03-01"};
    auto tx = t.begin();
    tx.commit();
    CHECK(mode_of(t.path()) == 0700);
    for (const auto& entry : std::filesystem::directory_iterator(t.path())) {
      CAPTURE(entry.path().string());
      CHECK(mode_of(entry.path()) == 0600);
    }
  }
  ::umask(before);
}

TEST_CASE("what is committed is there for the next process, and what is not is gone") {
  TestStore t{"2026-03-01"};
  {
    auto tx = t.begin();
    add_setting(tx, "kept");
    tx.commit();
  }
  {
    auto tx = t.begin();
    add_setting(tx, "dropped");
  }
  t.reopen();
  CHECK(has_setting(t.reading(), "kept"));
  CHECK_FALSE(has_setting(t.reading(), "dropped"));
}

TEST_CASE("a reading sees one state while another process commits") {
  TestStore t{"2026-03-01"};
  Store other = t.open_again();
  auto reading = t.reading();
  {
    auto tx = other.begin({.id = new_operation_id(), .request = "test"});
    add_setting(tx, "later");
    tx.commit();
  }
  CHECK(count(reading, "SELECT count(*) FROM setting WHERE key = 'later'") == 0);
  CHECK(has_setting(other.read(), "later"));
}

TEST_CASE("the next change waits for the gate, and says busy when it has waited enough") {
  TestStore t{"2026-03-01"};
  Store impatient = t.open_again(std::chrono::milliseconds{50});
  auto tx = t.begin();
  const Operation operation{.id = new_operation_id(), .request = "test"};
  CHECK(code_of([&] { static_cast<void>(impatient.begin(operation)); }) == Errc::busy);
  tx.commit();
  impatient.begin(operation).commit();
}

TEST_CASE("an operation is done once, and its result can be asked for") {
  TestStore t{"2026-03-01"};
  const Operation operation{.id = "till-1.77", .request = "buy 6001"};
  CHECK_FALSE(t.store().result_of(operation).has_value());
  {
    auto tx = t.store().begin(operation);
    add_setting(tx, "once");
    tx.commit("receipt 12\n");
  }
  CHECK(t.store().result_of(operation) == "receipt 12\n");
  CHECK(code_of([&] { static_cast<void>(t.store().begin(operation)); }) == Errc::busy);

  const Operation other{.id = "till-1.77", .request = "buy 6002"};
  CHECK(code_of([&] { static_cast<void>(t.store().result_of(other)); }) == Errc::conflict);
  CHECK(code_of([&] { static_cast<void>(t.store().begin(other)); }) == Errc::conflict);
  // A refused operation leaves the store usable.
  t.begin().commit();
}

TEST_CASE("an operation id is printable and has an end") {
  TestStore t{"2026-03-01"};
  for (const std::string& id : {std::string{}, std::string(65, 'a'), std::string{"a b"},
                                std::string{"a\n"}, std::string{"王"}}) {
    CAPTURE(id);
    CHECK(code_of([&] { static_cast<void>(t.store().begin({id, "x"})); }) == Errc::invalid_input);
  }
}

TEST_CASE("new operation ids are unlike one another and sort by time") {
  const std::string first = new_operation_id();
  CHECK(first.size() == 26);
  CHECK(first.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz") == std::string::npos);
  CHECK(new_operation_id() != first);
  CHECK(new_operation_id().substr(0, 10) >= first.substr(0, 10));
}

TEST_CASE("a guess at the passphrase of a new store costs 256 MiB, three times over") {
  const TempDir home;
  NewStore input = wangli();
  input.passphrase = Secret{test::good_passphrase};
  Store::create(home.path() / "store", input);
  const auto keyring = vault::read_keyring(vault::Place{home.path() / "store"});
  const auto& owner = keyring.find("wangli")->owner;
  CHECK(owner.cost == crypto::KdfCost{.memory_kib = 256 * 1024, .passes = 3});
}

TEST_CASE("a second store is never made over the first") {
  TestStore t{"2026-03-01"};
  const std::string keyring = test::bytes_of(t.path() / "store.keys");
  CHECK(code_of([&] { Store::create(t.path(), wangli()); }) == Errc::conflict);
  CHECK(test::bytes_of(t.path() / "store.keys") == keyring);
  t.reopen();
}

TEST_CASE("a store is made in an empty directory or a new one, and in no other") {
  TempDir home;
  CHECK_NOTHROW(Store::create(home.path() / "a" / "b", wangli()));

  const auto empty = home.path() / "empty";
  REQUIRE(::mkdir(empty.c_str(), 0700) == 0);
  CHECK_NOTHROW(Store::create(empty, wangli()));

  const auto full = home.path() / "full";
  REQUIRE(::mkdir(full.c_str(), 0700) == 0);
  test::put_bytes(full / "letter.txt", "hello");
  CHECK(code_of([&] { Store::create(full, wangli()); }) == Errc::cannot_create);

  const auto open = home.path() / "open";
  REQUIRE(::mkdir(open.c_str(), 0755) == 0);
  REQUIRE(::chmod(open.c_str(), 0755) == 0);
  CHECK(code_of([&] { Store::create(open, wangli()); }) == Errc::cannot_create);

  const auto link = home.path() / "link";
  std::filesystem::create_directory_symlink(empty, link);
  CHECK(code_of([&] { Store::create(link, wangli()); }) == Errc::cannot_create);

  const auto file = home.path() / "file";
  test::put_bytes(file, "");
  CHECK(code_of([&] { Store::create(file, wangli()); }) == Errc::cannot_create);
  CHECK(code_of([&] { Store::create(file / "below", wangli()); }) == Errc::cannot_create);
}

TEST_CASE("a creation that was cut off does not stand in the way of the next") {
  TempDir home;
  const auto path = home.path() / "store";
  REQUIRE(::mkdir(path.c_str(), 0700) == 0);
  REQUIRE(::mkdir((path / "store.new-0011").c_str(), 0700) == 0);
  test::put_bytes(path / "store.new-0011" / "store.db", "half");
  test::put_bytes(path / "store.lock", "");
  CHECK_NOTHROW(Store::create(path, wangli()));
  CHECK_FALSE(std::filesystem::exists(path / "store.new-0011"));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    CHECK(entry.is_regular_file());
    ++files;
  }
  CHECK(files == 3);  // store.db, store.keys, store.lock
}

TEST_CASE("a creation that was cut off between its last two steps is begun anew") {
  TestStore t{"2026-03-01"};
  t.close();
  const auto workshop = t.path() / "store.new-0011";
  REQUIRE(::mkdir(workshop.c_str(), 0700) == 0);
  std::filesystem::rename(t.path() / "store.keys", workshop / "store.keys");
  for (const char* name : {"store.db-wal", "store.db-shm"}) {
    std::filesystem::remove(t.path() / name);
  }
  CHECK_FALSE(Store::exists(t.path()));
  CHECK_NOTHROW(Store::create(t.path(), wangli()));
  CHECK(Store::exists(t.path()));
}

TEST_CASE("a creation killed at any moment leaves a whole store or none") {
  TempDir home;
  const auto begun = std::chrono::steady_clock::now();
  Store::create(home.path() / "unhurt", wangli());
  const auto whole_time = std::chrono::steady_clock::now() - begun;
  constexpr int kills = 25;
  for (int i = 0; i < kills; ++i) {
    const auto path = home.path() / std::to_string(i);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      Store::create(path, wangli());
      ::_exit(0);
    }
    std::this_thread::sleep_for(whole_time * i / (kills - 5));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CAPTURE(i);
    if (Store::exists(path)) {
      CHECK(Store::staff(path).size() == 2);
    } else {
      CHECK_NOTHROW(Store::create(path, wangli()));
    }
  }
}

TEST_CASE("four processes change the store at once and lose nothing") {
  TestStore t{"2026-03-01"};
  t.close();
  constexpr int processes = 4;
  constexpr int changes = 20;
  for (int p = 0; p < processes; ++p) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child != 0) continue;
    Store store = t.open_again(std::chrono::seconds{60});
    for (int i = 0; i < changes; ++i) {
      auto tx = store.begin({.id = new_operation_id(), .request = "test"});
      add_setting(tx, std::to_string(p) + '/' + std::to_string(i));
      tx.commit();
    }
    ::_exit(0);
  }
  for (int p = 0; p < processes; ++p) {
    int status = 1;
    ::wait(&status);
    CHECK(status == 0);
  }
  t.reopen();
  auto reading = t.reading();
  CHECK(count(reading, "SELECT count(*) FROM setting WHERE key LIKE '%/%'") == processes * changes);
  CHECK(count(reading, "SELECT count(*) FROM operation") == processes * changes);
}

TEST_CASE("all faults of a new store are told at once, and nothing is made") {
  TempDir home;
  NewStore input;
  input.login = "Wang Li";
  input.name = "";
  input.zone = "Asia/Nowhere";
  input.passphrase = Secret{"short"};
  try {
    Store::create(home.path() / "store", input);
    FAIL("made");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::invalid_input);
    CHECK(error.faults().size() == 4);
  }
  CHECK_FALSE(std::filesystem::exists(home.path() / "store"));
}

TEST_CASE("where there is no store, opening says so") {
  TempDir home;
  const auto open = [](const std::filesystem::path& path) {
    static_cast<void>(Store::open(path, KeyFile{Secret{"x"}}));
  };
  CHECK(code_of([&] { open(home.path()); }) == Errc::no_store);
  CHECK(code_of([&] { open(home.path() / "absent"); }) == Errc::no_store);
  CHECK_FALSE(Store::exists(home.path()));
  CHECK(code_of([&] { static_cast<void>(Store::staff(home.path())); }) == Errc::no_store);
}

TEST_CASE("a store with one of its two files gone is damaged, not absent") {
  for (const char* name : {"store.keys", "store.db"}) {
    TestStore t{"2026-03-01"};
    std::filesystem::remove(t.path() / name);
    CAPTURE(name);
    CHECK(Store::exists(t.path()));
    CHECK(code_of([&] { static_cast<void>(t.open_again()); }) == Errc::damaged);
  }
}

TEST_CASE("files that others could have written or read are refused") {
  TestStore t{"2026-03-01"};
  const auto opens = [&] { static_cast<void>(t.open_again()); };
  const auto path = t.path();
  REQUIRE(::chmod(path.c_str(), 0750) == 0);
  CHECK(code_of(opens) == Errc::not_permitted);
  REQUIRE(::chmod(path.c_str(), 0700) == 0);
  for (const char* name :
       {"store.keys", "store.db", "store.db-wal", "store.db-shm", "store.lock"}) {
    CAPTURE(name);
    REQUIRE(::chmod((path / name).c_str(), 0640) == 0);
    CHECK(code_of(opens) == Errc::not_permitted);
    REQUIRE(::chmod((path / name).c_str(), 0600) == 0);

    const auto aside = path.parent_path() / "aside";
    std::filesystem::rename(path / name, aside);
    std::filesystem::create_symlink(aside, path / name);
    CHECK(code_of(opens) == Errc::not_permitted);
    std::filesystem::remove(path / name);
    std::filesystem::create_hard_link(aside, path / name);
    CHECK(code_of(opens) == Errc::not_permitted);
    std::filesystem::remove(path / name);
    std::filesystem::rename(aside, path / name);
  }
  CHECK_NOTHROW(opens());
}

TEST_CASE("info tells the store's facts") {
  TestStore t{"2026-03-01"};
  const StoreInfo info = t.store().info();
  CHECK(info.path == t.path().string());
  CHECK(info.store_id.size() == 32);
  CHECK(info.schema >= 5);
  CHECK(info.keyring_format == 1);
  CHECK(info.zone == "Asia/Shanghai");
  CHECK(info.blind_alerts);
  CHECK(info.pages > 10);
  CHECK(info.bytes >= info.pages * 4096);
}
