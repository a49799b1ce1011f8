#include "pharmacy/ids.h"

#include <doctest/doctest.h>

#include <type_traits>

using namespace pharmacy;

static_assert(!std::is_convertible_v<MemberId, ReceiptId>);
static_assert(!std::is_convertible_v<std::int64_t, MemberId>);

TEST_CASE("a member's number is written with its letter") {
  CHECK(to_string(MemberId{12}) == "M12");
  CHECK(parse_member_id("M12") == MemberId{12});
  CHECK(parse_member_id("m12") == MemberId{12});
  CHECK(parse_member_id("Ｍ１２") == MemberId{12});
  CHECK(parse_member_id("M9223372036854775807") == MemberId{9'223'372'036'854'775'807});
}

TEST_CASE("nothing else is a member's number") {
  for (const char* text : {"", "M", "12", "M0", "M012", "M-1", "M1 ", " M1", "M1a", "MM1", "N1",
                           "M1.0", "M9223372036854775808"}) {
    CAPTURE(text);
    CHECK(parse_member_id(text) == std::nullopt);
  }
}

TEST_CASE("a receipt's number is a plain one from 1") {
  CHECK(to_string(ReceiptId{12}) == "12");
  CHECK(parse_receipt_id("12") == ReceiptId{12});
  CHECK(parse_receipt_id("１２") == ReceiptId{12});
  for (const char* text : {"", "0", "-1", "012", "R12", "#12", "1.0", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK(parse_receipt_id(text) == std::nullopt);
  }
}
