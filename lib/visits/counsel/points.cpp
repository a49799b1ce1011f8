// What is told of each product, unless something else is said.
#include "visits/counsel/points.h"

#include "base/i18n.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/stock.h"
#include "visits/text_checks.h"

namespace pharmacy {
namespace visits {

CounselPoints laid_over(std::vector<Fault>& faults, const CounselPoints& kept,
                        const CounselPoints& typed) {
  CounselPoints points = kept;
  const auto take = [&](const char* what, std::optional<std::string>& point,
                        const std::optional<std::string>& text, std::size_t longest) {
    if (!text) return;
    point.reset();
    if (!text->empty()) point = checked_text(faults, what, text, longest);
  };
  take(_("dose"), points.dose, typed.dose, counsel_point_max);
  take(_("when to take it"), points.times, typed.times, counsel_point_max);
  take(_("what to avoid"), points.avoid, typed.avoid, counsel_point_max);
  take(_("note"), points.note, typed.note, counsel_note_max);
  return points;
}

CounselPoints advice_of(db::Database& database, ProductId product) {
  return database
      .row<CounselPoints>(
          "SELECT dose, times, avoid, note FROM product_advice WHERE product = ?1"
          " ORDER BY id DESC LIMIT 1",
          product)
      .value_or(CounselPoints{});
}

}  // namespace visits

bool set_product_advice(Transaction& tx, const std::string& code, const CounselPoints& points) {
  vault::require(tx, vault::Permission::counsel);
  auto& database = vault::database(tx);
  const ProductId product = visits::known_product(database, code).id;
  const CounselPoints before = visits::advice_of(database, product);
  std::vector<Fault> faults;
  const CounselPoints now = visits::laid_over(faults, before, points);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  if (now == before) return false;
  database.run(
      "INSERT INTO product_advice (product, dose, times, avoid, note, set_at, set_by)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      product, now.dose, now.times, now.avoid, now.note, tx.now(), tx.actor().id);
  return true;
}

std::vector<ProductAdvice> list_product_advice(Reading& reading,
                                               const std::optional<std::string>& code) {
  vault::require(reading, vault::Permission::view_catalog);
  auto& database = vault::database(reading);
  std::optional<ProductId> product;
  if (code) product = visits::known_product(database, *code).id;
  return database.rows<ProductAdvice>(
      "SELECT p.code, p.name, a.dose, a.times, a.avoid, a.note, a.set_at, s.login"
      " FROM product_advice a JOIN product p ON p.id = a.product JOIN staff s ON s.id = a.set_by"
      " WHERE a.id IN (SELECT max(id) FROM product_advice WHERE ?1 IS NULL OR product = ?1"
      "   GROUP BY product)"
      " AND coalesce(a.dose, a.times, a.avoid, a.note) IS NOT NULL ORDER BY p.code",
      product);
}

}  // namespace pharmacy
