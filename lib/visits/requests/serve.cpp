#include "visits/requests/serve.h"

#include "vault/access.h"

namespace pharmacy::visits {

void serve_requests(Transaction& tx, ReceiptId receipt, const CheckedSale& sale) {
  if (!sale.sale.member) return;
  for (const StockedItem& item : sale.items) {
    vault::database(tx).run(
        "UPDATE stock_request SET outcome = 'served', receipt = ?3, ended_at = ?4, ended_by = ?5"
        " WHERE member = ?1 AND product = ?2 AND outcome IS NULL",
        *sale.sale.member, item.product.id, receipt, tx.now(), tx.actor().id);
  }
}

}  // namespace pharmacy::visits
