// The power is cut at every step of a short piece of work: what was synced stays; of the rest each
// sector of 512 bytes is written, or not, in any order.
#include <algorithm>
#include <map>

#include "db/fault_vfs.h"
#include "db/sealed_support.h"

namespace pharmacy::db::test {
namespace {

constexpr std::size_t sector = 512;

// What was done to the files, and what was promised when.
struct Step {
  Done done;
  Bytes bytes;
  int promised = 0;  // commits that had returned by then
};

// Eight commits, each of one row more, with the log emptied in the midst and the last pages copied
// into the file twice.
constexpr int commits = 8;

std::vector<Step> work(const fs::path& directory) {
  std::vector<Step> steps;
  int promised = 0;
  watch([&](const Done& done) {
    if (done.what == Done::What::open) return;
    Step& step = steps.emplace_back(Step{done, {}, promised});
    if (done.bytes != nullptr) step.bytes.assign(done.bytes, done.bytes + done.size);
  });
  Session store(directory, keys_of(1), Session::Make::no,
                {.path = {}, .lower_vfs = fault_vfs_name()});
  for (int i = 1; i <= commits; ++i) {
    store.write("INSERT INTO t VALUES(" + std::to_string(i) +
                ", printf('%.2500c', 'x')); UPDATE u SET n = " + std::to_string(i));
    promised = i;
    if (i % 3 != 0) continue;
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
    store.gate().release();
  }
  watch(nullptr);
  return steps;
}

class Disk {
 public:
  Disk(const Bytes& database, const Bytes& log) : files_{database, log} {}

  void apply(const Step& step, const std::function<bool()>& reaches_disk) {
    Bytes& file = files_[step.done.to_log ? 1 : 0];
    const auto at = static_cast<std::size_t>(step.done.at);
    if (step.done.what == Done::What::truncate && reaches_disk()) file.resize(at);
    if (step.done.what != Done::What::write) return;
    for (std::size_t from = at; from < at + step.bytes.size();) {
      const std::size_t to = std::min((from / sector + 1) * sector, at + step.bytes.size());
      if (reaches_disk()) {
        if (file.size() < to) file.resize(to);
        std::copy(step.bytes.begin() + static_cast<std::ptrdiff_t>(from - at),
                  step.bytes.begin() + static_cast<std::ptrdiff_t>(to - at),
                  file.begin() + static_cast<std::ptrdiff_t>(from));
      }
      from = to;
    }
  }
  void write_to(const fs::path& directory) const {
    fs::remove(directory / "store.db-shm");
    write_file(directory / "store.db", files_[0]);
    write_file(directory / "store.db-wal", files_[1]);
  }

 private:
  std::array<Bytes, 2> files_;
};

// Whether a sync of this file counts; the controls leave one out.
struct Syncs {
  bool of_database = true;
  bool of_log = true;
};

class Cuts {
 public:
  explicit Cuts(Syncs syncs) : syncs_(syncs) {
    {
      Session store(home_.path(), keys_of(1), Session::Make::yes);
      store.write(
          "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); CREATE TABLE u(n INT);"
          "INSERT INTO u VALUES(0)");
      store.gate().acquire(1s);
      REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
    }
    database_ = read_file(home_.path() / "store.db");
    log_ = read_file(home_.path() / "store.db-wal");
    steps_ = work(home_.path());
  }

  // Of the cuts at every step, those after which something promised is gone or wrong.
  int losses() {
    int lost = 0;
    for (std::size_t cut = 0; cut <= steps_.size(); ++cut) {
      for (const unsigned chance : {0U, 100U, 10U, 30U, 50U, 70U, 90U, 98U}) {
        ++cuts;
        if (loses(cut, chance)) ++lost;
      }
    }
    return lost;
  }
  [[nodiscard]] std::size_t steps() const { return steps_.size(); }
  int cuts = 0;

 private:
  // The step after the last sync of this file before the cut.
  [[nodiscard]] std::size_t durable(std::size_t cut, bool of_log) const {
    if (of_log ? !syncs_.of_log : !syncs_.of_database) return 0;
    for (; cut > 0; --cut) {
      const Done& done = steps_[cut - 1].done;
      if (done.what == Done::What::sync && done.to_log == of_log) return cut;
    }
    return 0;
  }

  bool loses(std::size_t cut, unsigned chance) {
    Disk disk(database_, log_);
    for (std::size_t i = 0; i < cut; ++i) {
      const bool is_synced = i < durable(cut, steps_[i].done.to_log);
      disk.apply(steps_[i], [&] { return is_synced || random_.below(100) < chance; });
    }
    disk.write_to(copy_.path());
    const int promised = cut < steps_.size() ? steps_[cut].promised : commits;
    try {
      Session store(copy_.path(), keys_of(1));
      const auto ask = [&](const char* sql) {
        std::string answer;
        const auto add = [](void* to, int, char** columns, char**) {
          *static_cast<std::string*>(to) += columns[0] == nullptr ? "NULL" : columns[0];
          return 0;
        };
        const int rc = sqlite3_exec(store.db(), sql, add, &answer, nullptr);
        return rc == SQLITE_OK ? answer : "error";
      };
      const std::string found = ask("SELECT n FROM u");
      const bool is_kept = found == std::to_string(promised) ||
                           (promised < commits && found == std::to_string(promised + 1));
      return !is_kept || ask("SELECT count(*) FROM t WHERE length(b) = 2500") != found ||
             ask("PRAGMA integrity_check") != "ok";
    } catch (const Error&) {
      return true;
    }
  }

  Syncs syncs_;
  Random random_;
  TempDir home_, copy_;
  Bytes database_, log_;
  std::vector<Step> steps_;
};

TEST_CASE("no power cut loses what was promised") {
  Cuts cuts({});
  CHECK(cuts.losses() == 0);
  CHECK(cuts.steps() > 30);
  MESSAGE("power cuts: " << cuts.cuts);
}

TEST_CASE("power cuts lose commits where a sync is left out") {
  SUBCASE("of the database") { CHECK(Cuts({.of_database = false}).losses() > 0); }
  SUBCASE("of the log") { CHECK(Cuts({.of_database = true, .of_log = false}).losses() > 0); }
}

}  // namespace
}  // namespace pharmacy::db::test
