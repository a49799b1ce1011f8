// What the access log says of the keyring: nothing that was signed earlier is put back into it.
#include <algorithm>
#include <optional>

#include "vault/marked.h"

using namespace pharmacy;
using test::MarkedShop;
using test::message_of;
using test::problems_in;
using test::put_backs;
using test::RawStore;

// What pharmacy-security(7) says of old entries in a keyring.
TEST_CASE("whoever was something can put back what a manager signed of it, but gets no key by it") {
  for (const test::PutBack& one : put_backs) {
    CAPTURE(one.what);
    MarkedShop shop;
    shop.change(one.take);
    CHECK(problems_in(shop).empty());
    {
      RawStore clerk{shop, "chenjing"};
      one.put(clerk.keyring(), shop.old);
      clerk.write_keyring();
    }
    // All signatures in it hold, so that it opens as before.
    vault::check_all_signatures(vault::read_keyring(shop.place));
    const auto said = test::answers_of_managers(shop);
    CHECK(said == std::vector<std::string>(said.size(), test::outdated));
    CHECK(problems_in(shop) == std::vector<std::string>(2, test::outdated));
  }
}

// The control: the same with a log that does not tell.
TEST_CASE("where the log says nothing of the keyring yet, what is put back is believed") {
  for (const bool is_put_back : {false, true}) {
    CAPTURE(is_put_back);
    MarkedShop shop;
    shop.change(put_backs[0].take);
    RawStore{shop, "wangli"}.take_marks(1);
    CHECK(test::marks_in(shop) == 0);
    if (is_put_back) {
      RawStore clerk{shop, "zhaomin"};
      put_backs[0].put(clerk.keyring(), shop.old);
      clerk.write_keyring();
    }
    shop.open_as("wangli").rotate_keys(true);
    // 王丽, the recovery code, the clerk who may; and who did it.
    CHECK(test::readers_of_newest(shop) == (is_put_back ? 4 : 3));
    CHECK(test::marks_in(shop) == 1);
    CHECK(problems_in(shop).empty());
  }
}

TEST_CASE("nobody vouches in the log for a keyring that she could not have made") {
  MarkedShop shop;
  shop.change([](Transaction& tx) { set_roles(tx, "liuyang", {Role::clerk}); });
  const auto vouch = [&](const char* login, std::size_t slot) {
    RawStore raw{shop, login};
    raw.keyring().slots[slot] = shop.old.slots[slot];
    raw.write_keyring();
    raw.append(vault::mark_of(raw.keyring()));
  };
  SUBCASE("who was a manager, for herself") { vouch("liuyang", test::liuyang_at); }
  SUBCASE("a clerk, for who was a manager") { vouch("chenjing", test::liuyang_at); }
  SUBCASE("a pharmacist, for who was a manager") { vouch("zhaomin", test::liuyang_at); }
  SUBCASE("a clerk, for the keyring as it is") { vouch("chenjing", test::chenjing_at); }
  const auto said = test::answers_of_managers(shop);
  CHECK(said == std::vector<std::string>(said.size(), test::unfit_mark));
  CHECK(std::ranges::count(problems_in(shop), test::unfit_mark) == 2);
}

TEST_CASE("a pharmacist vouches for the keys to health notes that she gives") {
  MarkedShop shop;
  shop.change([](Transaction& tx) { revoke_health(tx, "chenjing"); });
  const auto before = test::marks_in(shop);
  Store store = shop.open_as("zhaomin");
  shop.change(store, [](Transaction& tx) { grant_health(tx, "chenjing"); });
  CHECK(test::marks_in(shop) == before + 1);
  CHECK(problems_in(shop).empty());
  shop.open_as("wangli").rotate_keys(true);
  CHECK(test::readers_of_newest(shop) == 4);
}

TEST_CASE("whoever takes out of the log what it says of the keyring is found out") {
  MarkedShop shop;
  shop.change(put_backs[0].take);
  {
    RawStore clerk{shop, "zhaomin"};
    SUBCASE("of the newest change") { clerk.take_marks(clerk.newest_mark()); }
    SUBCASE("of all") { clerk.take_marks(1); }
    put_backs[0].put(clerk.keyring(), shop.old);
    clerk.write_keyring();
  }
  const auto said = test::answers_of_managers(shop);
  CHECK(said == std::vector<std::string>(said.size(), test::unsigned_entry));
  CHECK(std::ranges::count(problems_in(shop), test::unsigned_entry) >= 2);
}

// What pharmacy-security(7) leaves to the anchor.
TEST_CASE(
    "a log that was cut together with the keyring is told from the newest by an anchor alone") {
  MarkedShop shop;
  shop.change(put_backs[0].take);
  std::optional<LogAnchor> anchor;
  {
    Store store = shop.open_as("wangli");
    auto reading = store.read();
    anchor = log_head(reading);
  }
  {
    RawStore clerk{shop, "zhaomin"};
    clerk.cut_after(clerk.newest_mark() - 1);
    put_backs[0].put(clerk.keyring(), shop.old);
    clerk.write_keyring();
  }
  CHECK(problems_in(shop).empty());
  CHECK(problems_in(shop, {*anchor}).size() == 1);
  CHECK(message_of([&] { shop.open_as("wangli").rotate_keys(true); }) == "");
}
