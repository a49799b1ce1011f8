// When the access log says what the keyring is: changes of staff, of keys, and what a crash or a
// backup leaves.
#include <filesystem>

#include "pharmacy/backup.h"
#include "support/drill.h"
#include "vault/marked.h"

using namespace pharmacy;
using test::code_of;
using test::MarkedShop;
using test::message_of;
using test::problems_in;
using test::put_backs;
using test::RawStore;

namespace fs = std::filesystem;

TEST_CASE("the log tells of each change of what managers sign, and of nothing that owners change") {
  MarkedShop shop;
  const auto change_own = [&](const char* login) {
    Store store = shop.open_as(login);
    shop.change(store,
                [](Transaction& tx) { change_passphrase(tx, Secret{"another lantern at dawn"}); });
  };
  CHECK(test::marks_in(shop) == 5);
  SUBCASE("of a store that was made so") {
    change_own("chenjing");
    CHECK(test::marks_in(shop) == 5);
    shop.change(put_backs[0].take);
    CHECK(test::marks_in(shop) == 6);
  }
  SUBCASE("of one that was made before, from a manager's change on") {
    RawStore{shop, "wangli"}.take_marks(1);
    change_own("chenjing");
    Store store = shop.open_as("zhaomin");
    shop.change(store, [](Transaction& tx) { grant_health(tx, "liuyang"); });
    CHECK(test::marks_in(shop) == 0);
    shop.change(put_backs[0].take);
    CHECK(test::marks_in(shop) == 1);
  }
  CHECK(problems_in(shop).empty());
}

TEST_CASE("a keyring that a crash kept from its file fits the log when it is written") {
  MarkedShop shop;
  const std::string before = test::bytes_of(shop.place.keyring());
  shop.change(put_backs[0].take);
  test::put_bytes(shop.place.keyring(), before);
  CHECK(problems_in(shop).empty());
  shop.change([](Transaction& tx) { set_roles(tx, "zhaomin", {Role::pharmacist}); });
  CHECK(problems_in(shop).empty());
}

TEST_CASE("what the log says of a change of keys that was cut off counts for nothing") {
  MarkedShop shop;
  Store store = shop.open_as("wangli");
  struct Cut {};
  const auto rotate = [&](bool is_cut) {
    store.rotate_keys(true, [&](std::int64_t, std::int64_t) {
      if (is_cut) throw Cut{};
    });
  };
  CHECK_THROWS_AS(rotate(true), Cut);
  CHECK_THROWS_AS(rotate(true), Cut);
  CHECK(test::marks_in(shop) == 7);
  CHECK(problems_in(shop).empty());
  SUBCASE("and the next change goes on from before it") {
    shop.change(put_backs[0].take);
    CHECK(problems_in(shop).empty());
    RawStore clerk{shop, "zhaomin"};
    put_backs[0].put(clerk.keyring(), shop.old);
    clerk.write_keyring();
  }
  SUBCASE("and the next change of keys is the one that counts") {
    rotate(false);
    const vault::Keyring renewed = vault::read_keyring(shop.place);
    shop.change(store, put_backs[0].take);
    CHECK(problems_in(shop).empty());
    RawStore clerk{shop, "zhaomin"};
    put_backs[0].put(clerk.keyring(), renewed);
    clerk.write_keyring();
  }
  CHECK(message_of([&] { shop.open_as("wangli").rotate_keys(true); }) == test::outdated);
}

TEST_CASE("a restored store has a keyring and a log that fit") {
  MarkedShop shop;
  const std::string file = (shop.directory.path() / "backup").string();
  {
    Store store = shop.open_as("wangli");
    test::drilled_backup(store, file, Existing::refused,
                         [] { return test::key_of_staff("wangli"); });
  }
  shop.change(put_backs[0].take);
  restore_backup(file, shop.path, test::key_of_staff("wangli"),
                 {.replace = true, .accept_older = true}, {});
  CHECK(problems_in(shop).empty());
  shop.change(put_backs[1].take);
  CHECK(problems_in(shop).empty());
}

TEST_CASE("a backup with something older in its keyring makes no store") {
  MarkedShop shop;
  shop.change(put_backs[0].take);
  const std::string file = (shop.directory.path() / "backup").string();
  {
    Store store = shop.open_as("wangli");
    test::drilled_backup(store, file, Existing::refused,
                         [] { return test::key_of_staff("wangli"); });
  }
  const auto restored = [&] {
    {
      Store store = shop.open_as("wangli");
      make_backup(store, file, Existing::replaced);
    }
    const auto elsewhere = shop.directory.path() / "restored";
    fs::remove_all(elsewhere);
    return code_of([&] { restore_backup(file, elsewhere, test::key_of_staff("wangli"), {}, {}); });
  };
  test::drilled(
      shop.path, file, [] { return test::key_of_staff("wangli"); },
      [&] { CHECK_FALSE(restored().has_value()); });  // the control
  {
    RawStore clerk{shop, "zhaomin"};
    put_backs[0].put(clerk.keyring(), shop.old);
    clerk.write_keyring();
  }
  CHECK(restored() == Errc::damaged);
}

TEST_CASE("what was verified before is not verified again, and not believed where it was changed") {
  MarkedShop shop;
  Store store = shop.open_as("wangli");
  read_log_ahead(store);
  {
    RawStore clerk{shop, "chenjing"};
    SUBCASE("as it was") {}
    SUBCASE("its newest mark taken out, and all MACs made to fit") {
      clerk.take_marks(clerk.newest_mark());
    }
  }
  const bool is_changed = test::marks_in(shop) < 5;
  CHECK(message_of([&] { shop.change(store, put_backs[0].take); }) ==
        (is_changed ? test::unsigned_entry : ""));
}
