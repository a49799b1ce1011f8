#include "new_shop.h"

#include <filesystem>

namespace pharmacy::test {

namespace fs = std::filesystem;

NewShop::NewShop() { fs::create_directory(fs::path{key_}.parent_path()); }

Run NewShop::run(std::vector<std::string> args) const {
  Run run;
  run.argv = {program("store")};
  run.argv.insert(run.argv.end(), args.begin(), args.end());
  run.env = {"PATH=/usr/bin:/bin", "PHARMACY_STORE=" + store_, "PHARMACY_KEY_FILE=" + key_};
  return run;
}

Run NewShop::init() const {
  return run({"init", "--login", "wangli", "--name", "王丽", "--new-key", key_});
}

void NewShop::remove() const {
  fs::remove_all(fs::path{store_}.parent_path());
  fs::remove(key_);
}

std::string NewShop::judge(bool acknowledged) const {
  std::error_code absent;
  const auto size = fs::file_size(key_, absent);
  if (!acknowledged && (absent || size == 0)) {
    fs::remove(key_);
    auto again = run_process(init());
    if (again.status == 4) {
      remove();
      again = run_process(init());
    }
    if (again.status != 0) return "it cannot be made again: " + again.err;
  }
  const auto checked = run_process(run({"check"}));
  return checked.status == 0 ? "" : "its key does not open it: " + checked.err + checked.out;
}

}  // namespace pharmacy::test
