// What was told, as it is shown and counted.
#include <fmt/format.h>

#include "base/bounds.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "pharmacy/counsel.h"
#include "pharmacy/error.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/people.h"
#include "vault/permissions.h"
#include "visits/receipts/receipt_rows.h"
#include "visits/text_checks.h"

// What a Counsel is made of, in the order of its fields().
#define PHARMACY_COUNSEL_COLUMNS                                                              \
  "SELECT c.id, c.at, s.login, c.member, m.name, c.kind, c.stage, c.receipt, p.code, p.name," \
  " c.dose, c.times, c.avoid, c.note, c.health_note, c.voided_at, c.void_reason"              \
  " FROM counsel c JOIN staff s ON s.id = c.staff LEFT JOIN member m ON m.id = c.member"      \
  " LEFT JOIN product p ON p.id = c.product"

// Those of some days, without members who are restricted: ?1 and ?2 are the bounds.
#define PHARMACY_COUNSEL_OF_DAYS \
  PHARMACY_COUNSEL_COLUMNS       \
  " WHERE c.at >= ?1 AND c.at < ?2 AND (c.member IS NULL OR m.status = 'active')"
#define PHARMACY_COUNSEL_ORDER " ORDER BY c.at DESC, c.id DESC LIMIT ?3"

namespace pharmacy {
namespace {

void mask_counsels(Reading& reading, std::vector<Counsel>& counsels) {
  vault::show_people(reading, counsels);
  if (vault::sees_names(reading.actor())) return;
  for (Counsel& counsel : counsels) {
    for (auto* text :
         {&counsel.dose, &counsel.times, &counsel.avoid, &counsel.note, &counsel.void_reason})
      mask_text(*text);
  }
}

void require_receipt(db::Database& database, ReceiptId receipt) {
  if (!database.value<std::int64_t>("SELECT 1 FROM receipt WHERE id = ?1", receipt))
    visits::throw_no_receipt(receipt);
}

}  // namespace

CounselList list_counsels(Reading& reading, const CounselFilter& filter) {
  vault::require(reading, vault::Permission::view_counsel);
  visits::check_limit(filter.limit, counsels_limit_max);
  auto& database = vault::database(reading);
  if (filter.member) require_in_use(reading, *filter.member);
  if (filter.receipt) require_receipt(database, *filter.receipt);
  const auto [from, end] = bounds_of(filter.period.value_or(all_days), reading.zone());
  const auto limit = static_cast<std::int64_t>(filter.limit) + 1;
  std::vector<Counsel> found;
  if (filter.receipt) {
    found = database.rows<Counsel>(
        PHARMACY_COUNSEL_OF_DAYS
        " AND c.receipt = ?4 AND (?5 IS NULL OR c.member = ?5)" PHARMACY_COUNSEL_ORDER,
        from, end, limit, *filter.receipt, filter.member);
  } else if (filter.member) {
    found =
        database.rows<Counsel>(PHARMACY_COUNSEL_OF_DAYS " AND c.member = ?4" PHARMACY_COUNSEL_ORDER,
                               from, end, limit, *filter.member);
  } else {
    found =
        database.rows<Counsel>(PHARMACY_COUNSEL_OF_DAYS PHARMACY_COUNSEL_ORDER, from, end, limit);
  }
  CounselList list{.counsels = std::move(found), .more = false};
  list.more = list.counsels.size() > filter.limit;
  if (list.more) list.counsels.pop_back();
  mask_counsels(reading, list.counsels);
  return list;
}

Counsel get_counsel(Reading& reading, CounselId id) {
  vault::require(reading, vault::Permission::view_counsel);
  auto found =
      vault::database(reading).rows<Counsel>(PHARMACY_COUNSEL_COLUMNS " WHERE c.id = ?1", id);
  if (found.empty()) {
    throw Error(Errc::not_found,
                fmt::format(fmt::runtime(_("there is no counselling {}")), to_string(id)),
                _("list what there is with: visit counsel list"));
  }
  if (found[0].member) require_in_use(reading, *found[0].member);
  mask_counsels(reading, found);
  return std::move(found[0]);
}

std::vector<CounselFigures> counsel_figures(Reading& reading, const Period& period) {
  vault::require(reading, vault::Permission::view_figures);
  const auto [from, end] = bounds_of(period, reading.zone());
  return vault::database(reading).rows<CounselFigures>(
      "SELECT kind, stage, count(*), count(DISTINCT member), sum(member IS NULL),"
      " count(DISTINCT receipt) FROM counsel"
      " WHERE at >= ?1 AND at < ?2 AND voided_at IS NULL GROUP BY kind, stage"
      " ORDER BY CASE kind WHEN 'usage' THEN 0 WHEN 'choice' THEN 1 WHEN 'wellness' THEN 2 ELSE 3"
      " END, CASE stage WHEN 'before' THEN 0 WHEN 'at' THEN 1 ELSE 2 END",
      from, end);
}

}  // namespace pharmacy

#undef PHARMACY_COUNSEL_ORDER
#undef PHARMACY_COUNSEL_OF_DAYS
#undef PHARMACY_COUNSEL_COLUMNS
