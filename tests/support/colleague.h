// Somebody beside a store's first person.
#pragma once

#include <filesystem>
#include <string>

#include "pharmacy/staff.h"
#include "support/test_store.h"

namespace pharmacy::test {

// Lets her in with a key file, and gives its path.
inline std::string let_in_by_key_file(TestStore& t, const NewStaff& who) {
  auto tx = t.begin();
  const auto key = add_staff(tx, who);
  tx.commit();
  const std::string file = t.path().string() + '.' + who.login;
  put_bytes(file, key.key_file->view());
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  return file;
}

// 赵敏, "zhaomin", a pharmacist: who approves what 王丽 asks for.
inline std::string let_zhaomin_in(TestStore& t) {
  return let_in_by_key_file(t, {.login = "zhaomin", .name = "赵敏", .roles = {Role::pharmacist}});
}

}  // namespace pharmacy::test
