#include "visits/check/enforce.h"

#include <set>

#include "base/i18n.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy::visits {

CounterCheck enforce_check(Transaction& tx, const CheckedSale& sale) {
  std::vector<std::string> codes;
  for (const StockedItem& item : sale.items) codes.push_back(item.product.code);
  CounterCheck check = check_products(tx, sale.sale.member, codes);
  if (sale.sale.overrides) vault::require(tx, vault::Permission::override_check);
  if (!check.is_refused() || sale.sale.overrides) return check;
  std::vector<Fault> faults;
  for (const CounterAlert& alert : check.alerts) {
    if (alert.level == AlertLevel::refuse) faults.push_back({alert.text, {}});
  }
  faults.back().hint =
      vault::may(tx.actor(), vault::Permission::override_check)
          ? _("hand it out all the same, saying why, with --override --reason TEXT")
          : _("only a pharmacist can hand it out all the same");
  throw Error(Errc::refused, std::move(faults));
}

void insert_overrides(Transaction& tx, ReceiptId receipt, const CheckedSale& sale,
                      const CounterCheck& check) {
  if (!check.is_refused()) return;
  std::set<std::string> codes;  // all of them where it is the member whom the check is about
  for (const CounterAlert& alert : check.alerts) {
    if (alert.level != AlertLevel::refuse) continue;
    for (const StockedItem& item : sale.items) {
      if (!alert.product || *alert.product == item.product.code) codes.insert(item.product.code);
    }
  }
  for (const std::string& code : codes) {
    vault::database(tx).run(
        "INSERT INTO check_override (receipt, product) SELECT ?1, id FROM product WHERE code = ?2",
        receipt, code);
  }
  vault::shown(tx).note("check overridden");
}

}  // namespace pharmacy::visits
