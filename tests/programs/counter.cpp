#include "programs/counter.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

namespace pharmacy::test {

namespace fs = std::filesystem;

Counter::Counter() {
  must("store", {"init", "--login", "wangli", "--name", "王丽", "--new-key", key()});
  must("member",
       {"add", "张伟", "--phone", "13800138000", "--birth", "1980-02-03", "--card", "6001"});
  must("visit",
       {"product", "add", "6901234567890", "苯磺酸氨氯地平片", "--price", "28.00", "--unit", "盒"});
}

Run Counter::command(const std::string& name, std::vector<std::string> args,
                     std::vector<std::string> env) const {
  Run run;
  run.argv = {program(name)};
  run.argv.insert(run.argv.end(), args.begin(), args.end());
  run.env = {"PATH=/usr/bin:/bin", "PHARMACY_STORE=" + store(), "PHARMACY_KEY_FILE=" + key(),
             "ASAN_OPTIONS=detect_leaks=0"};
  run.env.insert(run.env.end(), env.begin(), env.end());
  return run;
}

Ended Counter::run(const std::string& name, std::vector<std::string> args,
                   std::vector<std::string> env) const {
  return run_process(command(name, std::move(args), std::move(env)));
}

std::string Counter::must(const std::string& name, std::vector<std::string> args) const {
  const auto ended = run(name, std::move(args));
  REQUIRE_MESSAGE(ended.status == 0, name << ": " << ended.err);
  return ended.out;
}

void Counter::keep() const {
  fs::remove_all(dir_.file("kept"));
  fs::copy(store(), dir_.file("kept"), fs::copy_options::recursive);
}

void Counter::put_back() const {
  fs::remove_all(store());
  fs::copy(dir_.file("kept"), store(), fs::copy_options::recursive);
}

int Counter::receipts() const {
  const auto lines = must("visit", {"list", "--limit", "100000", "--format", "jsonl"});
  return static_cast<int>(std::count(lines.begin(), lines.end(), '\n'));
}

}  // namespace pharmacy::test
