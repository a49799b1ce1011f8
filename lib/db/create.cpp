#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/i18n.h"
#include "db/page_seal.h"
#include "db/sealed.h"
#include "pharmacy/error.h"
#include "pharmacy/files.h"

namespace pharmacy::db {
namespace {

constexpr auto owner_only = std::filesystem::perms{0600};

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

}  // namespace

sqlite3* create_sealed(const SealedOptions& options, const StoreKeys& keys, Gate& gate) {
  PHARMACY_CHECK(gate.held());
  require_absent(options.path);
  require_absent(options.path.string() + "-wal");
  std::array<unsigned char, page_size> sealed;
  NonceSource nonces;
  PageSeal(keys).seal(1, empty_first_page().data(), sealed.data(), nonces);
  write_file(options.path.string(), {reinterpret_cast<const char*>(sealed.data()), sealed.size()},
             Existing::refused);
  std::error_code error;
  std::filesystem::permissions(options.path, owner_only, error);  // whatever the umask says
  if (error) throw_cannot_create(options.path, error.value());
  return open_sealed(options, keys, gate);
}

}  // namespace pharmacy::db
