#include "pharmacy/secret.h"

#include <doctest/doctest.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "crypto/locked.h"
#include "crypto/secret.h"
#include "crypto/version.h"

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

TEST_CASE("a secret that is moved onto itself stays, and one that is empty can be cleared") {
  Secret secret("passphrase");
  Secret& same = secret;
  secret = std::move(same);
  CHECK(secret.view() == "passphrase");
  secret.clear();
  secret.clear();
  CHECK(secret.empty());
}

TEST_CASE("a key can be moved onto itself, and into one whose bytes were moved away") {
  crypto::Key key;
  key.bytes()[3] = 77;
  crypto::Key& same = key;
  key = std::move(same);
  CHECK(key.bytes()[3] == 77);
  crypto::Key other = std::move(key);
  const unsigned char* const slot = other.bytes().data();
  key = std::move(other);  // NOLINT(bugprone-use-after-move): it may be filled again
  CHECK(key.bytes().data() == slot);
  CHECK(key.bytes()[3] == 77);
}

TEST_CASE("locked memory comes in whole pages, and there is one for nothing too") {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  CHECK(crypto::locked_capacity(0) == page);
  CHECK(crypto::locked_capacity(1) == page);
  CHECK(crypto::locked_capacity(page) == page);
  CHECK(crypto::locked_capacity(page + 1) == 2 * page);
  unsigned char* bytes = crypto::allocate_locked(0);
  CHECK(std::all_of(bytes, bytes + page, [](unsigned char b) { return b == 0; }));
  crypto::free_locked(bytes, 0);
}

TEST_CASE("the version is that of the library in use") {
  CHECK(std::string(crypto::library_version()) == sodium_version_string());
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
