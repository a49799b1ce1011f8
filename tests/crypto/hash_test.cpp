#include "crypto/hash.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <new>
#include <set>
#include <string>

#include "crypto/kdf.h"
#include "crypto/random.h"
#include "pharmacy/error.h"
#include "support/errors.h"
#include "tests/crypto/bytes.h"

namespace pharmacy::crypto {
namespace {

std::string hex(std::span<const unsigned char> bytes) {
  std::string text;
  for (const unsigned char byte : bytes) {
    constexpr const char* digits = "0123456789abcdef";
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

TEST_CASE("a digest is BLAKE2b-256, in one piece or in several") {
  // b2sum -l 256 of "abc"
  const std::string expected = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";
  CHECK(hex(digest(bytes_of("abc"))) == expected);
  CHECK(hex(Hasher().add("a").add("bc").finish()) == expected);
}

TEST_CASE("a keyed digest depends on the key") {
  Key a, b;
  b.bytes()[0] = 1;
  CHECK(keyed_digest(a, bytes_of("x")) == keyed_digest(a, bytes_of("x")));
  CHECK(keyed_digest(a, bytes_of("x")) != keyed_digest(b, bytes_of("x")));
  CHECK(keyed_digest(a, bytes_of("x")) != digest(bytes_of("x")));
}

TEST_CASE("derived keys differ by key, label and context, and nothing runs together") {
  Key other;
  other.bytes()[31] = 1;
  const auto derived = [](const Key& key, std::string_view label, std::string_view context) {
    return hex(derive(key, label, bytes_of(context)).bytes());
  };
  const std::set<std::string> keys = {
      derived(Key(), "page", "file"), derived(Key(), "wal", "file"),
      derived(Key(), "page", "eilf"), derived(other, "page", "file"),
      derived(Key(), "pagef", "ile"), derived(Key(), "pag", "efile")};
  CHECK(keys.size() == 6);
  CHECK(derived(Key(), "page", "file") == derived(Key(), "page", "file"));
  // As pharmacy-store(5) gives it: label, zero byte, context.
  using namespace std::string_view_literals;
  CHECK(derived(Key(), "page", "file") == hex(keyed_digest(Key(), bytes_of("page\0file"sv))));
}

TEST_CASE("a passphrase gives a key by salt and cost, and the cost has limits") {
  const Salt salt{1};
  const Key key = derive_from_passphrase("passphrase", salt, kdf_cheap);
  CHECK(equal(key.bytes(), derive_from_passphrase("passphrase", salt, kdf_cheap).bytes()));
  CHECK_FALSE(equal(key.bytes(), derive_from_passphrase("Passphrase", salt, kdf_cheap).bytes()));
  CHECK_FALSE(equal(key.bytes(), derive_from_passphrase("passphrase", {2}, kdf_cheap).bytes()));
  CHECK(acceptable(kdf_moderate));
  CHECK(acceptable(kdf_interactive));
  CHECK(acceptable(kdf_ceiling));
  for (const KdfCost cost : {KdfCost{.memory_kib = 64 * 1024 - 1, .passes = 2},
                             KdfCost{.memory_kib = 64 * 1024, .passes = 1},
                             KdfCost{.memory_kib = 1024 * 1024 + 1, .passes = 2},
                             KdfCost{.memory_kib = 64 * 1024, .passes = 11},
                             KdfCost{.memory_kib = kdf_cheap.memory_kib, .passes = 2}, KdfCost{}})
    CHECK(pharmacy::test::code_of([&] { derive_from_passphrase("passphrase", salt, cost); }) ==
          Errc::damaged);
}

TEST_CASE("a passphrase whose key takes more memory than there is ends with a lack of memory") {
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const auto used = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const rlimit tight{.rlim_cur = used + (std::size_t{16} << 20), .rlim_max = before.rlim_max};
  const Salt salt{1};
  REQUIRE(setrlimit(RLIMIT_AS, &tight) == 0);
  bool lacked = false;
  try {
    static_cast<void>(derive_from_passphrase("passphrase", salt, kdf_interactive));
  } catch (const std::bad_alloc&) {
    lacked = true;
  }
  REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
  CHECK(lacked);
  CHECK_NOTHROW(derive_from_passphrase("passphrase", salt, kdf_interactive));
}

TEST_CASE("random bytes do not repeat") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(hex(random_bytes<16>()));
  CHECK(seen.size() == 1000);
}

}  // namespace
}  // namespace pharmacy::crypto
