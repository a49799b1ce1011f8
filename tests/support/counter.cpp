#include "support/counter.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

#include "pharmacy/store.h"
#include "support/test_store.h"
#include "vault/access.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

namespace {

// What of a column is the same whenever the command that wrote it is run: of an instant near now
// that it is one; how long it is, of what is random or sealed, and of an answer, which tells times;
// of an entry of the access log that there is one. A change of keys that was cut off is done again,
// and counts twice in the keyring.
std::string column_text(const std::string& table, const std::string& column, Instant now) {
  constexpr std::int64_t day = 86'400, horizon = 400 * day;
  const std::string near =
      fmt::format("BETWEEN {} AND {}", now.seconds - day, now.seconds + horizon);
  const std::string length = fmt::format("typeof({0}) || ' ' || length({0})", column);
  std::string text = fmt::format("quote({})", column);
  if (column == "log_entry" || column == "used_entry" || column == "last_seq")
    return fmt::format("typeof({})", column);
  if (table == "operation" && column == "result") text = length;
  if (table == "setting" && column == "value")
    text = fmt::format(
        "CASE WHEN key IN ('keyring_next', 'keyring_generation') THEN {1} WHEN CAST({0} AS "
        "INTEGER) {2} THEN 'now'"
        " ELSE {0} END",
        column, length, near);
  return fmt::format(
      "CASE typeof({0}) WHEN 'blob' THEN {1} WHEN 'integer' THEN iif({0} {2}, 'now', {0})"
      " ELSE {3} END",
      column, length, near, text);
}

// A digest of all that is the same each time.
std::string digest_of(db::Database& database, const std::string& table, Instant now) {
  std::string row;
  auto columns = database.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid");
  columns.bind(table);
  while (columns.step())
    row +=
        (row.empty() ? "" : " || ' ' || ") + column_text(table, columns.get<std::string>(0), now);
  auto rows = database.prepare("SELECT " + row + " FROM " + table + " ORDER BY 1");
  rows.bind();
  std::string all;
  while (rows.step()) all += rows.get<std::string>(0) + '\n';
  return fmt::format(" {:016x}", std::hash<std::string>{}(all));
}

}  // namespace

Counter::Counter() {
  prepare_today(dir_.path(), fmt::format("counter-{}", number_.value()), [this] {
    must("store", {"init", "--login", "wangli", "--name", "王丽", "--new-key", key()});
    must("member",
         {"add", "张伟", "--phone", "13800138000", "--birth", "1980-02-03", "--card", "6001"});
    must("visit", {"product", "add", "6901234567890", "苯磺酸氨氯地平片", "--price", "28.00",
                   "--unit", "盒"});
  });
}

Counter::Counter(const fs::path& directory) {
  fs::copy(directory, dir_.path(), fs::copy_options::recursive);
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

std::string Counter::rows(Compared compared) const {
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
    text += fmt::format("{} {}", name, count);
    if (compared == Compared::content) text += digest_of(database, name, store.now());
    text += '\n';
  }
  return text;
}

}  // namespace pharmacy::test
