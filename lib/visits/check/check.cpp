#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/i18n.h"
#include "base/substance_keys.h"
#include "pharmacy/counter_check.h"
#include "pharmacy/health.h"
#include "pharmacy/members.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/check/cart.h"
#include "visits/check/questions.h"

namespace pharmacy {
namespace {

using visits::CheckedProduct;

// What a table says against an age, in whole years.
struct AgeRule {
  std::optional<std::int64_t> below;
  std::optional<std::int64_t> from;
  InteractionSeverity severity;
  std::optional<std::string> text;

  static constexpr auto fields() {
    return std::tuple{Field{"below", &AgeRule::below}, Field{"from", &AgeRule::from},
                      Field{"severity", &AgeRule::severity}, Field{"text", &AgeRule::text}};
  }
};

// What the note is about, as it was written.
std::string what_of(const HealthNote& note) {
  for (const auto* fact : {&note.ingredient, &note.drug_class, &note.condition}) {
    if (*fact) return **fact;
  }
  return {};
}

// " (what the table says)", or nothing.
std::string in_brackets(const std::string& detail) {
  return detail.empty() ? std::string{} : fmt::format(fmt::runtime(_(" ({})")), detail);
}

class Checking {
 public:
  Checking(Reading& reading, std::optional<MemberId> member, std::vector<CheckedProduct> cart)
      : reading_{reading},
        database_{vault::database(reading)},
        member_{member},
        cart_{std::move(cart)} {}

  CounterCheck run() {
    check_.tables = list_references(reading_, Replaced::left_out);
    tell_lacking();
    for (std::size_t i = 0; i < cart_.size(); ++i) {
      for (std::size_t j = i + 1; j < cart_.size(); ++j)
        compare(cart_[i], cart_[j], AlertLevel::warn);
    }
    check_age();
    if (member_) {
      compare_supply();
      ask_notes();
    }
    check_.nothing_known = !has_notes_ && std::ranges::all_of(cart_, [](const CheckedProduct& one) {
      return one.substances.is_unknown();
    });
    std::ranges::stable_sort(check_.alerts, {}, &CounterAlert::level);
    return std::move(check_);
  }

 private:
  void add(AlertLevel level, AlertKind kind, const CheckedProduct* product, std::string text) {
    std::optional<std::string> code;
    if (product != nullptr) code = product->code;
    const bool is_new = told_.insert({level, kind, code, text}).second;
    if (is_new) check_.alerts.push_back({level, kind, std::move(code), std::move(text)});
  }

  void tell_lacking();
  void compare(const CheckedProduct& one, const CheckedProduct& other, AlertLevel level);
  void compare_supply();
  void check_age();
  void check_rule(const CheckedProduct& product, const AgeRule& rule,
                  const std::vector<Date>& births);
  void ask_notes();
  void explain(const HealthMatch& match, const visits::Meaning& meaning);

  Reading& reading_;
  db::Database& database_;
  const std::optional<MemberId> member_;
  const std::vector<CheckedProduct> cart_;
  CounterCheck check_;
  bool has_notes_ = false;  // that checks heed
  std::set<std::tuple<AlertLevel, AlertKind, std::optional<std::string>, std::string>> told_;
};

// That nothing is found where nothing could be looked up is no answer.
void Checking::tell_lacking() {
  for (const CheckedProduct& product : cart_) {
    if (product.status == visits::MedicineStatus::other) continue;
    const auto tell = [&](const char* text) {
      add(AlertLevel::tell, AlertKind::not_checked, &product,
          fmt::format(fmt::runtime(text), product.name));
    };
    if (product.substances.is_unknown()) {
      tell(_("{}: not checked, its ingredients are not in the catalog"));
    } else if (product.substances.lacks_names) {
      tell(_("{}: checked by its ATC code only, its ingredients are not in the catalog"));
    } else if (product.substances.lacks_code) {
      tell(_("{}: checked by its ingredients only, its ATC code is not known"));
    }
  }
  for (const Reference& table : check_.tables) {
    if (table.state == ReferenceState::loaded) continue;
    const auto tell = [&](const char* text) {
      add(AlertLevel::tell, AlertKind::not_checked, nullptr, text);
    };
    if (table.kind == ReferenceKind::interactions)
      tell(_("not checked for interactions: no table of them is loaded"));
    if (table.kind == ReferenceKind::allergens)
      tell(_("not checked for classes of allergens: no table of them is loaded"));
    if (table.kind == ReferenceKind::contraindications)
      tell(_("not checked for illnesses, pregnancy and age: no table of them is loaded"));
  }
}

void Checking::compare(const CheckedProduct& one, const CheckedProduct& other, AlertLevel level) {
  for (const std::string& key : visits::common_ingredients(one.substances, other.substances)) {
    add(level, AlertKind::duplicate, &one,
        fmt::format(fmt::runtime(_("{one} and {other} both have {ingredient}")),
                    fmt::arg("one", one.name), fmt::arg("other", other.name),
                    fmt::arg("ingredient", name_of_key(key))));
  }
  const auto found = visits::find_interactions(database_, one.substances, other.substances);
  if (!found) return;
  for (const auto& interaction : *found) {
    add(visits::level_of(interaction.severity), AlertKind::interaction, &one,
        fmt::format(fmt::runtime(_("{one} and {other} act on each other{detail}")),
                    fmt::arg("one", one.name), fmt::arg("other", other.name),
                    fmt::arg("detail", in_brackets(interaction.text.value_or("")))));
  }
}

void Checking::compare_supply() {
  for (const CheckedProduct& bought : visits::supply_of(database_, *member_, reading_.today())) {
    for (const CheckedProduct& product : cart_) {
      if (product.id != bought.id) compare(product, bought, AlertLevel::warn);
    }
  }
}

// By every day of birth that is known of her: it may be that of a number that was merged into hers.
void Checking::check_age() {
  const std::vector<Date> births = member_ ? births_of(reading_, *member_) : std::vector<Date>{};
  for (const CheckedProduct& product : cart_) {
    for (const std::string& key : product.substances.keys) {
      const auto rules = database_.rows<AgeRule>(
          "SELECT below, from_age, severity, text FROM reference_contraindication"
          " WHERE substance = ?1 AND reason = 'age'",
          key);
      if (!rules.empty() && births.empty()) {
        add(AlertLevel::tell, AlertKind::not_checked, &product,
            fmt::format(fmt::runtime(_("{}: not for every age, and the age is not known")),
                        product.name));
      }
      for (const AgeRule& rule : rules) check_rule(product, rule, births);
    }
  }
}

void Checking::check_rule(const CheckedProduct& product, const AgeRule& rule,
                          const std::vector<Date>& births) {
  const auto is_under = [&](Date birth, std::int64_t years) {
    return add_months(birth, static_cast<int>(12 * years)) > reading_.today();
  };
  const bool holds = std::ranges::any_of(births, [&](Date birth) {
    return rule.below ? is_under(birth, *rule.below) : !is_under(birth, rule.from.value_or(0));
  });
  if (!holds) return;
  const auto text = rule.below
                        ? _("{product} is not for anybody under {years} years{detail}")
                        : _("{product} is not for anybody of {years} years and over{detail}");
  add(visits::level_of(rule.severity), AlertKind::age, &product,
      fmt::format(fmt::runtime(text), fmt::arg("product", product.name),
                  fmt::arg("years", rule.below ? *rule.below : rule.from.value_or(0)),
                  fmt::arg("detail", in_brackets(rule.text.value_or("")))));
}

void Checking::ask_notes() {
  const visits::Questions questions = visits::questions_of(database_, cart_);
  std::vector<std::string> keys;
  for (const auto& [key, meaning] : questions) {
    if (keys.empty() || keys.back() != key) keys.push_back(key);
  }
  const HealthMatches matches = match_health_notes(reading_, *member_, keys);
  has_notes_ = matches.any;
  if (!matches.agrees) {
    add(AlertLevel::tell, AlertKind::not_checked, nullptr,
        fmt::format(fmt::runtime(_("not checked against health notes: {} did not agree to any")),
                    to_string(*member_)));
    return;
  }
  if (matches.passed_over) {
    add(AlertLevel::warn, AlertKind::not_checked, nullptr,
        fmt::format(fmt::runtime(_("the notes about {}'s health were not looked at: ask the"
                                   " pharmacist")),
                    to_string(*member_)));
  }
  if (matches.ask_always) {
    add(AlertLevel::refuse, AlertKind::ask_pharmacist, nullptr,
        fmt::format(fmt::runtime(_("ask the pharmacist whatever {} buys")), to_string(*member_)));
  }
  // Who is allergic to the drug itself need not hear that it is of a class, too.
  std::set<std::pair<const CheckedProduct*, HealthNoteId>> to_itself;
  for (const HealthMatch& match : matches.found) {
    const auto [first, last] = questions.equal_range(match.key);
    for (auto at = first; at != last; ++at) {
      if (match.note && at->second.kind == AlertKind::allergy)
        to_itself.insert({at->second.product, match.note->id});
    }
  }
  for (const HealthMatch& match : matches.found) {
    const auto [first, last] = questions.equal_range(match.key);
    for (auto at = first; at != last; ++at) {
      const bool is_told = match.note && at->second.kind == AlertKind::allergy_class &&
                           to_itself.contains({at->second.product, match.note->id});
      if (!is_told) explain(match, at->second);
    }
  }
}

// What a note means for a product: in words to whoever reads the note.
void Checking::explain(const HealthMatch& match, const visits::Meaning& meaning) {
  const CheckedProduct& product = *meaning.product;
  if (!match.note) {
    add(meaning.level, AlertKind::ask_pharmacist, &product,
        fmt::format(fmt::runtime(_("ask the pharmacist about {}")), product.name));
    return;
  }
  const auto words = [&](const char* text) {
    return fmt::format(fmt::runtime(text), fmt::arg("product", product.name),
                       fmt::arg("note", what_of(*match.note)),
                       fmt::arg("detail", in_brackets(meaning.detail)),
                       fmt::arg("number", to_string(match.note->id)));
  };
  const char* text = nullptr;
  switch (meaning.kind) {
    case AlertKind::allergy:
      text = _("{product}: allergy to {note}, health note {number}");
      break;
    case AlertKind::allergy_class:
      text = _("{product}: allergy to {note}, of the same class{detail}, health note {number}");
      break;
    case AlertKind::duplicate:
      text = _("{product}: takes {note} already, health note {number}");
      break;
    case AlertKind::interaction:
      text = _("{product}: takes {note}, and they act on each other{detail}, health note {number}");
      break;
    case AlertKind::condition:
      text = _("{product}: has {note}{detail}, health note {number}");
      break;
    default:
      text = _("{product}: is pregnant{detail}, health note {number}");
      break;
  }
  add(meaning.level, meaning.kind, &product, words(text));
}

}  // namespace

CounterCheck check_products(Reading& reading, std::optional<MemberId> member,
                            const std::vector<std::string>& codes) {
  vault::require(reading, vault::Permission::sell);
  if (member) {
    require_in_use(reading, *member);
    vault::shows(reading, *member);
  }
  auto cart = visits::cart_of(vault::database(reading), codes);
  return Checking{reading, member, std::move(cart)}.run();
}

bool is_known_to_checks(Reading& reading, const HealthFacts& facts) {
  auto& db = vault::database(reading);
  const auto keys = note_keys(facts);
  return keys.empty() || std::ranges::any_of(keys, [&](const std::string& key) {
           const std::string name{name_of_key(key)};
           // An ingredient that is taken is looked for as one that is sold.
           const std::string substance = (key.starts_with("a:") ? "a:" : "i:") + name;
           return db
               .value<bool>(
                   "SELECT CASE substr(?1, 1, 1)"
                   " WHEN 'c' THEN EXISTS (SELECT 1 FROM reference_allergen_class WHERE key = ?2)"
                   " WHEN 'd' THEN EXISTS (SELECT 1 FROM reference_contraindication"
                   "  WHERE condition = ?2)"
                   " WHEN 'p' THEN 1 WHEN 'b' THEN 0"
                   " ELSE EXISTS (SELECT 1 FROM product_ingredient WHERE key = ?2)"
                   "  OR EXISTS (SELECT 1 FROM product WHERE atc >= ?2 AND atc < ?2 || '~')"
                   "  OR EXISTS (SELECT 1 FROM reference_atc WHERE key = ?2 OR code = ?2)"
                   "  OR EXISTS (SELECT 1 FROM reference_allergen WHERE substance = ?3)"
                   "  OR EXISTS (SELECT 1 FROM reference_interaction WHERE a = ?3)"
                   "  OR EXISTS (SELECT 1 FROM reference_interaction WHERE b = ?3) END",
                   key, name, substance)
               .value_or(false);
         });
}

}  // namespace pharmacy
