#include "base/id_number.h"

#include <doctest/doctest.h>

#include <string>

using namespace pharmacy;

static constexpr Date day_of_check{std::chrono::year{2026} / std::chrono::March / 1};

TEST_CASE("numbers of ID cards are taken as the standard's examples have them, in any spelling") {
  // The examples of GB 11643-1999.
  CHECK(kept_id_number("11010519491231002X", day_of_check) == "11010519491231002X");
  CHECK(kept_id_number("440524188001010014", day_of_check) == "440524188001010014");
  CHECK(kept_id_number("11010519491231002x", day_of_check) == "11010519491231002X");
  CHECK(kept_id_number("１１０１０５１９４９１２３１００２Ｘ", day_of_check) ==
        "11010519491231002X");
  CHECK(kept_id_number(" 110105 19491231 002X ", day_of_check) == "11010519491231002X");
}

TEST_CASE("of the last digits exactly one fits") {
  const std::string first = "11010519491231002";
  int fitting = 0;
  for (const char last : std::string{"0123456789X"}) {
    if (kept_id_number(first + last, day_of_check)) ++fitting;
  }
  CHECK(fitting == 1);
  CHECK(id_check_digit(first) == 'X');
}

TEST_CASE("each digit typed wrong, and each two next to each other exchanged, are found") {
  const std::string right = "440524188001010014";
  int found = 0;
  for (std::size_t i = 0; i + 1 < right.size(); ++i) {
    for (char other = '0'; other <= '9'; ++other) {
      if (other == right[i]) continue;
      std::string wrong = right;
      wrong[i] = other;
      CHECK_FALSE(kept_id_number(wrong, day_of_check).has_value());
      ++found;
    }
    if (right[i] == right[i + 1]) continue;
    std::string exchanged = right;
    std::swap(exchanged[i], exchanged[i + 1]);
    CHECK_FALSE(kept_id_number(exchanged, day_of_check).has_value());
  }
  CHECK(found == 17 * 9);
}

TEST_CASE("a day of birth that is none, not yet, or long past is refused though all digits fit") {
  const auto with_birth = [](const std::string& birth) {
    const std::string first = "110105" + birth + "002";
    return kept_id_number(first + id_check_digit(first), day_of_check).has_value();
  };
  CHECK(with_birth("20000229"));
  CHECK(with_birth("20260301"));
  CHECK_FALSE(with_birth("20010229"));
  CHECK_FALSE(with_birth("20001301"));
  CHECK_FALSE(with_birth("20260302"));
  CHECK_FALSE(with_birth("18491231"));
}

TEST_CASE("nothing else is a number of an ID card") {
  for (const char* text :
       {"", "110105491231002", "11010519491231002", "11010519491231002XX", "1101051949123100XX",
        "010105194912310025", "1101O519491231002X", "11010519491231002Y"}) {
    CAPTURE(text);
    CHECK_FALSE(kept_id_number(text, day_of_check).has_value());
  }
}
