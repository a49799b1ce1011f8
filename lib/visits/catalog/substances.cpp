#include "visits/catalog/substances.h"

#include <algorithm>

#include "base/substance_keys.h"
#include "pharmacy/text.h"
#include "visits/catalog/editions.h"
#include "visits/catalog/product_facts.h"

namespace pharmacy::visits {

std::optional<std::string> substance_key(std::string_view text) {
  if (const auto code = kept_atc(text)) return atc_key(*code);
  const auto name = normalise(text);
  if (!name) return std::nullopt;
  auto key = ingredient_key(*name);
  return key.size() > 2 ? std::optional{std::move(key)} : std::nullopt;
}

static void add_classes(db::Database& database, Substances& found) {
  std::vector<AllergenClass> all;
  for (const auto& key : found.keys) {
    auto classes = database.rows<AllergenClass>(
        "SELECT 'c:' || c.key, c.name, c.note FROM reference_allergen r"
        " JOIN reference_allergen_class c ON c.key = r.class WHERE r.substance = ?1"
        " ORDER BY r.class",
        key);
    std::move(classes.begin(), classes.end(), std::back_inserter(all));
  }
  std::ranges::sort(all, {}, &AllergenClass::key);
  const auto is_same = [](const auto& a, const auto& b) { return a.key == b.key; };
  all.erase(std::unique(all.begin(), all.end(), is_same), all.end());
  for (const auto& one : all) found.keys.push_back(one.key);
  found.classes = std::move(all);
}

// A code has the name that the table of codes gives it, and a name the codes.
static void add_other_names(db::Database& database, Substances& found) {
  constexpr std::size_t whole_code = 7;
  std::vector<std::string> more;
  for (const auto& key : found.keys) {
    const auto name = name_of_key(key);
    if (key.starts_with("a:") && name.size() == whole_code) {
      if (const auto known =
              database.value<std::string>("SELECT key FROM reference_atc WHERE code = ?1", name))
        more.push_back("i:" + *known);
    } else if (key.starts_with("i:")) {
      for (const auto& code : database.values<std::string>(
               "SELECT code FROM reference_atc WHERE key = ?1 AND length(code) = 7", name)) {
        for (auto& level : atc_level_keys(code)) more.push_back(std::move(level));
      }
    }
  }
  found.keys.insert(found.keys.end(), more.begin(), more.end());
  std::ranges::sort(found.keys);
  found.keys.erase(std::unique(found.keys.begin(), found.keys.end()), found.keys.end());
}

Substances substances_of(db::Database& database, ProductId product) {
  Substances found;
  const auto atc =
      database.value<std::optional<std::string>>("SELECT atc FROM product WHERE id = ?1", product);
  if (atc && *atc) found.keys = atc_level_keys(**atc);
  for (const auto& key : database.values<std::string>(
           "SELECT key FROM product_ingredient WHERE product = ?1 ORDER BY position", product))
    found.keys.push_back("i:" + key);
  add_other_names(database, found);
  const auto none = [&](const char* kind) {
    return std::ranges::none_of(found.keys,
                                [kind](const std::string& key) { return key.starts_with(kind); });
  };
  found.lacks_names = none("i:");
  found.lacks_code = none("a:");
  found.classes_are_known = loaded_edition(database, ReferenceKind::allergens).has_value();
  add_classes(database, found);
  std::ranges::sort(found.keys);
  return found;
}

std::optional<std::vector<Interaction>> find_interactions(db::Database& database,
                                                          const Substances& these,
                                                          const Substances& those) {
  if (!loaded_edition(database, ReferenceKind::interactions)) return std::nullopt;
  std::vector<Interaction> found;
  for (const auto& one : these.keys) {
    for (const auto& other : those.keys) {
      if (one.starts_with("c:") || other.starts_with("c:")) continue;
      const auto& [a, b] = std::minmax(one, other);
      if (auto row = database.row<Interaction>(
              "SELECT a, b, severity, text FROM reference_interaction WHERE a = ?1 AND b = ?2", a,
              b)) {
        found.push_back(*std::move(row));
      }
    }
  }
  const auto order = [](const Interaction& left, const Interaction& right) {
    return std::tie(left.severity, left.a, left.b) < std::tie(right.severity, right.a, right.b);
  };
  const auto same = [](const Interaction& left, const Interaction& right) {
    return left.a == right.a && left.b == right.b;
  };
  std::sort(found.begin(), found.end(), order);
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

}  // namespace pharmacy::visits
