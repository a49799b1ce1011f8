// How values go into parameters and come out of columns: every stored type has one Column.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/error.h"
#include "pharmacy/ids.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

struct sqlite3_stmt;

namespace pharmacy::db {

// Bytes as a BLOB.
using Bytes = std::vector<unsigned char>;

namespace detail {
void bind_integer(sqlite3_stmt* statement, int at, std::int64_t value);
void bind_text(sqlite3_stmt* statement, int at, std::string_view value);
void bind_blob(sqlite3_stmt* statement, int at, const void* data, std::size_t size);
void bind_null(sqlite3_stmt* statement, int at);
// Throw damaged where the column has a value of another type.
std::int64_t get_integer(sqlite3_stmt* statement, int at);
std::string get_text(sqlite3_stmt* statement, int at);
Bytes get_blob(sqlite3_stmt* statement, int at);
bool is_null(sqlite3_stmt* statement, int at);
// Throws damaged: a value that its table does not allow.
[[noreturn]] void throw_not_allowed();
}  // namespace detail

template <class Value>
struct Column;

template <>
struct Column<std::int64_t> {
  static void bind(sqlite3_stmt* s, int at, std::int64_t v) { detail::bind_integer(s, at, v); }
  static std::int64_t get(sqlite3_stmt* s, int at) { return detail::get_integer(s, at); }
};

template <>
struct Column<bool> {
  static void bind(sqlite3_stmt* s, int at, bool v) { detail::bind_integer(s, at, v ? 1 : 0); }
  static bool get(sqlite3_stmt* s, int at) { return detail::get_integer(s, at) != 0; }
};

template <>
struct Column<std::string> {
  static void bind(sqlite3_stmt* s, int at, const std::string& v) { detail::bind_text(s, at, v); }
  static std::string get(sqlite3_stmt* s, int at) { return detail::get_text(s, at); }
};

template <>
struct Column<std::string_view> {
  static void bind(sqlite3_stmt* s, int at, std::string_view v) { detail::bind_text(s, at, v); }
};

template <std::size_t N>
struct Column<char[N]> {
  static void bind(sqlite3_stmt* s, int at, const char* v) { detail::bind_text(s, at, v); }
};

template <>
struct Column<Bytes> {
  static void bind(sqlite3_stmt* s, int at, const Bytes& v) {
    detail::bind_blob(s, at, v.data(), v.size());
  }
  static Bytes get(sqlite3_stmt* s, int at) { return detail::get_blob(s, at); }
};

// Dates are days since 1970-01-01, instants seconds, amounts their count, ids their number.
template <>
struct Column<Date> {
  static void bind(sqlite3_stmt* s, int at, Date v) { detail::bind_integer(s, at, v.epoch_days()); }
  static Date get(sqlite3_stmt* s, int at) {
    return Date::from_epoch_days(static_cast<std::int32_t>(detail::get_integer(s, at)));
  }
};

template <>
struct Column<Instant> {
  static void bind(sqlite3_stmt* s, int at, Instant v) { detail::bind_integer(s, at, v.seconds); }
  static Instant get(sqlite3_stmt* s, int at) { return {detail::get_integer(s, at)}; }
};

template <class Tag>
struct Column<pharmacy::detail::Amount<Tag>> {
  using Value = pharmacy::detail::Amount<Tag>;
  static void bind(sqlite3_stmt* s, int at, Value v) { detail::bind_integer(s, at, v.count()); }
  static Value get(sqlite3_stmt* s, int at) { return Value{detail::get_integer(s, at)}; }
};

template <class Tag>
struct Column<Id<Tag>> {
  static void bind(sqlite3_stmt* s, int at, Id<Tag> v) { detail::bind_integer(s, at, v.number()); }
  static Id<Tag> get(sqlite3_stmt* s, int at) { return Id<Tag>{detail::get_integer(s, at)}; }
};

// An enumeration is stored as its word.
template <NamedEnum Enum>
struct Column<Enum> {
  static void bind(sqlite3_stmt* s, int at, Enum v) { detail::bind_text(s, at, to_word(v)); }
  static Enum get(sqlite3_stmt* s, int at) {
    const auto value = from_word<Enum>(detail::get_text(s, at));
    if (!value) detail::throw_not_allowed();
    return *value;
  }
};

template <class Value>
struct Column<std::optional<Value>> {
  static void bind(sqlite3_stmt* s, int at, const std::optional<Value>& v) {
    if (v) {
      Column<Value>::bind(s, at, *v);
    } else {
      detail::bind_null(s, at);
    }
  }
  static std::optional<Value> get(sqlite3_stmt* s, int at) {
    if (detail::is_null(s, at)) return std::nullopt;
    return Column<Value>::get(s, at);
  }
};

}  // namespace pharmacy::db
