#include "support/drill.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/temp_dir.h"
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

std::string drill(const std::string& file, const MakeKey& key, const std::string& rows) {
  const TempDir elsewhere;
  const auto place = elsewhere.path() / "restored";
  const auto log_seq = verify_backup(file, key()).log_seq;
  restore_backup(file, place, key(), {}, {});
  Store restored = Store::open(place, key());
  for (const auto& finding : restored.check()) return finding.subject + ": " + finding.problem;
  const std::string found = rows_of(restored, log_seq);
  const auto at = std::ranges::mismatch(rows, found).in2 - found.begin();
  return found == rows
             ? ""
             : "its rows are others at: " + found.substr(static_cast<std::size_t>(at), 100);
}

BackupInfo drilled_backup(Store& store, const std::string& file, Existing existing,
                          const MakeKey& key) {
  const std::string rows = rows_of(store);
  const auto made = make_backup(store, file, existing);
  CHECK(drill(file, key, rows) == "");
  return made;
}

}  // namespace pharmacy::test
