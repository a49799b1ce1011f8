// A store whose keyring or database is replaced while it is open.
#include "crypto/random.h"
#include "support/fault_vfs.h"
#include "support/vault.h"
#include "vault/access.h"
#include "vault/keyring/bytes.h"

using namespace pharmacy;
using test::bytes_of;
using test::code_of;
using test::KeyringInHand;
using test::message_of;
using test::put_bytes;
using test::TestStore;

namespace {

std::string seen_generation(TestStore& t) {
  auto reading = t.reading();
  return vault::database(reading)
      .value<std::string>("SELECT value FROM setting WHERE key = 'keyring_generation'")
      .value();
}

Operation any_operation() { return {.id = new_operation_id(), .request = "test"}; }

// Gives the file another inode, as a restore does.
void replace_by_copy(const std::filesystem::path& path) {
  const std::string bytes = bytes_of(path);
  const auto aside = path.string() + ".aside";
  put_bytes(aside, bytes);
  std::filesystem::rename(aside, path);
}

// The same pages under another file id, as a change of keys makes them.
std::string sealed_anew(const std::string& file, const db::StoreKeys& from,
                        const db::StoreKeys& to) {
  std::string all;
  for (std::uint32_t number = 1; number <= file.size() / db::page_size; ++number) {
    all += test::sealed_page(to, number, test::opened_page(from, number, file));
  }
  return all;
}

}  // namespace

TEST_CASE("a program that has an older keyring open does not lower what the store remembers") {
  TestStore t{"2026-03-01"};
  KeyringInHand hand{t};
  const std::string older = bytes_of(hand.place.keyring());
  hand.keyring().generation = 2;
  hand.write();
  Store other = t.open_again();
  other.begin(any_operation()).commit();
  CHECK(seen_generation(t) == "2");
  t.begin().commit();  // this one still had the first
  CHECK(seen_generation(t) == "2");
  put_bytes(hand.place.keyring(), older);
  CHECK(code_of([&] { t.begin().commit(); }) == std::nullopt);  // it has read the newest by now
  CHECK(code_of([&] { static_cast<void>(t.open_again()); }) == Errc::damaged);
}

TEST_CASE("whoever was taken out of the keyring changes nothing any more") {
  TestStore t{"2026-03-01"};
  Store recovered = Store::open(t.path(), RecoveryCode{Secret{t.recovery_code()}});
  recovered.begin(any_operation()).commit();
  KeyringInHand hand{t};
  hand.keyring().generation = 2;
  hand.keyring().slots.pop_back();
  hand.write();
  t.close();
  t.reopen();
  t.begin().commit();
  const auto change = [&] { recovered.begin(any_operation()).commit(); };
  CHECK(code_of(change) == Errc::not_permitted);
  CHECK(message_of(change) == "this key was taken out of the store");
}

TEST_CASE("roles that were changed are those of the next change") {
  TestStore t{"2026-03-01"};
  Store recovered = Store::open(t.path(), RecoveryCode{Secret{t.recovery_code()}});
  CHECK(recovered.actor().roles.size() == 2);
  KeyringInHand hand{t};
  hand.keyring().generation = 2;
  auto& certificate = hand.slot(1).certificate;
  certificate.roles = vault::role_bits({Role::auditor});
  certificate.signature =
      crypto::sign(hand.who.secrets.sign.secret,
                   vault::as_bytes(vault::certificate_message(hand.keyring(), certificate)));
  auto& grant = hand.slot(1).grants[0];
  grant.signature =
      crypto::sign(hand.who.secrets.sign.secret,
                   vault::as_bytes(vault::grant_message(hand.keyring(), certificate, grant)));
  hand.write();
  t.reopen();
  t.begin().commit();
  auto tx = recovered.begin(any_operation());
  CHECK(tx.actor().roles == std::vector{Role::auditor});
}

TEST_CASE("a connection that fails its checks fails them again") {
  TestStore t{"2026-03-01"};
  KeyringInHand hand{t};
  const std::string older = bytes_of(hand.place.keyring());
  hand.keyring().generation = 2;
  hand.write();
  t.reopen();
  t.begin().commit();
  t.close();
  // Open while all is well; then both files are replaced, the keyring by an older one.
  t.reopen();
  put_bytes(hand.place.keyring(), older);
  replace_by_copy(hand.place.database());
  for (int i = 0; i < 3; ++i) {
    CAPTURE(i);
    CHECK(code_of([&] { static_cast<void>(t.store().read()); }) == Errc::damaged);
    CHECK(code_of([&] { static_cast<void>(t.begin()); }) == Errc::damaged);
  }
  hand.write();
  CHECK_NOTHROW(t.begin().commit());
}

TEST_CASE("a change of keys between reading the keyring and opening the database is followed") {
  TestStore t{"2026-03-01"};
  const auto database = t.path() / "store.db";
  t.close();
  KeyringInHand hand{t};
  const auto old_keys = hand.keys();
  hand.keyring().file_id = crypto::random_bytes<16>();
  hand.keyring().generation = 2;
  const std::string renewed = sealed_anew(bytes_of(database), old_keys, hand.keys());
  const db::test::DefaultFaultVfs vfs;
  bool is_done = false;
  SUBCASE("both files are new by then") {
    put_bytes(database, renewed);
    db::test::watch([&](const db::test::Done& done) {
      if (done.what == db::test::Done::What::open && !std::exchange(is_done, true)) hand.write();
    });
    t.reopen();
    CHECK(is_done);
    t.begin().commit();
    CHECK(seen_generation(t) == "2");
  }
  SUBCASE("the control: the keyring stays the old one") {
    put_bytes(database, renewed);
    CHECK(code_of([&] { t.reopen(); }) == Errc::damaged);
  }
}
