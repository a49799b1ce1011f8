// Checkups: putting what was seen into the register, and telling of each.
#include <fmt/format.h>

#include <map>
#include <tuple>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "pharmacy/version.h"
#include "vault/access.h"
#include "vault/doctor/catalogue.h"
#include "vault/permissions.h"

namespace pharmacy {

using vault::database;
using vault::Permission;

namespace {

constexpr std::size_t widest = 200;  // columns of a subject or detail that is kept

std::string kept(const std::string& text) { return cut_to_width(for_terminal(text), widest); }

// A finding that has not ended.
struct Standing {
  FindingId id;
  std::string subject;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Standing::id}, Field{"subject", &Standing::subject}};
  }
};

// Puts what the checks of one checkup saw beside what is known.
class Recording {
 public:
  Recording(Transaction& tx, CheckupId checkup)
      : tx_{tx}, database_{database(tx)}, checkup_{checkup} {}

  void record(const CheckSeen& seen) {
    const vault::CheckRule* rule = vault::find_check_rule(seen.check);
    PHARMACY_CHECK(rule != nullptr);
    std::map<std::string, std::string> bad;  // details by subject
    for (const Observation& one : seen.bad) bad.emplace(kept(one.subject), kept(one.detail));
    database_.run("INSERT INTO checkup_item (checkup, name, result, found) VALUES (?1, ?2, ?3, ?4)",
                  checkup_, seen.check, seen.result(), static_cast<std::int64_t>(bad.size()));
    if (!seen.is_known) return;
    for (const Standing& finding : standing(seen.check)) {
      if (bad.erase(finding.subject) == 0) end(finding.id);
    }
    for (const auto& [subject, detail] : bad) add(*rule, subject, detail);
  }

 private:
  std::vector<Standing> standing(const std::string& check) {
    return database_.rows<Standing>(
        "SELECT id, subject FROM finding f WHERE name = ?1 AND NOT EXISTS"
        " (SELECT 1 FROM finding_step WHERE finding = f.id AND kind IN ('closed', 'gone'))"
        " ORDER BY id",
        check);
  }

  void add(const vault::CheckRule& rule, const std::string& subject, const std::string& detail) {
    database_.run(
        "INSERT INTO finding (checkup, name, subject, detail, severity, earlier)"
        " VALUES (?1, ?2, ?3, ?4, ?5,"
        " (SELECT max(id) FROM finding WHERE name = ?2 AND subject = ?3))",
        checkup_, std::string_view{rule.name}, subject, detail, rule.severity);
  }

  void end(FindingId finding) {
    database_.run(
        "INSERT INTO finding_step (finding, kind, at, staff, checkup)"
        " VALUES (?1, 'gone', ?2, ?3, ?4)",
        finding, tx_.now(), tx_.actor().id, checkup_);
  }

  Transaction& tx_;
  db::Database& database_;
  CheckupId checkup_;
};

constexpr std::string_view checkup_columns =
    "SELECT c.id, c.at, s.login, c.part,"
    " (SELECT count(*) FROM checkup_item WHERE checkup = c.id),"
    " (SELECT count(*) FROM checkup_item WHERE checkup = c.id AND result = 'unknown'),"
    " (SELECT count(*) FROM finding WHERE checkup = c.id),"
    " (SELECT count(*) FROM finding_step WHERE checkup = c.id),"
    " c.pharmacy, c.sqlite, c.sodium FROM checkup c JOIN staff s ON s.id = c.staff";

}  // namespace

CheckupId record_checkup(Transaction& tx, const Examination& examination) {
  vault::require(tx, Permission::run_doctor);
  const Versions at_work = versions();
  database(tx).run(
      "INSERT INTO checkup (at, staff, part, pharmacy, sqlite, sodium)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      tx.now(), tx.actor().id, examination.part, at_work.pharmacy, at_work.sqlite, at_work.sodium);
  const CheckupId id{database(tx).last_insert_id()};
  Recording recording{tx, id};
  for (const CheckSeen& seen : examination.checks) recording.record(seen);
  vault::shown(tx).note("checkup " + to_string(id));
  return id;
}

std::vector<Checkup> list_checkups(Reading& reading, std::size_t limit) {
  vault::require(reading, Permission::view_registers);
  if (limit < 1 || limit > checkups_limit_max) {
    throw Error(Errc::invalid_input, fmt::format(fmt::runtime(_("not a limit: {}")), limit),
                fmt::format(fmt::runtime(_("give 1 to {}")), checkups_limit_max));
  }
  return database(reading).rows<Checkup>(
      std::string{checkup_columns} + " ORDER BY c.id DESC LIMIT ?1",
      static_cast<std::int64_t>(limit));
}

Checkup get_checkup(Reading& reading, CheckupId id) {
  vault::require(reading, Permission::view_registers);
  auto found =
      database(reading).row<Checkup>(std::string{checkup_columns} + " WHERE c.id = ?1", id);
  if (found) return *std::move(found);
  throw Error(Errc::not_found,
              fmt::format(fmt::runtime(_("there is no checkup {}")), to_string(id)),
              _("list them with: store checkup list"));
}

std::vector<CheckupItem> list_checkup_items(Reading& reading, CheckupId id) {
  vault::require(reading, Permission::view_registers);
  return database(reading).rows<CheckupItem>(
      "SELECT name, result, found FROM checkup_item WHERE checkup = ?1 ORDER BY name", id);
}

bool has_wal_reset_bug(std::string_view sqlite_version) {
  int major = 0;
  int minor = 0;
  int patch = 0;
  for (int* part : {&major, &minor, &patch}) {
    const auto dot = std::min(sqlite_version.find('.'), sqlite_version.size());
    for (const char c : sqlite_version.substr(0, dot)) {
      if (c < '0' || c > '9' || *part > 9'999) return false;
      *part = *part * 10 + (c - '0');
    }
    sqlite_version.remove_prefix(std::min(dot + 1, sqlite_version.size()));
  }
  const std::tuple version{major, minor, patch};
  return std::tuple{3, 7, 0} <= version && version < std::tuple{3, 51, 3};
}

}  // namespace pharmacy
