// Who may vouch for whom.
#include <map>

#include "support/vault.h"
#include "vault/keyring/bytes.h"
#include "vault/keyring/slot.h"

using namespace pharmacy;
using test::code_of;
using test::KeyringInHand;
using test::message_of;
using test::TestStore;

namespace {

constexpr std::uint32_t clerk_slot = 3;

// A store whose manager has let a clerk in; and the clerk, who has all that she can have: her own
// keys, the data key, and the right to write the files.
class StoreWithClerk {
 public:
  StoreWithClerk() : hand_{store} {
    store.close();
    clerk_ = add(clerk_slot, "chenjing", {Role::clerk}, {hand_.who.slot, hand_.who.secrets.sign});
    write();
  }
  [[nodiscard]] vault::Keyring& keyring() { return hand_.keyring(); }
  [[nodiscard]] vault::Slot& slot() { return keyring().slots[2]; }
  [[nodiscard]] const vault::SlotSecrets& clerk() const { return *clerk_; }
  [[nodiscard]] const vault::SlotSecrets& manager() const { return hand_.who.secrets; }

  vault::SlotSecrets add(std::uint32_t slot, const std::string& login,
                         const std::vector<Role>& roles, const vault::Signer& by) {
    keys_[slot] = crypto::random_key();
    return vault::add_slot(keyring(),
                           {.slot = slot,
                            .method = vault::Method::key_file,
                            .roles = vault::role_bits(roles),
                            .created = {},
                            .login = login,
                            .name = login},
                           &keys_[slot], &by, hand_.opened.data_key);
  }
  // Signs a certificate anew after it was changed.
  void certify(vault::Slot& slot, std::uint32_t by, const crypto::SignKeys& keys) {
    slot.certificate.signer = by;
    const auto message = vault::certificate_message(keyring(), slot.certificate);
    slot.certificate.signature = crypto::sign(keys.secret, vault::as_bytes(message));
  }
  void grant(vault::Slot& slot, std::uint32_t by, const crypto::SignKeys& keys) {
    slot.grants[0].granter = by;
    const auto message = vault::grant_message(keyring(), slot.certificate, slot.grants[0]);
    slot.grants[0].signature = crypto::sign(keys.secret, vault::as_bytes(message));
  }
  // The file, with a good MAC: the clerk has the data key.
  void write() { hand_.write(); }

  [[nodiscard]] Store open(std::uint32_t slot) const {
    const vault::KeyFileContent content{hand_.opened.keyring.store_id, slot, keys_.at(slot).copy()};
    return Store::open(store.path(), KeyFile{vault::key_file_text(content)});
  }
  [[nodiscard]] std::optional<Errc> code_of_opening(std::uint32_t slot) const {
    return code_of([&] { static_cast<void>(open(slot)); });
  }

  TestStore store{"2026-03-01"};

 private:
  KeyringInHand hand_;
  std::map<std::uint32_t, crypto::Key> keys_;
  std::optional<vault::SlotSecrets> clerk_;
};

}  // namespace

TEST_CASE("a clerk whom the manager let in opens the store as a clerk") {
  const StoreWithClerk s;
  const Store store = s.open(clerk_slot);
  CHECK(store.actor().login == "chenjing");
  CHECK(store.actor().roles == std::vector{Role::clerk});
}

TEST_CASE("a clerk cannot make herself a manager") {
  StoreWithClerk s;
  auto& mine = s.slot();
  mine.certificate.roles = vault::role_bits({Role::manager});
  SUBCASE("in the place of the manager's certificate for her") {
    s.certify(mine, 1, s.clerk().sign);
    s.grant(mine, clerk_slot, s.clerk().sign);
    s.write();
  }
  SUBCASE("under a signature that names the manager") {
    s.certify(mine, 1, s.clerk().sign);
    s.write();
  }
  SUBCASE("and the recovery code's slot her witness") {
    s.certify(mine, 2, s.clerk().sign);
    s.write();
  }
  CHECK(s.code_of_opening(clerk_slot) == Errc::damaged);
}

TEST_CASE("a clerk vouches for nobody and grants nothing") {
  StoreWithClerk s;
  s.add(4, "friend", {Role::clerk}, {1, s.clerk().sign});
  auto& hers = s.keyring().slots[3];
  SUBCASE("in her own name") {
    s.certify(hers, clerk_slot, s.clerk().sign);
    s.grant(hers, clerk_slot, s.clerk().sign);
  }
  SUBCASE("in her own name, even if the manager grants the key") {
    s.certify(hers, clerk_slot, s.clerk().sign);
    s.grant(hers, 1, s.manager().sign);
  }
  SUBCASE("even to somebody whom the manager vouches for") {
    s.certify(hers, 1, s.manager().sign);
    s.grant(hers, clerk_slot, s.clerk().sign);
  }
  SUBCASE("in the manager's") {}
  s.write();
  CHECK(s.code_of_opening(4) == Errc::damaged);
}

TEST_CASE("two who vouch for each other have nobody behind them") {
  StoreWithClerk s;
  const auto other = s.add(4, "friend", {Role::manager}, {1, s.clerk().sign});
  auto& mine = s.slot();
  auto& hers = s.keyring().slots[3];
  mine.certificate.roles = vault::role_bits({Role::manager});
  s.certify(mine, 4, other.sign);
  s.certify(hers, clerk_slot, s.clerk().sign);
  s.grant(mine, 4, other.sign);
  s.grant(hers, clerk_slot, s.clerk().sign);
  s.write();
  CHECK(s.code_of_opening(clerk_slot) == Errc::damaged);
  CHECK(s.code_of_opening(4) == Errc::damaged);
}

TEST_CASE("a manager made by a manager vouches for others") {
  StoreWithClerk s;
  KeyringInHand hand{s.store};
  const auto second = s.add(4, "liuyang", {Role::manager}, {hand.who.slot, hand.who.secrets.sign});
  s.add(5, "zhaomin", {Role::clerk}, {4, second.sign});
  s.write();
  CHECK(s.open(5).actor().login == "zhaomin");
  // And no longer once the one above it is none.
  s.keyring().slots[3].certificate.name = "someone else";
  s.write();
  CHECK(s.code_of_opening(5) == Errc::damaged);
}

TEST_CASE("a keyring with a root of its own is not the store's") {
  StoreWithClerk s;
  // The clerk signs everything anew, herself first.
  auto& keyring = s.keyring();
  auto& mine = s.slot();
  mine.certificate.roles = vault::role_bits({Role::manager});
  s.certify(mine, clerk_slot, s.clerk().sign);
  s.grant(mine, clerk_slot, s.clerk().sign);
  for (std::size_t i : {0U, 1U}) {
    s.certify(keyring.slots[i], clerk_slot, s.clerk().sign);
    s.grant(keyring.slots[i], clerk_slot, s.clerk().sign);
  }
  s.write();
  CHECK(s.code_of_opening(clerk_slot) == Errc::damaged);
  CHECK(message_of([&] { static_cast<void>(s.open(clerk_slot)); }) ==
        "the keyring was not signed by the manager who made the store");
}
