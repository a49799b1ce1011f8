// Who vouches for whom: whatever managers do to each other, everybody who is let in opens the
// store.
#include <algorithm>
#include <map>

#include "pharmacy/staff.h"
#include "support/trials.h"
#include "support/vault.h"

using namespace pharmacy;
using test::code_of;
using test::Random;
using test::TestStore;

namespace {

// Managers by their key files; 王丽 made the store.
class Managers : public TestStore {
 public:
  Managers() : TestStore{"2026-03-01"} { keys_["wangli"] = test::bytes_of(key_file_path()); }

  Store as(const std::string& login) {
    if (login == "recovery")
      return Store::open(path(), RecoveryCode{Secret{code_}}, {.clock = clock()});
    return Store::open(path(), KeyFile{Secret{keys_.at(login)}}, {.clock = clock()});
  }
  // Why it was refused, if it was.
  std::optional<Errc> act(const std::string& who, const std::function<void(Transaction&)>& verb) {
    return code_of([&] {
      Store store = as(who);
      auto tx = store.begin({.id = new_operation_id(), .request = "test"});
      verb(tx);
      tx.commit();
    });
  }
  std::optional<Errc> add(const std::string& who, const std::string& login,
                          const std::vector<Role>& roles) {
    std::string key;
    const auto refused = act(who, [&](Transaction& tx) {
      key = add_staff(tx, {.login = login, .name = "某人", .roles = roles}).key_file->view();
    });
    if (!refused) keys_[login] = key;
    return refused;
  }
  std::optional<Errc> reset(const std::string& who, const std::string& login) {
    std::string key;
    const auto refused = act(
        who, [&](Transaction& tx) { key = reset_staff(tx, login, std::nullopt).key_file->view(); });
    if (!refused) keys_[login] = key;
    return refused;
  }
  std::optional<Errc> renew_code(const std::string& who) {
    std::string code;
    const auto refused = act(who, [&](Transaction& tx) { code = renew_recovery(tx).view(); });
    if (!refused) code_ = code;
    return refused;
  }
  std::optional<Errc> disable(const std::string& who, const std::string& login) {
    return act(who, [&](Transaction& tx) { disable_staff(tx, login); });
  }
  std::optional<Errc> enable(const std::string& who, const std::string& login) {
    return act(who, [&](Transaction& tx) { enable_staff(tx, login); });
  }
  std::optional<Errc> grant(const std::string& who, const std::string& login) {
    return act(who, [&](Transaction& tx) { grant_health(tx, login); });
  }
  std::optional<Errc> roles(const std::string& who, const std::string& login,
                            const std::vector<Role>& roles) {
    return act(who, [&](Transaction& tx) { set_roles(tx, login, roles); });
  }

  std::vector<std::string> logins() const {
    std::vector<std::string> all{"recovery"};
    for (const auto& [login, key] : keys_) all.push_back(login);
    return all;
  }
  // "" where each who is let in opens the store, who is not does not, and all signatures hold.
  std::string fault() {
    Store store = as("recovery");
    const auto staff = [&] {
      auto look = store.read();
      return list_staff(look);
    }();
    for (const Staff& one : staff) {
      const auto code = code_of([&] { return as(one.login); });
      if (code != (one.status == "disabled" ? std::optional{Errc::not_permitted} : std::nullopt))
        return one.login + (code ? " does not open the store" : " opens the store");
    }
    for (const Finding& found : store.check())
      if (found.check != "keys") return found.check + ": " + found.problem;
    return "";
  }

 private:
  std::map<std::string, std::string> keys_;
  std::string code_ = recovery_code();
};

const std::vector<Role> manager{Role::manager}, both{Role::manager, Role::pharmacist};

}  // namespace

TEST_CASE("whoever was let in by a manager may do to that manager what managers do") {
  Managers t;
  REQUIRE_FALSE(t.add("wangli", "a", manager));
  REQUIRE_FALSE(t.add("a", "b", manager));
  REQUIRE_FALSE(t.add("b", "c", manager));
  SUBCASE("let her in again") { CHECK_FALSE(t.enable("b", "a")); }
  SUBCASE("change her roles") { CHECK_FALSE(t.roles("b", "a", both)); }
  SUBCASE("take her rights") { CHECK_FALSE(t.roles("b", "a", {Role::clerk})); }
  SUBCASE("give her a key") { CHECK_FALSE(t.reset("c", "a")); }
  SUBCASE("disable her") { CHECK_FALSE(t.disable("c", "a")); }
  SUBCASE("disable who let her in") { CHECK_FALSE(t.disable("b", "a")); }
  SUBCASE("change the founder") { CHECK_FALSE(t.roles("c", "wangli", both)); }
  SUBCASE("change herself") { CHECK_FALSE(t.roles("c", "c", both)); }
  SUBCASE("the recovery code changes the founder") {
    REQUIRE_FALSE(t.grant("recovery", "a"));  // or nobody would read health notes
    CHECK_FALSE(t.roles("recovery", "wangli", manager));
  }
  CHECK(t.fault() == "");
}

TEST_CASE("whoever was given a key by the recovery code makes another code") {
  Managers t;
  REQUIRE_FALSE(t.add("recovery", "a", both));
  REQUIRE_FALSE(t.add("a", "b", both));
  CHECK_FALSE(t.renew_code("b"));
  CHECK(t.fault() == "");
  CHECK_FALSE(t.renew_code("a"));
  CHECK(t.fault() == "");
}

TEST_CASE("whatever managers do to each other, everybody who is let in opens the store") {
  test::Trials trials("managers, 12 changes among them", 4, 400);
  trials.tally("bad", 0);
  trials.each([&](std::int64_t, Random& random) {
    Managers t;
    for (int i = 0; i < 12; ++i) {
      const auto all = t.logins();
      const auto any = [&] { return all[random.below(static_cast<std::uint32_t>(all.size()))]; };
      const std::string who = any(), whom = any();
      const bool is_done = !([&]() -> std::optional<Errc> {
        switch (random.below(7)) {
          case 0:
            return t.reset(who, whom);
          case 1:
            return t.disable(who, whom);
          case 2:
            return t.enable(who, whom);
          case 3:
            return t.roles(who, whom, random.one_in(3) ? std::vector{Role::clerk} : both);
          case 4:
            return t.renew_code(who);
          case 5:
            return t.grant(who, whom);
          default:
            return t.add(who, "m" + std::to_string(i), random.one_in(4) ? manager : both);
        }
      }());
      if (is_done) trials.tally("done");
      const std::string fault = t.fault();
      if (!fault.empty()) trials.tally("bad");
      CHECK(fault == "");
      if (!fault.empty()) return;
    }
  });
  CHECK(trials.tallied("done") > trials.done());
}
