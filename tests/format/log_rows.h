// What the library says of access logs that are given by themselves, as lines of SQL, and of files
// of anchors beside them; log_rows.py has the words.
#pragma once

#include <memory>
#include <string>

#include "format/vectors.h"
#include "pharmacy/store.h"
#include "support/temp_dir.h"

namespace pharmacy::test {

// The vectors' store that has the keyring of the logs.
class LogStore {
 public:
  explicit LogStore(const VectorBase& base);
  ~LogStore();

  std::string verdict_of(const LogAndAnchors& vector);

 private:
  TempDir dir_;
  std::unique_ptr<Store::Impl> store_;
};

}  // namespace pharmacy::test
