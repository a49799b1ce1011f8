#include "visits/catalog/product_facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/capitals.h"
#include "base/count.h"
#include "base/i18n.h"
#include "base/substance_keys.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "visits/text_checks.h"

namespace pharmacy::visits {

Fault no_atc(std::string_view text) {
  return {fmt::format(fmt::runtime(_("not an ATC code: {}")), for_terminal(text)),
          _("give one of any level: A, A10, A10B, A10BA or A10BA02")};
}

static constexpr std::string_view chinese_approval = "国药准字";

std::optional<std::string> kept_approval(std::string_view text) {
  const auto kept = normalise(text);
  if (!kept) return std::nullopt;
  std::string number = fold_width(*kept);
  if (!number.starts_with(chinese_approval)) return number;
  std::erase(number, ' ');
  return in_capitals(std::move(number));
}

bool is_approval_form(std::string_view kept) {
  if (!kept.starts_with(chinese_approval)) return true;
  kept.remove_prefix(chinese_approval.size());
  constexpr std::size_t digits = 8;
  if (kept.size() != digits + 1 && kept.size() != digits + 2) return false;
  const auto letters = kept.substr(0, kept.size() - digits);
  const auto number = kept.substr(letters.size());
  return std::all_of(letters.begin(), letters.end(), is_capital) &&
         std::all_of(number.begin(), number.end(), is_digit);
}

std::string joined_ingredients(std::span<const std::string> names) {
  return fmt::format("{}", fmt::join(names, "; "));
}

// Whether the name can be searched: what nobody sees is no name.
static bool has_key(const std::string& name) { return !fold(name).empty(); }

std::vector<std::string> checked_ingredients(std::vector<Fault>& faults,
                                             std::span<const std::string> texts) {
  std::vector<std::string> names;
  std::vector<std::string> keys;
  for (const auto& text : texts) {
    for (const auto& one : split_names(text)) {
      const auto before = faults.size();
      auto name =
          checked_text(faults, _("ingredient"), std::string_view{one}, product_ingredient_max);
      if (faults.size() > before) continue;
      if (!has_key(name)) {
        faults.push_back({fmt::format(fmt::runtime(_("{what}: not valid text")),
                                      fmt::arg("what", _("ingredient"))),
                          {}});
        continue;
      }
      auto key = fold(name);
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      keys.push_back(std::move(key));
      names.push_back(std::move(name));
    }
  }
  if (names.size() > product_ingredients_max) {
    faults.push_back({fmt::format(fmt::runtime(_("too many ingredients: {}")), names.size()),
                      fmt::format(fmt::runtime(_("give at most {}")), product_ingredients_max)});
  }
  return names;
}

static std::optional<std::string> checked_atc(std::vector<Fault>& faults,
                                              const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  auto code = kept_atc(*text);
  if (!code) faults.push_back(no_atc(*text));
  return code;
}

static std::optional<std::string> checked_approval(std::vector<Fault>& faults,
                                                   const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto kept = kept_approval(*text);
  auto number = checked_text(faults, _("approval number"), std::string_view{kept ? *kept : *text},
                             product_approval_max);
  if (!is_approval_form(number)) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("not an approval number: {}")), for_terminal(number)),
         _("国药准字 is followed by one or two letters and 8 digits: 国药准字H20020022")});
  }
  return number;
}

NewProduct checked_facts(std::vector<Fault>& faults, const NewProduct& input) {
  NewProduct kept{
      .code = input.code,
      .name = checked_text(faults, _("name"), input.name, product_name_max),
      .price = input.price,
      .unit = checked_text(faults, _("unit"), input.unit, product_unit_max),
      .form = checked_text(faults, _("form"), input.form, product_form_max),
      .strength = checked_text(faults, _("strength"), input.strength, product_strength_max),
      .maker = checked_text(faults, _("maker"), input.maker, product_maker_max),
      .approval = checked_approval(faults, input.approval),
      .earns_points = input.earns_points,
      .generic_name = checked_text(faults, _("generic name"), input.generic_name, product_name_max),
      .ingredients = checked_ingredients(faults, input.ingredients),
      .atc = checked_atc(faults, input.atc),
      .product_class = input.product_class,
      .special = input.special,
      .days_supply = input.days_supply,
      .long_term = input.long_term};
  if (kept.days_supply && (*kept.days_supply < 1 || *kept.days_supply > product_days_supply_max)) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("not a number of days of supply: {}")), *kept.days_supply),
         fmt::format(fmt::runtime(_("give 1 to {}")), product_days_supply_max)});
  }
  if (kept.price) check_price(faults, *kept.price);
  return kept;
}

ProductId insert_product(Transaction& tx, const NewProduct& kept, std::optional<ImportId> import) {
  auto& database = vault::database(tx);
  database.run(
      "INSERT INTO product (code, name, unit, price, form, strength, maker, approval,"
      " earns_points, generic_name, atc, class, special, days_supply, long_term, recorded_at,"
      " recorded_by, import) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
      " ?15, ?16, ?17, ?18)",
      kept.code, kept.name.value_or(kept.code), kept.unit, kept.price, kept.form, kept.strength,
      kept.maker, kept.approval, kept.earns_points, kept.generic_name, kept.atc, kept.product_class,
      kept.special, kept.days_supply, kept.long_term, tx.now(), tx.actor().id, import);
  const ProductId id{database.last_insert_id()};
  put_ingredients(database, id, kept.ingredients);
  return id;
}

void put_ingredients(db::Database& database, ProductId product,
                     std::span<const std::string> names) {
  database.run("DELETE FROM product_ingredient WHERE product = ?1", product);
  std::int64_t position = 0;
  for (const auto& name : names) {
    database.run(
        "INSERT INTO product_ingredient (product, position, name, key) VALUES (?1, ?2, ?3, ?4)",
        product, ++position, name, fold(name));
  }
}

}  // namespace pharmacy::visits
