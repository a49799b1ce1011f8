// The check at the counter: what speaks against handing these products to this member, by her notes
// and by the reference tables that are loaded.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/health.h"
#include "pharmacy/ids.h"
#include "pharmacy/reference.h"
#include "pharmacy/store.h"

namespace pharmacy {

enum class AlertLevel {
  refuse,  // not without a pharmacist who says why; a special drug not at all
  warn,    // to be spoken about
  tell     // to be known; also what could not be checked
};
template <>
struct EnumNames<AlertLevel> {
  static constexpr std::array table{std::pair{AlertLevel::refuse, "refuse"},
                                    std::pair{AlertLevel::warn, "warn"},
                                    std::pair{AlertLevel::tell, "tell"}};
};

enum class AlertKind {
  allergy,        // to an ingredient, or to the drug's ATC class
  allergy_class,  // to another drug of a class of allergens
  duplicate,      // one ingredient twice
  interaction,    // of two drugs
  condition,      // an illness that speaks against a drug
  pregnancy,
  age,
  response,        // a drug that works badly with her, or that she does not bear: counsel.h
  ask_pharmacist,  // a note speaks against it that the actor cannot read
  special_drug,    // who buys it, and how much of it
  not_checked      // an ingredient, a table, the member's consent or a key to her notes is lacking
};
template <>
struct EnumNames<AlertKind> {
  static constexpr std::array table{std::pair{AlertKind::allergy, "allergy"},
                                    std::pair{AlertKind::allergy_class, "allergy_class"},
                                    std::pair{AlertKind::duplicate, "duplicate"},
                                    std::pair{AlertKind::interaction, "interaction"},
                                    std::pair{AlertKind::condition, "condition"},
                                    std::pair{AlertKind::pregnancy, "pregnancy"},
                                    std::pair{AlertKind::age, "age"},
                                    std::pair{AlertKind::response, "response"},
                                    std::pair{AlertKind::ask_pharmacist, "ask_pharmacist"},
                                    std::pair{AlertKind::special_drug, "special_drug"},
                                    std::pair{AlertKind::not_checked, "not_checked"}};
};

struct CounterAlert {
  AlertLevel level;
  AlertKind kind;
  std::optional<std::string> product;  // code
  std::string text;                    // one sentence, translated

  static constexpr auto fields() {
    return std::tuple{Field{"level", &CounterAlert::level}, Field{"kind", &CounterAlert::kind},
                      Field{"product", &CounterAlert::product}, Field{"text", &CounterAlert::text}};
  }
};

struct CounterCheck {
  std::vector<CounterAlert> alerts;  // the gravest first
  std::vector<Reference> tables;     // by which it was checked, and those that are not loaded

  // Neither an ingredient or ATC code of any of the products is known, nor a note that checks heed:
  // a shop that keeps none is told nothing at each sale.
  bool nothing_known = false;

  [[nodiscard]] bool is_refused() const {
    return !alerts.empty() && alerts.front().level == AlertLevel::refuse;
  }
};

// Checks the products of these codes: for allergies and classes of allergens at ingredient level,
// doubled ingredients, interactions, illnesses, pregnancy and age; with each other, with what the
// member takes by her notes, and with what she bought and has not used up (lines with days of
// supply). Interactions that are contraindicated or major refuse, moderate ones warn, minor ones
// are told. Whoever cannot read the notes gets the same levels, and `ask_pharmacist` for the kind;
// in a store without blind alerts she is warned that they were not looked at.
// Without a member the products are checked with each other only. Needs Permission::sell. Throws
// not_found for the member or a product, refused where the member is restricted.
PHARMACY_API CounterCheck check_products(Reading& reading, std::optional<MemberId> member,
                                         const std::vector<std::string>& codes);

// Whether a product of the catalog or a loaded table knows any of what a note names, so that a
// check can find it; true for notes that name nothing. Asks for no permission, and shows nobody.
PHARMACY_API bool is_known_to_checks(Reading& reading, const HealthFacts& facts);

}  // namespace pharmacy
