// Two readers of the format, the library and one that was written from the manual page, say the
// same of every store and backup in vectors.txt, and read the same rows.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "format/health_rows.h"
#include "format/log_rows.h"
#include "format/python.h"
#include "format/vectors.h"
#include "format/verdict.h"
#include "pharmacy/members.h"
#include "support/sealed.h"
#include "support/test_store.h"
#include "vault/keyring/slot.h"
#include "vault/permissions.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;
using db::test::Session;

Ended run_reader(const std::vector<std::string>& arguments) {
  return run_python("reader.py", arguments);
}

// One line for each vector of which something else was said than it states.
std::string disagreements(const std::vector<Vector>& vectors, const Verdicts& verdicts) {
  std::string text;
  for (const Vector& vector : vectors) {
    const auto found = verdicts.find(vector.name);
    const std::string said = found == verdicts.end() ? "nothing" : found->second;
    if (said != vector.verdict)
      text += fmt::format("{}: {}, not {}\n", vector.name, said, vector.verdict);
  }
  return text;
}

Verdicts library_verdicts(const std::vector<Vector>& vectors) {
  const VectorBase base;
  RowStore rows{base};
  std::optional<LogStore> logs;
  Verdicts verdicts;
  for (const Vector& vector : vectors) {
    if (!vector.row_kind().empty()) {
      verdicts[vector.name] = rows.verdict_of(base.row(vector));
      continue;
    }
    if (vector.is_log()) {
      if (!logs) logs.emplace(base);
      verdicts[vector.name] = logs->verdict_of(base.log(vector));
      continue;
    }
    const TempDir dir;
    const auto store = dir.path() / "store";
    const std::string key = base.build(vector, store);
    verdicts[vector.name] = vector.is_backup()
                                ? verdict_of_backup(store / backup_name, key, vectors_time)
                                : verdict_of(store, key, vectors_time);
  }
  return verdicts;
}

Verdicts reader_verdicts(const fs::path& directory) {
  const Ended ended = run_reader({"--vectors", directory.string()});
  CHECK(ended.status == 0);
  return verdicts_in(ended);
}

std::vector<Vector> all_vectors() { return read_vectors(vectors_directory() / "vectors.txt"); }

TEST_CASE("there are vectors of every kind") {
  const auto vectors = all_vectors();
  CHECK(vectors.size() >= 1'000);
  std::map<std::string, int> of_file;
  Verdicts names;
  for (const Vector& vector : vectors) {
    const std::string kind = vector.row_kind();
    ++of_file[kind.empty() ? vector.file.substr(0, vector.file.find(' ')) : kind];
    names[vector.name] = vector.verdict;
  }
  CHECK(names.size() == vectors.size());
  for (const char* file :
       {"store.db", "store.db-wal", "store.keys", backup_name, "note", "buyer", log_name}) {
    CAPTURE(file);
    CHECK(of_file[file] >= 40);
  }
  CHECK(of_file[anchors_name] >= 20);
}

TEST_CASE("the library says of every store and backup what its vector states") {
  auto vectors = all_vectors();
  std::erase_if(vectors, [](const Vector& one) { return !one.is_store_or_backup(); });
  CHECK(disagreements(vectors, library_verdicts(vectors)) == "");
}

TEST_CASE("the library says of every sealed row what its vector states") {
  auto vectors = all_vectors();
  std::erase_if(vectors, [](const Vector& one) { return one.row_kind().empty(); });
  CHECK(disagreements(vectors, library_verdicts(vectors)) == "");
}

TEST_CASE("the library says of every access log and its anchors what its vector states") {
  auto vectors = all_vectors();
  std::erase_if(vectors, [](const Vector& one) { return !one.is_log(); });
  CHECK(disagreements(vectors, library_verdicts(vectors)) == "");
}

TEST_CASE("the reader says of every vector what it states") {
  const auto vectors = all_vectors();
  CHECK(disagreements(vectors, reader_verdicts(vectors_directory())) == "");
}

TEST_CASE("a check of the whole store finds what opening it does not look at in the keyring") {
  const VectorBase base;
  int unsound = 0;
  for (const Vector& vector : all_vectors()) {
    if (!vector.verdict.ends_with("keyring unsound") && vector.name != "keyring-again") continue;
    CAPTURE(vector.name);
    const TempDir dir;
    const std::string key = base.build(vector, dir.path() / "store");
    const Store store = Store::open(dir.path() / "store", KeyFile{Secret{key}});
    if (!vault::may(store.actor(), vault::Permission::check_store)) continue;
    const auto findings = store.check();
    const auto of_keyring = std::ranges::count(findings, "keyring", &Finding::check);
    CHECK(of_keyring == (vector.name == "keyring-again" ? 0 : 1));
    unsound += static_cast<int>(of_keyring);
  }
  CHECK(unsound >= 40);
}

TEST_CASE("where page 1 of the file is torn, a log that lacks it does not belong to the file") {
  const VectorBase base;
  for (const Vector& vector : all_vectors()) {
    if (vector.name != "log-one-lacks-page-1" && !vector.name.ends_with("t-lacks-page-1")) continue;
    CAPTURE(vector.name);
    const TempDir dir;
    const std::string key = base.build(vector, dir.path() / "store");
    db::test::flip_bit(dir.path() / "store/store.db", 8 * 100);
    CHECK(verdict_of(dir.path() / "store", key, vectors_time) == vector.verdict);
  }
}

TEST_CASE("a reader that leaves out a rule is told from one that does not by a vector") {
  const Ended ended = run_python("broken_readers.py", {vectors_directory().string()});
  CHECK(ended.status == 0);
  const Verdicts counts = verdicts_in(ended);
  CHECK(counts.size() >= 50);
  for (const auto& count : counts) {
    CAPTURE(count.first);
    CHECK((count.second == "0") == count.first.ends_with("as-it-is"));
  }
}

TEST_CASE("a vector that states something else is noticed of both") {
  const auto vectors = all_vectors();
  std::vector<Vector> some{vectors.begin() + 1, vectors.begin() + 4};
  const std::string name = some[1].name;
  const TempDir dir;
  for (const char* part : {"base", "patches"})
    fs::create_directory_symlink(vectors_directory() / part, dir.path() / part);
  const auto write = [&] {
    std::string text;
    for (const Vector& one : some)
      text += fmt::format("{}  {}  {}  {}\n", one.name, one.file, one.change, one.verdict);
    put_bytes(dir.path() / "vectors.txt", text);
  };
  write();
  const auto library = library_verdicts(some);
  const auto reader = reader_verdicts(dir.path());
  CHECK(disagreements(some, library) == "");
  CHECK(disagreements(some, reader) == "");

  some[1].verdict = "ok commit 3 rows 0000000000000000";
  write();
  CHECK(disagreements(some, library).starts_with(name + ": "));
  CHECK(disagreements(some, reader).starts_with(name + ": "));
  CHECK(run_reader({"--vectors", dir.path().string()}).status == 1);
}

// Faults of one kind or two in one file, at any place or where a page or a frame begins.
class RandomFault {
 public:
  RandomFault(const VectorBase& base, Random& random) : random_{random} {
    constexpr std::array files = {"store.db",
                                  "store.db alone",
                                  "store.db-wal",
                                  "store.keys",
                                  "store.keys zhaomin.key",
                                  "store.keys chenjie.key",
                                  "store.keys huangting.key",
                                  "store.backup",
                                  "store.backup zhaomin.key"};
    file = files[random.below(files.size())];
    size_ = base.size_of(file.substr(0, file.find(' ')));
    change = step();
    if (random.one_in(3)) change += "; " + step();
    if (random.one_in(4)) change += fmt::format("; cut {}", place());
    if (random.one_in(8)) change += fmt::format("; extend {}", random.below(5000));
  }
  // In a keyring or a backup whose MAC fits: only its form and its signatures show the fault.
  struct WithMac {};
  RandomFault(const VectorBase& base, Random& random, WithMac) : random_{random} {
    // The last one's time runs out: a backup is opened by the machine's clock.
    constexpr std::array keys = {"wangli", "zhaomin", "chenjie", "huangting"};
    const bool is_backup = random.one_in(3);
    const char* name = is_backup ? backup_name : "store.keys";
    file = fmt::format("{} {}.key", name, keys[random.below(is_backup ? 3 : 4)]);
    size_ = base.size_of(name);
    const std::uint32_t at = random.below(is_backup && random.one_in(2) ? 100 : size_);
    change = random.one_in(2) ? fmt::format("flip {} {}", at, random.below(8))
                              : fmt::format("put {} {:02x}", at, random.below(256));
    change += is_backup ? "; backup-mac" : "; mac";
  }

  std::string file;
  std::string change;

 private:
  std::uint32_t place() {
    const auto index = random_.below(9);
    const bool in_file = size_ % 4096 == 0;
    std::uint32_t piece = in_file ? index * 4096 : 32 + index * 4160 + random_.below(2) * 64;
    if (file.starts_with(backup_name)) piece = size_ - 32 - index * 4096;
    const std::uint32_t at = random_.one_in(2) ? piece : random_.below(size_);
    return at < size_ ? at : random_.below(size_);
  }
  std::string step() {
    const std::uint32_t at = place(), other = place();
    std::uint32_t length = size_ - std::max(at, other);
    if (length > 4096 && random_.one_in(2)) length = 4096;
    if (length > 64 && random_.one_in(3)) length = 1 + random_.below(64);
    switch (random_.below(5)) {
      case 0:
        return fmt::format("swap {} {} {}", at, other, std::min(length, at - std::min(at, other)));
      case 1:
        return fmt::format("zero {} {}", at, length);
      case 2:
        return fmt::format("copy {} {} {} {}", at, file.substr(0, file.find(' ')), other, length);
      default:
        return fmt::format("flip {} {}", at, random_.below(8));
    }
  }

  Random& random_;
  std::uint32_t size_ = 0;
};

TEST_CASE("of random faults the library and the reader say the same") {
  const VectorBase base;
  std::vector<Vector> faults;
  std::string text;
  Trials trials("format", 60, 5000);
  trials.each([&](std::int64_t trial, Random& random) {
    const RandomFault fault = random.one_in(3) ? RandomFault{base, random, RandomFault::WithMac{}}
                                               : RandomFault{base, random};
    faults.push_back({fmt::format("trial-{}", trial), fault.file, fault.change, "any"});
    text += fmt::format("trial-{}  {}  {}  any\n", trial, fault.file, fault.change);
  });
  const TempDir dir;
  for (const char* part : {"base", "patches"})
    fs::create_directory_symlink(vectors_directory() / part, dir.path() / part);
  put_bytes(dir.path() / "vectors.txt", text);
  const Verdicts reader = verdicts_in(run_reader({"--vectors", dir.path().string()}));
  const Verdicts library = library_verdicts(faults);
  for (Vector& fault : faults) {
    fault.verdict = reader.at(fault.name);
    const bool is_open =
        fault.verdict.starts_with("ok ") || fault.verdict.starts_with("backup made ");
    trials.tally(is_open ? "opened" : "refused");
    CAPTURE(fault.file);
    CAPTURE(fault.change);
    CHECK(disagreements({fault}, library) == "");
  }
}

std::string random_value(Random& random) {
  switch (random.below(5)) {
    case 0:
      return "NULL";
    case 1:
      return std::to_string(static_cast<std::int64_t>(random.engine()()));
    case 2:
      return fmt::format("{} / 7.0", random.between(-100000, 100000));
    case 3:
      return fmt::format("'药' || hex(randomblob({}))", random.below(100));
    default:
      return fmt::format("randomblob({})", random.below(10) == 0 ? 9000 : random.below(300));
  }
}

TEST_CASE("the reader reads the rows that the library wrote, from file and log") {
  Random random;
  const TempDir dir;
  const auto keys = db::test::keys_of(7);
  const auto verdict = [&] {
    const Ended ended = run_reader({"--raw", vault::hex(keys.file_id), std::to_string(keys.epoch),
                                    vault::hex(keys.data_key.bytes()), dir.path().string()});
    CHECK(ended.err == "");
    return ended.out;
  };
  Session store{dir.path(), keys, Session::Make::yes};
  store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b, c); CREATE INDEX t_b ON t(b)");
  store.write("CREATE TABLE u(a TEXT PRIMARY KEY, b) WITHOUT ROWID");
  const auto add_rows = [&](int count, bool checkpoint) {
    const auto body = [&] {
      for (int i = 0; i < count; ++i) {
        store.exec(fmt::format("INSERT INTO t(b, c) VALUES({}, {})", random_value(random),
                               random_value(random)));
        store.exec(
            fmt::format("INSERT INTO u VALUES(hex(randomblob(8)), {})", random_value(random)));
      }
      store.exec(fmt::format("DELETE FROM t WHERE a % 7 = {}", random.below(7)));
    };
    REQUIRE(store.write(body, checkpoint) == SQLITE_OK);
  };
  for (int i = 0; i < 5; ++i) add_rows(40, true);
  store.gate().acquire(std::chrono::seconds{1});
  REQUIRE(db::checkpoint_all(store.db(), store.gate(), std::chrono::seconds{1}) == SQLITE_OK);
  store.gate().release();
  for (int i = 0; i < 3; ++i) add_rows(10, false);
  REQUIRE(fs::file_size(dir.path() / "store.db-wal") > 0);

  const std::string rows = digest_of_rows(store.db());
  const std::string commit = store.query("PRAGMA application_id");
  CHECK(verdict() == fmt::format("ok commit {} rows {}\n", std::stoi(commit), rows));
}

TEST_CASE("the reader opens a store by its keyring and reads the same rows") {
  TestStore t{"2026-03-01"};
  for (int i = 0; i < 5; ++i) {
    auto tx = t.begin();
    NewMember input;
    input.name = fmt::format("张伟{}", i);
    add_member(tx, input);
    tx.commit();
  }
  t.close();
  const Ended ended = run_reader({t.path().string(), t.key_file_path()});
  CHECK(ended.err == "");
  CHECK(ended.out == verdict_of(t.path(), bytes_of(t.key_file_path()), vectors_time) + "\n");
  CHECK(ended.out.starts_with("ok commit "));
}

}  // namespace
}  // namespace pharmacy::test
