// Where a new key file goes.
#pragma once

#include <string>
#include <string_view>

namespace pharmacy::cli {

// The place of a key file, taken before the key is made: a key that cannot be written down must
// not be the only one that somebody has.
class ReservedFile {
 public:
  explicit ReservedFile(std::string path);
  ~ReservedFile();
  ReservedFile(const ReservedFile&) = delete;
  ReservedFile& operator=(const ReservedFile&) = delete;

  void fill(std::string_view content);
  // It is not kept, although it was filled.
  void discard() { filled_ = false; }

 private:
  std::string path_;
  bool filled_ = false;
};

// What ReservedFile would throw, without taking the place; and invalid_input for a place in a
// store's directory, or in the one of a store that is to be made.
void check_key_place(const std::string& path, const std::string& store);

}  // namespace pharmacy::cli
