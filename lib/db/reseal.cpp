#include "db/reseal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/file.h"
#include "base/i18n.h"
#include "base/uninterrupted.h"
#include "db/connection.h"
#include "db/failure.h"
#include "db/page_seal.h"
#include "pharmacy/error.h"

namespace pharmacy::db {
namespace {

constexpr std::uint32_t batch_pages = 64;  // of one write

// The file that is being written; removed unless it is finished.
class Target {
 public:
  explicit Target(const std::filesystem::path& path)
      : path_{path}, fd_{uninterrupted([&] {
          return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        })} {
    if (!fd_.is_open()) throw_error(Errc::cannot_create);
    fchmod(fd_.number(), 0600);  // whatever the umask says
  }
  ~Target() {
    if (!finished_) ::unlink(path_.c_str());
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  void write(const unsigned char* bytes, std::size_t size, std::int64_t offset) {
    while (size > 0) {
      const ssize_t written =
          uninterrupted([&] { return ::pwrite(fd_.number(), bytes, size, offset); });
      if (written <= 0) throw_error(Errc::io);
      bytes += written;
      size -= static_cast<std::size_t>(written);
      offset += written;
    }
  }
  void finish() {
    if (uninterrupted([this] { return ::fsync(fd_.number()); }) != 0) throw_error(Errc::io);
    finished_ = true;
  }

 private:
  [[noreturn]] void throw_error(Errc code) const {
    throw Error(code, fmt::format(fmt::runtime(_("cannot write {}: {}")), path_.string(),
                                  std::strerror(errno)));
  }

  std::filesystem::path path_;
  Fd fd_;
  bool finished_ = false;
};

}  // namespace

void reseal(sqlite3* db, const StoreKeys& keys, const std::filesystem::path& to,
            const std::function<void(std::int64_t, std::int64_t)>& progress) {
  Connection* connection = connection_of(db);
  PHARMACY_CHECK(connection != nullptr && connection->gate.held());
  PHARMACY_CHECK(frames_in_index(*connection) == 0);
  sqlite3_file* file = nullptr;
  const int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (code != SQLITE_OK) throw_failure(db, code);
  const std::uint32_t pages = count_pages(db);
  connection->begin_reading();

  Target target{to};
  PageSeal seal{keys};
  NonceSource nonces;
  std::vector<unsigned char> batch;
  for (std::uint32_t first = 1; first <= pages; first += batch_pages) {
    const std::uint32_t count = std::min(batch_pages, pages - first + 1);
    batch.assign(std::size_t{count} * page_size, 0);
    for (std::uint32_t i = 0; i < count; ++i) {
      std::array<unsigned char, page_size> page;
      if (first + i == lock_byte_page) continue;  // it was never written
      const int rc = file->pMethods->xRead(file, page.data(), page_size,
                                           sqlite3_int64{first + i - 1} * page_size);
      if (rc != SQLITE_OK) throw_failure(db, rc);
      seal.seal(first + i, page.data(), batch.data() + std::size_t{i} * page_size, nonces);
    }
    target.write(batch.data(), batch.size(), sqlite3_int64{first - 1} * page_size);
    if (progress) progress(first + count - 1, pages);
  }
  target.finish();
}

}  // namespace pharmacy::db
