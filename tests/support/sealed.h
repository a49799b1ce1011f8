// A sealed store in a directory of its own, and short ways to use it.
#pragma once

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "db/sealed.h"
#include "support/errors.h"
#include "support/temp_dir.h"
#include "support/trials.h"

namespace pharmacy::db::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using pharmacy::test::code_of;
using pharmacy::test::Random;
using pharmacy::test::TempDir;
using pharmacy::test::Trials;

// Keys that depend on `seed` alone.
StoreKeys keys_of(unsigned char seed);

using Bytes = std::vector<unsigned char>;
Bytes read_file(const fs::path& path);
void write_file(const fs::path& path, const Bytes& bytes);
void flip_bit(const fs::path& path, std::uint64_t bit);
// A file that stays open: closing it would drop the locks that SQLite has on it in this process, so
// that it must be opened before, and closed after, any connection to it.
class OpenFile {
 public:
  explicit OpenFile(const fs::path& path);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] Bytes bytes() const;
  [[nodiscard]] Bytes bytes_at(std::uint64_t from, std::size_t size) const;
  // Changes one bit of the byte at this place.
  void poke(std::uint64_t at) const;

 private:
  int fd_;
};

// Copies the files of a store that no process has open, without the wal-index.
void copy_store(const fs::path& from, const fs::path& to);

// A connection with its gate.
class Session {
 public:
  // Opens, or makes the file first where `create` says so.
  enum class Make { no, yes };
  explicit Session(const fs::path& directory, const StoreKeys& keys, Make make = Make::no,
                   SealedOptions options = {}, const std::string& lock = "store.lock");
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] sqlite3* db() const { return db_; }
  // What SQLite calls.
  [[nodiscard]] sqlite3_file* main_file() const;
  [[nodiscard]] sqlite3_file* log_file() const;
  Gate& gate() { return gate_; }

  // SQLite's code of a statement that may fail.
  int try_exec(const std::string& sql) const;
  // Fails the test if the statement fails.
  void exec(const std::string& sql) const;
  // The first column of all rows, one a line.
  [[nodiscard]] std::string query(const std::string& sql) const;

  // A whole write transaction: gate, BEGIN IMMEDIATE, body, commit number, COMMIT. Returns the
  // code of the COMMIT; what fails before it fails the test.
  int write(const std::function<void()>& body, bool checkpoint = true);
  void write(const std::string& sql) {
    REQUIRE(write([&] { exec(sql); }) == SQLITE_OK);
  }
  void close();

 private:
  Gate gate_;
  sqlite3* db_ = nullptr;
};

// Runs `body` in a child process; true if it returned true. A failing check in it prints there.
bool in_child(const std::function<bool()>& body);

}  // namespace pharmacy::db::test
