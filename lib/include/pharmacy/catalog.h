// The catalog: what the pharmacy sells.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/values.h"

namespace pharmacy {

// The most that the facts of a product have: bytes of UTF-8, and a price, here and on a receipt.
inline constexpr std::size_t product_code_max = 64;
inline constexpr std::size_t product_name_max = 200;
inline constexpr std::size_t product_unit_max = 16;
inline constexpr std::size_t product_form_max = 100;
inline constexpr std::size_t product_strength_max = 100;
inline constexpr std::size_t product_maker_max = 200;
inline constexpr std::size_t product_approval_max = 64;
inline constexpr std::size_t product_ingredient_max = 200;  // each of
inline constexpr std::size_t product_ingredients_max = 64;
inline constexpr std::int64_t product_days_supply_max = 3'650;
inline constexpr UnitPrice unit_price_max{1'000'000'000'000};

// How it may be sold: 处方药, 甲类非处方药, 乙类非处方药, 非药品.
enum class ProductClass { rx, otc_a, otc_b, not_medicine };
// Drugs whose sales have rules and a register of their own.
enum class SpecialDrug { ephedrine };

template <>
struct EnumNames<ProductClass> {
  static constexpr std::array table{std::pair{ProductClass::rx, "rx"},
                                    std::pair{ProductClass::otc_a, "otc_a"},
                                    std::pair{ProductClass::otc_b, "otc_b"},
                                    std::pair{ProductClass::not_medicine, "not_medicine"}};
};
template <>
struct EnumNames<SpecialDrug> {
  static constexpr std::array table{std::pair{SpecialDrug::ephedrine, "ephedrine"}};
};

// What a caller supplies to list a product. No text is empty.
struct NewProduct {
  std::string code;                   // unique: a bar code or the till's own code; kept half-width
  std::optional<std::string> name{};  // the code where absent
  std::optional<UnitPrice> price{};   // 0 to unit_price_max
  std::optional<std::string> unit{};  // 盒, 瓶, g …
  std::optional<std::string> form{};  // 片剂 …
  std::optional<std::string> strength{};  // 5mg …
  std::optional<std::string> maker{};
  // One that begins with 国药准字 goes on with a letter, for some kinds a second one, and 8 digits;
  // those of others (注册证号, 国械注准…) have any form. Kept half-width.
  std::optional<std::string> approval{};
  bool earns_points = true;
  std::optional<std::string> generic_name{};  // 通用名
  // Each a name as on the pack, salts included; one text may hold several with ; or 、 between.
  std::vector<std::string> ingredients{};
  std::optional<std::string> atc{};  // of any level: A, A10, A10B, A10BA or A10BA02
  std::optional<ProductClass> product_class{};
  std::optional<SpecialDrug> special{};
  std::optional<std::int64_t> days_supply{};  // of one unit: 1-product_days_supply_max
  std::optional<bool> long_term{};            // taken for months or years
};

struct Product {
  std::string code;
  std::string name;
  std::optional<std::string> unit;
  std::optional<UnitPrice> price;
  std::optional<std::string> form;
  std::optional<std::string> strength;
  std::optional<std::string> maker;
  std::optional<std::string> approval;
  bool earns_points;
  std::optional<std::string> generic_name{};
  std::optional<std::string> ingredients{};  // with "; " between them
  std::optional<std::string> atc{};
  std::optional<ProductClass> product_class{};
  std::optional<SpecialDrug> special{};
  std::optional<std::int64_t> days_supply{};
  std::optional<bool> long_term{};

  static constexpr auto fields() {
    return std::tuple{Field{"code", &Product::code},
                      Field{"name", &Product::name},
                      Field{"unit", &Product::unit},
                      Field{"price_e4", &Product::price},
                      Field{"form", &Product::form},
                      Field{"strength", &Product::strength},
                      Field{"maker", &Product::maker},
                      Field{"approval", &Product::approval},
                      Field{"earns_points", &Product::earns_points},
                      Field{"generic_name", &Product::generic_name},
                      Field{"ingredients", &Product::ingredients},
                      Field{"atc", &Product::atc},
                      Field{"class", &Product::product_class},
                      Field{"special", &Product::special},
                      Field{"days_supply", &Product::days_supply},
                      Field{"long_term", &Product::long_term}};
  }
};

// What becomes of a fact: it stays, it goes, or it is another.
template <class Value>
using Edit = std::optional<std::optional<Value>>;

struct ProductEdit {
  Edit<std::string> name{};  // without one a product is called by its code
  Edit<UnitPrice> price{};
  Edit<std::string> unit{};
  Edit<std::string> form{};
  Edit<std::string> strength{};
  Edit<std::string> maker{};
  Edit<std::string> approval{};
  std::optional<bool> earns_points{};
  Edit<std::string> generic_name{};
  std::optional<std::vector<std::string>> ingredients{};  // all of them; empty for none
  Edit<std::string> atc{};
  Edit<ProductClass> product_class{};
  Edit<SpecialDrug> special{};
  Edit<std::int64_t> days_supply{};
  Edit<bool> long_term{};
};

// A fact that an edit changed; `field` is called as in Product::fields(), without its unit.
struct ProductChange {
  std::string field;
  std::optional<std::string> old_value;  // a price in yuan, a bool as yes or no
  std::optional<std::string> new_value;

  static constexpr auto fields() {
    return std::tuple{Field{"field", &ProductChange::field},
                      Field{"old", &ProductChange::old_value},
                      Field{"new", &ProductChange::new_value}};
  }
};

// How many products one call lists at most.
inline constexpr std::size_t products_limit_max = 100'000;

struct ProductFilter {
  std::optional<std::string> text{};   // part of the name or the beginning of the code
  std::optional<std::string> after{};  // only codes that follow this one
  std::size_t limit = 1000;            // 1-products_limit_max
  std::optional<ProductClass> product_class{};
  std::optional<std::string> atc{};         // its code or the beginning of it, at any level
  std::optional<std::string> ingredient{};  // part of the name of one
};

// Needs edit_catalog. Throws invalid_input, or conflict where the code is taken.
PHARMACY_API ProductId add_product(Transaction& tx, const NewProduct& input);
// What changed, in the order of Product::fields(); empty where all is so already. Receipts keep
// what they say. Throws not_found or invalid_input.
PHARMACY_API std::vector<ProductChange> edit_product(Transaction& tx, std::string_view code,
                                                     const ProductEdit& edit);
// Throws not_found, naming the nearest code.
PHARMACY_API Product get_product(Reading& reading, std::string_view code);
PHARMACY_API std::optional<Product> find_product(Reading& reading, std::string_view code);
// In the order of their codes. Throws invalid_input for a limit or an ATC code that cannot be.
PHARMACY_API std::vector<Product> list_products(Reading& reading, const ProductFilter& filter);

}  // namespace pharmacy
