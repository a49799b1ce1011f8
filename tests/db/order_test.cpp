// In which order a store's files are written and synced.
#include <algorithm>
#include <fstream>

#include "support/fault_vfs.h"
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

constexpr std::uintmax_t sealed_frame = 4160;

// How often, at such a moment, something written was not synced yet.
int unsynced_at(std::string_view diary, char moment, char written, char synced) {
  int count = 0;
  bool open = false;
  for (const char c : diary) {
    if (c == moment && open) ++count;
    if (c == written) open = true;
    if (c == synced) open = false;
  }
  return count;
}

// What was done to the two files, as letters: w s t for the log, W S T for the database. A header
// of zeros, which empties the log, is an e.
class Diary {
 public:
  Diary() {
    watch([this](const Done& done) {
      if (done.what == Done::What::open || done.what == Done::What::close) return;
      constexpr std::string_view log = "-wts", database = "-WTS";
      const auto what = static_cast<std::size_t>(done.what);
      text_ += done.to_log ? log[what] : database[what];
      const auto is_zero = [](unsigned char b) { return b == 0; };
      if (done.to_log && done.bytes != nullptr &&
          std::all_of(done.bytes, done.bytes + done.size, is_zero))
        text_.back() = 'e';
    });
  }
  ~Diary() { watch(nullptr); }
  Diary(const Diary&) = delete;
  Diary& operator=(const Diary&) = delete;

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] auto count(char c) const { return std::ranges::count(text_, c); }

 private:
  std::string text_;
};

// Whether there is a log to be read: its header is not zeros.
bool is_emptied(const fs::path& log) {
  std::array<char, 32> header{};
  std::ifstream(log, std::ios::binary).read(header.data(), header.size());
  return std::all_of(header.begin(), header.end(), [](char c) { return c == 0; });
}

TEST_CASE("a commit is synced before it returns, and a page only follows its frame") {
  TempDir dir;
  const auto wal = dir.path() / "store.db-wal";
  {
    Session store(dir.path(), keys_of(1), Session::Make::yes);
    store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)");
  }
  const Diary diary;
  int emptied = 0;
  for (int i = 0; i < 100; ++i) {
    CAPTURE(i);
    const auto before = diary.text().size();
    // A command each time.
    Session store(dir.path(), keys_of(1), Session::Make::no,
                  {.path = {}, .lower_vfs = fault_vfs_name()});
    REQUIRE(store.write([&] { store.exec("INSERT INTO t(b) VALUES(printf('%.900c', 'x'))"); },
                        false) == SQLITE_OK);
    const std::string commit = diary.text().substr(before);
    CHECK(commit.find('w') != std::string::npos);
    CHECK(commit.back() == 's');
    store.gate().acquire(1s);
    REQUIRE(checkpoint_if_long(store.db(), store.gate()) == SQLITE_OK);
    store.gate().release();
    store.close();
    // With no reader in the way, a log of 32 frames is emptied at once.
    if (is_emptied(wal)) ++emptied;
  }
  CHECK(emptied >= 3);
  // It keeps its length: nothing is cut off, and what is written over is there already.
  CHECK(diary.count('t') == 0);
  CHECK(fs::file_size(wal) >= 32 * sealed_frame);
  CHECK(fs::file_size(wal) < 38 * sealed_frame);
  CHECK(diary.count('W') > 20);
  CHECK(unsynced_at(diary.text(), 'W', 'w', 's') == 0);  // no page whose frame is not on the disk
  CHECK(unsynced_at(diary.text(), 'e', 'W', 'S') == 0);  // no frame thrown away before its page is
  CHECK(diary.count('e') == emptied);
}

TEST_CASE(
    "a connection of many commits copies its log at a thousand frames, and when it is closed") {
  TempDir dir;
  const auto wal = dir.path() / "store.db-wal";
  Session store(dir.path(), keys_of(1), Session::Make::yes);
  store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)");
  std::uintmax_t longest = 0;
  int emptied = 0;
  for (int i = 0; i < 700; ++i) {
    store.write("INSERT INTO t(b) VALUES('x')");
    longest = std::max(longest, fs::file_size(wal));
    if (is_emptied(wal)) ++emptied;
  }
  CHECK(emptied == 1);
  CHECK(longest > 1000 * sealed_frame);
  CHECK(longest < 1100 * sealed_frame);
  CHECK_FALSE(is_emptied(wal));
  SUBCASE("nobody has the gate") {
    store.close();
    CHECK(is_emptied(wal));
  }
  SUBCASE("another has the gate") {
    Gate other(dir.path() / "store.lock", "other");
    other.acquire(1s);
    store.close();
    CHECK_FALSE(is_emptied(wal));
  }
}

TEST_CASE("what is unsynced is counted where it is") {
  CHECK(unsynced_at("wswsWWStwsWSt", 't', 'W', 'S') == 0);
  CHECK(unsynced_at("wswsWWt", 't', 'W', 'S') == 1);
  CHECK(unsynced_at("wsWSwWSt", 'W', 'w', 's') == 1);
}

TEST_CASE("a lone command syncs the log twice where it begins, and once where it goes on") {
  TempDir dir;
  { Session store(dir.path(), keys_of(1), Session::Make::yes); }
  const auto syncs_of = [&](const std::string& sql) {
    const Diary diary;
    Session store(dir.path(), keys_of(1), Session::Make::no,
                  {.path = {}, .lower_vfs = fault_vfs_name()});
    store.write(sql);
    return std::pair{diary.count('s'), diary.count('S')};
  };
  CHECK(syncs_of("CREATE TABLE t(a)") == std::pair{2L, 0L});
  CHECK(syncs_of("INSERT INTO t VALUES(1)") == std::pair{1L, 0L});
}

TEST_CASE("a step that a transaction reaches in a log that began again inside it is taken") {
  TempDir dir;
  const auto wal = dir.path() / "store.db-wal";
  Session store(dir.path(), keys_of(1), Session::Make::yes);
  const auto fill = [&](int rows) {
    return store.write(
        [&] {
          store.exec(
              "INSERT INTO t(b) SELECT zeroblob(3900) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION "
              "ALL SELECT i+1 FROM n WHERE i < " +
              std::to_string(rows) + ") SELECT i FROM n)");
        },
        false);
  };
  store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB)");
  REQUIRE(fill(66) == SQLITE_OK);
  store.gate().acquire(1s);
  // All of the log is in the file now, so that the next transaction begins it again.
  REQUIRE(sqlite3_wal_checkpoint_v2(store.db(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                    nullptr) == SQLITE_OK);
  store.gate().release();
  REQUIRE(fill(64) == SQLITE_OK);
  REQUIRE(fs::file_size(wal) > 64 * sealed_frame);
  store.gate().acquire(1s);
  REQUIRE(checkpoint_if_long(store.db(), store.gate()) == SQLITE_OK);
  CHECK(is_emptied(wal));
}

TEST_CASE("a log that a reader still needs is copied as far as it goes, and is not emptied") {
  TempDir dir;
  const auto wal = dir.path() / "store.db-wal";
  Session store(dir.path(), keys_of(1), Session::Make::yes);
  store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB)");
  Session reader(dir.path(), keys_of(1));
  reader.exec("BEGIN");
  CHECK(reader.query("SELECT count(*) FROM t") == "0\n");
  store.write("INSERT INTO t(b) VALUES(zeroblob(300000))");
  CHECK_FALSE(is_emptied(wal));
  CHECK(reader.query("SELECT count(*) FROM t") == "0\n");
  reader.exec("COMMIT");
  store.write("INSERT INTO t(b) VALUES(zeroblob(300000))");
  CHECK(is_emptied(wal));
}

TEST_CASE("a connection that is closed in the middle of a transaction copies nothing") {
  TempDir dir;
  Session store(dir.path(), keys_of(1), Session::Make::yes);
  store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB)");
  for (int i = 0; i < 80; ++i) store.write("INSERT INTO t(b) VALUES('x')");
  const auto before = fs::file_size(dir.path() / "store.db");
  REQUIRE_FALSE(is_emptied(dir.path() / "store.db-wal"));
  store.exec("BEGIN");
  CHECK(store.query("SELECT count(*) FROM t") == "80\n");
  store.close();
  CHECK_FALSE(is_emptied(dir.path() / "store.db-wal"));
  CHECK(fs::file_size(dir.path() / "store.db") == before);
  CHECK(Session(dir.path(), keys_of(1)).query("SELECT count(*) FROM t") == "80\n");
}

TEST_CASE("closing a store makes no checkpoint, even with the gate held") {
  TempDir dir;
  Session store(dir.path(), keys_of(1), Session::Make::yes);
  store.write("CREATE TABLE t(a)");
  const auto log_size = fs::file_size(dir.path() / "store.db-wal");
  store.gate().acquire(1s);
  store.close();
  CHECK(fs::file_size(dir.path() / "store.db-wal") == log_size);
  CHECK(fs::file_size(dir.path() / "store.db") == 4096);
}

}  // namespace
}  // namespace pharmacy::db::test
