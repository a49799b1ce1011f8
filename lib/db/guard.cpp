#include "db/guard.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace pharmacy::db {
namespace {

// Pragmas that answer questions, or that belong to a transaction.
constexpr std::array<std::string_view, 17> allowed_always = {
    "application_id",   "cache_size",     "data_version", "defer_foreign_keys", "foreign_key_check",
    "foreign_key_list", "freelist_count", "index_info",   "index_list",         "index_xinfo",
    "integrity_check",  "page_count",     "quick_check",  "table_info",         "table_list",
    "table_xinfo",      "user_version"};

// Pragmas that may be asked and not set.
constexpr std::array<std::string_view, 12> allowed_to_ask = {
    "auto_vacuum",   "cell_size_check", "compile_options", "encoding",
    "foreign_keys",  "journal_mode",    "page_size",       "schema_version",
    "secure_delete", "synchronous",     "temp_store",      "trusted_schema"};

bool pragma_allowed(std::string_view name, const char* value) {
  return std::ranges::find(allowed_always, name) != allowed_always.end() ||
         (value == nullptr && std::ranges::find(allowed_to_ask, name) != allowed_to_ask.end());
}

// SQLite names every pragma first, and every function second.
int authorize(void*, int action, const char* first, const char* second, const char*, const char*) {
  switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return SQLITE_DENY;
    case SQLITE_PRAGMA:
      return pragma_allowed(first, second) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
      return std::string_view(second) == "load_extension" ? SQLITE_DENY : SQLITE_OK;
    default:
      return SQLITE_OK;
  }
}

}  // namespace

int guard(sqlite3* db) {
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  return sqlite3_set_authorizer(db, authorize, nullptr);
}

}  // namespace pharmacy::db
