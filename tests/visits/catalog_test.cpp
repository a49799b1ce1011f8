#include <doctest/doctest.h>

#include "support/counter_store.h"

namespace pharmacy::test {

TEST_CASE("a product is found by its code, in either width") {
  CounterStore t;
  auto tx = t.begin();
  NewProduct input;
  input.code = "6901234567890";
  input.name = "阿莫西林胶囊";
  input.price = UnitPrice{125'000};
  input.unit = "盒";
  input.maker = "某药厂";
  add_product(tx, input);
  const auto product = get_product(tx, "６９０１２３４５６７８９０");
  CHECK(product.code == "6901234567890");
  CHECK(product.name == "阿莫西林胶囊");
  CHECK(product.price == UnitPrice{125'000});
  CHECK(product.unit == "盒");
  CHECK(product.maker == "某药厂");
  CHECK(!product.form.has_value());
  CHECK(product.earns_points);
  CHECK(!find_product(tx, "690123456789").has_value());
}

TEST_CASE("a code may hold spaces and slashes") {
  CounterStore t;
  auto tx = t.begin();
  NewProduct input;
  input.code = "A 1/2";
  add_product(tx, input);
  CHECK(get_product(tx, "A 1/2").code == "A 1/2");
  CHECK(get_product(tx, "A 1/2").name == "A 1/2");
}

TEST_CASE("a code typed full-width is kept half-width, as the imports keep it") {
  CounterStore t;
  auto tx = t.begin();
  NewProduct input;
  input.code = "　（甲）１　";
  add_product(tx, input);
  CHECK(get_product(tx, "(甲)1").name == "(甲)1");
  CHECK(get_product(tx, "（甲）１").code == "(甲)1");
  input.code = "(甲)1";
  CHECK(error_of([&] { add_product(tx, input); }).code() == Errc::conflict);
  input.code = "６９０１";
  add_product(tx, input);
  input.code = "6901";
  CHECK(error_of([&] { add_product(tx, input); }).code() == Errc::conflict);
}

TEST_CASE("a product's facts are as long as the catalog says, and not longer") {
  CounterStore t;
  auto tx = t.begin();
  NewProduct input;
  input.code = std::string(product_code_max, '1');
  input.name = std::string(product_name_max, '1');
  input.price = unit_price_max;
  input.unit = std::string(product_unit_max, '1');
  input.form = std::string(product_form_max, '1');
  input.strength = std::string(product_strength_max, '1');
  input.maker = std::string(product_maker_max, '1');
  input.approval = std::string(product_approval_max, '1');
  add_product(tx, input);
  CHECK(get_product(tx, input.code).price == unit_price_max);

  input.code += '1';
  for (auto* text :
       {&input.name, &input.unit, &input.form, &input.strength, &input.maker, &input.approval}) {
    **text += '1';
  }
  input.price = unit_price_max + UnitPrice{1};
  const auto error = error_of([&] { add_product(tx, input); });
  CHECK(error.faults().size() == 8);
  CHECK(error.faults().back().message == "too high a price: 100000000.0001");
  CHECK(error.faults().back().hint == "give at most 100000000.00");
}

TEST_CASE("an unknown code names the nearest one") {
  CounterStore t;
  auto tx = t.begin();
  NewProduct input;
  input.code = "6901234567890";
  add_product(tx, input);
  const auto error = error_of([&] { get_product(tx, "6901234567980"); });
  CHECK(error.code() == Errc::not_found);
  CHECK(error.faults()[0].message == "there is no product 6901234567980");
  CHECK(error.faults()[0].hint == "did you mean 6901234567890?");
  CHECK(error_of([&] { get_product(tx, "nothing like it"); }).faults()[0].hint ==
        "list products with: visit product list");
}

TEST_CASE("a taken code is a conflict, and bad texts are told all at once") {
  CounterStore t;
  auto tx = t.begin();
  NewProduct input;
  input.code = " A ";
  const auto conflict = error_of([&] { add_product(tx, input); });
  CHECK(conflict.code() == Errc::conflict);
  CHECK(conflict.faults()[0].message == "the code A belongs to 苯磺酸氨氯地平片");

  input.code = std::string(65, 'x');
  input.name = "a\x01";
  input.price = UnitPrice{-1};
  input.unit = "";
  const auto invalid = error_of([&] { add_product(tx, input); });
  CHECK(invalid.code() == Errc::invalid_input);
  CHECK(invalid.faults().size() == 4);
}

TEST_CASE("products are listed by code, by part of the name or the beginning of the code") {
  CounterStore t;
  auto reading = t.reading();
  const auto codes = [&](const ProductFilter& filter) {
    std::string all;
    for (const auto& product : list_products(reading, filter)) all += product.code;
    return all;
  };
  CHECK(codes({}) == "ABFHN");
  CHECK(codes({.text = "氨氯"}) == "A");
  CHECK(codes({.text = "c片"}) == "B");
  CHECK(codes({.text = "h"}) == "H");
  CHECK(codes({.text = {}, .after = {}, .limit = 2}) == "AB");
  CHECK(codes({.text = {}, .after = "B", .limit = 2}) == "FH");
  CHECK(codes({.text = {}, .after = "N"}).empty());
  CHECK(codes({.text = "zz"}).empty());
  CHECK(error_of([&] { codes({.text = {}, .after = {}, .limit = 0}); }).code() ==
        Errc::invalid_input);
}

}  // namespace pharmacy::test
