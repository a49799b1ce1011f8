// Taking requests, keeping goods for them, and ending them.
#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "base/mask.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "pharmacy/stock_requests.h"
#include "vault/access.h"
#include "vault/people.h"
#include "vault/permissions.h"
#include "visits/stock.h"
#include "visits/text_checks.h"

// What a StockRequest is made of, in the order of its fields(); ?1 is today.
#define PHARMACY_REQUEST_COLUMNS                                                             \
  "SELECT q.id, q.member, m.name,"                                                           \
  " (SELECT f.value FROM member_fact f WHERE f.member = q.member AND f.fact = 'class'"       \
  "   AND f.ended_at IS NULL ORDER BY f.id DESC LIMIT 1) AS member_class,"                   \
  " p.code, coalesce(p.name, q.wanted), q.quantity,"                                         \
  " coalesce(q.outcome, iif(q.held_until >= ?1, 'held', 'waiting')) AS state,"               \
  " iif(q.outcome IS NULL AND q.held_until < ?1, NULL, q.held),"                             \
  " iif(q.outcome IS NULL AND q.held_until < ?1, NULL, q.held_until),"                       \
  " q.added_at, s.login, q.note, q.receipt, q.reason, q.ended_at"                            \
  " FROM stock_request q JOIN member m ON m.id = q.member JOIN staff s ON s.id = q.added_by" \
  " LEFT JOIN product p ON p.id = q.product"

// The order in which requests for one product are served.
#define PHARMACY_REQUEST_RANK                                                                    \
  " CASE member_class WHEN 'key' THEN 0 WHEN 'potential' THEN 1 WHEN 'risk' THEN 3 ELSE 2 END, " \
  "q.id"

namespace pharmacy {

using visits::StockedProduct;

static void require_not_waiting(db::Database& database, MemberId member,
                                const StockedProduct& product) {
  const auto other = database.value<StockRequestId>(
      "SELECT id FROM stock_request WHERE member = ?1 AND product = ?2 AND outcome IS NULL", member,
      product.id);
  if (!other) return;
  throw Error(Errc::conflict,
              fmt::format(fmt::runtime(_("{member} waits for {product} already: request {id}")),
                          fmt::arg("member", to_string(member)), fmt::arg("product", product.code),
                          fmt::arg("id", to_string(*other))),
              fmt::format(fmt::runtime(_("end it first: visit request end {} --as declined")),
                          to_string(*other)));
}

StockRequestId add_stock_request(Transaction& tx, const NewStockRequest& input) {
  vault::require(tx, vault::Permission::serve_members);
  auto& database = vault::database(tx);
  require_in_use(tx, input.member);
  vault::shows(tx, input.member);
  std::vector<Fault> faults;
  if (input.product.has_value() == input.wanted.has_value()) {
    faults.push_back({_("either a product, or what is wanted in words"),
                      _("give the product's code, or --wanted TEXT for what is no product yet")});
  }
  const auto wanted = visits::checked_text(faults, _("what is wanted"), input.wanted, wanted_max);
  const auto note = visits::checked_text(faults, _("note"), input.note, request_note_max);
  visits::check_quantity(faults, input.quantity);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  std::optional<ProductId> product;
  if (input.product) {
    const StockedProduct found = visits::known_product(database, *input.product);
    require_not_waiting(database, input.member, found);
    product = found.id;
  }
  database.run(
      "INSERT INTO stock_request (member, product, wanted, quantity, note, added_at, added_by)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      input.member, product, wanted, input.quantity, note, tx.now(), tx.actor().id);
  return StockRequestId{database.last_insert_id()};
}

StockRequestList list_stock_requests(Reading& reading, const StockRequestFilter& filter) {
  vault::require(reading, vault::Permission::view_people);
  visits::check_limit(filter.limit, requests_limit_max);
  auto& database = vault::database(reading);
  const auto limit = static_cast<std::int64_t>(filter.limit) + 1;
  std::vector<StockRequest> found;
  std::optional<ProductId> product;
  if (filter.product) product = visits::known_product(database, *filter.product).id;
  if (filter.member) {
    require_in_use(reading, *filter.member);
    found = database.rows<StockRequest>(PHARMACY_REQUEST_COLUMNS
                                        " WHERE q.member = ?2 AND (?3 IS NULL OR q.product = ?3)"
                                        " ORDER BY q.id DESC LIMIT ?4",
                                        reading.today(), *filter.member, product, limit);
  } else if (filter.product) {
    found = database.rows<StockRequest>(PHARMACY_REQUEST_COLUMNS
                                        " WHERE q.product = ?2 AND q.outcome IS NULL"
                                        " AND m.status = 'active' ORDER BY" PHARMACY_REQUEST_RANK
                                        " LIMIT ?3",
                                        reading.today(), *product, limit);
  } else {
    found = database.rows<StockRequest>(PHARMACY_REQUEST_COLUMNS
                                        " WHERE q.outcome IS NULL AND m.status = 'active'"
                                        " ORDER BY p.code IS NULL, p.code," PHARMACY_REQUEST_RANK
                                        " LIMIT ?2",
                                        reading.today(), limit);
  }
  StockRequestList list{.requests = std::move(found), .more = false};
  list.more = list.requests.size() > filter.limit;
  if (list.more) list.requests.pop_back();
  vault::show_people(reading, list.requests);
  if (vault::sees_names(reading.actor())) return list;
  for (StockRequest& request : list.requests) {
    std::optional<std::string> wanted{request.wanted};
    if (!request.code) mask_text(wanted);
    request.wanted = wanted.value_or("");
    mask_text(request.note);
    mask_text(request.reason);
  }
  return list;
}

std::vector<StockRequest> hold_stock(Transaction& tx, const std::string& code, Quantity quantity) {
  vault::require(tx, vault::Permission::serve_members);
  auto& database = vault::database(tx);
  std::vector<Fault> faults;
  visits::check_quantity(faults, quantity);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  const StockedProduct product = visits::known_product(database, code);
  const auto waiting = database.rows<StockRequest>(PHARMACY_REQUEST_COLUMNS
                                                   " WHERE q.product = ?2 AND q.outcome IS NULL"
                                                   " AND m.status = 'active' AND state = 'waiting'"
                                                   " ORDER BY" PHARMACY_REQUEST_RANK,
                                                   tx.today(), product.id);
  const Date until = tx.today() + std::chrono::days{policy_on(tx, tx.today()).sales.hold_days};
  std::vector<StockRequest> held;
  for (StockRequest request : waiting) {
    if (quantity <= Quantity{0}) break;
    request.state = StockRequestState::held;
    request.held = std::min(quantity, request.quantity);
    request.held_until = until;
    quantity -= *request.held;
    database.run("UPDATE stock_request SET held = ?2, held_until = ?3 WHERE id = ?1", request.id,
                 *request.held, until);
    held.push_back(std::move(request));
  }
  vault::show_people(tx, held);
  return held;
}

void end_stock_request(Transaction& tx, StockRequestId id, StockRequestEnd how,
                       const std::optional<std::string>& reason) {
  vault::require(tx, vault::Permission::serve_members);
  auto& database = vault::database(tx);
  std::vector<Fault> faults;
  const auto why = visits::checked_text(faults, _("reason"), reason, request_note_max);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  const auto request =
      database.row<StockRequest>(PHARMACY_REQUEST_COLUMNS " WHERE q.id = ?2", tx.today(), id);
  if (!request) {
    throw Error(Errc::not_found,
                fmt::format(fmt::runtime(_("there is no request {} for goods")), to_string(id)),
                _("list them with: visit request list"));
  }
  vault::shows(tx, request->member);
  if (request->ended) {
    throw Error(Errc::refused, fmt::format(fmt::runtime(_("request {} is over")), to_string(id)),
                "");
  }
  database.run(
      "UPDATE stock_request SET outcome = ?2, reason = ?3, ended_at = ?4, ended_by = ?5"
      " WHERE id = ?1",
      id, how, why, tx.now(), tx.actor().id);
}

}  // namespace pharmacy

#undef PHARMACY_REQUEST_RANK
#undef PHARMACY_REQUEST_COLUMNS
