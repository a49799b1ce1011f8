// A program of a user without rights that stands still, to be looked into.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "memory_scan.h"
#include "support/counter.h"
#include "vault/opening/unlock.h"

namespace pharmacy::test {

// Where it stands still.
enum class At {
  input,  // it has read one line, and waits for another
  output  // it has something to print, and nobody takes it
};

// All keys of somebody who opened a store.
std::vector<Needle> needles_of(const vault::Unlocked& who, const vault::OpenKeyring& opened);

// A store of that user's: nobody (65534), or us where we are not root.
class NobodysStore {
 public:
  NobodysStore();

  [[nodiscard]] const Counter& counter() const { return counter_; }
  // Those of 王丽, and her key file.
  [[nodiscard]] const std::vector<Needle>& keys() const { return keys_; }
  // Gives a new file to the user as well.
  void give(const std::string& file) const;
  // A command as the user, who may have cores of any size.
  [[nodiscard]] static Run as_user(Run run);
  // Makes a child of the test that user. False where it cannot.
  [[nodiscard]] static bool become_user();

 private:
  Counter counter_;
  std::vector<Needle> keys_;
};

class Standing {
 public:
  // It runs in the directory of the store's.
  Standing(const NobodysStore& store, Run run, At at);
  ~Standing();
  Standing(const Standing&) = delete;
  Standing& operator=(const Standing&) = delete;

  // False where it did not come to stand, which is a failure of the test.
  explicit operator bool() const { return stands_; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::string said() const;
  // Ends it so; its status as waitpid() gives it.
  int end(int signal);

 private:
  [[nodiscard]] bool has_read() const;
  [[nodiscard]] bool is_writing() const;

  const TempDir& dir_;
  std::string name_;
  int fifo_ = -1;
  pid_t pid_ = -1;
  bool stands_ = false;
};

}  // namespace pharmacy::test
