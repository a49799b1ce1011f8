// One connection to the sealed store, its statements and its rows. The only way to SQL.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/column.h"
#include "pharmacy/error.h"
#include "pharmacy/fields.h"

struct sqlite3;
struct sqlite3_stmt;

namespace pharmacy::db {

class Database;

// A prepared statement on loan from its Database's cache; it is reset when this goes away.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Binds the parameters ?1, ?2 … in order, all of them. Text and blobs are bound without a
  // copy: the arguments must outlive the stepping.
  template <class... Values>
  Statement& bind(const Values&... values) {
    rewind(sizeof...(values));
    int at = 0;
    (Column<Values>::bind(handle_, ++at, values), ...);
    return *this;
  }

  // Moves to the next row; false at the end. Throws Error.
  bool step();
  // Runs a statement that returns no rows.
  void run() { PHARMACY_CHECK(!step()); }

  // A column of the current row, from 0.
  template <class Value>
  [[nodiscard]] Value get(int column) const {
    return Column<Value>::get(handle_, column);
  }
  // The current row as an aggregate: the columns in the order of its fields().
  template <FieldRow Row>
  [[nodiscard]] Row row() const {
    return [this]<std::size_t... I>(std::index_sequence<I...>) {
      return Row{this->template get<typename decltype(field_of<Row, I>)::value_type>(
          static_cast<int>(I))...};
    }
    (FieldNumbers<Row>{});
  }

 private:
  friend class Database;
  struct Prepared;  // a cached statement and whether it is on loan
  Statement(Database& database, Prepared& prepared);
  void rewind(std::size_t count);

  Database* database_;
  Prepared* prepared_;  // null once moved from
  sqlite3_stmt* handle_;
};

class Database {
 public:
  // Takes the connection over and closes it at the end.
  explicit Database(sqlite3* handle);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // A statement from the cache, prepared when first asked for. Throws Error.
  Statement prepare(std::string_view sql);

  // Runs one statement with its parameters.
  template <class... Values>
  void run(std::string_view sql, const Values&... values) {
    prepare(sql).bind(values...).run();
  }
  // The first column of the first row; nullopt where there is no row.
  template <class Value, class... Values>
  std::optional<Value> value(std::string_view sql, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement.bind(values...).step()) return std::nullopt;
    return statement.template get<Value>(0);
  }
  // The first row; nullopt where there is none.
  template <FieldRow Row, class... Values>
  std::optional<Row> row(std::string_view sql, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement.bind(values...).step()) return std::nullopt;
    return statement.template row<Row>();
  }
  // The first column of all rows, in the order of the statement.
  template <class Value, class... Values>
  std::vector<Value> values(std::string_view sql, const Values&... values) {
    auto statement = prepare(sql);
    statement.bind(values...);
    std::vector<Value> all;
    while (statement.step()) all.push_back(statement.template get<Value>(0));
    return all;
  }
  // All rows, in the order of the statement.
  template <FieldRow Row, class... Values>
  std::vector<Row> rows(std::string_view sql, const Values&... values) {
    auto statement = prepare(sql);
    statement.bind(values...);
    std::vector<Row> all;
    while (statement.step()) all.push_back(statement.template row<Row>());
    return all;
  }

  [[nodiscard]] std::int64_t last_insert_id() const;
  [[nodiscard]] std::int64_t changes() const;
  // Runs the statements of a script: for migrations only.
  void run_script(const std::string& sql);
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  // Throws the Error that an SQLite result code of this connection stands for.
  [[noreturn]] void fail(int code);
  // Throws io where the disk failed since the newest transaction began, also where SQLite has
  // taken that for something else, as its own check of the structure does.
  void require_read();

  // Whether reading or writing failed since the last begin_change(): what the statements of the
  // change left is then not known.
  void begin_change() { is_spoilt_ = false; }
  [[nodiscard]] bool is_spoilt() const { return is_spoilt_; }

 private:
  friend class Statement;
  struct Cache;
  struct Closer {
    void operator()(sqlite3* handle) const noexcept;
  };
  std::unique_ptr<sqlite3, Closer> handle_;  // closed after the statements are gone
  std::unique_ptr<Cache> cache_;
  bool is_spoilt_ = false;
};

}  // namespace pharmacy::db
