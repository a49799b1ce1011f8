// What somebody does to the files who does not have the key.
#include <algorithm>
#include <cstring>
#include <map>

#include "db/page_seal.h"
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

using Make = Session::Make;

// A store of some 20 pages with an empty log, closed.
void make_filled_store(const fs::path& directory, const StoreKeys& keys) {
  Session store(directory, keys, Make::yes);
  store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); CREATE INDEX t_b ON t(b)");
  store.write(
      "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE "
      "i < 300) SELECT i, printf('%.100c', 'x') || i FROM n");
  store.write("DELETE FROM t WHERE a < 80");  // pages on the free list too
  store.gate().acquire(1s);
  REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
}

std::vector<std::uint32_t> check(const fs::path& directory, const StoreKeys& keys) {
  Session store(directory, keys);
  const Rot rot = find_rot(store.db(), store.gate(), 1s);
  CHECK(rot.frames.empty());
  return rot.pages;
}

std::array<unsigned char, page_size> some_page(std::uint32_t number, Random& random) {
  std::array<unsigned char, page_size> page{};
  for (int i = 0; i < text_size; ++i)
    page[static_cast<std::size_t>(i)] = static_cast<unsigned char>(random.below(256));
  if (number == 1) std::ranges::copy(constant_header(), page.begin());
  return page;
}

TEST_CASE("every bit of eight pages is authenticated") {
  Random random;
  const PageSeal seal(keys_of(1));
  NonceSource nonces;
  int unnoticed = 0;
  for (std::uint32_t number = 1; number <= 8; ++number) {
    const auto page = some_page(number, random);
    std::array<unsigned char, page_size> sealed{}, opened{};
    seal.seal(number, page.data(), sealed.data(), nonces);
    REQUIRE(seal.open(number, sealed.data(), opened.data()));
    REQUIRE((page == opened));
    for (unsigned bit = 0; bit < page_size * 8; ++bit) {
      const auto mask = static_cast<unsigned char>(1u << bit % 8);
      sealed[bit / 8] ^= mask;
      if (seal.verify(number, sealed.data())) ++unnoticed;
      sealed[bit / 8] ^= mask;
    }
  }
  CHECK(unnoticed == 0);
}

TEST_CASE("of 64 pages none is taken for another, nor for one of another file or epoch") {
  Random random;
  StoreKeys other_file = keys_of(1), other_epoch = keys_of(1), other_key = keys_of(1);
  other_file.file_id[0] ^= 1;
  other_epoch.epoch = 2;
  other_key.data_key.bytes()[0] ^= 1;
  const PageSeal seal(keys_of(1));
  NonceSource nonces;
  for (std::uint32_t number = 1; number <= 64; ++number) {
    const auto page = some_page(number, random);
    std::array<unsigned char, page_size> sealed{};
    seal.seal(number, page.data(), sealed.data(), nonces);
    for (std::uint32_t place = 1; place <= 64; ++place)
      CHECK(seal.verify(place, sealed.data()) == (place == number));
    CHECK_FALSE(PageSeal(other_file).verify(number, sealed.data()));
    CHECK_FALSE(PageSeal(other_epoch).verify(number, sealed.data()));
    CHECK_FALSE(PageSeal(other_key).verify(number, sealed.data()));
  }
}

TEST_CASE("a flipped bit in any page of the file is found by the check, and never answered") {
  Random random;
  TempDir dir;
  const auto keys = keys_of(1);
  make_filled_store(dir.path(), keys);
  const Bytes good = read_file(dir.path() / "store.db");
  const auto pages = static_cast<std::uint32_t>(good.size() / page_size);
  REQUIRE(pages >= 8);
  CHECK(check(dir.path(), keys).empty());
  std::map<std::string, std::string> answers;
  {
    Session store(dir.path(), keys);
    for (const char* sql : {"SELECT a || b FROM t NOT INDEXED ORDER BY a",
                            "SELECT b FROM t INDEXED BY t_b WHERE b > '' ORDER BY b"})
      answers[sql] = store.query(sql);
  }
  int answered = 0, refused = 0;
  for (std::uint32_t page = 1; page <= pages; ++page) {
    CAPTURE(page);
    write_file(dir.path() / "store.db", good);
    flip_bit(dir.path() / "store.db",
             std::uint64_t{page - 1} * page_size * 8 + random.below(page_size * 8));
    try {
      const auto failing = check(dir.path(), keys);
      CHECK(failing == std::vector<std::uint32_t>{page});
      Session store(dir.path(), keys);
      for (const auto& [sql, right] : answers) {
        std::string answer;
        const auto add = [](void* to, int, char** columns, char**) {
          static_cast<std::string*>(to)->append(columns[0]).append("\n");
          return 0;
        };
        if (sqlite3_exec(store.db(), sql.c_str(), add, &answer, nullptr) == SQLITE_OK) {
          CHECK((answer == right));
          ++answered;
        } else {
          CHECK(damage_of(store.db()) ==
                "page " + std::to_string(page) + " is damaged or was changed");
          ++refused;
        }
      }
    } catch (const Error& error) {
      CHECK(page == 1);  // the schema: without it the store does not open
      CHECK(error.code() == Errc::damaged);
    }
  }
  CHECK(answered > 0);
  CHECK(refused > 0);
}

TEST_CASE("pages swapped, taken from another store, zeroed, or cut off are damage") {
  TempDir dir, other;
  const auto keys = keys_of(1);
  make_filled_store(dir.path(), keys);
  make_filled_store(other.path(), keys_of(2));
  const Bytes good = read_file(dir.path() / "store.db");
  const Bytes foreign = read_file(other.path() / "store.db");
  const auto at = [](std::size_t page) {
    return static_cast<std::ptrdiff_t>((page - 1) * page_size);
  };
  Bytes bad = good;
  std::vector<std::uint32_t> expected;
  SUBCASE("swapped") {
    std::swap_ranges(bad.begin() + at(3), bad.begin() + at(4), bad.begin() + at(5));
    expected = {3, 5};
  }
  SUBCASE("foreign") {
    std::copy(foreign.begin() + at(4), foreign.begin() + at(5), bad.begin() + at(4));
    expected = {4};
  }
  SUBCASE("zeroed") {
    std::fill(bad.begin() + at(4), bad.begin() + at(5), static_cast<unsigned char>(0));
    expected = {4};
  }
  SUBCASE("cut") {
    bad.resize(bad.size() - 1);
    expected = {static_cast<std::uint32_t>(good.size() / page_size)};
  }
  write_file(dir.path() / "store.db", bad);
  CHECK(check(dir.path(), keys) == expected);
}

TEST_CASE("a page that lies beyond the end of a cut file is damage, not an empty page") {
  TempDir dir;
  const auto keys = keys_of(1);
  make_filled_store(dir.path(), keys);
  {
    Session store(dir.path(), keys);
    fs::resize_file(dir.path() / "store.db", 3 * page_size);
    // SQLite compares the size first.
    CHECK((store.try_exec("SELECT sum(length(b)) FROM t NOT INDEXED") & 0xff) == SQLITE_CORRUPT);
    CHECK(io_error_of(store.db()) == SQLITE_OK);
  }
  CHECK(code_of([&] { Session store(dir.path(), keys); }) == Errc::damaged);
}

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
