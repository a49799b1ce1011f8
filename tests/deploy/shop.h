// A pharmacy whose staff share a machine.
#pragma once

#include <string>

#include "deploy/machine.h"

namespace pharmacy::test {

// A machine set up by man/examples/deploy, with a store in its place: 王丽 (wangli) is manager,
// alice and bob are clerks, a member (card 6001) and a product are there. wangli, alice and bob are
// users of the machine and staff, mallory is a user and not staff. Passphrases cost nothing to try.
class Shop {
 public:
  Shop();
  explicit operator bool() const { return static_cast<bool>(machine_); }
  [[nodiscard]] const Machine& machine() const { return machine_; }

  // As Machine's, and whoever it is types her passphrase where it is asked for.
  [[nodiscard]] Ended run_as(const std::string& user, const std::vector<std::string>& args) const;
  [[nodiscard]] Ended log_in(const std::string& user, const std::string& line) const;

  static std::string passphrase_of(const std::string& user);

 private:
  void put_store() const;

  Machine machine_;
};

}  // namespace pharmacy::test
