// What somebody does to the log, and to page 1 beside it, who does not have the key.
#include <algorithm>
#include <cstring>

#include "db/seal_format.h"
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

using Make = Session::Make;

TEST_CASE("a log of another time beside the file is refused") {
  TempDir dir;
  const auto keys = keys_of(1);
  const auto at = [&](const char* name) { return dir.path() / name; };
  fs::create_directory(at("live"));
  const auto add = [&](int value, bool empty_log) {
    Session store(at("live"), keys);
    store.write("INSERT INTO t VALUES(" + std::to_string(value) + ")");
    if (!empty_log) return;
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
  };
  {
    Session store(at("live"), keys, Make::yes);
    store.write("CREATE TABLE t(a)");
  }
  add(1, true);
  add(2, false);
  copy_store(at("live"), at("second"));
  add(3, true);
  add(4, false);
  copy_store(at("live"), at("fourth"));
  const auto with_log = [&](const char* file, const char* log) {
    copy_store(at(file), at("mixed"));
    fs::copy_file(at(log) / "store.db-wal", at("mixed") / "store.db-wal",
                  fs::copy_options::overwrite_existing);
  };

  with_log("fourth", "second");
  CHECK(code_of([&] { Session store(at("mixed"), keys); }) == Errc::damaged);
  with_log("second", "fourth");
  CHECK(code_of([&] { Session store(at("mixed"), keys); }) == Errc::damaged);
  // The control: logs that belong there.
  for (const auto& [name, rows] : {std::pair{"second", "2\n"}, {"fourth", "4\n"}}) {
    Session store(at(name), keys);
    CHECK(store.query("SELECT count(*) FROM t") == rows);
  }
  // Deleted: an earlier commit.
  fs::remove(at("fourth") / "store.db-wal");
  Session store(at("fourth"), keys);
  CHECK(store.query("SELECT count(*) FROM t") == "3\n");
}

TEST_CASE("a log is refused at once by whoever tries, and again by the next") {
  TempDir dir;
  const auto keys = keys_of(1);
  fs::create_directory(dir.path() / "a");
  {
    Session store(dir.path() / "a", keys, Make::yes);
    store.write("CREATE TABLE t(a)");
  }
  copy_store(dir.path() / "a", dir.path() / "b");
  for (int i = 0; i < 3; ++i) {
    Session store(dir.path() / "a", keys);
    store.write("INSERT INTO t VALUES(1)");
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
  }
  fs::copy_file(dir.path() / "b/store.db-wal", dir.path() / "a/store.db-wal",
                fs::copy_options::overwrite_existing);
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i)
    CHECK(code_of([&] { Session store(dir.path() / "a", keys); }) == Errc::damaged);
  CHECK(std::chrono::steady_clock::now() - before < 3s);
}

TEST_CASE("page 1 torn by a crash inside a checkpoint is supplied by the log") {
  TempDir dir;
  const auto keys = keys_of(1);
  {
    Session store(dir.path(), keys, Make::yes);
    store.write("CREATE TABLE t(a); INSERT INTO t VALUES(5)");
  }
  for (std::uint64_t bit = 800; bit < 4000; ++bit) flip_bit(dir.path() / "store.db", bit);
  Session store(dir.path(), keys);
  CHECK(store.query("SELECT a FROM t") == "5\n");
  CHECK(find_rot(store.db(), store.gate(), 1s).empty());
}

TEST_CASE("page 1 torn in its first sector is supplied by the log, and is damage without it") {
  TempDir dir;
  const auto keys = keys_of(1);
  {
    Session store(dir.path(), keys, Make::yes);
    store.write("CREATE TABLE t(a); INSERT INTO t VALUES(5)");
  }
  Bytes torn = read_file(dir.path() / "store.db");
  std::fill_n(torn.begin(), 512, static_cast<unsigned char>(0));
  write_file(dir.path() / "store.db", torn);
  const Bytes log = read_file(dir.path() / "store.db-wal");
  const auto opens = [&] {
    fs::remove(dir.path() / "store.db-shm");
    return code_of([&] { Session store(dir.path(), keys); });
  };
  SUBCASE("with it") {
    {
      Session store(dir.path(), keys);
      CHECK(store.query("SELECT a FROM t") == "5\n");
      CHECK(find_rot(store.db(), store.gate(), 1s).empty());
      store.gate().acquire(1s);
      CHECK(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
    }
    // The checkpoint has mended it.
    fs::remove(dir.path() / "store.db-wal");
    Session store(dir.path(), keys);
    CHECK(store.query("SELECT a FROM t") == "5\n");
  }
  SUBCASE("without it") {
    write_file(dir.path() / "store.db-wal", {});
    CHECK(opens() == Errc::damaged);
  }
  SUBCASE("with one of other keys, whose index is left alone") {
    fs::remove(dir.path() / "store.db-shm");
    CHECK(code_of([&] { Session store(dir.path(), keys_of(2)); }) == Errc::damaged);
    CHECK_FALSE(fs::exists(dir.path() / "store.db-shm"));
  }
  SUBCASE("with one that holds no whole commit") {
    write_file(dir.path() / "store.db-wal",
               Bytes(log.begin(), log.begin() + log_header_size + sealed_frame_size));
    CHECK(opens() == Errc::damaged);
  }
}

// SQLite's own checksum of a log's header, which needs no key.
void sign_log_header(Bytes& log) {
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, &log[at], 4);
    return value;
  };
  std::uint32_t first = 0, second = 0;
  for (std::size_t at = 0; at < 24; at += 8) {
    first += word(at) + second;
    second += word(at + 4) + first;
  }
  put_u32(&log[24], first);
  put_u32(&log[28], second);
}

TEST_CASE("a log of another page size or version is damage, not a failure of the disk") {
  TempDir dir;
  const auto keys = keys_of(1);
  {
    Session store(dir.path(), keys, Make::yes);
    store.write("CREATE TABLE t(a); INSERT INTO t VALUES(5)");
  }
  Bytes log = read_file(dir.path() / "store.db-wal");
  bool is_refused = true;
  SUBCASE("page size") { put_u32(&log[8], 1024); }
  SUBCASE("version") { put_u32(&log[4], 3007001); }
  SUBCASE("the control: signed again as it was") { is_refused = false; }
  sign_log_header(log);
  write_file(dir.path() / "store.db-wal", log);
  fs::remove(dir.path() / "store.db-shm");
  if (is_refused) {
    CHECK(code_of([&] { Session store(dir.path(), keys); }) == Errc::damaged);
  } else {
    Session store(dir.path(), keys);
    CHECK(store.query("SELECT a FROM t") == "5\n");
  }
}

TEST_CASE("a frame that rots while the store is open is damage, and replaces no good page") {
  TempDir dir;
  const auto keys = keys_of(1);
  {
    Session store(dir.path(), keys, Make::yes);
    store.write("CREATE TABLE t(a); INSERT INTO t VALUES(4)");
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
  }
  const OpenFile database(dir.path() / "store.db"), log(dir.path() / "store.db-wal");
  Session store(dir.path(), keys);
  store.write("INSERT INTO t VALUES(5)");
  const std::uint64_t last_frame = fs::file_size(dir.path() / "store.db-wal") - sealed_frame_size;

  const Bytes before = database.bytes();
  SUBCASE("in its header") { log.poke(last_frame + 30); }
  SUBCASE("in its page") { log.poke(last_frame + 1000); }
  {
    Session reader(dir.path(), keys);
    CHECK(reader.try_exec("SELECT a FROM t") == SQLITE_IOERR_DATA);
    CHECK(damage_of(reader.db()).has_value());
  }
  const Rot rot = find_rot(store.db(), store.gate(), 1s);
  CHECK(rot.frames == std::vector{static_cast<std::uint32_t>(last_frame / sealed_frame_size + 1)});
  store.gate().acquire(1s);
  CHECK(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_IOERR_DATA);
  CHECK(fs::file_size(dir.path() / "store.db-wal") > last_frame);
  // Page 1 had a good frame; that of page 2 is the rotten one.
  const Bytes after = database.bytes();
  REQUIRE(after.size() == before.size());
  CHECK(std::equal(after.begin() + page_size, after.end(), before.begin() + page_size));
}

}  // namespace
}  // namespace pharmacy::db::test
