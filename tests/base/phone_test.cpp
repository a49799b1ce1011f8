#include "base/phone.h"

#include <doctest/doctest.h>

using namespace pharmacy;

TEST_CASE("a mobile number in any spelling is one number") {
  for (const char* text :
       {"13800138000", "138 0013 8000", "138-0013-8000", " 138.0013.8000 ", "+86 13800138000",
        "+86-138-0013-8000", "0086 138 0013 8000", "008613800138000", "8613800138000",
        "１３８００１３８０００", "＋８６１３８００１３８０００", "(+86)13800138000",
        "013800138000", "138　0013　8000", "（138）00138000"}) {
    CAPTURE(text);
    CHECK(normalise_phone(text) == "+8613800138000");
  }
}

TEST_CASE("a landline keeps its area code and loses the zero of long distance") {
  for (const char* text : {"010-65521234", "(010) 6552 1234", "01065521234", "+86 10 65521234",
                           "+86 010 65521234", "0086-10-65521234", "（０１０）６５５２１２３４"}) {
    CAPTURE(text);
    CHECK(normalise_phone(text) == "+861065521234");
  }
  CHECK(normalise_phone("0571-88888888") == "+8657188888888");
  CHECK(normalise_phone("021 61234567") == "+862161234567");
  CHECK(normalise_phone("0898-6612345") == "+868986612345");
  CHECK(normalise_phone("400-820-8820") == "+864008208820");
  CHECK(normalise_phone("8008208820") == "+868008208820");
}

TEST_CASE("numbers of other countries need their plus or double zero") {
  CHECK(normalise_phone("+1 402 555 0123") == "+14025550123");
  CHECK(normalise_phone("001-402-555-0123") == "+14025550123");
  CHECK(normalise_phone("+852 2123 4567") == "+85221234567");
  CHECK(normalise_phone("+44 20 7946 0958") == "+442079460958");
  CHECK(normalise_phone("402-555-0123") == std::nullopt);
}

TEST_CASE("what is no number is refused") {
  for (const char* text : {"",
                           " ",
                           "-",
                           "+",
                           "00",
                           "abc",
                           "1380013800",
                           "138001380000",
                           "12800138000",
                           "23800138000",
                           "65521234",
                           "6552123",
                           "010-6552123",
                           "010-655212345",
                           "0571-888888",
                           "0571-888888888",
                           "+86 1380013800",
                           "+86 12345678901",
                           "+0123456789",
                           "+1 402 555 012",
                           "+1 102 555 0123",
                           "++8613800138000",
                           "138+00138000",
                           "13800138000x1",
                           "13800138000;",
                           "010-65521234-801",
                           "+1234567890123456",
                           "110",
                           "+123456",
                           "一三八",
                           "13800138000\n",
                           "\xFF",
                           "0100-12345678",
                           "1380013800l"}) {
    CAPTURE(text);
    CHECK(normalise_phone(text) == std::nullopt);
  }
  CHECK(normalise_phone(std::string(100'000, '1')) == std::nullopt);
}

TEST_CASE("a normalised number is its own normal form") {
  for (const char* text :
       {"13800138000", "010-65521234", "0898-6612345", "400-820-8820", "+1 402 555 0123"}) {
    const std::string phone = normalise_phone(text).value();
    CHECK(normalise_phone(phone) == phone);
  }
}

TEST_CASE("only the last four digits are shown to whoever may not see the number") {
  CHECK(last_four("+8613800138000") == "8000");
  CHECK(last_four("12") == "12");
  CHECK(mask_phone("+8613800138000") == "*******8000");
  CHECK(mask_phone("+861065521234") == "******1234");
  CHECK(mask_phone("+14025550123") == "*******0123");
  CHECK(mask_phone("") == "");
}
