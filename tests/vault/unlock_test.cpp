#include <algorithm>

#include "support/vault.h"
#include "vault/keyring/slot.h"

using namespace pharmacy;
using test::code_of;
using test::good_passphrase;
using test::message_of;
using test::PassphraseStore;
using test::TestStore;

TEST_CASE("a passphrase opens the store, with its login or without") {
  const PassphraseStore s;
  CHECK_NOTHROW(s.open("wangli", good_passphrase));
  CHECK_NOTHROW(s.open(Passphrase{std::nullopt, Secret{good_passphrase}}));
}

TEST_CASE("a wrong passphrase and an unknown login get the same answer") {
  const PassphraseStore s;
  const auto wrong = [&] { s.open("wangli", "four words in a rov"); };
  const auto unknown = [&] { s.open("zhangwei", good_passphrase); };
  const auto recovery = [&] { s.open("recovery", good_passphrase); };
  CHECK(code_of(wrong) == Errc::not_permitted);
  CHECK(code_of(unknown) == Errc::not_permitted);
  CHECK(message_of(wrong) == "the login or the passphrase is wrong");
  CHECK(message_of(unknown) == message_of(wrong));
  CHECK(message_of(recovery) == message_of(wrong));
}

TEST_CASE("no other passphrase opens the store") {
  PassphraseStore s;
  for (const std::string wrong : {"", "F", "Four words in a row", "four words in a row ",
                                  "four words in a ro", " four words in a row"}) {
    CAPTURE(wrong);
    CHECK(code_of([&] { s.open("wangli", wrong); }) == Errc::not_permitted);
    s.machine_time.seconds += 3600;
  }
}

TEST_CASE("a passphrase where nobody has one needs a login to be told wrong") {
  TestStore t{"2026-03-01"};
  const auto open = [&](std::optional<std::string> login) {
    static_cast<void>(
        vault::open_store(t.path(), Passphrase{std::move(login), Secret{"12345678"}}, {}, {0}));
  };
  CHECK(code_of([&] { open(std::nullopt); }) == Errc::invalid_input);
}

TEST_CASE("the recovery code opens the store as a manager, however it is written") {
  const PassphraseStore s;
  CHECK(s.recovery_code.size() == 9 * 4 + 8);
  const auto store = Store::open(s.path, RecoveryCode{Secret{s.recovery_code}});
  CHECK(store.actor().login == "recovery");
  CHECK(std::ranges::count(store.actor().roles, Role::manager) == 1);

  std::string spoken = s.recovery_code;
  for (char& c : spoken) c = c == '-' ? ' ' : static_cast<char>(std::tolower(c));
  CHECK_NOTHROW(s.open(RecoveryCode{Secret{spoken}}));
}

TEST_CASE("a mistyped recovery code is told from a wrong one") {
  const PassphraseStore s;
  std::string mistyped = s.recovery_code;
  mistyped[0] = mistyped[0] == '7' ? '8' : '7';
  const auto with = [&](const std::string& code) { s.open(RecoveryCode{Secret{code}}); };
  CHECK(code_of([&] { with(mistyped); }) == Errc::not_permitted);
  CHECK(message_of([&] { with(mistyped); }) == "this is not a recovery code");
  const PassphraseStore other;
  CHECK(message_of([&] { with(other.recovery_code); }) ==
        "this recovery code does not open the store");
}

TEST_CASE("the recovery code works beside a key file too") {
  TestStore t{"2026-03-01"};
  CHECK_NOTHROW(Store::open(t.path(), RecoveryCode{Secret{t.recovery_code()}}));
}

TEST_CASE("a key file is one line, and nothing else is taken for one") {
  TestStore t{"2026-03-01"};
  const std::string text = test::bytes_of(t.key_file_path());
  const auto open = [&](std::string_view content) {
    static_cast<void>(Store::open(t.path(), KeyFile{Secret{content}}));
  };
  CHECK(text.starts_with("pharmacy-key-1 "));
  CHECK(text.ends_with('\n'));
  CHECK(text.size() == 15 + 32 + 1 + 1 + 1 + 64 + 1);
  CHECK_NOTHROW(open(text.substr(0, text.size() - 1)));

  CHECK(code_of([&] { open(""); }) == Errc::not_permitted);
  CHECK(code_of([&] { open(text + text); }) == Errc::not_permitted);
  CHECK(code_of([&] { open(" " + text); }) == Errc::not_permitted);
  CHECK(code_of([&] { open(text + "\n"); }) == Errc::not_permitted);
  CHECK(code_of([&] { open(std::string(100'000, 'a')); }) == Errc::not_permitted);
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    CAPTURE(size);
    CHECK(code_of([&] { open(text.substr(0, size)); }) == Errc::not_permitted);
  }
}

TEST_CASE("a key file with one wrong character opens nothing") {
  TestStore t{"2026-03-01"};
  const std::string text = test::bytes_of(t.key_file_path());
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    std::string wrong = text;
    wrong[i] = wrong[i] == '1' ? '2' : '1';
    CAPTURE(i);
    CHECK(code_of([&] { static_cast<void>(Store::open(t.path(), KeyFile{Secret{wrong}})); }) ==
          Errc::not_permitted);
  }
}

TEST_CASE("a key file of another store is named as such") {
  TestStore t{"2026-03-01"};
  TestStore other{"2026-03-01"};
  const auto open = [&] {
    static_cast<void>(
        Store::open(t.path(), KeyFile{Secret{test::bytes_of(other.key_file_path())}}));
  };
  CHECK(code_of(open) == Errc::not_permitted);
  CHECK(message_of(open) == "this key is for another store");
}

TEST_CASE("the staff list needs no key and tells how each proves who they are") {
  const PassphraseStore s;
  const auto staff = Store::staff(s.path);
  REQUIRE(staff.size() == 2);
  CHECK(staff[0].login == "wangli");
  CHECK(staff[0].name == "王丽");
  CHECK(staff[0].roles == "pharmacist,manager");
  CHECK(staff[0].method == "passphrase");
  CHECK(staff[1].login == "recovery");
  CHECK(staff[1].method == "recovery");
  TestStore t{"2026-03-01"};
  CHECK(Store::staff(t.path())[0].method == "key_file");
}

TEST_CASE("a passphrase that is easy to guess is not taken") {
  test::TempDir home;
  for (const std::string weak : {"", "1234567", "张伟李娜王丽家", "wangli77", "aaaaaaaaaa"}) {
    NewStore input = test::wangli();
    input.login = "wangli77";
    input.passphrase = Secret{weak};
    CAPTURE(weak);
    CHECK(code_of([&] { vault::create_store(home.path() / "s", input, {}, crypto::kdf_cheap); }) ==
          Errc::invalid_input);
  }
  NewStore input = test::wangli();
  input.passphrase = Secret{"张伟李娜王丽家庭"};
  CHECK_NOTHROW(vault::create_store(home.path() / "s", input, {}, crypto::kdf_cheap));
}
