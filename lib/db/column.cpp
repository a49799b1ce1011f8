#include "db/column.h"

#include <sqlite3.h>

#include <new>

#include "base/i18n.h"

namespace pharmacy::db::detail {

// A binding fails only where the statement has no such parameter, or where memory is out; the
// bytes outlive the stepping, so SQLite need not copy them.
static void check_bound(int code) {
  if (code == SQLITE_NOMEM) throw std::bad_alloc{};
  if (code == SQLITE_TOOBIG) throw Error(Errc::invalid_input, _("a text is too long to be stored"));
  PHARMACY_CHECK(code == SQLITE_OK);
}

// The tables are STRICT, with CHECKs: but whoever has the keys can make others.
void throw_not_allowed() {
  throw Error(Errc::damaged, _("a record has a value that its table does not allow"),
              _("do not change anything; look at what \"store check\" says"));
}

static void require_type(sqlite3_stmt* statement, int at, int type) {
  if (sqlite3_column_type(statement, at) != type) throw_not_allowed();
}

void bind_integer(sqlite3_stmt* statement, int at, std::int64_t value) {
  check_bound(sqlite3_bind_int64(statement, at, value));
}

void bind_text(sqlite3_stmt* statement, int at, std::string_view value) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* data = value.data() != nullptr ? value.data() : "";
  check_bound(sqlite3_bind_text64(statement, at, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void bind_blob(sqlite3_stmt* statement, int at, const void* data, std::size_t size) {
  const void* address = data != nullptr ? data : "";
  check_bound(sqlite3_bind_blob64(statement, at, address, size, SQLITE_STATIC));
}

void bind_null(sqlite3_stmt* statement, int at) { check_bound(sqlite3_bind_null(statement, at)); }

std::int64_t get_integer(sqlite3_stmt* statement, int at) {
  require_type(statement, at, SQLITE_INTEGER);
  return sqlite3_column_int64(statement, at);
}

std::string get_text(sqlite3_stmt* statement, int at) {
  require_type(statement, at, SQLITE_TEXT);
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, at));
  if (text == nullptr) throw std::bad_alloc{};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement, at))};
}

Bytes get_blob(sqlite3_stmt* statement, int at) {
  require_type(statement, at, SQLITE_BLOB);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, at));
  const auto* data = static_cast<const unsigned char*>(sqlite3_column_blob(statement, at));
  if (size > 0 && data == nullptr) throw std::bad_alloc{};
  return {data, data + size};
}

bool is_null(sqlite3_stmt* statement, int at) {
  return sqlite3_column_type(statement, at) == SQLITE_NULL;
}

}  // namespace pharmacy::db::detail
