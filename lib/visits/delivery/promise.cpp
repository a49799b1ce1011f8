#include "visits/delivery/promise.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "vault/access.h"

namespace pharmacy::visits {

void check_promise(Reading& reading, const CheckedSale& sale, SaleFaults& faults) {
  const auto& by = sale.sale.deliver_by;
  if (!by || *by > sale.when.at) return;
  faults.add(Errc::invalid_input,
             {fmt::format(fmt::runtime(_("{} is no time to deliver by: it is not after the sale")),
                          to_string(*by, reading.zone())),
              {}});
}

void insert_promise(Transaction& tx, ReceiptId receipt, const CheckedSale& sale) {
  if (!sale.sale.deliver_by) return;
  vault::database(tx).run("INSERT INTO delivery (receipt, promised_at) VALUES (?1, ?2)", receipt,
                          *sale.sale.deliver_by);
}

}  // namespace pharmacy::visits
