#include "visits/receipts/receipt_rows.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/access.h"

namespace pharmacy::visits {

void throw_no_receipt(ReceiptId id) {
  throw Error(Errc::not_found,
              fmt::format(fmt::runtime(_("there is no receipt {}")), to_string(id)),
              _("list receipts with: visit list"));
}

ReceiptId insert(Transaction& tx, const ReceiptRow& row) {
  auto& database = vault::database(tx);
  database.run(
      "INSERT INTO receipt (kind, member, at, day, amount, discount, channel, staff, staff_name,"
      " refund_of, reference, reason, prescription, pharmacist, policy, recorded_at, import)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
      row.kind, row.member, row.at, row.day, row.amount, row.discount, row.channel, tx.actor().id,
      row.staff_name, row.refund_of, row.reference, row.reason, row.prescription, row.pharmacist,
      row.policy, tx.now(), row.import);
  return ReceiptId{database.last_insert_id()};
}

void insert(Transaction& tx, ReceiptId receipt, const LineRow& row) {
  vault::database(tx).run(
      "INSERT INTO line (receipt, line, product, quantity, unit_price, amount, list_amount, batch,"
      " expiry, days_supply, refunded_line, earns)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      receipt, row.line, row.product, row.quantity, row.unit_price, row.amount, row.list_amount,
      row.batch, row.expiry, row.days_supply, row.refunded_line, row.earns);
}

void insert(Transaction& tx, ReceiptId receipt, const Payment& payment) {
  vault::database(tx).run("INSERT INTO payment (receipt, kind, amount) VALUES (?1, ?2, ?3)",
                          receipt, payment.kind, payment.amount);
}

void insert_return(Transaction& tx, ReceiptId sale, ReceiptId refund, const LineRow& refund_row) {
  PHARMACY_CHECK(refund_row.refunded_line.has_value());
  vault::database(tx).run(
      "INSERT INTO line_return (receipt, line, refund, refund_line, quantity, amount)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      sale, *refund_row.refunded_line, refund, refund_row.line, refund_row.quantity,
      refund_row.amount);
}

}  // namespace pharmacy::visits
