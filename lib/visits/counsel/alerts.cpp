#include "visits/counsel/alerts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "base/substance_keys.h"
#include "pharmacy/health.h"
#include "vault/access.h"
#include "vault/health_keys.h"
#include "visits/check/cart.h"

namespace pharmacy::visits {
namespace {

bool is_bad(const HealthNote& note) {
  return note.response == DrugResponse::resistant || note.response == DrugResponse::intolerant;
}

bool has_any(const CheckedProduct& product, const std::vector<std::string>& ingredients) {
  return std::ranges::any_of(ingredients, [&](const std::string& name) {
    return std::ranges::binary_search(product.substances.keys, ingredient_key(name));
  });
}

CounterAlert alert_of(const CheckedProduct& product, const HealthNote& note) {
  const auto* text = note.response == DrugResponse::resistant
                         ? _("{product}: {drug} works badly with this member, health note {number}")
                         : _("{product}: {drug} is not borne by this member, health note {number}");
  return {.level = AlertLevel::warn,
          .kind = AlertKind::response,
          .product = product.code,
          .text = fmt::format(fmt::runtime(text), fmt::arg("product", product.name),
                              fmt::arg("drug", note.ingredient.value_or("")),
                              fmt::arg("number", to_string(note.id)))};
}

std::vector<CounterAlert> response_alerts(Reading& reading, MemberId member,
                                          const std::vector<CheckedProduct>& products) {
  std::vector<CounterAlert> alerts;
  for (const HealthNote& note : health_notes(reading, member).notes) {
    if (!is_bad(note)) continue;
    const auto ingredients = split_names(note.ingredient.value_or(""));
    for (const CheckedProduct& product : products) {
      if (has_any(product, ingredients)) alerts.push_back(alert_of(product, note));
    }
  }
  return alerts;
}

}  // namespace

std::vector<CounterAlert> counsel_alerts(Reading& reading, std::optional<MemberId> member,
                                         const std::vector<std::string>& codes) {
  if (codes.empty()) return {};
  CounterCheck check = check_products(reading, member, codes);
  std::vector<CounterAlert> alerts;
  if (!check.nothing_known) alerts = std::move(check.alerts);
  if (!member || !vault::may_read_health(reading)) return alerts;
  if (!match_health_notes(reading, *member, {}).agrees) return alerts;
  const auto found = response_alerts(reading, *member, cart_of(vault::database(reading), codes));
  alerts.insert(alerts.end(), found.begin(), found.end());
  std::ranges::stable_sort(alerts, {}, &CounterAlert::level);
  return alerts;
}

}  // namespace pharmacy::visits
