#include "visits/recall/trace.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "pharmacy/rights.h"
#include "pharmacy/text.h"

namespace pharmacy::visits {

namespace {

struct TracedLine {
  ReceiptId receipt;
  std::int64_t line;
  Date day;
  std::optional<MemberId> member;
  std::optional<MemberStatus> status;
  std::string batch;
  Quantity quantity;
  Quantity returned;
  bool for_recall;  // a refund says so

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &TracedLine::receipt},
                      Field{"line", &TracedLine::line},
                      Field{"day", &TracedLine::day},
                      Field{"member", &TracedLine::member},
                      Field{"status", &TracedLine::status},
                      Field{"batch", &TracedLine::batch},
                      Field{"quantity", &TracedLine::quantity},
                      Field{"returned", &TracedLine::returned},
                      Field{"for_recall", &TracedLine::for_recall}};
  }
};

// Somebody who can be called: a number that stays of whoever was erased is nobody.
bool is_person(const TracedLine& line) {
  return line.member &&
         (line.status == MemberStatus::active || line.status == MemberStatus::restricted);
}

std::vector<TracedLine> sold_of(db::Database& database, ProductId product,
                                const std::string& batch) {
  return database.rows<TracedLine>(
      "SELECT l.receipt, l.line, r.day, r.member, m.status, l.batch, l.quantity,"
      " coalesce((SELECT sum(b.quantity) FROM line_return b"
      "  WHERE b.receipt = l.receipt AND b.line = l.line), 0),"
      " EXISTS (SELECT 1 FROM line_return b JOIN receipt f ON f.id = b.refund"
      "  WHERE b.receipt = l.receipt AND b.line = l.line AND f.reason = 'recall')"
      " FROM line l JOIN receipt r ON r.id = l.receipt LEFT JOIN member m ON m.id = r.member"
      " WHERE l.batch = ?1 AND l.product = ?2 AND l.quantity > 0 AND r.kind = 'sale'"
      " ORDER BY l.receipt, l.line",
      batch, product);
}

Quantity untied_of(db::Database& database, ProductId product, const std::string& batch) {
  return database
      .value<Quantity>(
          "SELECT coalesce(sum(l.quantity), 0) FROM line l JOIN receipt r ON r.id = l.receipt"
          " WHERE l.batch = ?1 AND l.product = ?2 AND r.kind = 'refund' AND NOT EXISTS"
          "  (SELECT 1 FROM line_return b WHERE b.refund = l.receipt AND b.refund_line = l.line)",
          batch, product)
      .value();
}

}  // namespace

// From each batch to the next one in the index: the lines between them are not read.
KnownBatches::KnownBatches(db::Database& database) {
  auto next =
      database.value<std::string>("SELECT batch FROM line WHERE batch > '' ORDER BY batch LIMIT 1");
  while (next) {
    spellings_.emplace(fold(*next), *next);
    next = database.value<std::string>(
        "SELECT batch FROM line WHERE batch > ?1 ORDER BY batch LIMIT 1", *next);
  }
}

std::vector<std::string> KnownBatches::spelled(const std::vector<std::string>& batches) const {
  std::set<std::string> all;
  for (const std::string& batch : batches) {
    const auto [from, to] = spellings_.equal_range(fold(batch));
    std::transform(from, to, std::inserter(all, all.end()),
                   [](const auto& known) { return known.second; });
  }
  return {all.begin(), all.end()};
}

Trace trace(db::Database& database, const KnownBatches& known, const Traced& what) {
  Trace found;
  std::set<ReceiptId> anonymous;
  for (const std::string& batch : known.spelled(what.batches)) {
    found.figures.untied += untied_of(database, what.product, batch);
    for (TracedLine& line : sold_of(database, what.product, batch)) {
      ++found.figures.lines;
      found.figures.sold += line.quantity;
      found.figures.returned += line.returned;
      if (is_person(line)) {
        Buyer& buyer = found.buyers[*line.member];
        buyer.quantity += line.quantity;
        buyer.returned += line.returned;
        buyer.is_restricted = line.status == MemberStatus::restricted;
        buyer.brought_back = buyer.brought_back || line.for_recall;
      } else {
        line.member.reset();
        anonymous.insert(line.receipt);
        found.figures.anonymous += line.quantity;
      }
      found.lines.push_back({.receipt = line.receipt,
                             .line = line.line,
                             .day = line.day,
                             .member = line.member,
                             .batch = std::move(line.batch),
                             .quantity = line.quantity,
                             .returned = line.returned});
    }
  }
  found.figures.out = found.figures.sold - found.figures.returned;
  found.figures.anonymous_receipts = static_cast<std::int64_t>(anonymous.size());
  std::ranges::sort(found.lines, {}, [](const RecalledLine& line) {
    return std::pair{line.receipt, line.line};
  });
  return found;
}

}  // namespace pharmacy::visits
