#include "pharmacy/habits.h"
#include "pharmacy/members.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "vault/purchase.h"

namespace pharmacy {

MemberTenure get_tenure(Reading& reading, MemberId member) {
  vault::require(reading, vault::Permission::view_people);
  vault::require(reading, vault::Permission::view_receipts);
  require_in_use(reading, member);
  vault::shows(reading, member);
  auto& database = vault::database(reading);
  const Date today = reading.today();
  const auto joined = database.value<Date>("SELECT joined FROM member WHERE id = ?1", member);
  MemberTenure tenure{};
  if (joined && *joined <= today) tenure.tenure_days = (today - *joined).count();
  tenure.first_purchase = database.value<Date>(
      "SELECT r.day FROM receipt r WHERE r.member = ?1 AND r.kind = 'sale' AND r.day <= ?2"
      " AND " PHARMACY_IS_PURCHASE " ORDER BY r.day LIMIT 1",
      member, today);
  if (tenure.first_purchase) tenure.buying_days = (today - *tenure.first_purchase).count();
  return tenure;
}

}  // namespace pharmacy
