// Transfers: what was sealed to a store comes out there as it went in, and nowhere else.
#include "pharmacy/audit.h"
#include "pharmacy/backup.h"
#include "support/drill.h"
#include "support/two_stores.h"

using namespace pharmacy;
using test::address_of;
using test::code_of;
using test::TwoStores;

namespace fs = std::filesystem;

namespace {

constexpr std::size_t piece = vault::piece_size;

// Bytes that do not repeat.
std::string content_of(std::size_t size) {
  std::string content(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : content) {
    state = state * 1'664'525 + 1'013'904'223;
    byte = static_cast<char>(state >> 24);
  }
  return content;
}

std::string detail_of_newest(Store& store) {
  std::string detail;
  store.view([&](Reading& reading) {
    detail = list_accesses(reading, {.limit = 1}).at(0).detail.value_or("");
  });
  return detail;
}

std::int64_t entries_in_log(Store& store) {
  auto reading = store.read();
  return log_head(reading).value().seq;
}

std::string key_of_new(test::TestStore& s, Role role) {
  auto tx = s.begin();
  const auto made = add_staff(tx, {.login = "other", .name = "other", .roles = {role}});
  tx.commit();
  return std::string{made.key_file->view()};
}

}  // namespace

TEST_CASE("a file of any size comes out as it went in, for its owner alone") {
  TwoStores s;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, piece - 1, piece, piece + 1,
                                 2 * piece, std::size_t{10'000'000}}) {
    CAPTURE(size);
    const auto content = content_of(size);
    const auto pieces = (size + piece - 1) / piece;
    CHECK(s.send(content).size() == 274 + size + 17 * pieces + 272 + 17 + 64);
    const Received received = s.receive(s.receiving(false));
    CHECK((test::bytes_of(s.output) == content));
    CHECK(received.transfer.bytes == static_cast<std::int64_t>(size));
    CHECK(received.transfer.digest == request_digest(content));
    CHECK(received.transfer.file == "members.csv");
    CHECK(received.transfer.sealed == s.here.store().now());
    CHECK_FALSE(received.is_old_address);
    for (const auto& file : {s.sealed, s.output})
      CHECK((fs::status(file).permissions() & fs::perms{0777}) == fs::perms{0600});
  }
  CHECK(s.files() == std::vector<std::string>{"members.csv", "members.sealed", "received.csv"});
}

TEST_CASE("what is given to a program is what a file would hold") {
  TwoStores s;
  const auto content = content_of(3 * piece + 5);
  test::put_bytes(s.plain, content);
  std::string sealed, opened;
  const auto to = [](std::string& text) {
    return TransferOutput{.stream = [&text](std::string_view bytes) { text += bytes; }};
  };
  send_file(s.here.store(), {.path = s.plain, .to = address_of(s.there.store())}, to(sealed));
  test::put_bytes(s.sealed, sealed);
  receive_file(s.there.store(), s.receiving(), to(opened));
  CHECK((opened == content));
}

TEST_CASE("the content is nowhere in the sealed file, nor is its name") {
  TwoStores s;
  const auto sealed = s.send("name,card\n李娜,7001\n");
  CHECK(sealed.find("李娜") == std::string::npos);
  CHECK(sealed.find("members") == std::string::npos);
  CHECK((s.send("name,card\n李娜,7001\n") != sealed));
}

TEST_CASE("both stores know from their logs what was sent, and to whom") {
  TwoStores s;
  s.send("name\n李娜\n");
  const auto what = " 12 bytes " + request_digest("name\n李娜\n") + " members.csv";
  CHECK(detail_of_newest(s.here.store()) == "to " + s.there.store().info().store_id + what);
  s.receive();
  CHECK(detail_of_newest(s.there.store()) == "from " + s.here.store().info().store_id + what);
}

TEST_CASE("a file that was received is taken again only where that is asked") {
  TwoStores s;
  s.send("once");
  s.receive(s.receiving(false));
  CHECK(code_of([&] { s.receive(s.receiving(false)); }) == Errc::conflict);
  CHECK(code_of([&] { check_receiving(s.there.store(), s.receiving(false)); }) == Errc::conflict);
  const auto before = entries_in_log(s.there.store());
  s.receive(s.receiving(true));
  CHECK(entries_in_log(s.there.store()) == before + 1);
  s.send("once");  // sealed anew, it is another one
  s.receive(s.receiving(false));
}

TEST_CASE("a look at a sealed file writes nothing, and is no receipt") {
  TwoStores s;
  s.send("once");
  const auto before = entries_in_log(s.there.store());
  CHECK(check_receiving(s.there.store(), s.receiving(false)).transfer.bytes == 4);
  CHECK(entries_in_log(s.there.store()) == before);
  CHECK(s.files() == std::vector<std::string>{"members.csv", "members.sealed"});
  s.receive(s.receiving(false));
}

TEST_CASE("while nothing can be logged, nothing is sent or received") {
  TwoStores s;
  const auto good = s.send("once");
  std::string opened;
  const TransferOutput to_program{.stream = [&](std::string_view bytes) { opened += bytes; }};
  {
    Store impatient = s.there.open_again(std::chrono::milliseconds{0});
    const auto somebody = s.there.begin();
    CHECK(code_of([&] { receive_file(impatient, s.receiving(), to_program); }) == Errc::busy);
    CHECK(code_of([&] { receive_file(impatient, s.receiving(), {.path = s.output}); }) ==
          Errc::busy);
    CHECK(opened == "");
  }
  {
    Store impatient = s.here.open_again(std::chrono::milliseconds{0});
    const auto somebody = s.here.begin();
    const Sending what{.path = s.plain, .to = address_of(s.there.store())};
    CHECK(code_of([&] { send_file(impatient, what, {.path = s.output}); }) == Errc::busy);
    CHECK(code_of([&] { send_file(impatient, what, to_program); }) == Errc::busy);
  }
  CHECK(s.files() == std::vector<std::string>{"members.csv", "members.sealed"});
  // What went out already lacks the signature, and is taken by nobody.
  CHECK(opened.size() + vault::signature_size == good.size());
  CHECK(s.refusal_of(opened) == Errc::damaged);
}

TEST_CASE("a file that is there is kept until another one is whole") {
  TwoStores s;
  auto bytes = s.send("new");
  test::put_bytes(s.output, "old");
  CHECK(code_of([&] { receive_file(s.there.store(), s.receiving(), {.path = s.output}); }) ==
        Errc::cannot_create);
  CHECK(code_of([&] { s.send("newer", Existing::refused); }) == Errc::cannot_create);
  bytes[400] ^= 1;
  test::put_bytes(s.sealed, bytes);
  CHECK(code_of([&] { s.receive(); }) == Errc::damaged);
  CHECK(test::bytes_of(s.output) == "old");
}

TEST_CASE("a store keeps its address through a change of keys and a backup") {
  TwoStores s;
  const auto before = address_of(s.there.store());
  s.send("once");
  s.there.store().rotate_keys();
  CHECK(vault::is_same(address_of(s.there.store()), before));
  s.receive();
  const auto backup = s.dir.file("made.backup");
  const auto elsewhere = s.there.path().parent_path() / "elsewhere";
  test::drilled_backup(s.there.store(), backup, Existing::refused,
                       [&s] { return test::KeyringInHand::key_of(s.there); });
  restore_backup(backup, elsewhere, test::KeyringInHand::key_of(s.there), {}, {});
  Store restored = Store::open(elsewhere, test::KeyringInHand::key_of(s.there));
  CHECK(vault::is_same(address_of(restored), before));
  CHECK(code_of([&] { receive_file(restored, s.receiving(false), {.path = s.output + "2"}); }) ==
        Errc::conflict);
  receive_file(restored, s.receiving(true), {.path = s.output + "2"});
  CHECK(test::bytes_of(s.output + "2") == "once");
}

TEST_CASE("a store with a new address opens what is sealed to the old one, and says so") {
  TwoStores s;
  const auto old = s.send("once");
  auto tx = s.there.begin();
  const auto made = make_store_address(tx);
  tx.commit();
  CHECK_FALSE(vault::is_same(made, Receiving{s.receiving()}.from));
  CHECK(s.receive().is_old_address);
  s.send("twice");
  CHECK_FALSE(s.receive().is_old_address);

  // What the sender signs from then on is not of the address that is known of it.
  const auto known = address_of(s.here.store());
  auto change = s.here.begin();
  make_store_address(change);
  change.commit();
  s.send("thrice");
  CHECK(code_of([&] { s.receive({.path = s.sealed, .from = known}); }) == Errc::refused);
  s.receive();
}

TEST_CASE("a store of an older schema gets its address from a manager") {
  TwoStores s;
  const auto to = address_of(s.there.store());
  s.send("once");
  for (auto* store : {&s.here, &s.there}) {
    auto tx = store->begin();
    vault::database(tx).run("DELETE FROM transfer_key");
    tx.commit();
    auto reading = store->store().read();
    CHECK_FALSE(find_store_address(reading));
  }
  CHECK(code_of([&] {
          send_file(s.here.store(), {.path = s.plain, .to = to}, {.path = s.output});
        }) == Errc::refused);
  auto tx = s.here.begin();
  const auto made = make_store_address(tx);
  tx.commit();
  CHECK(vault::is_same(made, address_of(s.here.store())));
  send_file(s.here.store(), {.path = s.plain, .to = to},
            {.path = s.sealed, .existing = Existing::replaced});
  // Its keys are gone there.
  CHECK(code_of([&] { s.receive(); }) == Errc::refused);
}

TEST_CASE("only managers send, receive, and make an address") {
  TwoStores s;
  s.send("once");
  const auto to = address_of(s.there.store());
  for (const Role role : {Role::pharmacist, Role::auditor}) {
    TwoStores other;
    const KeyFile key{Secret{key_of_new(other.here, role)}};
    other.here.close();
    Store store = Store::open(other.here.path(), KeyFile{Secret{key.content.view()}});
    CHECK(code_of([&] { send_file(store, {.path = s.plain, .to = to}, {.path = s.output}); }) ==
          Errc::not_permitted);
    CHECK(code_of([&] { receive_file(store, s.receiving(), {.path = s.output}); }) ==
          Errc::not_permitted);
    CHECK(code_of([&] { check_receiving(store, s.receiving()); }) == Errc::not_permitted);
    CHECK(code_of([&] {
            auto tx = store.begin({.id = new_operation_id(), .request = {}});
            make_store_address(tx);
          }) == Errc::not_permitted);
    CHECK_FALSE(fs::exists(s.output));
    static_cast<void>(address_of(store));  // everyone may know it
  }
}

TEST_CASE("a file needs a name that it can have everywhere") {
  TwoStores s;
  s.send("once");
  const auto named = [&](const std::string& name) {
    return code_of([&] {
      check_sending(s.here.store(),
                    {.path = s.plain, .name = name, .to = address_of(s.there.store())});
    });
  };
  CHECK(named("会员.csv") == std::nullopt);
  CHECK(named(std::string(255, 'x')) == std::nullopt);
  for (const std::string name : {"", ".", "..", "a/b", "/", "a\nb", "\xD5\xC5"})
    CHECK(named(name) == Errc::invalid_input);
  CHECK(named(std::string(256, 'x')) == Errc::invalid_input);
}

TEST_CASE("the files of the store itself are neither read nor replaced") {
  TwoStores s;
  s.send("once");
  const auto to = address_of(s.there.store());
  const auto database = (s.here.path() / "store.db").string();
  const auto link = s.dir.file("link");
  fs::create_symlink(database, link);
  for (const auto& path : {database, link}) {
    CHECK(code_of([&] {
            send_file(s.here.store(), {.path = path, .to = to}, {.path = s.output});
          }) == Errc::invalid_input);
  }
  CHECK(code_of([&] {
          send_file(s.here.store(), {.path = s.plain, .to = to},
                    {.path = database, .existing = Existing::replaced});
        }) == Errc::invalid_input);
  CHECK(code_of([&] {
          receive_file(
              s.there.store(), s.receiving(),
              {.path = (s.there.path() / "store.keys").string(), .existing = Existing::replaced});
        }) == Errc::invalid_input);
  CHECK(s.here.store().check().empty());
}
