// The power goes off at any step of a random piece of work, and again while the store that was left
// is being used: what was promised is there, nothing is called damaged.
#include <algorithm>

#include "support/memory_disk.h"
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

// A place where a store seems to be; its bytes are on the memory disk.
class Place {
 public:
  Place() { write_file(dir_.path() / "store.db", {}); }
  [[nodiscard]] std::unique_ptr<Session> open() const {
    return std::make_unique<Session>(
        dir_.path(), keys_of(1), Session::Make::no,
        SealedOptions{.path = {}, .lower_vfs = MemoryDisk::vfs_name()});
  }

 private:
  TempDir dir_;
};

const Place& place() {
  static const Place the_place;
  return the_place;
}

// An empty store with its tables, the log emptied.
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

// What is in the store; "damaged" or "error" where it does not say.
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

// Some work on a store: what it holds after each commit, and the steps until that was promised.
class Work {
 public:
  Work(const DiskImage& begin, Random& random) : begin_(begin), random_(random) {
    MemoryDisk::put(begin);
  }

  // A long one leaves it to the commits to copy the log and to empty it.
  enum class Length { some, many };
  void run(std::uint32_t commits, Length length = Length::some) {
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

  // How often the log was emptied by a header of zeros.
  [[nodiscard]] long emptied() const {
    return std::ranges::count_if(steps_, [](const DiskStep& step) {
      return step.file == DiskFile::log && step.what == DiskStep::What::write && step.at == 0 &&
             std::ranges::count(step.bytes, 0) == static_cast<long>(step.bytes.size());
    });
  }

  struct Cut {
    DiskImage left;
    std::string promised;  // what must be there at least
    std::string next;      // what may be, if its commit was under way
  };
  Cut cut(Heeded heeded) {
    const auto at =
        static_cast<std::size_t>(random_.between(0, static_cast<std::int64_t>(steps_.size())));
    constexpr std::array chances{0U, 10U, 30U, 50U, 70U, 90U, 98U, 100U};
    const unsigned percent = chances[random_.below(chances.size())];
    std::size_t promised = 0;
    while (promised < promised_after_.size() && promised_after_[promised] <= at) ++promised;
    return {.left = after_cut(begin_, steps_, at, percent, heeded, random_),
            .promised = holds_[promised],
            .next = holds_[std::min(promised + 1, holds_.size() - 1)]};
  }

 private:
  void open() {
    store_.reset();
    store_ = place().open();
    // A small cache spills pages into the log before the commit.
    store_->exec("PRAGMA cache_size=" + std::to_string(random_.one_in(3) ? 5 : 200));
  }

  std::string number(std::uint32_t limit) { return std::to_string(random_.below(limit)); }

  void commit() {
    store_->write(
        [&] {
          store_->exec("UPDATE u SET n = n + 1");
          for (std::uint32_t i = 1 + random_.below(3); i > 0; --i) change();
        },
        random_.one_in(2));
  }

  void change() {
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

  void checkpoint() {
    store_->gate().acquire(1s);
    REQUIRE(checkpoint_all(store_->db(), store_->gate(), 0s) == SQLITE_OK);
    store_->gate().release();
  }

  const DiskImage& begin_;
  Random& random_;
  std::unique_ptr<Session> store_;
  std::vector<std::string> holds_;
  std::vector<std::size_t> promised_after_;
  std::vector<DiskStep> steps_;
};

// What is wrong with what the power cut left; "" if nothing is.
std::string fault_of(const Work::Cut& cut) {
  MemoryDisk::put(cut.left);
  try {
    const auto found = contents(place().open()->db());
    if (found == cut.promised || found == cut.next) return "";
    if (found == "damaged") return "false alarm";
    return found.ends_with("ok ") ? "lost" : "corrupt";
  } catch (const Error& error) {
    return error.code() == Errc::damaged ? "false alarm" : "corrupt";
  }
}

constexpr int cuts_each = 40;

void cut_power(Trials& trials, Heeded heeded) {
  const DiskImage empty = new_store();
  for (const char* what : {"cuts", "cuts after cuts", "lost", "corrupt", "false alarm"})
    trials.tally(what, 0);
  trials.each([&](std::int64_t, Random& random) {
    Work work(empty, random);
    const bool is_long = random.one_in(12);
    work.run(is_long ? 36 : 4 + random.below(8), is_long ? Work::Length::many : Work::Length::some);
    trials.tally("logs emptied", work.emptied());
    for (int i = 0; i < cuts_each; ++i) {
      const auto cut = work.cut(heeded);
      auto fault = fault_of(cut);
      trials.tally("cuts");
      if (fault.empty() && random.one_in(10)) {
        Work further(cut.left, random);
        further.run(1 + random.below(3));
        fault = fault_of(further.cut(heeded));
        trials.tally("cuts after cuts");
      }
      if (!fault.empty()) trials.tally(fault);
    }
  });
}

}  // namespace

TEST_CASE("no power cut loses what was promised") {
  Trials trials("power cuts, 40 of each work", 1'250, 50'000);
  cut_power(trials, {});
  for (const char* what : {"lost", "corrupt", "false alarm"}) {
    CAPTURE(what);
    CHECK(trials.tallied(what) == 0);
  }
  CHECK(trials.tallied("cuts after cuts") * 20 > trials.tallied("cuts"));
  CHECK(trials.tallied("logs emptied") * 20 > trials.done());
}

TEST_CASE("power cuts are noticed where the disk does not heed syncs") {
  const auto share = [](const char* name, Heeded heeded) {
    Trials trials(name, 20, 20);
    cut_power(trials, heeded);
    return (trials.tallied("lost") + trials.tallied("corrupt") + trials.tallied("false alarm")) *
           100 / trials.tallied("cuts");
  };
  // What a disk that heeds none loses is at least a fifth.
  CHECK(share("control: no sync heeded", {.of_database = false, .of_log = false}) >= 20);
  CHECK(share("control: no sync of the log heeded", {.of_database = true, .of_log = false}) > 0);
  CHECK(share("control: no sync of the file heeded", {.of_database = false}) > 0);
}

}  // namespace pharmacy::db::test
