#include "pharmacy/secret.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "crypto/secret.h"

namespace pharmacy {
namespace {

TEST_CASE("a secret grows, shrinks and moves, and what it leaves is zero") {
  Secret secret("passphrase");
  CHECK(secret.view() == "passphrase");
  secret.resize(4);
  CHECK(secret.view() == "pass");
  secret.resize(10);
  CHECK(secret.view() == std::string("pass\0\0\0\0\0\0", 10));
  Secret moved = std::move(secret);
  CHECK(moved.size() == 10);
  CHECK(secret.empty());  // NOLINT(bugprone-use-after-move): it is promised to be empty
  moved.clear();
  CHECK(moved.empty());
  CHECK(std::all_of(moved.data(), moved.data() + 10, [](unsigned char b) { return b == 0; }));
}

TEST_CASE("a secret longer than a page is kept whole") {
  Secret secret;
  std::string expected;
  for (int i = 0; i < 10000; ++i) {
    secret.push_back(static_cast<char>('a' + i % 26));
    expected.push_back(static_cast<char>('a' + i % 26));
  }
  CHECK((secret.view() == expected));
}

TEST_CASE("secrets are compared by content") {
  CHECK(Secret("abc") == Secret("abc"));
  CHECK_FALSE(Secret("abc") == Secret("abd"));
  CHECK_FALSE(Secret("abc") == Secret("abcd"));
  CHECK(Secret() == Secret(""));
}

TEST_CASE("the slot of a key is wiped before it is used again") {
  const unsigned char* slot = nullptr;
  {
    crypto::Key key;
    key.bytes()[3] = 77;
    slot = key.bytes().data();
    const crypto::Key copy = key.copy();
    CHECK(copy.bytes()[3] == 77);
    CHECK(copy.bytes().data() != slot);
  }
  CHECK(slot[3] == 0);
}

TEST_CASE("hundreds of keys live at once, each with its own bytes") {
  std::vector<crypto::Key> keys(500);
  for (std::size_t i = 0; i < keys.size(); ++i)
    std::ranges::fill(keys[i].bytes(), static_cast<unsigned char>(i % 251));
  bool whole = true;
  for (std::size_t i = 0; i < keys.size(); ++i)
    for (const unsigned char byte : keys[i].bytes()) whole = whole && byte == i % 251;
  CHECK(whole);
}

}  // namespace
}  // namespace pharmacy
