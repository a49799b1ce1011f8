#include "visits/requests/serve.h"

#include <map>

#include "vault/access.h"

namespace pharmacy::visits {

void serve_requests(Transaction& tx, ReceiptId receipt, const CheckedSale& sale) {
  if (!sale.sale.member) return;
  std::map<ProductId, Quantity> bought;
  for (const StockedItem& item : sale.items) bought[item.product.id] += item.item.quantity;
  for (const auto& [product, quantity] : bought) {
    vault::database(tx).run(
        "UPDATE stock_request SET outcome = 'served', receipt = ?3, ended_at = ?4, ended_by = ?5"
        " WHERE member = ?1 AND product = ?2 AND outcome IS NULL AND added_at <= ?6"
        " AND ?7 >= iif(held_until >= ?8, held, quantity)",
        *sale.sale.member, product, receipt, tx.now(), tx.actor().id, sale.when.at, quantity,
        tx.today());
  }
}

}  // namespace pharmacy::visits
