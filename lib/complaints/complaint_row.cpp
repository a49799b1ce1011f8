#include "complaints/complaint_row.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy::complaints {

static constexpr std::int64_t numbers_a_year = 1'000'000;

ComplaintId free_number(db::Database& database, int of_year) {
  const std::int64_t year = of_year;
  const auto last = database.value<std::int64_t>(
      "SELECT id FROM complaint WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1",
      year * numbers_a_year + 1, (year + 1) * numbers_a_year - 1);
  const std::int64_t next = last.value_or(year * numbers_a_year) + 1;
  if (next < (year + 1) * numbers_a_year) return ComplaintId{next};
  throw Error(Errc::conflict,
              fmt::format(fmt::runtime(_("the year {year} has {n} complaints already")),
                          fmt::arg("year", year), fmt::arg("n", numbers_a_year - 1)),
              _("there are no more numbers in it"));
}

void insert_complaint(db::Database& database, const ComplaintRow& row) {
  const NewComplaint& said = row.said;
  std::optional<std::string> text;
  if (!said.text.empty()) text = said.text;
  database.run(
      "INSERT INTO complaint (id, kind, origin, channel, category, member, name, contact,"
      " product, batch, receipt, text, received_at, recorded_at, staff, backdated_why, policy,"
      " promised_at, calendar, repeats, severity, ack_seconds, answer_seconds, reference, import,"
      " state, round)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT id FROM product WHERE code = ?9), ?10,"
      " ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, 'received', 1)",
      row.id, said.kind, said.origin, said.channel, said.category, said.member, said.name,
      said.contact, said.product, said.batch, said.receipt, text, row.received, row.recorded,
      row.staff, said.reason, row.policy, row.promised, row.calendar, row.repeats, said.severity,
      row.allowance.ack, row.allowance.answer, row.reference, row.import);
}

}  // namespace pharmacy::complaints
