// The engine's files, pages and log, as somebody changed them: a change in a line of the input,
//   WHAT NUMBER AT HEX
// puts these bytes AT a place of the page or the frame of this NUMBER. Of WHAT, "file" and "log"
// are bytes as they lie on disk; "page", "frame" and "header" (of a frame) are as SQLite knows
// them, and are sealed anew, as whoever has the data key can. "cut-file" and "cut-log" end the file
// there.
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>

#include "db/header_seal.h"
#include "db/page_seal.h"
#include "db/sealed.h"
#include "fuzz/store_targets.h"
#include "pharmacy/error.h"
#include "support/memory_disk.h"
#include "support/temp_dir.h"
#include "vault/keyring/bytes.h"
#include "vault/keyring/slot.h"

namespace pharmacy::test {
namespace {

using db::test::DiskFile;
using db::test::DiskImage;
using db::test::MemoryDisk;
using Contents = std::string;

db::StoreKeys engine_keys() {
  db::StoreKeys keys;
  keys.file_id.fill(7);
  for (auto& byte : keys.data_key.bytes()) byte = 9;
  return keys;
}

// A connection that is closed again.
class Engine {
 public:
  enum class Make { no, yes };
  explicit Engine(const TempDir& directory, Make make = Make::no)
      : gate_{directory.path() / "store.lock", "fuzz"} {
    db::SealedOptions options{.path = directory.path() / "store.db"};
    if (make == Make::yes) {
      gate_.acquire(std::chrono::seconds{1});
      db_ = db::create_sealed(options, engine_keys(), gate_);
      gate_.release();
    } else {
      options.lower_vfs = MemoryDisk::vfs_name();
      db_ = db::open_sealed(options, engine_keys(), gate_);
    }
  }
  ~Engine() { db::close_sealed(db_); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void write(const char* sql) {
    gate_.acquire(std::chrono::seconds{1});
    run("BEGIN IMMEDIATE");
    run(sql);
    if (db::advance_commit_number(db_) != SQLITE_OK) throw std::logic_error("no commit number");
    run("COMMIT");
    gate_.release();
  }
  void empty_log() {
    gate_.acquire(std::chrono::seconds{1});
    if (db::checkpoint_all(db_, gate_, std::chrono::seconds{1}) != SQLITE_OK)
      throw std::logic_error("the log is copied");
    gate_.release();
  }
  // Of all rows, or nullopt where they cannot be read.
  std::optional<Contents> contents() {
    Contents found;
    const auto add = [](void* to, int count, char** columns, char**) {
      for (int i = 0; i < count; ++i)
        static_cast<Contents*>(to)->append(columns[i] == nullptr ? "NULL" : columns[i]).append(" ");
      return 0;
    };
    const int code = sqlite3_exec(
        db_, "SELECT a, b FROM t; SELECT a FROM t INDEXED BY t_b ORDER BY b", add, &found, nullptr);
    return code == SQLITE_OK ? std::optional{found} : std::nullopt;
  }
  // Looks at all of it as `store check` does.
  void examine() {
    static_cast<void>(sqlite3_exec(db_, "PRAGMA integrity_check", nullptr, nullptr, nullptr));
    static_cast<void>(db::find_rot(db_, gate_, std::chrono::seconds{1}));
  }
  [[nodiscard]] bool says_why() const {
    return db::damage_of(db_).has_value() || db::io_error_of(db_) != 0;
  }

 private:
  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::logic_error(sqlite3_errmsg(db_));
  }
  db::Gate gate_;
  sqlite3* db_ = nullptr;
};

std::vector<unsigned char> file_bytes(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// A store of a few pages whose log has two transactions, and what each left.
struct SoundEngine {
  DiskImage image;
  std::set<Contents> states;
  TempDir seeming;  // where a store seems to be: its bytes are on the disk in memory

  SoundEngine() {
    const TempDir made;
    {
      Engine engine{made, Engine::Make::yes};
      const auto write = [&](const char* sql) {
        engine.write(sql);
        states.insert(engine.contents().value());
      };
      write(
          "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); CREATE INDEX t_b ON t(b);"
          "INSERT INTO t VALUES (1, 'one'), (2, 'two')");
      engine.empty_log();
      write("INSERT INTO t VALUES (3, printf('%.9000c', 'x'))");
      write("DELETE FROM t WHERE a = 2; UPDATE t SET b = 'three' WHERE a = 3");
      image = {{file_bytes(made.file("store.db")), file_bytes(made.file("store.db-wal"))}};
    }
    std::ofstream{seeming.file("store.db")};
    if (image.of(DiskFile::log).size() < 4 * db::sealed_frame_size)
      throw std::runtime_error("a log with frames");
  }
  static const SoundEngine& get() {
    static const SoundEngine sound;
    return sound;
  }
};

struct Change {
  std::string what;
  std::size_t number = 0, at = 0;
  std::string bytes;
};

std::optional<Change> change_of(const std::string& line) {
  Change change;
  std::string hex;
  std::istringstream words{line};
  if (!(words >> change.what >> change.number >> change.at)) return std::nullopt;
  words >> hex;
  const auto bytes = vault::from_hex(hex);
  if (!bytes || change.number > 1'000 || change.at > db::sealed_frame_size) return std::nullopt;
  change.bytes.assign(bytes->begin(), bytes->end());
  return change;
}

// Where a page, or a frame, begins in its file.
std::size_t page_at(std::size_t number) { return (number - 1) * db::page_size; }
std::size_t frame_at(std::size_t number) {
  return db::log_header_size + (number - 1) * db::sealed_frame_size;
}

void put(unsigned char* to, std::size_t size, const Change& change) {
  if (change.at + change.bytes.size() <= size) std::ranges::copy(change.bytes, to + change.at);
}

// The page at `sealed`, changed and sealed anew; false where it is none.
bool reseal_page(std::uint32_t number, unsigned char* sealed, const Change& change) {
  static const db::PageSeal seal{engine_keys()};
  static db::NonceSource nonces;
  std::array<unsigned char, db::page_size> page{};
  if (!seal.open(number, sealed, page.data())) return false;
  put(page.data(), db::text_size, change);
  seal.seal(number, page.data(), sealed, nonces);
  return true;
}

// The page that a frame's header names, after it was changed and sealed anew where that is asked;
// 0 where it does not open.
std::uint32_t page_of_frame(std::vector<unsigned char>& log, const Change& change) {
  static const db::HeaderSeal seal{engine_keys()};
  static db::NonceSource nonces;
  db::Salts salts{};
  std::copy_n(log.begin() + db::salts_offset, salts.size(), salts.begin());
  const auto frame = static_cast<std::uint32_t>(change.number);
  unsigned char* sealed = log.data() + frame_at(change.number);
  std::array<unsigned char, db::frame_header_size> header{};
  if (!seal.open(frame, salts, sealed, header.data())) return 0;
  const std::uint32_t page = db::get_u32(header.data());
  if (change.what == "header") {
    put(header.data(), header.size(), change);
    seal.seal(frame, salts, header.data(), sealed, nonces);
  }
  return page;
}

// True where whoever has the data key did it.
bool apply(const Change& change, DiskImage& image) {
  auto& file = image.of(DiskFile::database);
  auto& log = image.of(DiskFile::log);
  if (change.what == "cut-file") file.resize(std::min(file.size(), change.number * 4096));
  if (change.what == "cut-log")
    log.resize(std::min(log.size(), change.number * db::sealed_frame_size + change.at));
  const bool is_frame = frame_at(change.number + 1) <= log.size();
  if (change.what == "log") {
    const auto at = change.number == 0 ? 0 : frame_at(change.number);
    if (change.number == 0 ? log.size() >= db::log_header_size : is_frame)
      put(log.data() + at, change.number == 0 ? db::log_header_size : db::sealed_frame_size,
          change);
  }
  if (change.number == 0) return false;
  const bool is_page = page_at(change.number + 1) <= file.size();
  if (change.what == "file" && is_page)
    put(file.data() + page_at(change.number), db::page_size, change);
  if (change.what == "page" && is_page)
    return reseal_page(static_cast<std::uint32_t>(change.number),
                       file.data() + page_at(change.number), change);
  if ((change.what != "frame" && change.what != "header") || !is_frame) return false;
  const std::uint32_t page = page_of_frame(log, change);
  if (page == 0 || change.what == "header") return page != 0;
  return reseal_page(page, log.data() + frame_at(change.number) + db::sealed_header_size, change);
}

struct Found {
  std::optional<Contents> contents;
  bool has_reason = true;  // where there are none
};
using EngineReader = Found (*)(const DiskImage& image);

Found read_sealed(const DiskImage& image) {
  MemoryDisk::put(image);
  try {
    Engine engine{SoundEngine::get().seeming};
    Found found{engine.contents()};
    found.has_reason = found.contents || engine.says_why();
    engine.examine();
    return found;
  } catch (const Error& error) {
    return {std::nullopt, !error.faults().empty()};
  }
}

// As a reader finds other contents in any other bytes.
Found read_as_it_lies(const DiskImage& image) {
  const auto& file = image.of(DiskFile::database);
  const auto& log = image.of(DiskFile::log);
  const bool is_same = file == SoundEngine::get().image.of(DiskFile::database) &&
                       log == SoundEngine::get().image.of(DiskFile::log);
  return {is_same ? *SoundEngine::get().states.begin() : "changed"};
}

// Whoever has no key makes no other contents than there were; whatever whoever has it seals is read
// or refused.
template <EngineReader read>
void take_engine(std::string_view text) {
  const SoundEngine& sound = SoundEngine::get();
  DiskImage image = sound.image;
  bool has_key = false;
  std::istringstream lines{std::string{text}};
  int changes = 0;
  for (std::string line; changes < 50 && std::getline(lines, line); ++changes)
    if (const auto change = change_of(line)) has_key = apply(*change, image) || has_key;
  const Found found = read(image);
  if (has_key) return;
  if (found.contents && !sound.states.contains(*found.contents))
    throw std::logic_error("what is read is what was written");
  if (!found.has_reason) throw std::logic_error("what cannot be read is said to be damaged");
}

}  // namespace

FuzzTarget engine_target() {
  return {.name = "engine",
          .take = take_engine<read_sealed>,
          .seeds = {"file 2 100 ff\nlog 1 80 00ff\n", "page 1 100 0d0000\nframe 2 0 05\n",
                    "header 2 4 00000009\n", "cut-log 2 100\n"},
          .usual = 300};
}

FuzzTarget blind_engine_target() {
  // What stands there anyway, until something is another.
  return {
      .name = "blind engine", .take = take_engine<read_as_it_lies>, .seeds = {"file 1 0 89504853"}};
}

}  // namespace pharmacy::test
