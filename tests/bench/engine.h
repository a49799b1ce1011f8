// The engines that are compared, with the same pragmas: plain SQLite, the sealed one, and plain
// SQLite that pays for the cipher alone. A libsqlcipher that is loaded in SQLite's place makes the
// plain one a fourth.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace pharmacy::bench {

enum class Kind { plain, cipher, sealed, sqlcipher };
Kind kind_of(const std::string& word);

class Engine {
 public:
  virtual ~Engine() = default;
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] sqlite3* db() const { return db_; }
  // A durable transaction, as each engine's users make one.
  virtual void change(const std::function<void()>& body) = 0;
  // Runs statements whose rows are not wanted; ends the program if one fails.
  void run(const char* sql) const;

 protected:
  sqlite3* db_ = nullptr;
};

// Opens the database of that kind in the directory, or makes it; ends the program if it cannot.
std::unique_ptr<Engine> open(Kind kind, const std::filesystem::path& directory, int cache_kib);

// A statement of an engine.
class Query {
 public:
  Query(const Engine& engine, const char* sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  // Runs it to its end with ?1, ?2 …; returns the sum of the first column over all rows.
  template <class... Values>
  sqlite3_int64 sum(const Values&... values) {
    int at = 0;
    (bind(++at, values), ...);
    return finish();
  }

 private:
  void bind(int at, sqlite3_int64 value);
  void bind(int at, const std::string& value);
  sqlite3_int64 finish();

  const Engine& engine_;
  sqlite3_stmt* handle_ = nullptr;
};

[[noreturn]] void fail(const std::string& why);

}  // namespace pharmacy::bench
