#include "db/database.h"

#include <sqlite3.h>

#include <unordered_map>

#include "db/failure.h"
#include "db/sealed.h"

namespace pharmacy::db {

struct Statement::Prepared {
  sqlite3_stmt* handle = nullptr;
  bool on_loan = false;

  Prepared() = default;
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

void Database::Closer::operator()(sqlite3* handle) const noexcept { close_sealed(handle); }

Database::Database(sqlite3* handle) : handle_{handle}, cache_{std::make_unique<Cache>()} {
  sqlite3_extended_result_codes(handle, 1);
}

Database::~Database() = default;

Statement Database::prepare(std::string_view sql) {
  auto found = cache_->by_text.find(sql);
  if (found == cache_->by_text.end()) {
    found = cache_->by_text.try_emplace(std::string{sql}).first;
  }
  for (const auto& prepared : found->second) {
    if (!prepared->on_loan) return Statement{*this, *prepared};
  }
  auto made = std::make_unique<Statement::Prepared>();
  const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &made->handle, nullptr);
  if (code != SQLITE_OK) fail(code);
  return Statement{*this, *found->second.emplace_back(std::move(made))};
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle()); }

std::int64_t Database::changes() const { return sqlite3_changes64(handle()); }

void Database::run_script(const std::string& sql) {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

void Database::require_read() {
  if (const int code = io_error_of(handle()); code != SQLITE_OK) fail(code);
}

void Database::fail(int code) {
  try {
    throw_failure(handle(), code);
  } catch (const Error& error) {
    if (error.code() == Errc::io || error.code() == Errc::damaged) is_spoilt_ = true;
    throw;
  }
}

}  // namespace pharmacy::db
