// A desk to try the manual's examples at: a directory, a store in it, and a terminal.
#pragma once

#include <string>

#include "support/process.h"
#include "support/temp_dir.h"

namespace pharmacy::test {

// What is there before an example.
enum class Before {
  nothing,  // no store
  store,    // an empty store
  files,    // that, and the files that examples import
  staff,    // that, and staff besides its maker
  phrase,   // an empty store whose maker has a passphrase
  trade,    // a member, a product, twelve sales, and the files that examples import
  kept,     // that, a backup, a run of the doctor, and a training
};

class Desk {
 public:
  explicit Desk(Before before);

  // Types a line at a terminal in the directory; what is asked is answered. Places of a server,
  // /srv/…, are in the directory too.
  [[nodiscard]] Ended type(const std::string& line) const;

 private:
  void must(const std::string& line) const;

  TempDir dir_;
};

}  // namespace pharmacy::test
