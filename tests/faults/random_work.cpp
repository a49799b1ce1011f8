#include "random_work.h"

#include <algorithm>

namespace pharmacy::db::test {
namespace {

// A directory where a store seems to be; its bytes are on the disk in memory.
const fs::path& seeming_place() {
  static const TempDir dir;
  static const bool made = [] {
    write_file(dir.path() / "store.db", {});
    return true;
  }();
  REQUIRE(made);
  return dir.path();
}

}  // namespace

DiskImage new_store() {
  TempDir dir;
  {
    Session store(dir.path(), keys_of(1), Session::Make::yes);
    store.write(
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB, c INT); CREATE INDEX t_c ON t(c, b);"
        "CREATE TABLE u(n INT); INSERT INTO u VALUES(0)");
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
  }
  return {{read_file(dir.path() / "store.db"), {}}};
}

std::unique_ptr<Session> open_in_memory() {
  return std::make_unique<Session>(seeming_place(), keys_of(1), Session::Make::no,
                                   SealedOptions{.path = {}, .lower_vfs = MemoryDisk::vfs_name()});
}

std::string contents(sqlite3* db) {
  std::string found;
  const auto add = [](void* to, int, char** columns, char**) {
    static_cast<std::string*>(to)->append(columns[0] == nullptr ? "NULL" : columns[0]).append(" ");
    return 0;
  };
  const int rc = sqlite3_exec(db,
                              "SELECT n FROM u; SELECT count(*) FROM t; SELECT sum(a * c) FROM t;"
                              "SELECT sum(length(b)) FROM t INDEXED BY t_c; PRAGMA integrity_check",
                              add, &found, nullptr);
  if (rc == SQLITE_OK) return found;
  return damage_of(db).has_value() ? "damaged" : "error";
}

void RandomWork::run(std::uint32_t commits, Length length) {
  open();
  holds_.push_back(contents(store_->db()));
  for (std::uint32_t i = 0; i < commits; ++i) {
    commit();
    promised_after_.push_back(MemoryDisk::steps().size());
    holds_.push_back(contents(store_->db()));
    if (length == Length::some && random_.one_in(4)) checkpoint();
    if (random_.one_in(6)) open();
  }
  store_.reset();
  steps_ = MemoryDisk::steps();
}

void RandomWork::run() {
  if (random_.one_in(12)) return run(36, Length::many);
  run(4 + random_.below(8));
}

long RandomWork::emptied() const {
  return std::ranges::count_if(steps_, [](const DiskStep& step) {
    return step.file == DiskFile::log && step.what == DiskStep::What::write && step.at == 0 &&
           std::ranges::count(step.bytes, 0) == static_cast<long>(step.bytes.size());
  });
}

RandomWork::Cut RandomWork::cut(Heeded heeded) {
  const auto at =
      static_cast<std::size_t>(random_.between(0, static_cast<std::int64_t>(steps_.size())));
  constexpr std::array chances{0U, 10U, 30U, 50U, 70U, 90U, 98U, 100U};
  const unsigned percent = chances[random_.below(chances.size())];
  std::size_t promised = 0;
  while (promised < promised_after_.size() && promised_after_[promised] <= at) ++promised;
  cut_power(begin_, steps_, {.at = at, .percent = percent, .heeded = heeded}, random_, left_);
  return {.left = left_,
          .promised = holds_[promised],
          .next = holds_[std::min(promised + 1, holds_.size() - 1)]};
}

void RandomWork::open() {
  store_.reset();
  store_ = open_in_memory();
  // A small cache spills pages into the log before the commit.
  store_->exec("PRAGMA cache_size=" + std::to_string(random_.one_in(3) ? 5 : 200));
}

void RandomWork::commit() {
  store_->write(
      [&] {
        store_->exec("UPDATE u SET n = n + 1");
        for (std::uint32_t i = 1 + random_.below(3); i > 0; --i) change();
      },
      random_.one_in(2));
}

void RandomWork::change() {
  switch (random_.below(5)) {
    case 0:
      return store_->exec("DELETE FROM t WHERE a % 5 = " + number(5));
    case 1:
      return store_->exec("UPDATE t SET c = c + 1, b = b || 'x' WHERE a % 3 = " + number(3));
    case 2:
      return store_->exec("REPLACE INTO t VALUES(" + number(30) + ", zeroblob(" + number(9000) +
                          "), " + number(9) + ")");
    default:
      return store_->exec("REPLACE INTO t VALUES(" + number(30) + ", printf('%.*c', " +
                          number(900) + ", 'x'), " + number(9) + ")");
  }
}

void RandomWork::checkpoint() {
  store_->gate().acquire(1s);
  REQUIRE(checkpoint_all(store_->db(), store_->gate(), 0s) == SQLITE_OK);
  store_->gate().release();
}

}  // namespace pharmacy::db::test
