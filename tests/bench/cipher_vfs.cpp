#include "bench/cipher_vfs.h"

#include <sqlite3.h>

#include <array>

#include "bench/engine.h"
#include "crypto/aead.h"

namespace pharmacy::bench {
namespace {

constexpr int page_size = 4096;
constexpr std::size_t text_size = 4048;
constexpr std::size_t aad_size = 26;

// The page that is opened and sealed again and again.
class Page {
 public:
  Page() { seal(); }

  void seal() { crypto::seal(key_, nonce_, aad_, text_, cipher_.data(), tag_); }
  void open() {
    if (!crypto::open(key_, nonce_, aad_, cipher_, tag_, text_.data())) fail("the page is lost");
  }

 private:
  crypto::Key key_;
  std::array<unsigned char, crypto::nonce_size> nonce_{};
  std::array<unsigned char, aad_size> aad_{};
  std::array<unsigned char, text_size> text_{}, cipher_{};
  std::array<unsigned char, crypto::tag_size> tag_{};
};

Page& page() {
  static Page one;
  return one;
}

sqlite3_vfs* system_vfs = nullptr;

// The system's methods, two of which are replaced: the database's own, or those of its log.
template <bool of_log>
struct Methods {
  static inline const sqlite3_io_methods* system = nullptr;
  static inline sqlite3_io_methods ours;

  static int read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
    const int rc = system->xRead(file, to, size, offset);
    if (size >= page_size) page().open();
    return rc;
  }
  static int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
    if (size >= page_size) page().seal();
    return system->xWrite(file, from, size, offset);
  }
  static void replace(sqlite3_file* file) {
    system = file->pMethods;
    ours = *system;
    ours.xRead = read;
    ours.xWrite = write;
    file->pMethods = &ours;
  }
};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  const int rc = system_vfs->xOpen(system_vfs, name, file, flags, flags_out);
  if (rc != SQLITE_OK) return rc;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) Methods<false>::replace(file);
  if ((flags & SQLITE_OPEN_WAL) != 0) Methods<true>::replace(file);
  return rc;
}

}  // namespace

const char* cipher_vfs_name() {
  static sqlite3_vfs vfs = [] {
    system_vfs = sqlite3_vfs_find(nullptr);
    sqlite3_vfs made = *system_vfs;
    made.pNext = nullptr;
    made.zName = "cipher";
    made.xOpen = open_file;
    return made;
  }();
  if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) fail("a VFS");
  return vfs.zName;
}

}  // namespace pharmacy::bench
