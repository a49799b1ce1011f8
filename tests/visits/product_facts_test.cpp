// What a check at the counter needs to know of products: added, edited, listed, imported.
#include "visits/catalog/product_facts.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/substance_keys.h"
#include "pharmacy/catalog.h"
#include "support/counter_store.h"
#include "vault/access.h"
#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::CounterStore;
using pharmacy::test::error_of;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

namespace {

NewProduct cold_remedy() {
  return {.code = "C",
          .name = "氨酚伪麻美芬片",
          .approval = "国药准字 h20020022",
          .generic_name = "氨酚伪麻美芬片",
          .ingredients = {"对乙酰氨基酚", "盐酸伪麻黄碱；氢溴酸右美沙芬"},
          .atc = "ｒ05x",
          .product_class = ProductClass::otc_a,
          .special = SpecialDrug::ephedrine,
          .days_supply = 3,
          .long_term = false};
}

Lines texts(const std::vector<ProductChange>& changes) {
  Lines all;
  for (const auto& [field, old, now] : changes) {
    all.push_back(field + ": " + old.value_or("-") + " > " + now.value_or("-"));
  }
  return all;
}

const char* const facts =
    "SELECT code, generic_name, ingredients, atc, class, special, days_supply, long_term"
    " FROM catalog ORDER BY code";

}  // namespace

TEST_CASE("ATC codes of every level are taken, and no other text") {
  for (const char* code : {"A", "A10", "A10B", "A10BA", "A10BA02"}) {
    CAPTURE(code);
    CHECK(kept_atc(code) == code);
  }
  CHECK(kept_atc(" ａ１０ba02 ") == "A10BA02");
  for (const char* text : {"", "1", "AA", "A1", "A1B", "A10BA0", "A10BA022", "A10B2", "A10BAO2",
                           "010BA02", "A10BA02 x", "a\x01", "甲"}) {
    CAPTURE(text);
    CHECK(!kept_atc(text).has_value());
  }
}

TEST_CASE("approval numbers of 国药准字 have a form, and those of others have their own") {
  CHECK(visits::kept_approval(" 国药准字ｈ2002 0022") == "国药准字H20020022");
  CHECK(visits::kept_approval("注册证号 H20140344") == "注册证号 H20140344");
  for (const char* number : {"国药准字H20020022", "国药准字Z11020001", "国药准字HJ20140344",
                             "国药准字SC20230001", "国械注准20182640001", "H20140344", ""}) {
    CAPTURE(number);
    CHECK(visits::is_approval_form(number));
  }
  for (const char* number :
       {"国药准字", "国药准字H1", "国药准字H2002002", "国药准字H200200222", "国药准字20020022",
        "国药准字HJC20140344", "国药准字H2002002X", "国药准字H20020022等"}) {
    CAPTURE(number);
    CHECK(!visits::is_approval_form(number));
  }
}

TEST_CASE("a product has ingredients, a code, a class and the rest of what a check needs") {
  CounterStore t;
  auto tx = t.begin();
  add_product(tx, cold_remedy());
  const auto product = get_product(tx, "C");
  CHECK(product.approval == "国药准字H20020022");
  CHECK(product.generic_name == "氨酚伪麻美芬片");
  CHECK(product.ingredients == "对乙酰氨基酚; 盐酸伪麻黄碱; 氢溴酸右美沙芬");
  CHECK(product.atc == "R05X");
  CHECK(product.product_class == ProductClass::otc_a);
  CHECK(product.special == SpecialDrug::ephedrine);
  CHECK(product.days_supply == 3);
  CHECK(product.long_term == false);
  const auto plain = get_product(tx, "A");
  CHECK(!plain.ingredients.has_value());
  CHECK(!plain.atc.has_value());
  CHECK(!plain.product_class.has_value());
  CHECK(!plain.long_term.has_value());
}

TEST_CASE("an ingredient is kept as typed and once, whatever its width and case") {
  CounterStore t;
  auto tx = t.begin();
  NewProduct input;
  input.code = "C";
  input.ingredients = {"Ｉbuprofen;ibuprofen", "  ", "咖啡因、;；"};
  add_product(tx, input);
  CHECK(get_product(tx, "C").ingredients == "Ｉbuprofen; 咖啡因");
}

TEST_CASE("what a product cannot be is told all at once") {
  CounterStore t;
  auto tx = t.begin();
  NewProduct input;
  input.code = "C";
  input.approval = "国药准字H1";
  input.atc = "C8";
  input.days_supply = 0;
  input.ingredients = {std::string(product_ingredient_max + 1, 'x'), "a\x01", "\u00AD"};
  const auto error = error_of([&] { add_product(tx, input); });
  CHECK(error.code() == Errc::invalid_input);
  REQUIRE(error.faults().size() == 6);
  CHECK(error.faults()[0].message == "not an approval number: 国药准字H1");
  CHECK(error.faults()[4].message == "not an ATC code: C8");
  CHECK(error.faults()[4].hint == "give one of any level: A, A10, A10B, A10BA or A10BA02");
  CHECK(error.faults()[5].message == "not a number of days of supply: 0");

  input = {.code = "C"};
  for (std::size_t i = 0; i <= product_ingredients_max; ++i) {
    input.ingredients.push_back(std::to_string(i));
  }
  CHECK(error_of([&] { add_product(tx, input); }).faults().size() == 1);
  input.ingredients.pop_back();
  add_product(tx, input);
  CHECK(get_product(tx, "C").ingredients.value().starts_with("0; 1; 2; "));
  CHECK(get_product(tx, "C").ingredients.value().ends_with("; 62; 63"));
}

TEST_CASE("an edit changes what it names, tells what was before, and can be taken back") {
  CounterStore t;
  auto tx = t.begin();
  add_product(tx, cold_remedy());
  const auto before = get_product(tx, "C");
  ProductEdit edit;
  edit.price = UnitPrice{155'000};
  edit.generic_name = std::optional<std::string>{};
  edit.ingredients = {"对乙酰氨基酚"};
  edit.atc = "n02be01";
  edit.special = std::optional<SpecialDrug>{};
  edit.long_term = true;
  edit.earns_points = false;
  CHECK(texts(edit_product(tx, "Ｃ", edit)) ==
        Lines{"price: - > 15.50", "earns_points: yes > no", "generic_name: 氨酚伪麻美芬片 > -",
              "ingredients: 对乙酰氨基酚; 盐酸伪麻黄碱; 氢溴酸右美沙芬 > 对乙酰氨基酚",
              "atc: R05X > N02BE01", "special: ephedrine > -", "long_term: no > yes"});
  const auto now = get_product(tx, "C");
  CHECK(now.price == UnitPrice{155'000});
  CHECK(!now.generic_name.has_value());
  CHECK(now.ingredients == "对乙酰氨基酚");
  CHECK(now.name == before.name);
  CHECK(now.days_supply == 3);
  CHECK(edit_product(tx, "C", edit).empty());

  ProductEdit back;
  back.price = std::optional<UnitPrice>{};
  back.generic_name = before.generic_name;
  back.ingredients = {before.ingredients.value()};
  back.atc = before.atc;
  back.special = before.special;
  back.long_term = before.long_term;
  back.earns_points = true;
  CHECK(edit_product(tx, "C", back).size() == 7);
  CHECK(get_product(tx, "C").ingredients == before.ingredients);
  CHECK(edit_product(tx, "C", {.name = std::optional<std::string>{}}).size() == 1);
  CHECK(get_product(tx, "C").name == "C");
}

TEST_CASE("an edit that cannot be changes nothing, and checks nothing that it leaves") {
  CounterStore t;
  auto tx = t.begin();
  CHECK(error_of([&] { edit_product(tx, "nothing", {}); }).code() == Errc::not_found);
  ProductEdit edit;
  edit.unit = "";
  edit.atc = "8";
  edit.price = UnitPrice{-1};
  CHECK(error_of([&] { edit_product(tx, "A", edit); }).faults().size() == 3);
  CHECK(get_product(tx, "A").price == UnitPrice{280'000});
}

TEST_CASE("an approval number of a till's own form does not stand in the way of an edit") {
  Importer i;
  i.run_products("code,approval\nX,国药准字12\n");
  auto tx = i.t.begin();
  CHECK(edit_product(tx, "X", {.unit = "盒"}).size() == 1);
  CHECK(get_product(tx, "X").approval == "国药准字12");
}

TEST_CASE("products are listed by class, by a level of their ATC code, and by an ingredient") {
  Importer i;
  i.run_products(
      "code,atc,class,ingredients\n"
      "1,J01CA04,rx,阿莫西林\n2,J01CR02,rx,阿莫西林;克拉维酸钾\n3,N02BE01,otc_b,对乙酰氨基酚\n"
      "4,,,\n5,J01DB01,rx,Cefalexin\n");
  auto reading = i.t.reading();
  const auto codes = [&](const ProductFilter& filter) {
    std::string all;
    for (const auto& product : list_products(reading, filter)) all += product.code;
    return all;
  };
  CHECK(codes({.product_class = ProductClass::rx}) == "125");
  CHECK(codes({.product_class = ProductClass::not_medicine}).empty());
  CHECK(codes({.atc = "J01C"}) == "12");
  CHECK(codes({.atc = "j01ca04"}) == "1");
  CHECK(codes({.atc = "J"}) == "125");
  CHECK(codes({.ingredient = "阿莫西林"}) == "12");
  CHECK(codes({.ingredient = "CEFA"}) == "5");
  CHECK(codes({.product_class = ProductClass::rx, .atc = "J01C", .ingredient = "钾"}) == "2");
  CHECK(codes({.limit = 1, .atc = "J01C"}) == "1");
  CHECK(codes({}) == "12345");
  CHECK(error_of([&] { codes({.atc = "J0"}); }).code() == Errc::invalid_input);
}

TEST_CASE("a file fills what a check needs, in the words that tills use") {
  Importer i;
  i.run_products(
      "商品编码,通用名,主要成分,ATC编码,处方类别,特殊药品,用药天数,长期用药\n"
      "1,阿莫西林胶囊,阿莫西林,j01ca04,处方药,,8,否\n"
      "2,氨酚伪麻美芬片,对乙酰氨基酚、盐酸伪麻黄碱；氢溴酸右美沙芬,,OTC（甲类）,含麻黄碱,,\n"
      "3,,,,乙类,,3.0,是\n4,,,,非药品,,,\n");
  CHECK(i.rows(facts) ==
        Lines{"1 阿莫西林胶囊 阿莫西林 J01CA04 rx - 8 0",
              "2 氨酚伪麻美芬片 对乙酰氨基酚; 盐酸伪麻黄碱; 氢溴酸右美沙芬 - otc_a ephedrine - -",
              "3 - - - otc_b - 3 1", "4 - - - not_medicine - - -"});
  CHECK(i.rows("SELECT product, position, key FROM product_ingredient"
               " WHERE product = 2 ORDER BY position") ==
        Lines{"2 1 对乙酰氨基酚", "2 2 盐酸伪麻黄碱", "2 3 氢溴酸右美沙芬"});
}

TEST_CASE("a known product gets the facts that it lacks, and keeps those that it has") {
  Importer i;
  i.run_products("code,atc\nA,N02BA01\n");
  const std::string csv =
      "code,ingredients,atc,class,days_supply,long_term\nA,Aspirin;MgO,N02BA01,otc_b,30,yes\n";
  CHECK(i.run_products(csv).completed == 1);
  CHECK(i.rows(facts) == Lines{"A - Aspirin; MgO N02BA01 otc_b - 30 1"});
  CHECK(i.run_products(csv).already == 1);
  CHECK(i.run_products("code,ingredients\nA,ａspirin；mgo\n").already == 1);
  auto reading = i.t.reading();
  CHECK(test::rejects(plan_product_import(
            reading, "code,ingredients,class,long_term\nA,Aspirin,rx,no\n", i.options)) ==
        Lines{"2 ingredients, class, long_term: ingredients: A has another value already: Aspirin; "
              "MgO; class: A has another value already: otc_b; long_term: A has another value "
              "already: yes"});
}

TEST_CASE("cells that are no facts of a product name their column") {
  Importer i;
  auto reading = i.t.reading();
  CHECK(test::rejects(plan_product_import(
            reading,
            "code,atc,class,special,days_supply,long_term,ingredients\n1,C8,,,,,\n2,,otc,,,,\n"
            "3,,,是,,,\n4,,,,0,,\n5,,,,,maybe,\n6,,,,,,\"a;\x01\"\n",
            i.options)) == Lines{"2 atc: C8 is not an ATC code",
                                 "3 class: otc is none of rx, otc_a, otc_b, not_medicine",
                                 "4 special: 是 is none of ephedrine",
                                 "5 days_supply: 0 is not a number of days",
                                 "6 long_term: maybe is neither yes nor no",
                                 "7 ingredients: ingredient: not valid text"});
}

TEST_CASE("approval numbers of another form are taken and told once") {
  Importer i;
  auto reading = i.t.reading();
  const auto plan = plan_product_import(
      reading, "code,approval\n1,国药准字H20020022\n2,国药准字1\n3,国药准字2\n4,注册证号 1\n",
      i.options);
  CHECK(plan.summary().added == 4);
  CHECK(test::notices(plan) == Lines{"approval_form 3 2"});
}

TEST_CASE("an approval number that was kept with spaces is the same as without") {
  Importer i;
  i.run_products("code,approval\nA,国药准字H20020022\n");
  {
    auto tx = i.t.begin();
    vault::database(tx).run("UPDATE product SET approval = '国药准字 h20020022'");
    tx.commit();
  }
  CHECK(i.run_products("code,approval\nA,国药准字H20020022\n").already == 1);
}
