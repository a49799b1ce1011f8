#include "support/prepared.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "pharmacy/time.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

// When the youngest of what makes it was built: this program, or one of the suite's.
std::string build_stamp() {
  auto youngest = fs::last_write_time("/proc/self/exe");
  for (const char* program : {"store", "member", "visit", "report", "../lib/libpharmacy.so"}) {
    std::error_code absent;
    const auto built = fs::last_write_time(fs::path{PHARMACY_BIN_DIR} / program, absent);
    if (!absent) youngest = std::max(youngest, built);
  }
  return fmt::format("{}", youngest.time_since_epoch().count());
}

// Where this program keeps what it made; what an older build of it kept is removed.
fs::path kept_by_this() {
  const auto all = fs::path{PHARMACY_BIN_DIR}.parent_path() / "prepared";
  const auto program = fs::read_symlink("/proc/self/exe").filename().string() + "-";
  const auto mine = all / (program + build_stamp());
  fs::create_directories(all);
  for (const auto& entry : fs::directory_iterator{all}) {
    const bool is_older =
        entry.path().filename().string().starts_with(program) && entry.path() != mine;
    std::error_code taken;  // by another process of this program
    if (is_older) fs::remove_all(entry.path(), taken);
  }
  fs::create_directories(mine);
  return mine;
}

void copy_all(const fs::path& from, const fs::path& to) {
  fs::copy(from, to, fs::copy_options::recursive);
}

std::set<int> taken_numbers;

}  // namespace

Number::Number() {
  while (!taken_numbers.insert(value_).second) ++value_;
}

Number::~Number() { taken_numbers.erase(value_); }

void prepare(const fs::path& directory, const std::string& name,
             const std::function<void()>& set_up) {
  static const fs::path where = kept_by_this();
  const auto kept = where / name;
  if (fs::exists(kept)) return copy_all(kept, directory);
  set_up();
  // Another process may do the same just now: it is there whole or not at all.
  auto form = (where / "new-XXXXXX").string();
  if (::mkdtemp(form.data()) == nullptr) throw std::runtime_error("mkdtemp");
  copy_all(directory, form);
  std::error_code there;
  fs::rename(form, kept, there);
  if (there) fs::remove_all(form);
}

void prepare_today(const fs::path& directory, const std::string& name,
                   const std::function<void()>& set_up) {
  const auto today = Zone{"Asia/Shanghai"}.day_of(system_clock_now());
  prepare(directory, name + "-" + to_string(today), set_up);
}

}  // namespace pharmacy::test
