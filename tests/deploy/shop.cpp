#include "deploy/shop.h"

#include <doctest/doctest.h>

#include <map>

#include "crypto/kdf.h"
#include "pharmacy/catalog.h"
#include "pharmacy/members.h"
#include "pharmacy/staff.h"
#include "support/temp_dir.h"
#include "vault/store_impl.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

Shop::Shop() {
  if (!machine_) return;
  machine_.install();
  machine_.must("sh /usr/share/doc/pharmacy/examples/deploy");
  for (const char* user : {"wangli", "alice", "bob", "mallory"}) machine_.add_user(user);
  for (const std::string user : {"wangli", "alice", "bob"})
    machine_.must("usermod -a -G pharmacy-staff " + user);
  put_store();
}

std::string Shop::passphrase_of(const std::string& user) {
  static const std::map<std::string, std::string> all{{"wangli", "four words in a row"},
                                                      {"alice", "rain on the green roof"},
                                                      {"bob", "seven boats at dawn"},
                                                      {"mallory", "nothing to see at all"}};
  return all.at(user);
}

void Shop::put_store() const {
  const TempDir dir;
  const fs::path path = dir.path() / "store";
  NewStore input{.login = "wangli", .name = "王丽"};
  input.passphrase = Secret{passphrase_of("wangli")};
  static_cast<void>(vault::create_store(path, input, {}, crypto::kdf_cheap));
  {
    Store store = Store::open(path, Passphrase{"wangli", Secret{passphrase_of("wangli")}});
    auto tx = store.begin({.id = new_operation_id(), .request = "test"});
    for (const std::string user : {"alice", "bob"}) {
      NewStaff person{.login = user, .name = user, .roles = {Role::clerk}};
      person.passphrase = Secret{passphrase_of(user)};
      static_cast<void>(add_staff(tx, person));
    }
    static_cast<void>(add_member(tx, {.name = "张伟", .card = "6001", .phone = "13800138000"}));
    tx.commit();
  }
  fs::copy(path, machine_.outside("/var/lib/pharmacy/store"), fs::copy_options::recursive);
  machine_.must("chown -R pharmacy:pharmacy /var/lib/pharmacy/store");
}

Ended Shop::run_as(const std::string& user, const std::vector<std::string>& args) const {
  return machine_.run_as(user, args, {passphrase_of(user)});
}

Ended Shop::log_in(const std::string& user, const std::string& line) const {
  return machine_.log_in(user, line, {passphrase_of(user)});
}

}  // namespace pharmacy::test
