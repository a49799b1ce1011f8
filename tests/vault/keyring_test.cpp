#include "vault/keyring/keyring.h"

#include <fcntl.h>
#include <unistd.h>

#include "crypto/random.h"
#include "support/vault.h"

using namespace pharmacy;
using test::code_of;
using test::TestStore;

namespace {

// The key file's way into the store, as far as the data key.
void open_keyring(const vault::Place& place, const Key& key) {
  static_cast<void>(vault::open_keyring(place, vault::unlock(place, key, Instant{})));
}

bool is_refused(const vault::Place& place, const Key& key) {
  const auto code = code_of([&] { open_keyring(place, key); });
  return code == Errc::damaged || code == Errc::not_permitted;
}

struct KeyringFile {
  TestStore store{"2026-03-01"};
  vault::Place place{store.path()};
  std::string bytes = test::bytes_of(place.keyring());
  Key key = KeyFile{Secret{test::bytes_of(store.key_file_path())}};
};

// Where the first slot of a keyring with one health key begins, and what a slot has before its
// signer but for the login and the name.
constexpr std::size_t first_slot_at = 8 + 4 + 8 + 16 + 16 + 32 + 2 + (2 + 32 + 4 + 64) + 2;
constexpr std::size_t to_signer = 4 + 1 + 2 + 1 + 3 * 8 + 1 + 1 + 32 + 32;

}  // namespace

TEST_CASE("every flipped bit of the keyring is noticed") {
  KeyringFile f;
  REQUIRE_FALSE(code_of([&] { open_keyring(f.place, f.key); }).has_value());
  const int fd = ::open(f.place.keyring().c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  std::size_t unnoticed = 0;
  for (std::size_t bit = 0; bit < f.bytes.size() * 8; ++bit) {
    const auto at = static_cast<off_t>(bit / 8);
    const char good = f.bytes[bit / 8];
    const char bad = static_cast<char>(good ^ (1 << (bit % 8)));
    REQUIRE(::pwrite(fd, &bad, 1, at) == 1);
    if (!is_refused(f.place, f.key)) {
      MESSAGE("bit " << bit);
      ++unnoticed;
    }
    REQUIRE(::pwrite(fd, &good, 1, at) == 1);
  }
  ::close(fd);
  CHECK(unnoticed == 0);
  CHECK_FALSE(code_of([&] { open_keyring(f.place, f.key); }).has_value());
}

TEST_CASE("a keyring cut anywhere, or longer than it was, is damaged") {
  KeyringFile f;
  for (std::size_t size = 0; size < f.bytes.size(); ++size) {
    CAPTURE(size);
    CHECK(code_of([&] { vault::parse_keyring(std::string_view{f.bytes}.substr(0, size)); }) ==
          Errc::damaged);
  }
  CHECK(code_of([&] { vault::parse_keyring(f.bytes + '\0'); }) == Errc::damaged);
  CHECK(code_of([&] { vault::parse_keyring(f.bytes + f.bytes); }) == Errc::damaged);
}

TEST_CASE("what the parser takes is written back byte for byte") {
  KeyringFile f;
  const vault::Keyring keyring = vault::parse_keyring(f.bytes);
  CHECK(keyring.slots.size() == 2);
  CHECK(keyring.generation == 1);
  CHECK(keyring.epoch == 1);
  const auto who = vault::unlock(f.place, f.key, Instant{});
  const auto opened = vault::open_keyring(f.place, who);
  CHECK(vault::encode_keyring(opened.keyring, opened.data_key) == f.bytes);
}

TEST_CASE("random bytes and random damage never get past the parser's limits") {
  KeyringFile f;
  const unsigned seed =
      static_cast<unsigned>(crypto::random_bytes<1>()[0]) << 8 | crypto::random_bytes<1>()[0];
  CAPTURE(seed);
  std::uint64_t state = seed + 1;
  const auto next = [&state] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state >> 33);
  };
  std::size_t taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = f.bytes;
    for (std::size_t edits = 1 + next() % 8; edits > 0; --edits) {
      const std::size_t at = next() % bytes.size();
      switch (next() % 3) {
        case 0:
          bytes[at] = static_cast<char>(next());
          break;
        case 1:
          bytes.erase(at, next() % 64);
          break;
        default:
          bytes.insert(at, next() % 64, static_cast<char>(next()));
          break;
      }
      if (bytes.empty()) bytes = "P";
    }
    const auto code = code_of([&] { vault::parse_keyring(bytes); });
    if (!code) ++taken;  // the damage is in what only a key can check
    CHECK((!code || code == Errc::damaged));
  }
  CHECK(taken < 20'000);
}

TEST_CASE("one slot vouches for itself, no more and no less") {
  KeyringFile f;
  // Of the first slot, with a login and a name of six bytes each, and of the second, "recovery".
  constexpr std::size_t two_grants = 2 + 2 * (1 + 2 + 4 + 80 + 64);
  constexpr std::size_t rest = 4 + 64 + 16 + 4 + 4 + 24 + 96 + 16 + 64 + two_grants;
  constexpr std::size_t first = first_slot_at + to_signer + 12;
  constexpr std::size_t second = first + rest + to_signer + 16;
  REQUIRE(f.bytes.size() == second + rest + 32);
  const auto with_signer = [&](std::size_t at, char signer) {
    std::string bytes = f.bytes;
    REQUIRE(bytes[at + 3] == 1);
    bytes[at + 3] = signer;
    return code_of([&] { vault::parse_keyring(bytes); });
  };
  CHECK_FALSE(with_signer(first, 1).has_value());
  CHECK(with_signer(first, 2) == Errc::damaged);
  CHECK(with_signer(second, 2) == Errc::damaged);
  CHECK(with_signer(second, 3) == Errc::damaged);
}

TEST_CASE("a format from the future is named as such") {
  KeyringFile f;
  f.bytes[8] = 2;
  CHECK(test::message_of([&] { vault::parse_keyring(f.bytes); }) ==
        "the keyring of the store has a format unknown to this program");
}

TEST_CASE("a key derivation outside its limits is refused before it takes memory") {
  const test::PassphraseStore s;
  const vault::Place place{s.path};
  vault::Keyring keyring = vault::parse_keyring(test::bytes_of(place.keyring()));
  const crypto::Key key = crypto::random_key();
  const std::string good = vault::encode_keyring(keyring, key);
  // The first slot's cost follows its certificate and salt.
  const std::size_t at = first_slot_at + to_signer + 12 + 4 + 64 + 16;
  const auto with = [&](std::string_view memory) {
    std::string bytes = good;
    bytes.replace(at, 4, memory);
    return code_of([&] { vault::parse_keyring(bytes); });
  };
  CHECK_FALSE(with({"\0\0\0\x08", 4}).has_value());
  CHECK(with({"\0\0\0\x09", 4}) == Errc::damaged);
  CHECK(with({"\x7f\xff\xff\xff", 4}) == Errc::damaged);
  CHECK(with({"\0\0\0\0", 4}) == Errc::damaged);
}

TEST_CASE("a keyring of another store with the same file name is refused") {
  KeyringFile f;
  TestStore other{"2026-03-01"};
  test::put_bytes(f.place.keyring(), test::bytes_of(other.path() / "store.keys"));
  CHECK(code_of([&] { static_cast<void>(f.store.open_again()); }) == Errc::not_permitted);
  // Its own owner's key opens the keyring, but not the pages beside it.
  CHECK(code_of([&] {
          static_cast<void>(
              Store::open(f.store.path(), KeyFile{Secret{test::bytes_of(other.key_file_path())}}));
        }) == Errc::damaged);
}

TEST_CASE("a keyring older than the store has seen is refused") {
  KeyringFile f;
  const auto who = vault::unlock(f.place, f.key, Instant{});
  auto opened = vault::open_keyring(f.place, who);
  opened.keyring.generation = 2;
  test::put_bytes(f.place.keyring(), vault::encode_keyring(opened.keyring, opened.data_key));
  f.store.reopen();
  f.store.begin().commit();  // the database remembers
  test::put_bytes(f.place.keyring(), f.bytes);
  CHECK(code_of([&] { static_cast<void>(f.store.open_again()); }) == Errc::damaged);
  CHECK(test::message_of([&] { static_cast<void>(f.store.open_again()); }) ==
        "the keyring is older than the store has seen");
}

TEST_CASE("another slot's grant, certificate or secrets do not fit") {
  KeyringFile f;
  const auto who = vault::unlock(f.place, f.key, Instant{});
  const auto opened = vault::open_keyring(f.place, who);
  const auto with = [&](auto&& change) {
    vault::Keyring keyring = opened.keyring;
    change(keyring.slots[0], keyring.slots[1]);
    test::put_bytes(f.place.keyring(), vault::encode_keyring(keyring, opened.data_key));
    return code_of([&] { open_keyring(f.place, f.key); });
  };
  using vault::Slot;
  CHECK_FALSE(with([](Slot&, Slot&) {}).has_value());
  CHECK(with([](Slot& a, Slot& b) { std::swap(a.grants, b.grants); }) == Errc::damaged);
  CHECK(with([](Slot& a, Slot& b) { std::swap(a.owner.secrets.cipher, b.owner.secrets.cipher); }) ==
        Errc::damaged);
  CHECK(with([](Slot& a, Slot&) { a.certificate.roles |= 1; }) == Errc::damaged);
  CHECK(with([](Slot& a, Slot&) { a.certificate.name = "李娜"; }) == Errc::damaged);
  CHECK(with([](Slot& a, Slot&) { a.owner.salt[0] ^= 1; }) == Errc::damaged);
}
