// How a change ends.
#include <sys/file.h>
#include <sys/resource.h>

#include <csignal>
#include <new>

#include "base/file.h"
#include "support/fault_vfs.h"
#include "support/leak.h"
#include "support/sealed.h"
#include "support/vault.h"
#include "vault/access.h"

using namespace pharmacy;
using db::test::Call;
using db::test::DefaultFaultVfs;
using db::test::set_fault;
using test::code_of;
using test::TestStore;

namespace {

const Operation sale{.id = "till-1.78", .request = "buy"};

void add_setting(Transaction& tx, const std::string& key, const std::string& value = "1") {
  vault::database(tx).run("INSERT INTO setting (key, value) VALUES (?1, ?2)", key, value);
}

bool has_setting(Reading reading, const std::string& key) {
  return vault::database(reading)
      .value<std::int64_t>("SELECT 1 FROM setting WHERE key = ?1", key)
      .has_value();
}

// Does the operation again, as a person does who was told to; its effect is there once.
void repeat(TestStore& t) {
  if (!t.store().result_of(sale)) {
    auto tx = t.store().begin(sale);
    add_setting(tx, "once");
    tx.commit("done");
  }
  CHECK(t.store().result_of(sale) == "done");
  CHECK(has_setting(t.reading(), "once"));
}

}  // namespace

TEST_CASE("a disk that is full at the commit has certainly written nothing") {
  TestStore t{"2026-03-01"};
  t.begin().commit();
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
  {
    auto tx = t.store().begin(sale);
    add_setting(tx, "once");
    const rlimit small{std::filesystem::file_size(t.path() / "store.db-wal") + 100, limit.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    CHECK(code_of([&] { tx.commit("done"); }) == Errc::io);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  std::signal(SIGXFSZ, before);
  CHECK_FALSE(t.store().result_of(sale).has_value());
  t.reopen();
  CHECK_FALSE(t.store().result_of(sale).has_value());
  repeat(t);
}

TEST_CASE("when the disk fails after the commit was written, nobody knows, and it is done once") {
  const DefaultFaultVfs vfs;
  TestStore t{"2026-03-01"};
  t.begin().commit();
  {
    auto tx = t.store().begin(sale);
    add_setting(tx, "once");
    SUBCASE("in the sync") { set_fault({.call = Call::sync, .k = 1, .code = SQLITE_IOERR_FSYNC}); }
    SUBCASE("for want of memory in the sync") {
      set_fault({.call = Call::sync, .k = 1, .code = SQLITE_NOMEM});
    }
    CHECK(code_of([&] { tx.commit("done"); }) == Errc::outcome_unknown);
    set_fault({});
  }
  repeat(t);
}

TEST_CASE("memory that is lacking before the commit is written is no unknown outcome") {
  const DefaultFaultVfs vfs;
  TestStore t{"2026-03-01"};
  t.begin().commit();
  {
    auto tx = t.store().begin(sale);
    add_setting(tx, "once");
    set_fault({.call = Call::write, .k = 1, .code = SQLITE_NOMEM});
    CHECK_THROWS_AS(tx.commit("done"), std::bad_alloc);
    set_fault({});
  }
  CHECK_FALSE(t.store().result_of(sale).has_value());
  repeat(t);
}

TEST_CASE("a change that could not read something, and went on, is not committed") {
  const DefaultFaultVfs vfs;
  TestStore t{"2026-03-01"};
  {
    auto tx = t.store().begin(sale);
    add_setting(tx, "once");
    set_fault({.call = Call::read, .k = 1, .code = SQLITE_IOERR_READ});
    CHECK(code_of([&] {
            static_cast<void>(
                vault::database(tx).value<std::int64_t>("SELECT count(*) FROM points_lot"));
          }) == Errc::io);
    CHECK(db::test::fault_met());
    set_fault({});
    CHECK(code_of([&] { tx.commit("done"); }) == Errc::io);
  }
  CHECK_FALSE(t.store().result_of(sale).has_value());
  CHECK_FALSE(has_setting(t.reading(), "once"));
  repeat(t);
}

TEST_CASE("each operation hides what it stores in SQLite's checksums") {
  TestStore t{"2026-03-01"};
  t.begin().commit();
  t.close();
  const db::test::OpenFile log{t.path() / "store.db-wal"}, index{t.path() / "store.db-shm"};
  t.reopen();
  db::Bytes mask;
  std::vector<db::test::Frame> frames;
  {
    auto tx = t.store().begin(sale);
    add_setting(tx, "secret", "pin 6042");
    tx.commit();
    auto reading = t.reading();
    auto& database = vault::database(reading);
    mask = database.value<db::Bytes>("SELECT mask FROM operation WHERE id = ?1", sale.id).value();
    frames = db::test::frames_of(database.handle());
  }
  const auto fitting = [&](const std::vector<db::test::Frame>& known) {
    return db::test::candidates(known, "pin 6042", log.bytes(), index.bytes());
  };
  // The control: whoever knows the 16 bytes too finds the secret.
  CHECK(fitting(frames) == 1);
  int masked = 0;
  for (auto& frame : frames) {
    const auto at = std::search(frame.begin(), frame.end(), mask.begin(), mask.end());
    if (at == frame.end()) continue;
    std::fill_n(at, mask.size(), static_cast<unsigned char>(0));
    ++masked;
  }
  CHECK(masked > 0);
  CHECK(fitting(frames) == 0);
}

TEST_CASE("a change that waited over midnight is of the day on which it began") {
  TestStore t{"2026-03-01"};
  OpenOptions options;
  // Midnight comes while the gate is shut: by the time it is ours, it is tomorrow.
  const Instant late =
      Zone{"Asia/Shanghai"}.at_local(parse_date("2026-03-01").value(), std::chrono::hours{23});
  options.clock = [&, path = t.path() / "store.lock"] {
    const Fd file{::open(path.c_str(), O_RDWR | O_CLOEXEC)};
    const bool is_held = ::flock(file.number(), LOCK_EX | LOCK_NB) != 0;
    return Instant{late.seconds + (is_held ? 7200 : 0)};
  };
  Store store = Store::open(t.path(), KeyFile{Secret{test::bytes_of(t.key_file_path())}}, options);
  CHECK(to_string(store.today()) == "2026-03-01");
  auto tx = store.begin(sale);
  CHECK(to_string(tx.today()) == "2026-03-02");
  CHECK(tx.now().seconds == late.seconds + 7200);
}
