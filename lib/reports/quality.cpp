// How well what staff wrote into members' files is kept.
#include <fmt/format.h>

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/bounds.h"
#include "members/facts/upkeep.h"
#include "members/merge/numbers.h"
#include "pharmacy/policy.h"
#include "pharmacy/reports.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

// What has one value at a time, by its name in the history: only of these a later value takes the
// place of an earlier one.
constexpr std::array<std::string_view, 13> entered_fields{
    "name",  "sex",    "birth",    "phone",   "address",    "note",     "kind",
    "class", "region", "relation", "call_as", "contact_by", "city_size"};

// Of `member m`: a file that somebody opened within ?1 and ?2.
#define PHARMACY_IS_OPENED                                                        \
  " m.recorded_at >= ?1 AND m.recorded_at < ?2 AND m.import IS NULL AND m.status" \
  " <> 'erased'"
// Whether the member of that column and another are one: her history is that of both.
#define PHARMACY_IS_MERGED(column)                                          \
  " (EXISTS (SELECT 1 FROM member_merge g WHERE g.from_member = " column    \
  "   AND g.undone_at IS NULL)"                                             \
  "  OR EXISTS (SELECT 1 FROM member_merge g WHERE g.into_member = " column \
  "   AND g.undone_at IS NULL))"

// Facts are entered as a file is opened, told by what the first change of it found there … A
// plus keeps off the index by field: what is asked is one member's.
constexpr const char* entered_by_opening =
    "SELECT staff, count(*), sum(is_corrected) FROM"
    " (SELECT m.recorded_by AS staff,"
    "   EXISTS (SELECT 1 FROM member_change c WHERE c.member = m.id AND +c.field = ?3)"
    "    AS is_corrected,"
    "   coalesce((SELECT c.old IS NOT NULL FROM member_change c"
    "     WHERE c.member = m.id AND +c.field = ?3 ORDER BY c.id LIMIT 1),"
    "    CASE ?3 WHEN 'name' THEN m.name IS NOT NULL WHEN 'sex' THEN m.sex IS NOT NULL"
    "     WHEN 'birth' THEN m.birth IS NOT NULL WHEN 'note' THEN m.note IS NOT NULL"
    "     ELSE EXISTS (SELECT 1 FROM contact c"
    "       WHERE c.member = m.id AND c.kind = ?3 AND c.ended_at IS NULL)"
    "      OR EXISTS (SELECT 1 FROM member_fact f"
    "       WHERE f.member = m.id AND f.fact = ?3 AND f.ended_at IS NULL) END) AS is_given"
    "  FROM member m WHERE" PHARMACY_IS_OPENED " AND NOT" PHARMACY_IS_MERGED("m.id") ")"
    " WHERE is_given GROUP BY staff";
// … and as it is changed.
constexpr const char* entered_by_change =
    "SELECT c.staff, count(*), sum(EXISTS (SELECT 1 FROM member_change n"
    "  WHERE n.member = c.member AND +n.field = c.field AND n.id > c.id))"
    " FROM member_change c WHERE c.field = ?3 AND c.at >= ?1 AND c.at < ?2 AND c.new IS NOT NULL"
    " AND NOT" PHARMACY_IS_MERGED("c.member") " GROUP BY c.staff";

struct Entered {
  StaffId staff;
  std::int64_t facts;
  std::int64_t corrected;

  static constexpr auto fields() {
    return std::tuple{Field{"staff", &Entered::staff}, Field{"facts", &Entered::facts},
                      Field{"corrected", &Entered::corrected}};
  }
};

// What is added up before it is divided.
struct Sums {
  QualityFigures figures{};
  std::int64_t score = 0;  // of the files in use
};
using SumsByStaff = std::map<StaffId, Sums>;

void add(Sums& to, const Sums& more) {
  to.figures.files += more.figures.files;
  to.figures.files_in_use += more.figures.files_in_use;
  to.score += more.score;
  to.figures.contacts_held += more.figures.contacts_held;
  to.figures.contacts_stale += more.figures.contacts_stale;
  to.figures.facts_entered += more.figures.facts_entered;
  to.figures.facts_corrected += more.figures.facts_corrected;
  to.figures.duplicate_files += more.figures.duplicate_files;
}

// Rounded down; absent of nothing.
std::optional<std::int64_t> percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return multiply_divide_floor(part, 100, whole);
}

QualityFigures divided(const Sums& sums, std::optional<std::string> staff) {
  QualityFigures figures = sums.figures;
  figures.staff = std::move(staff);
  if (figures.files_in_use > 0) figures.completeness_percent = sums.score / figures.files_in_use;
  figures.stale_percent = percent(figures.contacts_stale, figures.contacts_held);
  figures.corrected_percent = percent(figures.facts_corrected, figures.facts_entered);
  return figures;
}

// Whether the person of a file has one with a lower number, opened before it.
bool is_second_file(db::Database& db, MemberId file) {
  const MemberId person = members::standing_for(db, file);
  const auto others = members::merged_into(db, person);  // rising
  return person < file || (!others.empty() && others.front() < file);
}

void add_files(db::Database& db, const InstantBounds& within, Date stale_until,
               SumsByStaff& by_staff) {
  auto files = db.prepare(
      fmt::format("SELECT {}, m.recorded_by, m.status = 'active',"
                  " (SELECT min(coalesce(c.verified_on, -1000000)) FROM contact c"
                  "  WHERE c.member = m.id AND c.kind = 'address' AND c.ended_at IS NULL),{}"
                  " FROM member m WHERE" PHARMACY_IS_OPENED,
                  members::known_columns, PHARMACY_IS_MERGED("m.id")));
  files.bind(within.from, within.end);
  while (files.step()) {
    const auto known = files.row<members::Known>();
    constexpr int behind = std::tuple_size_v<decltype(members::Known::fields())>;
    Sums& sums = by_staff[files.get<StaffId>(behind)];
    ++sums.figures.files;
    if (files.get<bool>(behind + 3) && is_second_file(db, known.id)) ++sums.figures.duplicate_files;
    if (!files.get<bool>(behind + 1)) continue;
    ++sums.figures.files_in_use;
    sums.score += members::completeness_of(known, stale_until).score;
    for (const auto& verified :
         {known.phone_verified, files.get<std::optional<std::int64_t>>(behind + 2)}) {
      if (!verified) continue;
      ++sums.figures.contacts_held;
      if (*verified <= stale_until.epoch_days()) ++sums.figures.contacts_stale;
    }
  }
}

void add_entries(db::Database& db, const InstantBounds& within, SumsByStaff& by_staff) {
  for (const std::string_view field : entered_fields) {
    for (const char* sql : {entered_by_opening, entered_by_change}) {
      for (const Entered& entered : db.rows<Entered>(sql, within.from, within.end, field)) {
        QualityFigures& figures = by_staff[entered.staff].figures;
        figures.facts_entered += entered.facts;
        figures.facts_corrected += entered.corrected;
      }
    }
  }
}

}  // namespace

QualityReport quality_report(const Store& store, const Period& period) {
  vault::require(store.impl(), vault::Permission::view_scorecards);
  Reading reading = store.read();
  auto& db = vault::database(reading);
  const InstantBounds within = bounds_of(period, reading.zone());
  const Date today = reading.today();
  SumsByStaff by_staff;
  add_files(db, within, members::stale_until(today, policy_on(reading, today).members.stale_days),
            by_staff);
  add_entries(db, within, by_staff);
  Sums all;
  std::map<std::string, QualityFigures> by_login;
  for (const auto& [staff, sums] : by_staff) {
    add(all, sums);
    const auto login = db.value<std::string>("SELECT login FROM staff WHERE id = ?1", staff);
    by_login[login.value()] = divided(sums, login);
  }
  QualityReport report{
      .from = period.from, .to = period.to, .in_all = divided(all, std::nullopt), .by_staff = {}};
  for (auto& [login, figures] : by_login) report.by_staff.push_back(std::move(figures));
  return report;
}

}  // namespace pharmacy
