// Receipts as they are shown.
#include <fmt/format.h>

#include <limits>

#include "base/bounds.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/rights.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/receipts/receipt_rows.h"
#include "visits/text_checks.h"

// What a Receipt is made of, in the order of its fields(); r is the receipt.
#define PHARMACY_RECEIPT_COLUMNS                                          \
  " r.id, r.kind, r.member, r.at, r.day, r.amount, r.channel,"            \
  " coalesce(r.staff_name, s.login), r.refund_of, r.reference, r.reason," \
  " iif(r.kind = 'sale',"                                                 \
  "  coalesce((SELECT sum(p.points) FROM points_lot AS p"                 \
  "   WHERE p.receipt = r.id AND p.kind = 'earn'), 0),"                   \
  "  -coalesce((SELECT sum(p.points) FROM points_debit AS p"              \
  "   WHERE p.receipt = r.id AND p.kind = 'revoke'), 0)),"                \
  " r.recorded_at,"                                                       \
  " coalesce((SELECT group_concat(kind) FROM (SELECT kind FROM payment"   \
  "   WHERE receipt = r.id ORDER BY amount DESC, kind)), ''),"            \
  " r.prescription,"                                                      \
  " (SELECT login FROM staff WHERE id = r.pharmacist)"                    \
  " FROM receipt AS r JOIN staff AS s ON s.id = r.staff"

namespace pharmacy {

FullReceipt get_receipt(Reading& reading, ReceiptId id) {
  vault::require(reading, vault::Permission::view_receipts);
  auto& database = vault::database(reading);
  auto receipt = database.row<Receipt>("SELECT" PHARMACY_RECEIPT_COLUMNS " WHERE r.id = ?1", id);
  if (!receipt) visits::throw_no_receipt(id);
  if (receipt->member) vault::shows(reading, *receipt->member);
  return {
      .receipt = *std::move(receipt),
      .lines = database.rows<ReceiptLine>(
          "SELECT l.line, p.code, p.name, l.quantity, l.unit_price, l.amount,"
          " coalesce(l.list_amount, l.amount), l.batch, l.expiry, l.days_supply,"
          " l.refunded_line, coalesce((SELECT sum(b.quantity) FROM line_return AS b"
          "  WHERE b.receipt = l.receipt AND b.line = l.line), 0),"
          " (SELECT b.receipt FROM line_return AS b"
          "  WHERE b.refund = l.receipt AND b.refund_line = l.line),"
          " (SELECT group_concat(tracking, ', ') FROM (SELECT t.tracking FROM line_tracking AS t"
          "  WHERE t.receipt = l.receipt AND t.line = l.line ORDER BY t.tracking))"
          " FROM line AS l JOIN product AS p ON p.id = l.product"
          " WHERE l.receipt = ?1 ORDER BY l.line",
          id),
      .payments = database.rows<Payment>(
          "SELECT kind, amount FROM payment WHERE receipt = ?1 ORDER BY amount DESC, kind", id),
      .missed = database.rows<MissedLine>(
          "SELECT line, step FROM missed_step WHERE receipt = ?1 ORDER BY line, step", id)};
}

namespace {

// Where a receipt stands in a list.
struct Place {
  Date day;
  Instant at;
  ReceiptId id;

  static constexpr auto fields() {
    return std::tuple{Field{"day", &Place::day}, Field{"at", &Place::at}, Field{"id", &Place::id}};
  }
};

}  // namespace

// Behind which receipt the list goes on; without one, before all.
static Place place_of(db::Database& database, std::optional<ReceiptId> id) {
  if (!id) {
    return {.day = all_days.to,
            .at = {std::numeric_limits<std::int64_t>::max()},
            .id = ReceiptId{std::numeric_limits<std::int64_t>::max()}};
  }
  const auto place = database.row<Place>("SELECT day, at, id FROM receipt WHERE id = ?1", *id);
  if (!place) visits::throw_no_receipt(*id);
  return *place;
}

static std::vector<Receipt> receipts_of(db::Database& database, const ReceiptFilter& filter) {
  const std::int64_t limit = filter.limit ? static_cast<std::int64_t>(*filter.limit) : -1;
  const Period period = filter.period.value_or(all_days);
  const Place after = place_of(database, filter.before);
  const Date to = std::min(period.to, after.day);
  // The day leads, so that the index gives the newest first and only one day is sorted at a time.
  if (filter.member) {
    return database.rows<Receipt>("SELECT" PHARMACY_RECEIPT_COLUMNS
                                  " WHERE r.member = ?1 AND r.day BETWEEN ?2 AND ?3"
                                  " AND (r.day, r.at, r.id) < (?4, ?5, ?6)"
                                  " ORDER BY r.day DESC, r.at DESC, r.id DESC LIMIT ?7",
                                  *filter.member, period.from, to, after.day, after.at, after.id,
                                  limit);
  }
  return database.rows<Receipt>("SELECT" PHARMACY_RECEIPT_COLUMNS
                                " WHERE r.day BETWEEN ?1 AND ?2"
                                " AND (r.day, r.at, r.id) < (?3, ?4, ?5)"
                                " ORDER BY r.day DESC, r.at DESC, r.id DESC LIMIT ?6",
                                period.from, to, after.day, after.at, after.id, limit);
}

std::vector<Receipt> list_receipts(Reading& reading, const ReceiptFilter& filter) {
  vault::require(reading, vault::Permission::view_receipts);
  if (filter.limit) visits::check_limit(*filter.limit, receipts_limit_max);
  if (filter.member) require_in_use(reading, *filter.member);
  auto receipts = receipts_of(vault::database(reading), filter);
  for (const Receipt& receipt : receipts) {
    if (receipt.member) vault::shows(reading, *receipt.member);
  }
  return receipts;
}

}  // namespace pharmacy

#undef PHARMACY_RECEIPT_COLUMNS
