#include <doctest/doctest.h>

#include <string>

#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "support/test_store.h"

using namespace pharmacy;
using pharmacy::test::TestStore;

namespace {

struct Shop {
  TestStore t{"2026-03-01"};

  MemberId add(const NewMember& input) {
    auto tx = t.begin();
    const MemberId id = add_member(tx, input);
    tx.commit();
    return id;
  }
  // "M1 M2 ": who is found, in order.
  std::string found(const std::string& text, std::size_t limit = 100) {
    auto reading = t.reading();
    std::string all;
    for (const auto& line : find_members(reading, {.text = text, .limit = limit}).lines) {
      all += to_string(line.id) + ' ';
    }
    return all;
  }
};

}  // namespace

TEST_CASE("a member is found by card, phone, last four digits, name, pinyin and initials") {
  Shop shop;
  shop.add({.name = "张伟", .card = "6001", .phone = "13800138000"});
  shop.add({.name = "李娜", .card = "7001", .phone = "13900139999"});
  for (const char* text :
       {"M1", "6001", "600", "13800138000", "138-0013-8000", "8000", "８０００", "张伟", "张", "伟",
        "zhangwei", "zhang w", "wei", "zw", "ZW", " 张伟　"}) {
    INFO(text);
    CHECK(shop.found(text) == "M1 ");
  }
  CHECK(shop.found("001").empty());
  CHECK(shop.found("13800138001").empty());
  CHECK(shop.found("张娜").empty());
}

TEST_CASE("the best matches come first") {
  Shop shop;
  shop.add({.name = "欧阳张"});              // inside of the name
  shop.add({.name = "张伟"});                // the beginning
  shop.add({.name = "张"});                  // the whole
  shop.add({.name = "王丽", .card = "张"});  // a card
  shop.add({.name = "李张娜"});              // inside
  CHECK(shop.found("张") == "M4 M3 M2 M1 M5 ");
  CHECK(shop.found("张", 2) == "M4 M3 ");
}

TEST_CASE("four digits are first those of a phone, then the beginning of a card") {
  Shop shop;
  shop.add({.name = "张伟", .card = "80001"});
  shop.add({.name = "李娜", .phone = "13800138000"});
  shop.add({.name = "王丽", .card = "8000"});
  CHECK(shop.found("8000") == "M3 M2 M1 ");
}

TEST_CASE("a member is listed once, however often it matches") {
  Shop shop;
  shop.add({.name = "乐乐", .card = "le1", .phone = "13800138000"});
  CHECK(shop.found("le") == "M1 ");
  CHECK(shop.found("l") == "M1 ");
  CHECK(shop.found("le1") == "M1 ");
}

TEST_CASE("a name that was changed no longer finds, and a card that was taken off neither") {
  Shop shop;
  const MemberId id = shop.add({.name = "张伟", .card = "6001", .phone = "13800138000"});
  auto tx = shop.t.begin();
  edit_member(tx, id, {.name = "李娜", .remove_card = "6001", .phone = "13900139999"});
  tx.commit();
  for (const char* text : {"张伟", "wei", "zw", "6001", "8000", "13800138000"}) {
    INFO(text);
    CHECK(shop.found(text).empty());
  }
  CHECK(shop.found("ln") == "M1 ");
  CHECK(shop.found("9999") == "M1 ");
}

TEST_CASE("looking for nothing is refused") {
  Shop shop;
  for (const char* text : {"", "  ", "　", "a\x01"}) {
    CHECK_THROWS_WITH_AS(shop.found(text), "there is nothing to look for", Error);
  }
  CHECK(shop.found("·").empty());
  CHECK(shop.found("%").empty());
}

TEST_CASE("an edge of a range is not crossed") {
  Shop shop;
  shop.add({.name = "王\U0010FFFD"});
  shop.add({.name = "玌"});  // the next code point
  CHECK(shop.found("王") == "M1 ");
}
