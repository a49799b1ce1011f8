// What is in a product, as the keys by which reference tables and health notes know substances:
//   "i:" and the name of an ingredient as it is searched,
//   "a:" and an ATC code of any level,
//   "c:" and the name of a class of allergens as it is searched.
// All look-ups go by indexes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "pharmacy/reference.h"

namespace pharmacy::visits {

// What a table's cell, or a note, names: "a:" where it has the form of an ATC code, else "i:".
// nullopt for what is no text.
std::optional<std::string> substance_key(std::string_view text);

struct AllergenClass {
  std::string key;                  // "c:penicillins"
  std::string name;                 // as the table has it
  std::optional<std::string> note;  // what else it crosses with

  static constexpr auto fields() {
    return std::tuple{Field{"key", &AllergenClass::key}, Field{"name", &AllergenClass::name},
                      Field{"note", &AllergenClass::note}};
  }
};

struct Substances {
  std::vector<std::string> keys;       // sorted, each once, those of the classes with them
  std::vector<AllergenClass> classes;  // by their keys
  // No name of an ingredient is known, or no ATC code, neither by the product nor by the table of
  // codes: that nothing is found means less then, and whoever asks has to say so. Products that are
  // no medicine may be so.
  bool lacks_names = false;
  bool lacks_code = false;
  [[nodiscard]] bool is_unknown() const { return lacks_names && lacks_code; }
  // A table of classes is loaded: without one, no class means nothing.
  bool classes_are_known = false;
};
Substances substances_of(db::Database& database, ProductId product);

struct Interaction {
  std::string a;  // the keys that the table names
  std::string b;
  InteractionSeverity severity;
  std::optional<std::string> text;

  static constexpr auto fields() {
    return std::tuple{Field{"a", &Interaction::a}, Field{"b", &Interaction::b},
                      Field{"severity", &Interaction::severity}, Field{"text", &Interaction::text}};
  }
};
// What the table says of one of these substances with one of those, the worst first. nullopt where
// no table is loaded, so that nobody takes that for "none".
std::optional<std::vector<Interaction>> find_interactions(db::Database& database,
                                                          const Substances& these,
                                                          const Substances& those);

}  // namespace pharmacy::visits
