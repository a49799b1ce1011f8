// store.db under the seal.
#pragma once

#include <utility>

#include "db/connection.h"
#include "db/lower_file.h"
#include "db/sealed_file.h"

namespace pharmacy::db {

// Asks a main file for its Connection: an sqlite3_file_control operation of our own.
constexpr int control_connection = 0x50485301;
// Asks it to authenticate a page: the argument is a PageQuestion.
constexpr int control_verify_page = 0x50485302;
struct PageQuestion {
  std::uint32_t number;
  bool authentic = false;
  unsigned char* sealed = nullptr;  // where the page is wanted as it lies in the file
};

class MainFile final : public SealedFile {
 public:
  // `name` is SQLite's own, which outlives the file.
  MainFile(LowerFile lower, const char* name, const StoreKeys& keys, Gate& gate, sqlite3_vfs* below)
      : lower_(std::move(lower)), name_(name), connection_(keys, gate, below) {}

  // Reads the clear bytes and compares them with the keys. To be called once, first.
  int recognise() noexcept;
  Connection& connection() noexcept { return connection_; }

  int close() noexcept override { return connection_.from_below(lower_.close()); }
  int read(void* to, int size, sqlite3_int64 offset) noexcept override;
  int write(const void* from, int size, sqlite3_int64 offset) noexcept override;
  int truncate(sqlite3_int64 size) noexcept override;
  int sync(int flags) noexcept override { return connection_.from_below(lower_.sync(flags)); }
  int size(sqlite3_int64* size) noexcept override {
    return connection_.from_below(lower_.size(size));
  }
  int control(int operation, void* argument) noexcept override;
  int lock(int level) noexcept override;
  int unlock(int level) noexcept override { return connection_.from_below(lower_.unlock(level)); }
  int check_reserved(int* reserved) noexcept override {
    return connection_.from_below(lower_.check_reserved(reserved));
  }
  int shm_map(int region, int size, int extend, volatile void** at) noexcept override;
  int shm_lock(int offset, int count, int flags) noexcept override;
  void shm_barrier() noexcept override { lower_.shm_barrier(); }
  int shm_unmap() noexcept override;

 private:
  int doubt(Damage::Kind kind) noexcept;
  bool log_is_ours() noexcept;
  int read_page(std::uint32_t number, unsigned char* page) noexcept;
  int verify_page(PageQuestion& question) noexcept;
  int acquire_exclusive(int offset, int count, int flags) noexcept;
  int after_exclusive(int offset, int count) noexcept;
  void before_release(int offset, int count) noexcept;
  void after_release(int offset, int count) noexcept;
  int check_log() noexcept;

  LowerFile lower_;
  const char* name_;
  Connection connection_;
};

}  // namespace pharmacy::db
