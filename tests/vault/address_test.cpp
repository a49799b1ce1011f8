// The address of a store as text that people copy, type and compare.
#include <doctest/doctest.h>

#include <algorithm>

#include "pharmacy/error.h"
#include "pharmacy/transfer.h"
#include "support/errors.h"
#include "support/trials.h"
#include "vault/transfer/format.h"

using namespace pharmacy;

namespace {

StoreAddress sample() {
  StoreAddress address;
  for (std::size_t i = 0; i < 16; ++i) address.store_id[i] = static_cast<unsigned char>(i);
  for (std::size_t i = 0; i < 32; ++i) {
    address.box_key[i] = static_cast<unsigned char>(16 + i);
    address.sign_key[i] = static_cast<unsigned char>(48 + i);
  }
  address.name = "康民大药房";
  return address;
}

bool is_read_as(const std::string& text, const StoreAddress& expected) {
  const auto read = parse_store_address(text);
  return read && vault::is_same(*read, expected) && read->name == expected.name;
}

}  // namespace

TEST_CASE("an address is six lines") {
  CHECK(to_string(sample()) ==
        "pharmacy-address-1 康民大药房\n"
        "000G-40R4-0M30-E209-185G-R38E-1W81-24GK\n"
        "2GAH-C5RR-34D1-P70X-3RFJ-0892-4CJ2-A9H7\n"
        "50MJ-MASC-5MQ2-YC1H-68SK-8D9P-6WW3-JEHV\n"
        "7GYK-WFT0-8514-6H25-8S3M-GJAA-9D64-TKJF\n"
        "fingerprint 47592 73850 29355 65743 74148 19483\n");
}

TEST_CASE("an address is read back as people pass it on") {
  const auto good = to_string(sample());
  CHECK(is_read_as(good, sample()));
  CHECK(is_read_as("\xEF\xBB\xBF" + good, sample()));
  std::string text = good;
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\r\n");
  CHECK(is_read_as(text, sample()));
  text = good;
  std::ranges::replace(text, '-', ' ');
  text.replace(0, 18, "pharmacy-address-1");
  CHECK(is_read_as(text, sample()));
  text = good;
  const auto digits = text.find('\n');
  for (std::size_t at = digits; at < text.find("fingerprint"); ++at) {
    if (text[at] >= 'A' && text[at] <= 'Z') text[at] = static_cast<char>(text[at] - 'A' + 'a');
    if (text[at] == '0') text[at] = 'O';
    if (text[at] == '1') text[at] = 'l';
  }
  CHECK(is_read_as(text, sample()));
  StoreAddress nameless = sample();
  nameless.name = "";
  CHECK(is_read_as(to_string(nameless), nameless));
  CHECK(is_read_as(good + "\n\n", sample()));
}

TEST_CASE("one wrong character of an address is noticed, or stands for the same") {
  const auto good = to_string(sample());
  const auto first = good.find('\n');
  for (std::size_t at = first; at < good.size(); ++at) {
    for (const char c : {'0', '7', 'A', 'Z', 'x', ' ', '-', '\n', '*'}) {
      std::string text = good;
      text[at] = c;
      CAPTURE(at);
      const auto read = parse_store_address(text);
      CHECK((!read || vault::is_same(*read, sample())));
    }
    std::string shorter = good;
    shorter.erase(at, 1);
    const auto read = parse_store_address(shorter);
    CHECK((!read || vault::is_same(*read, sample())));
  }
}

TEST_CASE("what is no address is not read as one") {
  const auto good = to_string(sample());
  for (const std::string text : {"", "pharmacy-address-1", "pharmacy-address-1\nfingerprint\n",
                                 "name,phone\n李娜,13900139000\n"})
    CHECK_FALSE(parse_store_address(text));
  CHECK_FALSE(parse_store_address("x" + good));
  CHECK_FALSE(parse_store_address("pharmacy-address-2" + good.substr(18)));
  CHECK_FALSE(parse_store_address(good + good));
  CHECK_FALSE(parse_store_address(good + std::string(5000, '\n')));
  // Nothing can be sealed to a key of low order: anybody could open it.
  StoreAddress weak = sample();
  weak.box_key = {};
  CHECK_FALSE(parse_store_address(to_string(weak)));
  weak.box_key[0] = 1;
  CHECK_FALSE(parse_store_address(to_string(weak)));
}

TEST_CASE("the fingerprint is of the keys and the store, and not of the name") {
  const auto digits = fingerprint(sample());
  CHECK(digits.size() == 35);
  StoreAddress other = sample();
  other.name = "";
  CHECK(fingerprint(other) == digits);
  other.store_id[15] ^= 1;
  CHECK(fingerprint(other) != digits);
  other = sample();
  other.box_key[0] ^= 1;
  CHECK(fingerprint(other) != digits);
  other = sample();
  other.sign_key[31] ^= 0x80;
  CHECK(fingerprint(other) != digits);
}

TEST_CASE("the name in an address is plain text") {
  StoreAddress address = sample();
  for (const std::string name : {" a", "a\nb", "a\tb", "\xff"}) {
    address.name = name;
    CHECK(test::code_of([&] { return to_string(address); }) == Errc::invalid_input);
  }
  address.name = std::string(201, 'x');
  CHECK(test::code_of([&] { return to_string(address); }) == Errc::invalid_input);
}
