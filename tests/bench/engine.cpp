#include "bench/engine.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "bench/cipher_vfs.h"
#include "db/sealed.h"
#include "pharmacy/error.h"

namespace pharmacy::bench {
namespace {

using namespace std::chrono_literals;

class Plain final : public Engine {
 public:
  Plain(const std::filesystem::path& file, int cache_kib, Kind kind) {
    const char* const vfs = kind == Kind::cipher ? cipher_vfs_name() : nullptr;
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                          SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(file.c_str(), &db_, flags, vfs) != SQLITE_OK) fail("open");
    if (kind == Kind::sqlcipher) {
      const std::string key(64, '5');
      run(("PRAGMA key=\"x'" + key + "'\"").c_str());
      if (Query(*this, "PRAGMA cipher_version").sum() < 4)
        fail("SQLCipher is not loaded: put it before SQLite with LD_PRELOAD");
    }
    run("PRAGMA page_size=4096; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON;"
        "PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    run(("PRAGMA cache_size=-" + std::to_string(cache_kib)).c_str());
    sqlite3_busy_timeout(db_, 5000);
  }
  ~Plain() override { sqlite3_close(db_); }

  void change(const std::function<void()>& body) override {
    run("BEGIN IMMEDIATE");
    body();
    run("COMMIT");
  }
};

class Sealed final : public Engine {
 public:
  Sealed(const std::filesystem::path& directory, int cache_kib)
      : gate_(directory / "store.lock", "bench") {
    db::StoreKeys keys;
    keys.file_id.fill(7);
    for (auto& byte : keys.data_key.bytes()) byte = 8;
    const db::SealedOptions options{.path = directory / "store.db", .cache_kib = cache_kib};
    const bool is_new = !std::filesystem::exists(options.path);
    if (is_new) gate_.acquire(5s);
    db_ = is_new ? db::create_sealed(options, keys, gate_) : db::open_sealed(options, keys, gate_);
    gate_.release();
  }
  ~Sealed() override { db::close_sealed(db_); }

  void change(const std::function<void()>& body) override {
    gate_.acquire(5s);
    run("BEGIN IMMEDIATE");
    body();
    if (db::advance_commit_number(db_) != SQLITE_OK) fail("commit number");
    run("COMMIT");
    if (db::checkpoint_if_long(db_, gate_) != SQLITE_OK) fail("checkpoint");
    gate_.release();
  }

 private:
  db::Gate gate_;
};

}  // namespace

void fail(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

Kind kind_of(const std::string& word) {
  if (word == "plain") return Kind::plain;
  if (word == "cipher") return Kind::cipher;
  if (word == "sealed") return Kind::sealed;
  if (word == "sqlcipher") return Kind::sqlcipher;
  fail("no such engine: " + word);
}

std::unique_ptr<Engine> open(Kind kind, const std::filesystem::path& directory, int cache_kib) {
  std::filesystem::create_directories(directory);
  if (kind == Kind::sealed) return std::make_unique<Sealed>(directory, cache_kib);
  return std::make_unique<Plain>(directory / "plain.db", cache_kib, kind);
}

void Engine::run(const char* sql) const {
  char* message = nullptr;
  if (sqlite3_exec(db_, sql, nullptr, nullptr, &message) != SQLITE_OK)
    fail(std::string(sql) + ": " + (message == nullptr ? "failed" : message));
}

Query::Query(const Engine& engine, const char* sql) : engine_(engine) {
  if (sqlite3_prepare_v3(engine.db(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr) !=
      SQLITE_OK)
    fail(sqlite3_errmsg(engine.db()));
}
Query::~Query() { sqlite3_finalize(handle_); }

void Query::bind(int at, sqlite3_int64 value) { sqlite3_bind_int64(handle_, at, value); }
void Query::bind(int at, const std::string& value) {
  sqlite3_bind_text(handle_, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
}

sqlite3_int64 Query::finish() {
  sqlite3_int64 sum = 0;
  int rc = SQLITE_ROW;
  while ((rc = sqlite3_step(handle_)) == SQLITE_ROW) sum += sqlite3_column_int64(handle_, 0);
  if (rc != SQLITE_DONE) fail(sqlite3_errmsg(engine_.db()));
  sqlite3_reset(handle_);
  return sum;
}

}  // namespace pharmacy::bench
