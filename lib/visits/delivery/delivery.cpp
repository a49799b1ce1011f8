#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/bounds.h"
#include "base/capitals.h"
#include "base/count.h"
#include "base/i18n.h"
#include "pharmacy/deliveries.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "vault/people.h"
#include "vault/permissions.h"
#include "visits/receipts/receipt_rows.h"
#include "visits/text_checks.h"

// What a Delivery is made of, in the order of its fields(); ?1 is now.
#define PHARMACY_DELIVERY_COLUMNS                                                                 \
  "SELECT d.receipt, r.member, iif(m.status = 'active', m.name, NULL), r.amount, d.promised_at, " \
  "d.delivered_at,"                                                                               \
  " CASE WHEN d.delivered_at IS NULL AND NOT EXISTS (SELECT 1 FROM line l"                        \
  "   WHERE l.receipt = d.receipt AND l.quantity > coalesce((SELECT sum(b.quantity)"              \
  "    FROM line_return b WHERE b.receipt = l.receipt AND b.line = l.line), 0)) THEN 'returned'"  \
  "  WHEN d.delivered_at <= d.promised_at THEN 'kept'"                                            \
  "  WHEN d.delivered_at IS NOT NULL THEN 'late'"                                                 \
  "  WHEN ?1 > d.promised_at THEN 'overdue' ELSE 'to_come' END AS state,"                         \
  " max(0, coalesce(d.delivered_at, ?1) - d.promised_at) / 60,"                                   \
  " (SELECT group_concat(tracking, ', ') FROM (SELECT DISTINCT t.tracking"                        \
  "   FROM line_tracking t WHERE t.receipt = d.receipt ORDER BY t.tracking))"                     \
  " FROM delivery d JOIN receipt r ON r.id = d.receipt LEFT JOIN member m ON m.id = r.member"

namespace pharmacy {

namespace {

struct Counted {
  DeliveryState state;
  std::int64_t count;

  static constexpr auto fields() {
    return std::tuple{Field{"state", &Counted::state}, Field{"count", &Counted::count}};
  }
};

}  // namespace

DeliveryList list_deliveries(Reading& reading, const DeliveryFilter& filter) {
  vault::require(reading, vault::Permission::view_receipts);
  visits::check_limit(filter.limit, deliveries_limit_max);
  auto& database = vault::database(reading);
  const auto limit = static_cast<std::int64_t>(filter.limit) + 1;
  std::vector<Delivery> found;
  if (filter.period) {
    const auto [from, to] = bounds_of(*filter.period, reading.zone());
    found = database.rows<Delivery>(PHARMACY_DELIVERY_COLUMNS
                                    " WHERE d.promised_at >= ?2 AND d.promised_at < ?3"
                                    " ORDER BY d.promised_at, d.receipt LIMIT ?4",
                                    reading.now(), from, to, limit);
  } else {
    found = database.rows<Delivery>(PHARMACY_DELIVERY_COLUMNS
                                    " WHERE d.delivered_at IS NULL AND state <> 'returned'"
                                    " ORDER BY d.promised_at, d.receipt LIMIT ?2",
                                    reading.now(), limit);
  }
  DeliveryList list{.deliveries = std::move(found), .more = false};
  list.more = list.deliveries.size() > filter.limit;
  if (list.more) list.deliveries.pop_back();
  vault::show_people(reading, list.deliveries);
  return list;
}

DeliveryFigures delivery_figures(Reading& reading, const Period& period) {
  vault::require(reading, vault::Permission::view_figures);
  const auto [from, to] = bounds_of(period, reading.zone());
  DeliveryFigures figures{};
  for (const Counted& counted : vault::database(reading).rows<Counted>(
           "SELECT state, count(*) FROM (" PHARMACY_DELIVERY_COLUMNS
           " WHERE d.promised_at >= ?2 AND d.promised_at < ?3) WHERE state <> 'returned' GROUP BY "
           "state",
           reading.now(), from, to)) {
    figures.promised += counted.count;
    if (counted.state == DeliveryState::kept) figures.kept = counted.count;
    if (counted.state == DeliveryState::late) figures.late = counted.count;
    if (counted.state == DeliveryState::overdue) figures.overdue = counted.count;
    if (counted.state == DeliveryState::to_come) figures.to_come = counted.count;
  }
  const std::int64_t over = figures.promised - figures.to_come;
  if (over > 0) figures.kept_percent = multiply_divide_floor(figures.kept, 100, over);
  return figures;
}

static Delivery get_delivery(Transaction& tx, ReceiptId receipt) {
  auto found = vault::database(tx).row<Delivery>(PHARMACY_DELIVERY_COLUMNS " WHERE d.receipt = ?2",
                                                 tx.now(), receipt);
  if (!found) {
    throw Error(Errc::not_found,
                fmt::format(fmt::runtime(_("nothing of receipt {} is to be delivered")),
                            to_string(receipt)),
                _("list what is with: visit delivery list"));
  }
  if (found->member) vault::shows(tx, *found->member);
  return *std::move(found);
}

Delivery record_delivery(Transaction& tx, ReceiptId receipt, std::optional<Instant> at) {
  vault::require(tx, vault::Permission::serve_members);
  auto& database = vault::database(tx);
  const Delivery delivery = get_delivery(tx, receipt);
  if (delivery.delivered) {
    throw Error(Errc::refused,
                fmt::format(fmt::runtime(_("receipt {receipt} was delivered already, on {at}")),
                            fmt::arg("receipt", to_string(receipt)),
                            fmt::arg("at", to_string(*delivery.delivered, tx.zone()))),
                "");
  }
  const Instant when = at.value_or(tx.now());
  const auto sold =
      database.value<Instant>("SELECT at FROM receipt WHERE id = ?1", receipt).value();
  if (when > tx.now() || when < sold) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("not a time at which it was delivered: {}")),
                            to_string(when, tx.zone())),
                fmt::format(fmt::runtime(_("give one since the sale, {}, and not to come")),
                            to_string(sold, tx.zone())));
  }
  database.run(
      "UPDATE delivery SET delivered_at = ?2, recorded_at = ?3, recorded_by = ?4"
      " WHERE receipt = ?1",
      receipt, when, tx.now(), tx.actor().id);
  return get_delivery(tx, receipt);
}

// The lines that are named, or all; each must be one of the sale.
static std::vector<std::int64_t> lines_to_track(db::Database& database, ReceiptId receipt,
                                                const std::vector<std::int64_t>& named) {
  const auto kind = database.value<ReceiptKind>("SELECT kind FROM receipt WHERE id = ?1", receipt);
  if (!kind) visits::throw_no_receipt(receipt);
  if (*kind == ReceiptKind::refund) {
    throw Error(Errc::refused,
                fmt::format(fmt::runtime(_("receipt {} is a refund")), to_string(receipt)),
                _("name the sale: parcels go to members"));
  }
  const auto all = database.values<std::int64_t>(
      "SELECT line FROM line WHERE receipt = ?1 ORDER BY line", receipt);
  const std::set wanted(named.begin(), named.end());
  std::vector<Fault> faults;
  for (const std::int64_t line : wanted) {
    if (std::ranges::find(all, line) != all.end()) continue;
    faults.push_back(
        {fmt::format(fmt::runtime(_("the receipt has no line {}")), line),
         fmt::format(fmt::runtime(_("see them with: visit show {}")), to_string(receipt))});
  }
  if (!faults.empty()) throw Error(Errc::not_found, std::move(faults));
  if (named.empty()) return all;
  return {wanted.begin(), wanted.end()};
}

// Capital letters, digits and hyphens: no room for a name or an address.
static std::string checked_tracking(std::vector<Fault>& faults, const std::string& typed) {
  const auto number = visits::checked_text(faults, _("tracking number"),
                                           std::string_view{fold_width(typed)}, tracking_max);
  const std::string kept = in_capitals(number);
  const bool is_plain =
      std::ranges::all_of(kept, [](char c) { return is_digit(c) || is_capital(c) || c == '-'; });
  if (faults.empty() && !is_plain) {
    faults.push_back({fmt::format(fmt::runtime(_("not a tracking number: {}")), for_terminal(kept)),
                      _("give the carrier's number alone: letters, digits and hyphens")});
  }
  return kept;
}

std::int64_t add_tracking(Transaction& tx, ReceiptId receipt, const std::string& tracking,
                          const std::vector<std::int64_t>& lines) {
  vault::require(tx, vault::Permission::serve_members);
  auto& database = vault::database(tx);
  std::vector<Fault> faults;
  const auto number = checked_tracking(faults, tracking);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  const auto tracked = lines_to_track(database, receipt, lines);
  const auto member =
      database.value<std::optional<MemberId>>("SELECT member FROM receipt WHERE id = ?1", receipt);
  if (member && *member) vault::shows(tx, **member);
  for (const std::int64_t line : tracked) {
    if (database.value<std::int64_t>(
            "SELECT 1 FROM line_tracking WHERE receipt = ?1 AND line = ?2 AND tracking = ?3",
            receipt, line, number)) {
      throw Error(Errc::conflict,
                  fmt::format(fmt::runtime(_("line {line} has the tracking number {number}"
                                             " already")),
                              fmt::arg("line", line), fmt::arg("number", number)),
                  "");
    }
    database.run(
        "INSERT INTO line_tracking (receipt, line, tracking, at, staff)"
        " VALUES (?1, ?2, ?3, ?4, ?5)",
        receipt, line, number, tx.now(), tx.actor().id);
  }
  return static_cast<std::int64_t>(tracked.size());
}

}  // namespace pharmacy

#undef PHARMACY_DELIVERY_COLUMNS
