// Reference tables, which others publish: codes, interactions, classes of allergens, a list of
// drugs. Each is replaced as a whole by its next edition.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/imports.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

// The most bytes of UTF-8 that the texts of a table have.
inline constexpr std::size_t reference_edition_max = 64;
inline constexpr std::size_t reference_source_max = 255;
inline constexpr std::size_t reference_name_max = 500;
inline constexpr std::size_t reference_text_max = 4'000;

enum class ReferenceKind {
  atc,                // names of Anatomical Therapeutic Chemical codes
  interactions,       // of two substances
  contraindications,  // illnesses, pregnancy and ages that speak against a substance
  allergens,          // classes of substances of which who is allergic to one must not get another
  national            // drugs by their approval numbers, or by codes of a national list
};
// From the worst to the least.
enum class InteractionSeverity { contraindicated, major, moderate, minor };
enum class ReferenceState { loaded, replaced, not_loaded };

template <>
struct EnumNames<ReferenceKind> {
  static constexpr std::array table{
      std::pair{ReferenceKind::atc, "atc"}, std::pair{ReferenceKind::interactions, "interactions"},
      std::pair{ReferenceKind::contraindications, "contraindications"},
      std::pair{ReferenceKind::allergens, "allergens"},
      std::pair{ReferenceKind::national, "national"}};
};
template <>
struct EnumNames<InteractionSeverity> {
  static constexpr std::array table{
      std::pair{InteractionSeverity::contraindicated, "contraindicated"},
      std::pair{InteractionSeverity::major, "major"},
      std::pair{InteractionSeverity::moderate, "moderate"},
      std::pair{InteractionSeverity::minor, "minor"}};
};
template <>
struct EnumNames<ReferenceState> {
  static constexpr std::array table{std::pair{ReferenceState::loaded, "loaded"},
                                    std::pair{ReferenceState::replaced, "replaced"},
                                    std::pair{ReferenceState::not_loaded, "not_loaded"}};
};

// An edition of a table, or that none is there: then only `kind` and `state` have a value.
struct Reference {
  ReferenceKind kind;
  ReferenceState state;
  std::optional<std::string> edition{};
  std::optional<std::string> source{};  // who published it
  std::optional<std::string> file{};    // its name, without its folder
  std::optional<std::int64_t> rows{};
  std::optional<Instant> since{};       // when it was loaded
  std::optional<std::string> by{};      // login
  std::optional<std::string> digest{};  // BLAKE2b-256 of its rows in their order, in hexadecimal

  static constexpr auto fields() {
    return std::tuple{Field{"kind", &Reference::kind},       Field{"state", &Reference::state},
                      Field{"edition", &Reference::edition}, Field{"source", &Reference::source},
                      Field{"file", &Reference::file},       Field{"rows", &Reference::rows},
                      Field{"loaded_at", &Reference::since}, Field{"loaded_by", &Reference::by},
                      Field{"digest", &Reference::digest}};
  }
};

// Whether editions whose rows were replaced are listed too.
enum class Replaced { left_out, listed };

// One row for each kind at least: where no edition is loaded it says so, since a check that finds
// nothing in such a table has not looked. The loaded edition of a kind comes first. Needs
// view_catalog.
PHARMACY_API std::vector<Reference> list_references(Reading& reading, Replaced replaced);

// The fields that a file of such a table may fill.
PHARMACY_API const std::vector<SheetField>& reference_import_fields(ReferenceKind kind);
// Reads and checks a whole table, as plan_product_import() does; run_import() puts it in place of
// what is loaded, all of it. `options.edition` says which one it is: 1-reference_edition_max bytes.
// The same edition again adds nothing; another table under the name of the loaded edition is a
// conflict. Rows that say the same twice are counted in `duplicates`. Needs edit_catalog.
// Substances of interactions and members of classes are ATC codes of any level where they have the
// form of one, else names of ingredients.
PHARMACY_API ImportPlan plan_reference_import(Reading& reading, ReferenceKind kind,
                                              const std::string& bytes,
                                              const ImportOptions& options);

// A fact of a product that the national list had, or has in several forms, so that it stays open.
struct ProductCompletion {
  std::string code;
  std::string name;
  std::string field;                 // as in Product::fields()
  std::optional<std::string> value;  // absent where several are possible

  static constexpr auto fields() {
    return std::tuple{
        Field{"code", &ProductCompletion::code}, Field{"name", &ProductCompletion::name},
        Field{"field", &ProductCompletion::field}, Field{"value", &ProductCompletion::value}};
  }
};

// Fills the facts that products lack from the national list, which knows them by their approval
// number, else by their code: generic name, form, strength, maker, ingredients, ATC code. What a
// product says is never changed; what several rows of the list say differently stays open.
// In the order of the codes. Needs edit_catalog. Throws not_found where no list is loaded.
PHARMACY_API std::vector<ProductCompletion> complete_products(Transaction& tx);

}  // namespace pharmacy
