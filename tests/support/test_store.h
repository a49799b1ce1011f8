// A sealed store of its own for a test, removed at the end.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "support/prepared.h"
#include "support/temp_dir.h"

namespace pharmacy::test {

// A store that 王丽 ("wangli", manager and pharmacist) opened with her key file, in Asia/Shanghai,
// at 10:00 of the day given.
class TestStore {
 public:
  explicit TestStore(std::string_view day);
  ~TestStore();

  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string key_file_path() const;
  [[nodiscard]] std::string recovery_code() const { return recovery_code_; }

  // A clock that stands still until it is set; it outlives this.
  [[nodiscard]] Clock clock() const;
  void set_time(Instant now);
  // 10:00 of the day, of the store's zone.
  void set_day(std::string_view day);

  // Persons are shown without being logged.
  [[nodiscard]] Reading reading();
  // An operation of its own each time.
  [[nodiscard]] Transaction begin();
  // The store as another process would open it.
  [[nodiscard]] Store open_again(std::chrono::milliseconds wait = std::chrono::seconds{5}) const;
  // Closes the store and opens it anew.
  void reopen();
  // Closes it: before fork(), and before its files are touched in other ways than through it.
  void close();

 private:
  Number number_;
  TempDir directory_;
  std::filesystem::path path_;
  std::shared_ptr<Instant> now_;
  std::string recovery_code_;
  std::unique_ptr<Store> store_;
};

// The bytes of a file.
std::string bytes_of(const std::filesystem::path& path);
void put_bytes(const std::filesystem::path& path, std::string_view bytes);

}  // namespace pharmacy::test
