#include "support/counter.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

#include "pharmacy/store.h"
#include "support/test_store.h"
#include "vault/access.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

Counter::Counter() {
  prepare_today(dir_.path(), fmt::format("counter-{}", number_.value()), [this] {
    must("store", {"init", "--login", "wangli", "--name", "王丽", "--new-key", key()});
    must("member",
         {"add", "张伟", "--phone", "13800138000", "--birth", "1980-02-03", "--card", "6001"});
    must("visit", {"product", "add", "6901234567890", "苯磺酸氨氯地平片", "--price", "28.00",
                   "--unit", "盒"});
  });
}

Run Counter::command(const std::string& name, std::vector<std::string> args,
                     std::vector<std::string> env) const {
  Run run;
  run.argv = {program(name)};
  run.argv.insert(run.argv.end(), args.begin(), args.end());
  run.env = {"PATH=/usr/bin:/bin", "PHARMACY_STORE=" + store(), "PHARMACY_KEY_FILE=" + key()};
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

std::string Counter::rows() const {
  Store store = Store::open(this->store(), KeyFile{Secret{bytes_of(key())}});
  std::string text;
  for (const auto& finding : store.check())
    text += finding.check + " " + finding.subject + ": " + finding.problem + "\n";
  if (!text.empty()) return text;
  auto reading = store.read();
  auto& database = vault::database(reading);
  // Whoever asks again what was done adds to the access log: check() says whether that is whole.
  auto names = database.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'log_%'"
      " ORDER BY name");
  names.bind();
  while (names.step()) {
    const auto name = names.get<std::string>(0);
    const auto count = database.value<std::int64_t>("SELECT count(*) FROM " + name).value_or(-1);
    text += fmt::format("{} {}\n", name, count);
  }
  return text;
}

}  // namespace pharmacy::test
