// A store that is made from nothing.
#pragma once

#include <string>
#include <vector>

#include "support/process.h"
#include "support/temp_dir.h"

namespace pharmacy::test {

// A new store with its key file, in a directory of its own. Neither the store's directory nor the
// one above it is there before; the key file lies elsewhere.
class NewShop {
 public:
  NewShop();

  [[nodiscard]] Run run(std::vector<std::string> args) const;
  [[nodiscard]] Run init() const;
  [[nodiscard]] const TempDir& dir() const { return dir_; }
  // Removes what init() made.
  void remove() const;

  // What is wrong after init() was cut off; empty where all is well. A store whose key nobody got
  // is removed and made again, as one that is not there.
  [[nodiscard]] std::string judge(bool acknowledged) const;

 private:
  TempDir dir_;
  std::string store_ = dir_.file("shop/store"), key_ = dir_.file("keys/wangli.key");
};

}  // namespace pharmacy::test
