// In which order a store's files are written and synced.
#include <algorithm>

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

// What was done to the two files, as letters: w s t for the log, W S T for the database.
class Diary {
 public:
  Diary() {
    watch([this](const Done& done) {
      constexpr std::string_view log = "-wts", database = "-WTS";
      const auto what = static_cast<std::size_t>(done.what);
      if (what > 0) text_ += done.to_log ? log[what] : database[what];
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

TEST_CASE("a commit is synced before it returns, and a page only follows its frame") {
  TempDir dir;
  const auto wal = dir.path() / "store.db-wal";
  { Session store(dir.path(), keys_of(1), Session::Make::yes); }
  const Diary diary;
  Session store(dir.path(), keys_of(1), Session::Make::no,
                {.path = {}, .lower_vfs = fault_vfs_name()});
  store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)");
  int emptied = 0;
  for (int i = 0; i < 100; ++i) {
    CAPTURE(i);
    const auto before = diary.text().size();
    REQUIRE(store.write([&] { store.exec("INSERT INTO t(b) VALUES(printf('%.900c', 'x'))"); },
                        false) == SQLITE_OK);
    const std::string commit = diary.text().substr(before);
    CHECK(commit.find('w') != std::string::npos);
    CHECK(commit.back() == 's');
    const auto frames = (fs::file_size(wal) - 32) / sealed_frame;
    store.gate().acquire(1s);
    REQUIRE(checkpoint_if_long(store.db(), store.gate()) == SQLITE_OK);
    store.gate().release();
    // With no reader in the way, a log of 64 frames is emptied at once.
    CHECK((fs::file_size(wal) == 0) == (frames >= 64));
    if (frames >= 64) ++emptied;
  }
  CHECK(emptied >= 3);
  CHECK(diary.count('t') == emptied);
  CHECK(diary.count('W') > 20);
  CHECK(unsynced_at(diary.text(), 'W', 'w', 's') == 0);  // no page whose frame is not on the disk
  CHECK(unsynced_at(diary.text(), 't', 'W', 'S') == 0);  // no frame thrown away before its page is
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
  CHECK(fs::file_size(wal) == 0);
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
