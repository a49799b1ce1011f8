#include "visits/requests/serve.h"

#include <algorithm>
#include <map>

#include "vault/access.h"

namespace pharmacy::visits {

namespace {

// A request that a sale ended.
struct ServedRequest {
  StockRequestId id;
  MemberId member;
  ProductId product;
  std::string name;  // of the product
  Quantity quantity;
  std::optional<Quantity> held;
  std::optional<Date> held_until;
  Instant added;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &ServedRequest::id},
                      Field{"member", &ServedRequest::member},
                      Field{"product", &ServedRequest::product},
                      Field{"name", &ServedRequest::name},
                      Field{"quantity", &ServedRequest::quantity},
                      Field{"held", &ServedRequest::held},
                      Field{"held_until", &ServedRequest::held_until},
                      Field{"added_at", &ServedRequest::added}};
  }
  // With what she was served on a day.
  [[nodiscard]] Quantity enough_on(Date day) const {
    return held_until >= day ? held.value_or(quantity) : quantity;
  }
};

// What a receipt has of a product, less what was mistyped.
struct BoughtProduct {
  ReceiptId receipt;
  Instant recorded;
  Quantity quantity;

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &BoughtProduct::receipt},
                      Field{"recorded_at", &BoughtProduct::recorded},
                      Field{"quantity", &BoughtProduct::quantity}};
  }
};

void end_as_served(Transaction& tx, StockRequestId request, ReceiptId receipt) {
  vault::database(tx).run(
      "UPDATE stock_request SET outcome = 'served', receipt = ?2, ended_at = ?3, ended_by = ?4"
      " WHERE id = ?1",
      request, receipt, tx.now(), tx.actor().id);
}

// The first sale from `from` on that is enough for it.
std::optional<ReceiptId> serving_sale(Transaction& tx, const ServedRequest& request,
                                      ReceiptId from) {
  const auto bought = vault::database(tx).rows<BoughtProduct>(
      "SELECT r.id, r.recorded_at, sum(l.quantity - coalesce((SELECT sum(b.quantity)"
      "  FROM line_return b JOIN receipt f ON f.id = b.refund"
      "  WHERE b.receipt = l.receipt AND b.line = l.line AND f.reason = 'typing'), 0))"
      " FROM receipt r CROSS JOIN line l ON l.receipt = r.id"
      " WHERE r.member = ?1 AND l.product = ?2 AND +r.id >= ?3 AND r.at >= ?4 AND r.kind = 'sale'"
      " AND r.import IS NULL GROUP BY r.id ORDER BY r.id",
      request.member, request.product, from, request.added);
  const auto is_enough = [&](const BoughtProduct& one) {
    return one.quantity >= request.enough_on(tx.zone().day_of(one.recorded));
  };
  const auto found = std::ranges::find_if(bought, is_enough);
  if (found == bought.end()) return std::nullopt;
  return found->receipt;
}

bool is_asked_anew(db::Database& database, const ServedRequest& request) {
  return database
      .value<StockRequestId>(
          "SELECT id FROM stock_request WHERE member = ?1 AND product = ?2 AND outcome IS NULL",
          request.member, request.product)
      .has_value();
}

}  // namespace

void serve_requests(Transaction& tx, ReceiptId receipt, const CheckedSale& sale) {
  if (!sale.sale.member) return;
  std::map<ProductId, Quantity> bought;
  for (const StockedItem& item : sale.items) bought[item.product.id] += item.item.quantity;
  for (const auto& [product, quantity] : bought) {
    const auto served = vault::database(tx).values<StockRequestId>(
        "SELECT id FROM stock_request"
        " WHERE member = ?1 AND product = ?2 AND outcome IS NULL AND added_at <= ?3"
        " AND ?4 >= iif(held_until >= ?5, held, quantity) ORDER BY id",
        *sale.sale.member, product, sale.when.at, quantity, tx.today());
    for (const StockRequestId request : served) end_as_served(tx, request, receipt);
  }
}

std::vector<WaitsAgain> reopen_requests(Transaction& tx, ReceiptId sale) {
  auto& database = vault::database(tx);
  std::vector<WaitsAgain> waiting;
  const auto served = database.rows<ServedRequest>(
      "SELECT q.id, q.member, q.product, p.name, q.quantity, q.held, q.held_until, q.added_at"
      " FROM stock_request q JOIN product p ON p.id = q.product WHERE q.receipt = ?1 ORDER BY q.id",
      sale);
  for (const ServedRequest& request : served) {
    const auto by = serving_sale(tx, request, sale);
    if (by == sale || (!by && is_asked_anew(database, request))) continue;
    database.run(
        "UPDATE stock_request SET outcome = NULL, receipt = NULL, ended_at = NULL, ended_by = NULL"
        " WHERE id = ?1",
        request.id);
    if (by) {
      end_as_served(tx, request.id, *by);
    } else {
      waiting.push_back({.request = request.id, .member = request.member, .wanted = request.name});
    }
  }
  return waiting;
}

}  // namespace pharmacy::visits
