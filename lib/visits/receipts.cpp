// Receipts as they are shown.
#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/visits.h"
#include "vault/access.h"

// What a Receipt is made of, in the order of its fields(); r is the receipt.
#define PHARMACY_RECEIPT_COLUMNS                                          \
  " r.id, r.kind, r.member, r.at, r.day, r.amount, r.channel,"            \
  " coalesce(r.staff_name, s.login), r.refund_of, r.reference, r.reason," \
  " iif(r.kind = 'sale',"                                                 \
  "  coalesce((SELECT sum(p.points) FROM points_lot AS p"                 \
  "   WHERE p.receipt = r.id AND p.kind = 'earn'), 0),"                   \
  "  -coalesce((SELECT sum(p.points) FROM points_debit AS p"              \
  "   WHERE p.receipt = r.id AND p.kind = 'revoke'), 0)),"                \
  " r.recorded_at FROM receipt AS r JOIN staff AS s ON s.id = r.staff"

namespace pharmacy {

FullReceipt get_receipt(Reading& reading, ReceiptId id) {
  auto& database = vault::database(reading);
  auto receipt = database.row<Receipt>("SELECT" PHARMACY_RECEIPT_COLUMNS " WHERE r.id = ?1", id);
  if (!receipt) {
    throw Error(Errc::not_found,
                fmt::format(fmt::runtime(_("there is no receipt {}")), to_string(id)),
                _("list receipts with: visit list"));
  }
  return {
      .receipt = *std::move(receipt),
      .lines = database.rows<ReceiptLine>(
          "SELECT l.line, p.code, p.name, l.quantity, l.unit_price, l.amount,"
          " coalesce(l.list_amount, l.amount), l.batch, l.expiry, l.days_supply,"
          " l.refunded_line, coalesce((SELECT sum(b.quantity) FROM line_return AS b"
          "  WHERE b.receipt = l.receipt AND b.line = l.line), 0)"
          " FROM line AS l JOIN product AS p ON p.id = l.product"
          " WHERE l.receipt = ?1 ORDER BY l.line",
          id),
      .payments = database.rows<Payment>(
          "SELECT kind, amount FROM payment WHERE receipt = ?1 ORDER BY amount DESC, kind", id)};
}

std::vector<Receipt> list_receipts(Reading& reading, const ReceiptFilter& filter) {
  if (filter.limit < 1 || filter.limit > 100'000) {
    throw Error(Errc::invalid_input, fmt::format(fmt::runtime(_("not a limit: {}")), filter.limit),
                _("give 1 to 100000"));
  }
  using std::chrono::January, std::chrono::December;
  const Period period = filter.period.value_or(Period{
      Date{std::chrono::year{1} / January / 1}, Date{std::chrono::year{9999} / December / 31}});
  const auto limit = static_cast<std::int64_t>(filter.limit);
  auto& database = vault::database(reading);
  // The day leads, so that the index gives the newest first and only one day is sorted at a time.
  if (filter.member) {
    return database.rows<Receipt>("SELECT" PHARMACY_RECEIPT_COLUMNS
                                  " WHERE r.member = ?1 AND r.day BETWEEN ?2 AND ?3"
                                  " ORDER BY r.day DESC, r.at DESC, r.id DESC LIMIT ?4",
                                  *filter.member, period.from, period.to, limit);
  }
  return database.rows<Receipt>("SELECT" PHARMACY_RECEIPT_COLUMNS
                                " WHERE r.day BETWEEN ?1 AND ?2"
                                " ORDER BY r.day DESC, r.at DESC, r.id DESC LIMIT ?3",
                                period.from, period.to, limit);
}

}  // namespace pharmacy

#undef PHARMACY_RECEIPT_COLUMNS
