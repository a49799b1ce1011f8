#include "vault/opening/tries.h"

#include "support/child.h"
#include "support/vault.h"

using namespace pharmacy;
using test::code_of;
using test::good_passphrase;
using test::message_of;
using test::PassphraseStore;

TEST_CASE("five failures are free, then each doubles the wait up to an hour") {
  CHECK(vault::delay_after(0).count() == 0);
  CHECK(vault::delay_after(4).count() == 0);
  CHECK(vault::delay_after(5).count() == 30);
  CHECK(vault::delay_after(6).count() == 60);
  CHECK(vault::delay_after(11).count() == 1920);
  CHECK(vault::delay_after(12).count() == 3600);
  CHECK(vault::delay_after(99).count() == 3600);
}

TEST_CASE("after five wrong passphrases the right one waits too") {
  PassphraseStore s;
  for (int i = 0; i < 5; ++i) {
    CHECK(message_of([&] { s.open("wangli", "wrong wrong"); }) ==
          "the login or the passphrase is wrong");
  }
  const auto right = [&] { s.open("wangli", good_passphrase); };
  CHECK(code_of(right) == Errc::not_permitted);
  CHECK(message_of(right) == "too many wrong passphrases: wait 30 seconds");
  s.machine_time.seconds += 29;
  CHECK(message_of(right) == "too many wrong passphrases: wait 1 second");
  s.machine_time.seconds += 1;
  CHECK_NOTHROW(right());
  // The right one wipes the slate.
  CHECK(message_of([&] { s.open("wangli", "wrong wrong"); }) ==
        "the login or the passphrase is wrong");
  CHECK_NOTHROW(right());
}

TEST_CASE("a clock that went back makes nobody wait longer than the delay") {
  PassphraseStore s;
  for (int i = 0; i < 5; ++i) code_of([&] { s.open("wangli", "wrong wrong"); });
  s.machine_time.seconds -= 1'000'000;
  const auto right = [&] { s.open("wangli", good_passphrase); };
  CHECK(message_of(right) == "too many wrong passphrases: wait 30 seconds");
  s.machine_time.seconds += 29;
  CHECK(message_of(right) == "too many wrong passphrases: wait 1 second");
  s.machine_time.seconds += 1;
  CHECK_NOTHROW(right());
}

TEST_CASE("an attempt that waited while others failed does not shorten their delay") {
  PassphraseStore s;
  for (int i = 0; i < 6; ++i) {
    code_of([&] { s.open("wangli", "wrong wrong"); });
    s.machine_time.seconds += 30;
  }
  // Its clock was read before the last of them.
  s.machine_time.seconds -= 40;
  const auto right = [&] { s.open("wangli", good_passphrase); };
  CHECK(message_of(right) == "too many wrong passphrases: wait 60 seconds");
  s.machine_time.seconds += 60;
  CHECK(message_of(right) == "too many wrong passphrases: wait 10 seconds");
}

TEST_CASE("after a hundred failures only the recovery code helps") {
  PassphraseStore s;
  const auto right = [&] { s.open("wangli", good_passphrase); };
  for (int i = 0; i < 100; ++i) {
    CHECK(message_of([&] { s.open("wangli", "wrong wrong"); }) ==
          "the login or the passphrase is wrong");
    s.machine_time.seconds += 3600;
  }
  s.machine_time.seconds += 1'000'000;
  CHECK(message_of(right) == "too many wrong passphrases: this login is closed");
  CHECK_NOTHROW(s.open(RecoveryCode{Secret{s.recovery_code}}));
  CHECK_NOTHROW(right());
}

TEST_CASE("a recovery code that was disabled ends nobody's wait") {
  PassphraseStore s;
  const vault::Place place{s.path};
  const auto who =
      vault::unlock(place, Passphrase{"wangli", Secret{good_passphrase}}, s.machine_time);
  auto opened = vault::open_keyring(place, who);
  vault::Keyring& keyring = opened.keyring;
  vault::Slot& recovery = keyring.slots[1];
  recovery.certificate.is_disabled = true;
  vault::take_back(recovery, vault::KeyKind::data);
  vault::certify(keyring, recovery.certificate, {who.slot, who.secrets.sign});
  test::put_bytes(place.keyring(), vault::encode_keyring(keyring, opened.data_key));

  for (int i = 0; i < 5; ++i) code_of([&] { s.open("wangli", "wrong wrong"); });
  CHECK(message_of([&] { s.open(RecoveryCode{Secret{s.recovery_code}}); }) ==
        "recovery was disabled");
  CHECK(message_of([&] { s.open("wangli", good_passphrase); }) ==
        "too many wrong passphrases: wait 30 seconds");
}

TEST_CASE("unknown logins are counted together, apart from the known ones") {
  PassphraseStore s;
  for (const std::string login : {"a", "b", "c", "d", "e"}) {
    CHECK(message_of([&] { s.open(login, "wrong wrong"); }) ==
          "the login or the passphrase is wrong");
  }
  CHECK(message_of([&] { s.open("f", "wrong wrong"); }) ==
        "too many wrong passphrases: wait 30 seconds");
  CHECK_NOTHROW(s.open("wangli", good_passphrase));
}

TEST_CASE("every attempt of eight processes at once is counted") {
  test::TempDir home;
  const auto file = home.path() / "store.tries";
  constexpr int processes = 8;
  constexpr int attempts = 12;  // fewer than close the slot, together
  std::vector<test::Child> children;
  for (int p = 0; p < processes; ++p) {
    children.emplace_back([&] {
      // Each attempt goes on until its time has come.
      for (int i = 0; i < attempts; ++i) {
        for (std::int64_t now = 0; code_of([&] { vault::Attempt{file, 1, Instant{now}}; });) {
          now += 3600;
        }
      }
      return 0;
    });
  }
  for (test::Child& child : children) CHECK(child.end() == 0);
  const std::string bytes = test::bytes_of(file);
  REQUIRE(bytes.size() == 32);
  CHECK(static_cast<unsigned char>(bytes[23]) == processes * attempts);
}

TEST_CASE("an attempt counts though its process dies in the middle") {
  test::TempDir home;
  const auto file = home.path() / "store.tries";
  for (int i = 0; i < 5; ++i) {
    test::Child child{[&]() -> int {
      const vault::Attempt attempt{file, 1, Instant{1000}};
      test::end_child(0);  // neither a destructor nor succeeded() runs
    }};
    CHECK(child.end() == 0);
  }
  CHECK(code_of([&] { vault::Attempt{file, 1, Instant{1001}}; }) == Errc::not_permitted);
  CHECK_NOTHROW(vault::Attempt{file, 2, Instant{1001}});
}

TEST_CASE("a file of attempts that is not one is begun again") {
  test::TempDir home;
  const auto file = home.path() / "store.tries";
  for (const std::string& junk : {std::string{"x"}, std::string(100'000, 'y')}) {
    test::put_bytes(file, junk);
    CHECK_NOTHROW(vault::Attempt{file, 1, Instant{1000}});
    CHECK(test::bytes_of(file).size() == 32);
  }
}
