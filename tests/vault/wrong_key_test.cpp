// What is not the key: it opens nothing, and tells nothing.
#include <sodium.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "crypto/random.h"
#include "pharmacy/staff.h"
#include "support/trials.h"
#include "support/vault.h"
#include "vault/keyring/slot.h"
#include "vault/opening/tries.h"

using namespace pharmacy;
using test::code_of;
using test::good_passphrase;
using test::message_of;
using test::Random;

namespace fs = std::filesystem;

namespace {

// The work that was asked of Argon2id.
struct Work {
  int calls = 0;
  unsigned long long passes = 0;
  std::size_t memory = 0;  // bytes, of all calls
  friend bool operator==(const Work&, const Work&) = default;
};
Work done;

}  // namespace

// The linker puts this in the place of the calls in the program's own objects (--wrap).
extern "C" {
int __real_crypto_pwhash_argon2id(unsigned char*, unsigned long long, const char*,
                                  unsigned long long, const unsigned char*, unsigned long long,
                                  std::size_t, int);

int __wrap_crypto_pwhash_argon2id(unsigned char* out, unsigned long long out_size,
                                  const char* passphrase, unsigned long long size,
                                  const unsigned char* salt, unsigned long long passes,
                                  std::size_t memory, int algorithm) {
  ++done.calls;
  done.passes += passes;
  done.memory += memory;
  return __real_crypto_pwhash_argon2id(out, out_size, passphrase, size, salt, passes, memory,
                                       algorithm);
}
}

namespace {

constexpr const char* clerk_passphrase = "paper lantern by noon";

// 王丽, a clerk with a passphrase, one with a key file, and one of either status that opens
// nothing.
struct StaffedStore : test::PassphraseStore {
  vault::Place place{path};

  StaffedStore() {
    Store store = Store::open(path, Passphrase{"wangli", Secret{good_passphrase}});
    auto tx = store.begin({.id = "staff", .request = "staff"});
    const auto add = [&](const std::string& login, const char* passphrase) {
      add_staff(tx, {.login = login,
                     .name = login,
                     .roles = {Role::clerk},
                     .passphrase =
                         passphrase != nullptr ? std::optional{Secret{passphrase}} : std::nullopt});
    };
    add("chenjing", clerk_passphrase);
    add("sunhao", nullptr);
    add("gone", clerk_passphrase);
    disable_staff(tx, "gone");
    tx.commit();
  }

  // As if nobody had tried before.
  void forget_tries() const { fs::remove(place.tries()); }
};

std::string text_of_salt(const vault::Slot& slot) {
  return {slot.owner.salt.begin(), slot.owner.salt.end()};
}

// Any text, or the right one with a small fault.
std::string random_passphrase(Random& random, std::string_view right) {
  std::string text{right};
  const std::size_t at = random.below(static_cast<std::uint32_t>(text.size()));
  switch (random.below(6)) {
    case 0:
      text[at] = static_cast<char>(text[at] ^ (1 << random.below(8)));
      return text;
    case 1:
      return text.erase(at, 1);
    case 2:
      return text.insert(at, 1, static_cast<char>(random.below(256)));
    case 3:
      return text.substr(0, at);
    case 4:
      return text + text.substr(at);
    default:
      text.resize(random.below(200));
      for (char& c : text) c = static_cast<char>(random.below(256));
      return text;
  }
}

// What wangli's key can be changed into by whoever has the data key and can write the file.
struct Edit {
  const char* what;
  void (*apply)(vault::Keyring&);
};

const std::array edits{
    Edit{"a lower cost",
         [](vault::Keyring& k) { k.slots[0].owner.cost = crypto::kdf_interactive; }},
    Edit{"a higher cost", [](vault::Keyring& k) { k.slots[0].owner.cost = crypto::kdf_ceiling; }},
    Edit{"another salt", [](vault::Keyring& k) { k.slots[0].owner.salt[15] ^= 1; }},
    Edit{
        "a role more",
        [](vault::Keyring& k) { k.slots[0].certificate.roles |= vault::role_bits({Role::clerk}); }},
    Edit{"a role less",
         [](vault::Keyring& k) {
           k.slots[0].certificate.roles = vault::role_bits({Role::manager});
         }},
    Edit{"a key file's slot",
         [](vault::Keyring& k) {
           k.slots[0].certificate.method = vault::Method::key_file;
           k.slots[0].owner.cost = {};
         }},
    Edit{"the login of another",
         [](vault::Keyring& k) {
           std::swap(k.slots[0].certificate.login, k.slots[2].certificate.login);
         }},
    Edit{"the secrets of another",
         [](vault::Keyring& k) { std::swap(k.slots[0].owner, k.slots[2].owner); }},
    Edit{"the number of another",
         [](vault::Keyring& k) {
           std::swap(k.slots[0], k.slots[2]);
           std::swap(k.slots[0].certificate.slot, k.slots[2].certificate.slot);
         }},
    Edit{"the grant of another",
         [](vault::Keyring& k) { k.slots[0].grants[0] = k.slots[2].grants[0]; }},
    Edit{"an end", [](vault::Keyring& k) { k.slots[0].certificate.expires = Instant{1}; }},
    Edit{"the store's id of another", [](vault::Keyring& k) { k.store_id[0] ^= 1; }},
    Edit{"a commitment of its own", [](vault::Keyring& k) { k.commitment[0] ^= 1; }},
};

}  // namespace

TEST_CASE("ten thousand random passphrases open nothing") {
  const StaffedStore s;
  const vault::Keyring keyring = vault::read_keyring(s.place);
  const auto opens = [&](std::string_view passphrase) {
    return std::ranges::count_if(keyring.slots, [&](const vault::Slot& slot) {
      return slot.certificate.method == vault::Method::passphrase &&
             vault::open_slot(keyring, slot, passphrase).has_value();
    });
  };
  test::Trials trials{"random passphrases", 10'000, 100'000};
  trials.each([&](std::int64_t, Random& random) {
    const std::string wrong =
        random_passphrase(random, random.one_in(2) ? good_passphrase : clerk_passphrase);
    trials.tally("opened", opens(wrong));
    if (!random.one_in(20)) return;
    s.forget_tries();
    trials.tally("at the door");
    CHECK(message_of([&] { s.open(random.one_in(2) ? "wangli" : "chenjing", wrong); }) ==
          "the login or the passphrase is wrong");
  });
  CHECK(trials.tallied("opened") == 0);
  CHECK(opens(good_passphrase) == 1);
  CHECK(opens(clerk_passphrase) == 2);
}

TEST_CASE("the right passphrase of another login, or of another store, is a wrong one") {
  const StaffedStore s;
  const auto wrong = [](auto&& open) {
    try {
      open();
    } catch (const WrongPassphrase&) {
      return true;
    }
    return false;
  };
  CHECK(wrong([&] { s.open("wangli", clerk_passphrase); }));
  CHECK(wrong([&] { s.open("chenjing", good_passphrase); }));
  const StaffedStore other;
  CHECK_NOTHROW(other.open("chenjing", clerk_passphrase));

  // The other store's keyring opens to its own passphrases; the pages beside it do not.
  const std::string own = test::bytes_of(s.place.keyring());
  test::put_bytes(s.place.keyring(), test::bytes_of(other.place.keyring()));
  CHECK(code_of([&] { s.open("wangli", good_passphrase); }) == Errc::damaged);
  // Nor does a slot of it among this one's.
  vault::Keyring mixed = vault::parse_keyring(own);
  mixed.slots[2] = vault::read_keyring(other.place).slots[2];
  test::put_bytes(s.place.keyring(), vault::encode_keyring(mixed, crypto::random_key()));
  CHECK(code_of([&] { s.open("chenjing", clerk_passphrase); }) == Errc::damaged);
  test::put_bytes(s.place.keyring(), own);
  CHECK_NOTHROW(s.open("chenjing", clerk_passphrase));
}

TEST_CASE("a key that was changed in the keyring opens nothing, and is never tried") {
  const StaffedStore s;
  const std::string good = test::bytes_of(s.place.keyring());
  const auto who = vault::unlock(s.place, Passphrase{"wangli", Secret{good_passphrase}}, Instant{});
  const crypto::Key data_key = vault::open_keyring(s.place, who).data_key;
  for (const Edit& edit : edits) {
    CAPTURE(edit.what);
    for (const bool with_mac : {true, false}) {
      vault::Keyring keyring = vault::parse_keyring(good);
      edit.apply(keyring);
      test::put_bytes(
          s.place.keyring(),
          vault::encode_keyring(keyring, with_mac ? data_key.copy() : crypto::random_key()));
      s.forget_tries();
      done = {};
      const auto code = code_of([&] { s.open("wangli", good_passphrase); });
      // Nothing is left of the slot for a passphrase of wangli's, or it is found to be changed.
      const bool is_hidden = code == Errc::not_permitted;
      CHECK((code == Errc::damaged || is_hidden));
      CHECK((is_hidden || done.calls == 0));
    }
  }
  test::put_bytes(s.place.keyring(), good);
  CHECK_NOTHROW(s.open("wangli", good_passphrase));
  CHECK(done.calls == 1);
}

TEST_CASE("whoever may not come in is told the same after the same work, each time") {
  const StaffedStore s;
  struct Told {
    std::vector<std::string> messages;
    Work work;
  };
  const auto told = [&](const std::string& login, std::string_view passphrase) {
    s.forget_tries();
    done = {};
    Told all;
    for (std::uint32_t i = 0; i < vault::free_failures + 2; ++i)
      all.messages.push_back(message_of([&] { s.open(login, passphrase); }));
    all.work = done;
    return all;
  };
  const Told wrong = told("wangli", "four words in a rov");
  CHECK(wrong.messages.front() == "the login or the passphrase is wrong");
  CHECK(wrong.messages.back() == "too many wrong passphrases: wait 30 seconds");
  CHECK(wrong.work.calls == vault::free_failures);
  const std::string long_login(10'000, 'a');
  for (const std::string& login :
       {std::string{"chenjing"}, std::string{"gone"}, std::string{"sunhao"},
        std::string{"recovery"}, std::string{"nobody"}, std::string{}, std::string{"Wangli"},
        std::string{"wangli\0", 7}, std::string{"王丽"}, long_login}) {
    CAPTURE(login);
    const Told other = told(login, good_passphrase);
    CHECK(other.messages == wrong.messages);
    CHECK(other.work == wrong.work);
  }
}

TEST_CASE("a cost beyond the limits is refused before any memory is taken for it") {
  constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  constexpr crypto::KdfCost good = crypto::kdf_interactive;
  constexpr crypto::KdfCost ceiling = crypto::kdf_ceiling;
  const std::array costs{
      crypto::KdfCost{}, crypto::KdfCost{.memory_kib = 0, .passes = good.passes},
      crypto::KdfCost{.memory_kib = good.memory_kib, .passes = 0},
      crypto::KdfCost{.memory_kib = good.memory_kib - 1, .passes = good.passes},
      crypto::KdfCost{.memory_kib = good.memory_kib, .passes = good.passes - 1},
      crypto::KdfCost{.memory_kib = ceiling.memory_kib + 1, .passes = good.passes},
      crypto::KdfCost{.memory_kib = good.memory_kib, .passes = ceiling.passes + 1},
      // The bytes of these would be few again where they are counted in 32 bits.
      crypto::KdfCost{.memory_kib = (1U << 22) + good.memory_kib, .passes = good.passes},
      crypto::KdfCost{.memory_kib = (1U << 31) + good.memory_kib, .passes = good.passes},
      crypto::KdfCost{.memory_kib = most, .passes = good.passes},
      crypto::KdfCost{.memory_kib = good.memory_kib, .passes = most},
      crypto::KdfCost{.memory_kib = most, .passes = most}};
  const StaffedStore s;
  vault::Keyring keyring = vault::read_keyring(s.place);
  std::string file = vault::encode_keyring(keyring, crypto::random_key());
  // Where the cost of the first slot stands: behind its salt.
  const auto salt = text_of_salt(keyring.slots[0]);
  const std::size_t at = file.find(salt) + salt.size();
  done = {};
  for (const crypto::KdfCost cost : costs) {
    CAPTURE(cost.memory_kib);
    CAPTURE(cost.passes);
    CHECK(code_of([&] { crypto::derive_from_passphrase("any", {}, cost); }) == Errc::damaged);
    vault::ByteWriter bytes;
    bytes.u32(cost.memory_kib).u32(cost.passes);
    file.replace(at, 8, bytes.str());
    CHECK(code_of([&] { vault::parse_keyring(file); }) == Errc::damaged);
    test::put_bytes(s.place.keyring(), file);
    CHECK(code_of([&] { s.open("wangli", good_passphrase); }) == Errc::damaged);
    CHECK(code_of([&] { s.open("nobody", good_passphrase); }) == Errc::damaged);
  }
  CHECK(done == Work{});
}
