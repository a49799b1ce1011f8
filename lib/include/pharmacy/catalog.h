// The catalog: what the pharmacy sells.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
inline constexpr UnitPrice unit_price_max{1'000'000'000'000};

// What a caller supplies to list a product. No text is empty.
struct NewProduct {
  std::string code;                 // unique: a bar code or the till's own code; kept half-width
  std::optional<std::string> name;  // the code where absent
  std::optional<UnitPrice> price;   // 0 to unit_price_max
  std::optional<std::string> unit;  // 盒, 瓶, g …
  std::optional<std::string> form;  // 片剂 …
  std::optional<std::string> strength;  // 5mg …
  std::optional<std::string> maker;
  std::optional<std::string> approval;  // 国药准字…
  bool earns_points = true;
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

  static constexpr auto fields() {
    return std::tuple{Field{"code", &Product::code},
                      Field{"name", &Product::name},
                      Field{"unit", &Product::unit},
                      Field{"price_e4", &Product::price},
                      Field{"form", &Product::form},
                      Field{"strength", &Product::strength},
                      Field{"maker", &Product::maker},
                      Field{"approval", &Product::approval},
                      Field{"earns_points", &Product::earns_points}};
  }
};

// How many products one call lists at most.
inline constexpr std::size_t products_limit_max = 100'000;

struct ProductFilter {
  std::optional<std::string> text{};   // part of the name or the beginning of the code
  std::optional<std::string> after{};  // only codes that follow this one
  std::size_t limit = 1000;            // 1-products_limit_max
};

// Throws invalid_input, or conflict where the code is taken.
PHARMACY_API ProductId add_product(Transaction& tx, const NewProduct& input);
// Throws not_found, naming the nearest code.
PHARMACY_API Product get_product(Reading& reading, std::string_view code);
PHARMACY_API std::optional<Product> find_product(Reading& reading, std::string_view code);
// In the order of their codes.
PHARMACY_API std::vector<Product> list_products(Reading& reading, const ProductFilter& filter);

}  // namespace pharmacy
