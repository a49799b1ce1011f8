#include "support/plans.h"

#include <sqlite3.h>

namespace pharmacy::test {

std::deque<std::string> statements_of(db::Database& database) {
  std::deque<std::string> found;
  for (sqlite3_stmt* one = sqlite3_next_stmt(database.handle(), nullptr); one != nullptr;
       one = sqlite3_next_stmt(database.handle(), one)) {
    found.emplace_back(sqlite3_sql(one));
  }
  return found;
}

std::string walks_of(db::Database& database, const std::string& sql) {
  auto plan = database.prepare("EXPLAIN QUERY PLAN " + sql);
  std::string walks;
  while (plan.step()) {
    const auto step = plan.get<std::string>(3);
    const bool small = step.starts_with("SCAN (") || step.starts_with("SCAN CONSTANT") ||
                       step.starts_with("SCAN movement") || step == "SCAN earlier_number" ||
                       step == "SCAN later_number" || step.starts_with("SCAN policy");
    if (step.starts_with("SCAN ") && !small) walks += step + "\n";
  }
  return walks;
}

}  // namespace pharmacy::test
