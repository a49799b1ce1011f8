#include "db/database.h"

#include <sqlite3.h>

#include <new>
#include <unordered_map>

#include "base/i18n.h"
#include "db/sealed.h"

namespace pharmacy::db {

struct Statement::Prepared {
  sqlite3_stmt* handle = nullptr;
  bool on_loan = false;

  explicit Prepared(sqlite3_stmt* h) : handle{h} {}
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared() { sqlite3_finalize(handle); }
};

// Statements by their text. One that is in use when it is asked for again (a query inside the
// loop of the same query) gets a twin.
struct Database::Cache {
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Twins = std::vector<std::unique_ptr<Statement::Prepared>>;
  std::unordered_map<std::string, Twins, Hash, std::equal_to<>> by_text;
};

Statement::Statement(Database& database, Prepared& prepared)
    : database_{&database}, prepared_{&prepared}, handle_{prepared.handle} {
  prepared.on_loan = true;
}

Statement::Statement(Statement&& other) noexcept
    : database_{other.database_},
      prepared_{std::exchange(other.prepared_, nullptr)},
      handle_{std::exchange(other.handle_, nullptr)} {}

Statement::~Statement() {
  if (prepared_ == nullptr) return;
  // The code repeats what step() already reported.
  static_cast<void>(sqlite3_reset(handle_));
  static_cast<void>(sqlite3_clear_bindings(handle_));  // they may point to what is gone by then
  prepared_->on_loan = false;
}

void Statement::rewind(std::size_t count) {
  static_cast<void>(sqlite3_reset(handle_));
  PHARMACY_CHECK(static_cast<std::size_t>(sqlite3_bind_parameter_count(handle_)) == count);
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_->fail(code);
  return false;
}

Database::Database(sqlite3* handle) : handle_{handle}, cache_{std::make_unique<Cache>()} {
  sqlite3_extended_result_codes(handle, 1);
}

Database::~Database() {
  cache_.reset();
  close_sealed(handle_);
}

Statement Database::prepare(std::string_view sql) {
  auto found = cache_->by_text.find(sql);
  if (found == cache_->by_text.end()) {
    found = cache_->by_text.try_emplace(std::string{sql}).first;
  }
  for (const auto& prepared : found->second) {
    if (!prepared->on_loan) return Statement{*this, *prepared};
  }
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) fail(code);
  auto& prepared = found->second.emplace_back(std::make_unique<Statement::Prepared>(handle));
  return Statement{*this, *prepared};
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

void Database::run_script(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

// What went wrong with a constraint: the checks of the rooms above come first, so that one which
// is reached here is a value beyond a range, or a rule that a trigger guards.
[[noreturn]] static void fail_constraint(int extended) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      throw Error(Errc::conflict, _("something with the same key is already in the store"));
    case SQLITE_CONSTRAINT_TRIGGER:
      throw Error(Errc::refused, _("the records of the store do not allow this"));
    default:
      throw Error(Errc::invalid_input, _("a value is outside the range that the store keeps"));
  }
}

void Database::fail(int code) const {
  const int extended = sqlite3_extended_errcode(handle_);
  if (const auto damage = damage_of(handle_)) throw Error(Errc::damaged, *damage);
  // SQLite may call a failure of the disk a corruption.
  const int below = io_error_of(handle_);
  switch ((below != 0 ? below : code) & 0xff) {
    case SQLITE_NOMEM:
      throw std::bad_alloc{};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(Errc::busy, _("another program is changing the store"), _("try again shortly"));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_PROTOCOL:
      throw Error(Errc::damaged, _("the store is damaged"),
                  _("do not change anything; look at what \"store check\" says"));
    case SQLITE_FULL:
      throw Error(Errc::io, _("the disk is full; nothing was written"), _("make room and repeat"));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      throw Error(Errc::io, _("the store cannot be written here"),
                  _("look at the rights of its directory and whether its disk is read-only"));
    case SQLITE_IOERR:
      throw Error(Errc::io, _("reading or writing the store failed"),
                  _("look at the disk's health and at limits on file sizes"));
    case SQLITE_TOOBIG:
      throw Error(Errc::invalid_input, _("a text is too long to be stored"));
    case SQLITE_CONSTRAINT:
      fail_constraint(extended);
    default:
      abort_on_bug(sqlite3_errmsg(handle_), __FILE__, __LINE__);
  }
}

}  // namespace pharmacy::db
