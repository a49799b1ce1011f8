#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/i18n.h"
#include "base/substance_keys.h"
#include "pharmacy/counter_check.h"
#include "pharmacy/health.h"
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
    if (member_) {
      compare_supply();
      check_age();
      ask_notes();
    }
    check_.nothing_known = !has_notes_ && std::ranges::all_of(cart_, [](const CheckedProduct& one) {
      return one.substances.is_unknown;
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
    if (!product.substances.is_unknown || product.status == visits::MedicineStatus::other) continue;
    add(AlertLevel::tell, AlertKind::not_checked, &product,
        fmt::format(fmt::runtime(_("{}: not checked, its ingredients are not in the catalog")),
                    product.name));
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

void Checking::check_age() {
  const auto birth =
      database_.value<std::optional<Date>>("SELECT birth FROM member WHERE id = ?1", *member_);
  if (!birth || !*birth) return;
  const auto is_under = [&](std::int64_t years) {
    return add_months(**birth, static_cast<int>(12 * years)) > reading_.today();
  };
  for (const CheckedProduct& product : cart_) {
    for (const std::string& key : product.substances.keys) {
      const auto rules = database_.rows<AgeRule>(
          "SELECT below, from_age, severity, text FROM reference_contraindication"
          " WHERE substance = ?1 AND reason = 'age'",
          key);
      for (const AgeRule& rule : rules) {
        const bool holds = rule.below ? is_under(*rule.below) : !is_under(rule.from.value_or(0));
        if (!holds) continue;
        const auto text = rule.below ? _("{product} is not for anybody under {years} years{detail}")
                                     : _("{product} is not for anybody of {years} years and"
                                         " over{detail}");
        add(visits::level_of(rule.severity), AlertKind::age, &product,
            fmt::format(fmt::runtime(text), fmt::arg("product", product.name),
                        fmt::arg("years", rule.below ? *rule.below : *rule.from),
                        fmt::arg("detail", in_brackets(rule.text.value_or("")))));
      }
    }
  }
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
  if (matches.ask_always) {
    add(AlertLevel::refuse, AlertKind::ask_pharmacist, nullptr,
        fmt::format(fmt::runtime(_("ask the pharmacist whatever {} buys")), to_string(*member_)));
  }
  for (const HealthMatch& match : matches.found) {
    const auto [first, last] = questions.equal_range(match.key);
    for (auto at = first; at != last; ++at) explain(match, at->second);
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
                       fmt::arg("note", std::string{name_of_key(match.key)}),
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

}  // namespace pharmacy
