#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <new>

#include "base/i18n.h"
#include "db/connection.h"
#include "db/damage.h"
#include "db/failure.h"
#include "db/guard.h"
#include "db/sealed.h"
#include "db/unstopped.h"
#include "db/vfs.h"
#include "pharmacy/error.h"

namespace pharmacy::db {
namespace {

struct Closer {
  void operator()(sqlite3* db) const { close_sealed(db); }
};
using Handle = std::unique_ptr<sqlite3, Closer>;

[[noreturn]] void throw_open_error(sqlite3* db, const SealedOptions& options,
                                   const std::optional<Damage>& damage) {
  const std::string file = options.path.string();
  if (damage)
    throw Error(Errc::damaged, fmt::format("{}: {}", file, describe(*damage)), advice(*damage));
  const int rc = db == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(db);
  const int below = io_error_of(db) & 0xff;
  if (may_be_from_below(rc) && below != SQLITE_OK && below != SQLITE_CANTOPEN)
    throw Error(Errc::io, fmt::format(fmt::runtime(_("cannot read {}")), file),
                _("look at the disk's health and at limits on file sizes"));
  // What SQLite itself says is in English and of no use to who reads it.
  switch (rc & 0xff) {
    case SQLITE_NOMEM:
      throw std::bad_alloc{};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw Error(Errc::damaged, fmt::format(fmt::runtime(_("{} is damaged")), file),
                  advice(Damage{}));
    case SQLITE_BUSY:
    case SQLITE_PROTOCOL:  // many others were faster, or rebuild the index of the log
      throw Error(Errc::busy, _("another program is changing the store"), _("try again shortly"));
    default:
      throw Error(Errc::io, fmt::format(fmt::runtime(_("cannot open {}")), file),
                  _("look at the rights of its directory and whether its disk is read-only"));
  }
}

// The file itself, not what a link points to, belongs to the store.
void require_regular_file(const std::filesystem::path& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      throw Error(Errc::no_store, fmt::format(fmt::runtime(_("there is no store at {}")),
                                              path.parent_path().string()));
    throw Error(Errc::io, fmt::format(fmt::runtime(_("cannot open {}: {}")), path.string(),
                                      std::strerror(errno)));
  }
  if (!S_ISREG(status.st_mode))
    throw Error(Errc::damaged,
                fmt::format(fmt::runtime(_("{} is not a regular file")), path.string()));
}

int configure(sqlite3* db) {
  for (const auto& [setting, value] : {std::pair{SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
                                       {SQLITE_DBCONFIG_DEFENSIVE, 1},
                                       {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                       {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
                                       {SQLITE_DBCONFIG_DQS_DML, 0},
                                       {SQLITE_DBCONFIG_DQS_DDL, 0},
                                       {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}}) {
    int now = -1;
    const int rc = sqlite3_db_config(db, setting, value, &now);
    if (rc != SQLITE_OK) return rc;
    if (now != value) return SQLITE_MISUSE;
  }
  sqlite3_busy_timeout(db, busy_timeout_ms);
  return SQLITE_OK;
}

int set_pragma(sqlite3* db, const char* sql) {
  return sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
}

bool pragma_is(sqlite3* db, const char* sql, const char* expected) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) != SQLITE_OK) return false;
  bool same = false;
  if (sqlite3_step(statement) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    same = text != nullptr && std::strcmp(text, expected) == 0;
  }
  return sqlite3_finalize(statement) == SQLITE_OK && same;
}

int note_log_length(void* context, sqlite3*, const char*, int frames) {
  static_cast<Connection*>(context)->frames = static_cast<std::uint32_t>(frames);
  return SQLITE_OK;
}

}  // namespace

sqlite3* open_sealed(const SealedOptions& options, const StoreKeys& keys, Gate& gate) {
  require_regular_file(options.path);
  const Unstopped whole;
  const char* vfs = sealed_vfs_name();
  OpenRequest request(options, keys, gate);
  sqlite3* raw = nullptr;
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                        SQLITE_OPEN_EXRESCODE;
  const int opened = sqlite3_open_v2(options.path.c_str(), &raw, flags, vfs);
  Handle db(raw);
  if (opened != SQLITE_OK) throw_open_error(raw, options, request.damage);
  Connection* connection = connection_of(raw);
  PHARMACY_CHECK(connection != nullptr);

  const std::string cache = fmt::format("PRAGMA cache_size=-{}", options.cache_kib);
  const bool ready = configure(raw) == SQLITE_OK &&
                     set_pragma(raw, "PRAGMA temp_store=MEMORY") == SQLITE_OK &&
                     // The first to read the file, for its schema: the log is recovered here.
                     set_pragma(raw, cache.c_str()) == SQLITE_OK &&
                     set_pragma(raw, "PRAGMA cell_size_check=ON") == SQLITE_OK &&
                     pragma_is(raw, "PRAGMA secure_delete=ON", "1") &&
                     pragma_is(raw, "PRAGMA journal_mode=WAL", "wal") &&
                     set_pragma(raw, "PRAGMA synchronous=FULL") == SQLITE_OK &&
                     pragma_is(raw, "PRAGMA synchronous", "2") && guard(raw) == SQLITE_OK;
  if (!ready) throw_open_error(raw, options, connection->damage);
  // In the place of SQLite's own hook, which would make checkpoints.
  sqlite3_wal_hook(raw, note_log_length, connection);
  return db.release();
}

void close_sealed(sqlite3* db) noexcept {
  checkpoint_at_close(db);
  sqlite3_close(db);
}

}  // namespace pharmacy::db
