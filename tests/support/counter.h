// A small drugstore as its staff see it: a store made and used through the programs alone.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/prepared.h"
#include "support/process.h"
#include "support/temp_dir.h"

namespace pharmacy::test {

class Counter {
 public:
  // A store with one member (card 6001) and one product (6901234567890 at 28.00).
  Counter();
  // A copy of a directory in which the store and the key file have the same names.
  explicit Counter(const std::filesystem::path& directory);

  // Runs a program of the suite on the store, as cron would: nothing but PATH, the store and the
  // key file in its environment, and what `env` adds.
  [[nodiscard]] Ended run(const std::string& name, std::vector<std::string> args,
                          std::vector<std::string> env = {}) const;
  [[nodiscard]] Run command(const std::string& name, std::vector<std::string> args,
                            std::vector<std::string> env = {}) const;
  // The same, and it must succeed.
  std::string must(const std::string& name, std::vector<std::string> args) const;

  [[nodiscard]] std::string store() const { return dir_.file("store"); }
  [[nodiscard]] std::string key() const { return dir_.file("wangli.key"); }
  [[nodiscard]] const TempDir& dir() const { return dir_; }

  // Keeps the store as it is now, and puts it back.
  void keep() const;
  void put_back() const;

  // How many rows each table has and, for `content`, a digest of what they hold, in one text: the
  // same for the same commands run at another time, as of times, of what is sealed or random, and
  // of answers only the kind and the length count, and nothing of the access log. After the whole
  // store was checked: what was found wrong is the text then.
  enum class Compared { content, counts };
  [[nodiscard]] std::string rows(Compared compared = Compared::content) const;

 private:
  Number number_;
  TempDir dir_;
};

}  // namespace pharmacy::test
