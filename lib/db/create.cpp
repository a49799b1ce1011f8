#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/i18n.h"
#include "crypto/random.h"
#include "db/page_seal.h"
#include "db/sealed.h"
#include "pharmacy/error.h"

namespace pharmacy::db {
namespace {

[[noreturn]] void throw_cannot_create(const std::filesystem::path& path, int error) {
  throw Error(Errc::cannot_create, fmt::format(fmt::runtime(_("cannot create {}: {}")),
                                               path.string(), std::strerror(error)));
}

// Refuses to begin beside a log: it would be taken for the new file's.
void require_absent(const std::filesystem::path& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0)
    throw Error(Errc::conflict, fmt::format(fmt::runtime(_("{} is there already")), path.string()),
                _("choose another directory with --store DIR"));
  if (errno != ENOENT) throw_cannot_create(path, errno);
}

// Page 1 of an empty SQLite database.
std::array<unsigned char, page_size> empty_first_page() {
  std::array<unsigned char, page_size> page{};
  std::ranges::copy(constant_header(), page.begin());
  put_u32(&page[24], 1);                    // change counter
  put_u32(&page[28], 1);                    // pages in the file
  put_u32(&page[44], 4);                    // schema format
  put_u32(&page[56], 1);                    // UTF-8
  put_u32(&page[commit_number_offset], 1);  // the first commit number
  put_u32(&page[92], 1);                    // the page count is that of change 1
  put_u32(&page[96], 3040001);              // SQLite version that the layout is of
  page[100] = 13;                           // an empty table leaf: the schema
  put_u16(&page[105], text_size);           // its content begins at the end
  return page;
}

// A file that is unlinked again unless it is kept, and always closed.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& beside) {
    const auto random = crypto::random_bytes<8>();
    path_ = fmt::format("{}.new-{:02x}", beside.string(), fmt::join(random, ""));
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd_ < 0) throw_cannot_create(path_, errno);
    fchmod(fd_, 0600);  // whatever the umask says
  }
  ~NewFile() {
    ::close(fd_);
    ::unlink(path_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(const unsigned char* bytes, std::size_t size) const {
    const ssize_t written = pwrite(fd_, bytes, size, 0);
    if (written < 0) throw_cannot_create(path_, errno);
    if (static_cast<std::size_t>(written) != size) throw_cannot_create(path_, ENOSPC);
    if (fsync(fd_) != 0) throw_cannot_create(path_, errno);
  }

  // Gives it its name, which must be free. The temporary name goes with this object.
  void link_as(const std::filesystem::path& name) const {
    if (::link(path_.c_str(), name.c_str()) == 0) return;
    if (errno == EEXIST) require_absent(name);
    throw_cannot_create(name, errno);
  }

 private:
  std::string path_;
  int fd_ = -1;
};

void sync_directory(const std::filesystem::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) throw_cannot_create(directory, errno);
  const int failed = fsync(fd) != 0 ? errno : 0;
  ::close(fd);
  if (failed != 0) throw_cannot_create(directory, failed);
}

}  // namespace

sqlite3* create_sealed(const SealedOptions& options, const StoreKeys& keys, Gate& gate) {
  PHARMACY_CHECK(gate.held());
  require_absent(options.path);
  require_absent(options.path.string() + "-wal");
  const auto directory =
      options.path.has_parent_path() ? options.path.parent_path() : std::filesystem::path(".");
  {
    std::array<unsigned char, page_size> sealed;
    NonceSource nonces;
    PageSeal(keys).seal(1, empty_first_page().data(), sealed.data(), nonces);
    const NewFile file(options.path);
    file.write(sealed.data(), sealed.size());
    file.link_as(options.path);
  }
  sync_directory(directory);
  return open_sealed(options, keys, gate);
}

}  // namespace pharmacy::db
