// A dry run of a change of staff or keys refuses what the change itself would refuse.
#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <sstream>

#include "store/store.h"
#include "support/colleague.h"
#include "support/run.h"
#include "support/vault.h"
#include "vault/keyring/slot.h"
#include "vault/staff/staff.h"

namespace pharmacy::test {
namespace {

// 王丽 with two managers, one of whom is a pharmacist, a clerk and somebody who left.
class FiveStaff : public TestStore {
 public:
  FiveStaff() : TestStore{"2026-03-01"} {
    let_in("zhaomin", {Role::manager, Role::pharmacist});
    let_in("sunhao", {Role::manager});
    let_in("chenjing", {Role::clerk});
    let_in("gone", {Role::clerk});
    change([](Transaction& tx) { disable_staff(tx, "gone"); });
  }

  void let_in(const std::string& login, const std::vector<Role>& roles) {
    keys_[login] = let_in_by_key_file(*this, {.login = login, .name = "某人", .roles = roles});
  }
  template <class Verb>
  void change(Verb&& verb) {
    auto tx = begin();
    verb(tx);
    tx.commit();
  }
  // KEY stands for a file that is not there, NAME for the store's.
  Ran ran(const std::string& command, const std::string& login, bool dry) {
    std::vector<std::string> args;
    std::istringstream words{command};
    for (std::string word; words >> word;) {
      if (word == "KEY") word = path().string() + ".new";
      if (word == "NAME") word = path().filename();
      args.push_back(word);
    }
    if (dry) args.emplace_back("--dry-run");
    return run(cli::define_store, *this, args, {.env = {{"PHARMACY_KEY_FILE", keys_.at(login)}}});
  }
  [[nodiscard]] std::string keyring_bytes() const { return bytes_of(path() / "store.keys"); }

 private:
  std::map<std::string, std::string> keys_{{"wangli", key_file_path()}};
};

const std::vector<std::string> all_changes{"staff add lihua --name 李华 --role job --new-key KEY",
                                           "staff role chenjing --role service",
                                           "staff disable chenjing",
                                           "staff enable gone",
                                           "staff grant chenjing",
                                           "staff revoke zhaomin",
                                           "staff reset chenjing --new-key KEY --allow-key-file",
                                           "key rotate --confirm NAME",
                                           "key rotate --health --confirm NAME",
                                           "key recovery --confirm NAME"};

// The clerk's certificate of before a change of her role, in the keyring of after it.
void put_back_older(FiveStaff& t) {
  const auto slot_in = [](vault::Keyring& keyring) -> vault::Slot& {
    return vault::slot_of(keyring, "chenjing");
  };
  KeyringInHand before{t};
  t.change([](Transaction& tx) { set_roles(tx, "chenjing", {Role::service}); });
  KeyringInHand now{t};
  slot_in(now.keyring()) = slot_in(before.keyring());
  now.write();
}

void forget_notes(FiveStaff& t) {
  t.change([](Transaction& tx) {
    vault::take_back(vault::slot_of(tx.impl().new_keyring().keyring, "wangli"),
                     vault::KeyKind::health);
  });
}

void fill_with_health_keys(FiveStaff& t) {
  t.change([](Transaction& tx) {
    auto& keyring = tx.impl().new_keyring().keyring;
    const auto& who = tx.impl().store.who;
    while (keyring.health_keys.size() < vault::max_health_keys)
      vault::add_health_key(keyring, {who.slot, who.secrets.sign});
  });
}

// Whatever is made of it is refused when it is encoded, at the commit.
void count_to_the_end(FiveStaff& t) {
  KeyringInHand hand{t};
  hand.keyring().generation = std::numeric_limits<std::uint64_t>::max();
  hand.write();
}

// What stands in a change's way from `set` on, or stands in the way of `login` and not of `other`.
struct Obstacle {
  std::string what;
  std::string told;  // a part of it
  std::vector<std::string> commands;
  std::function<void(FiveStaff&)> set = [](FiveStaff&) {};
  std::string login = "wangli";
  std::string other = "wangli";  // "": it stands in everybody's way, at all times
};

const std::vector<Obstacle> obstacles{
    {"a keyring that is not as its last change left it", "put something older into it", all_changes,
     put_back_older},
    {"whoever is no manager", "chenjing may not do this", all_changes, [](FiveStaff&) {},
     "chenjing"},
    {"the last reader",
     "nobody else has the key to some of the health notes",
     {"staff disable zhaomin", "staff role zhaomin --role clerk",
      "staff role zhaomin --role manager", "staff revoke zhaomin"},
     forget_notes},
    {"the manager herself",
     "nobody can do this to herself",
     {"staff disable zhaomin", "staff role zhaomin --role pharmacist"},
     [](FiveStaff&) {},
     "zhaomin"},
    {"no key to health notes",
     "read",
     {"staff grant chenjing", "key recovery --confirm NAME"},
     [](FiveStaff&) {},
     "sunhao"},
    {"a thousand keys to health notes",
     "the keys of this store were changed too often",
     {"key rotate --health --confirm NAME"},
     fill_with_health_keys},
    {"a keyring that was changed as often as it can count",
     "the keys of this store were changed too often", all_changes, count_to_the_end},
    {"a login that is taken",
     "the login lihua is taken",
     {all_changes[0]},
     [](FiveStaff& t) { t.let_in("lihua", {Role::job}); }},
    {"somebody who was disabled",
     "chenjing was disabled",
     {"staff grant chenjing", "staff reset chenjing --new-key KEY --allow-key-file"},
     [](FiveStaff& t) { t.change([](Transaction& tx) { disable_staff(tx, "chenjing"); }); }},
    {"a clock that no keyring can hold",
     "staff and keys can be changed from 1970 to 9999",
     {"staff role chenjing --role service", "staff disable chenjing", "staff enable gone",
      "staff grant chenjing", "staff revoke zhaomin", "key recovery --confirm NAME"},
     [](FiveStaff& t) { t.set_time(Instant{-86'400}); }},
    {"the recovery code",
     "the recovery code stays as it is",
     {"staff role recovery --role clerk", "staff disable recovery", "staff revoke recovery",
      "staff reset recovery --new-key KEY --allow-key-file"},
     [](FiveStaff&) {},
     "wangli",
     ""},
    {"a login of nobody",
     "nobody has the login lihua",
     {"staff role lihua --role clerk", "staff disable lihua", "staff enable lihua",
      "staff grant lihua", "staff revoke lihua",
      "staff reset lihua --new-key KEY --allow-key-file"},
     [](FiveStaff&) {},
     "wangli",
     ""},
    {"nobody who could type a passphrase",
     "use --new-key FILE",
     {"staff add lihua --name 李华 --role clerk", "staff reset chenjing"},
     [](FiveStaff&) {},
     "wangli",
     ""},
    {"no passphrase that could be changed",
     "this login has a key file, not a passphrase",
     {"staff passphrase"},
     [](FiveStaff&) {},
     "wangli",
     ""},
};

}  // namespace

TEST_CASE("a dry run refuses each change of staff and keys that the change itself refuses") {
  for (const Obstacle& obstacle : obstacles) {
    CAPTURE(obstacle.what);
    FiveStaff t;
    // The control: a dry run that did not look for the obstacle would answer as before it.
    if (!obstacle.other.empty()) {
      const std::string keyring = t.keyring_bytes();
      for (const std::string& command : obstacle.commands) {
        CAPTURE(command);
        const Ran dry = t.ran(command, obstacle.other, true);
        CHECK_MESSAGE(dry.status == 0, dry.err);
      }
      CHECK(t.keyring_bytes() == keyring);
    }
    obstacle.set(t);
    const std::string keyring = t.keyring_bytes();
    for (const std::string& command : obstacle.commands) {
      CAPTURE(command);
      const Ran dry = t.ran(command, obstacle.login, true);
      const Ran real = t.ran(command, obstacle.login, false);
      CHECK(real.status != 0);
      CHECK_MESSAGE(real.err.find(obstacle.told) != std::string::npos, real.err);
      CHECK(dry.status == real.status);
      CHECK(dry.err == real.err);
      CHECK(dry.out == real.out);
    }
    CHECK(t.keyring_bytes() == keyring);
  }
}

TEST_CASE("a dry run of a new passphrase looks at the keyring as the change does") {
  const PassphraseStore s;
  const auto ran = [&](bool dry) {
    std::vector<std::string> args{"staff",         "passphrase", "--store",
                                  s.path.string(), "--login",    "wangli"};
    if (dry) args.emplace_back("--dry-run");
    return run(cli::define_store, args,
               {.terminal = true,
                .secrets = {good_passphrase, "another four words", "another four words"}});
  };
  // What follows the questions.
  const auto told = [](const Ran& one) {
    const auto at = one.err.find("store staff passphrase: ");
    return at == std::string::npos ? "" : one.err.substr(at);
  };
  CHECK(ran(true).status == 0);
  {
    const vault::Place place{s.path};
    const auto who = vault::unlock(place, Passphrase{"wangli", Secret{good_passphrase}}, Instant{});
    auto opened = vault::open_keyring(place, who);
    auto& certificate = opened.keyring.slots.front().certificate;
    certificate.changed.seconds += 1;
    vault::certify(opened.keyring, certificate, {who.slot, who.secrets.sign});
    put_bytes(place.keyring(), vault::encode_keyring(opened.keyring, opened.data_key));
  }
  const Ran dry = ran(true), real = ran(false);
  CHECK(real.status == 76);
  CHECK(dry.status == real.status);
  CHECK(told(real).find("put something older into it") != std::string::npos);
  CHECK(told(dry) == told(real));
}

TEST_CASE("a last day of access that a keyring cannot hold is told with the latest that it can") {
  struct Place {
    const char* zone;
    const char* latest;
  };
  for (const auto& [zone, latest] :
       {Place{"UTC", "9999-12-30"}, Place{"Asia/Shanghai", "9999-12-31"},
        Place{"America/New_York", "9999-12-30"}}) {
    CAPTURE(zone);
    const TempDir folder;
    const std::string key = folder.file("key"), store = folder.file("store");
    const auto ran = [&](std::vector<std::string> args) {
      args.insert(args.end(), {"--store", store});
      return run(cli::define_store, args, {.env = {{"PHARMACY_KEY_FILE", key}}});
    };
    REQUIRE(ran({"init", "--login", "wangli", "--name", "王丽", "--zone", zone, "--new-key", key})
                .status == 0);
    const auto add = [&](const std::string& login, const std::string& until, const char* more) {
      return ran({"staff", "add", login, "--name", "夜间任务", "--role", "job", "--new-key",
                  folder.file(login), "--until", until, more});
    };
    for (const char* more : {"--dry-run", "-q"}) CHECK(add("nightly", latest, more).status == 0);
    CHECK(ran({"check"}).status == 0);
    if (latest == std::string{"9999-12-31"}) continue;  // no later day can be written
    for (const char* more : {"--dry-run", "-q"}) {
      const Ran late = add("later", "9999-12-31", more);
      CHECK(late.status == 2);
      CHECK(late.err == "store staff add: the last day of access is 9999-12-30 at the latest\n");
    }
  }
}

}  // namespace pharmacy::test
