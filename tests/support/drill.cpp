#include "support/drill.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "support/temp_dir.h"
#include "support/test_store.h"
#include "vault/access.h"

namespace pharmacy::test {

std::string rows_of(Store& store, std::int64_t log_seq) {
  auto reading = store.read();
  auto& database = vault::database(reading);
  auto names = database.prepare(
      "SELECT name, (SELECT group_concat('quote(' || c.name || ')', ' || '','' || ')"
      "  FROM pragma_table_info(s.name) AS c)"
      " FROM sqlite_schema AS s WHERE type = 'table' ORDER BY name");
  std::string text;
  names.bind();
  while (names.step()) {
    const auto table = names.get<std::string>(0);
    text += table + '\n';
    const bool is_log = table.starts_with("log_") && table != "log_key";
    auto rows = database.prepare("SELECT " + names.get<std::string>(1) + " FROM " + table +
                                 (is_log ? " WHERE seq <= ?1" : " WHERE ?1 > 0") + " ORDER BY 1");
    rows.bind(log_seq);
    while (rows.step()) {
      const auto row = rows.get<std::string>(0);
      // It follows the keyring's file whenever somebody writes.
      if (table != "setting" || !row.starts_with("'keyring_generation'")) text += row + '\n';
    }
  }
  return text;
}

namespace {

using Rows = std::map<std::string, std::set<std::string>>;  // by table

Rows rows_by_table(Store& store, std::int64_t log_seq) {
  Rows rows;
  std::istringstream lines{rows_of(store, log_seq)};
  std::string table;
  for (std::string line; std::getline(lines, line);) {
    const bool is_name = std::ranges::all_of(
        line, [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
    if (is_name && !line.empty() && line.front() >= 'a')
      table = line;
    else
      rows[table].insert(line);
  }
  rows.erase("setting");
  rows.erase("operation");  // operations_until()
  return rows;
}

std::int64_t number_in(Store& store, const char* sql, std::int64_t value) {
  auto reading = store.read();
  return vault::database(reading).value<std::int64_t>(sql, value).value();
}

std::vector<std::string> operations_until(Store& store, std::int64_t log_seq) {
  auto reading = store.read();
  return vault::database(reading).values<std::string>(
      "SELECT id || hex(request) || result || log_entry FROM operation WHERE log_entry <= ?1"
      " ORDER BY id",
      log_seq);
}

std::string fault_of_store(Store& store) {
  for (const auto& finding : store.check()) return finding.subject + ": " + finding.problem;
  return "";
}

// Restored into a directory that goes again.
struct Elsewhere {
  TempDir directory;
  std::filesystem::path place = directory.path() / "restored";
  Store store;

  Elsewhere(const std::string& file, const MakeKey& key)
      : store{(restore_backup(file, place, key(), {}, {}), Store::open(place, key()))} {}
};

}  // namespace

std::string fault_among_writers(Store& restored, Store& live, std::int64_t log_seq) {
  if (auto fault = fault_of_store(restored); !fault.empty()) return fault;
  const Rows mine = rows_by_table(restored, log_seq), theirs = rows_by_table(live, log_seq);
  for (const auto& [table, rows] : mine) {
    const auto there = theirs.find(table);
    if (there == theirs.end() || !std::ranges::includes(there->second, rows))
      return table + " has a row that the store has not";
    if (table.starts_with("log_") && rows != there->second) return table + " lacks a row";
  }
  if (operations_until(restored, log_seq) != operations_until(live, log_seq))
    return "its operations are others";
  // What is of later changes is all that it lacks.
  const auto last =
      number_in(restored, "SELECT coalesce(max(id), 0) FROM receipt WHERE ?1 > 0", log_seq);
  for (const char* sql : {"SELECT count(*) FROM receipt WHERE id <= ?1",
                          "SELECT count(*) FROM line WHERE receipt <= ?1",
                          "SELECT count(*) FROM payment WHERE receipt <= ?1",
                          "SELECT count(*) FROM points_lot WHERE receipt <= ?1"})
    if (number_in(restored, sql, last) != number_in(live, sql, last))
      return std::string{"another number: "} + sql;
  return "";
}

std::string drill_among_writers(const std::string& file, const MakeKey& key, Store& live) {
  Elsewhere restored{file, key};
  return fault_among_writers(restored.store, live, verify_backup(file, key()).log_seq);
}

std::string drill(const std::string& file, const MakeKey& key, const std::string& rows) {
  Elsewhere restored{file, key};
  if (auto fault = fault_of_store(restored.store); !fault.empty()) return fault;
  const std::string found = rows_of(restored.store, verify_backup(file, key()).log_seq);
  const auto at = std::ranges::mismatch(rows, found).in2 - found.begin();
  return found == rows
             ? ""
             : "its rows are others at: " + found.substr(static_cast<std::size_t>(at), 100);
}

void drilled(const std::filesystem::path& store, const std::string& file, const MakeKey& key,
             const std::function<void()>& make) {
  const std::string rows = [&] {
    Store opened = Store::open(store, key());
    return rows_of(opened);
  }();
  make();
  CHECK(drill(file, key, rows) == "");
}

void drilled(const std::filesystem::path& store, const std::string& file,
             const std::string& key_file, const std::function<void()>& make) {
  drilled(store, file, MakeKey{[&] { return KeyFile{Secret{bytes_of(key_file)}}; }}, make);
}

BackupInfo drilled_backup(Store& store, const std::string& file, Existing existing,
                          const MakeKey& key) {
  const std::string rows = rows_of(store);
  const auto made = make_backup(store, file, existing);
  CHECK(drill(file, key, rows) == "");
  return made;
}

}  // namespace pharmacy::test
