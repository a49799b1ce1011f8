#include "visits/check/questions.h"

#include <algorithm>

#include "base/substance_keys.h"

namespace pharmacy::visits {
namespace {

// A row that speaks against a substance.
struct Contraindication {
  std::string reason;  // "condition" or "pregnancy"
  std::optional<std::string> condition;
  InteractionSeverity severity;
  std::optional<std::string> text;

  static constexpr auto fields() {
    return std::tuple{Field{"reason", &Contraindication::reason},
                      Field{"condition", &Contraindication::condition},
                      Field{"severity", &Contraindication::severity},
                      Field{"text", &Contraindication::text}};
  }
};

// The other side of an interaction.
struct Partner {
  std::string key;
  InteractionSeverity severity;
  std::optional<std::string> text;

  static constexpr auto fields() {
    return std::tuple{Field{"key", &Partner::key}, Field{"severity", &Partner::severity},
                      Field{"text", &Partner::text}};
  }
};

class Asking {
 public:
  explicit Asking(db::Database& database) : database_{database} {}

  void ask_of(const CheckedProduct& product) {
    ask_allergies(product);
    ask_classes(product);
    for (const std::string& key : product.substances.keys) {
      if (key.starts_with("c:")) continue;
      if (key.starts_with("i:"))
        add(regimen_key(name_of_key(key)), {AlertLevel::warn, AlertKind::duplicate, &product, {}});
      ask_interactions(product, key);
      ask_contraindications(product, key);
    }
  }
  [[nodiscard]] Questions take() { return std::move(questions_); }

 private:
  void add(const std::string& key, const Meaning& meaning) { questions_.emplace(key, meaning); }
  // Of the product itself it was asked already.
  void add_other(const std::string& key, const Meaning& meaning) {
    const auto& own = meaning.product->substances.keys;
    if (std::ranges::find(own, key) == own.end()) add(key, meaning);
  }

  // To what is in the product itself: an ingredient, a class of either kind.
  void ask_allergies(const CheckedProduct& product) {
    const Meaning meaning{AlertLevel::refuse, AlertKind::allergy, &product, {}};
    for (const std::string& key : product.substances.keys) add(key, meaning);
  }

  // To another one of its class: all that the class names, and any code below those.
  void ask_classes(const CheckedProduct& product) {
    for (const AllergenClass& one : product.substances.classes) {
      const Meaning meaning{AlertLevel::refuse, AlertKind::allergy_class, &product, one.name};
      for (const std::string& member : members_of(one)) {
        add_other(member, meaning);
        for (const std::string& name : names_below(member))
          add_other(ingredient_key(name), meaning);
        if (member.starts_with("a:")) add(below_atc_key(name_of_key(member)), meaning);
      }
    }
  }

  void ask_interactions(const CheckedProduct& product, const std::string& key) {
    const auto partners = database_.rows<Partner>(
        "SELECT b, severity, text FROM reference_interaction WHERE a = ?1"
        " UNION ALL SELECT a, severity, text FROM reference_interaction WHERE b = ?1 AND a <> ?1",
        key);
    for (const Partner& partner : partners) {
      const Meaning meaning{level_of(partner.severity), AlertKind::interaction, &product,
                            partner.text.value_or("")};
      if (partner.key.starts_with("i:")) {
        add(regimen_key(name_of_key(partner.key)), meaning);
        continue;
      }
      for (const std::string& name : names_below(partner.key)) add(regimen_key(name), meaning);
    }
  }

  void ask_contraindications(const CheckedProduct& product, const std::string& key) {
    const auto rows = database_.rows<Contraindication>(
        "SELECT reason, condition, severity, text FROM reference_contraindication"
        " WHERE substance = ?1 AND reason IN ('condition', 'pregnancy')",
        key);
    for (const Contraindication& row : rows) {
      const bool is_pregnancy = row.reason == "pregnancy";
      add(is_pregnancy ? pregnancy_key() : condition_key(row.condition.value_or("")),
          {level_of(row.severity), is_pregnancy ? AlertKind::pregnancy : AlertKind::condition,
           &product, row.text.value_or("")});
    }
  }

  std::vector<std::string> members_of(const AllergenClass& one) {
    return database_.values<std::string>(
        "SELECT substance FROM reference_allergen WHERE class = ?1", name_of_key(one.key));
  }
  // What the drugs of an ATC code are called, by the table of codes and by the catalog.
  std::vector<std::string> names_below(const std::string& key) {
    if (!key.starts_with("a:")) return {};
    const auto [from, to] = range_of(key);
    return database_.values<std::string>(
        "SELECT name FROM reference_atc WHERE code >= ?1 AND code < ?2"
        " UNION SELECT i.name FROM product p JOIN product_ingredient i ON i.product = p.id"
        " WHERE p.atc IS NOT NULL AND p.atc >= ?1 AND p.atc < ?2",
        from, to);
  }
  // Codes that begin so: behind the capitals and digits of which they are made comes "~".
  static std::pair<std::string, std::string> range_of(const std::string& key) {
    std::string code{name_of_key(key)};
    return {code, code + '~'};
  }

  db::Database& database_;
  Questions questions_;
};

}  // namespace

AlertLevel level_of(InteractionSeverity severity) {
  switch (severity) {
    case InteractionSeverity::contraindicated:
    case InteractionSeverity::major:
      return AlertLevel::refuse;
    case InteractionSeverity::moderate:
      return AlertLevel::warn;
    case InteractionSeverity::minor:
      break;
  }
  return AlertLevel::tell;
}

Questions questions_of(db::Database& database, const std::vector<CheckedProduct>& cart) {
  Asking asking{database};
  for (const CheckedProduct& product : cart) asking.ask_of(product);
  return asking.take();
}

}  // namespace pharmacy::visits
