#include "deploy/allowed.h"

#include <doctest/doctest.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace pharmacy::test {
namespace {

std::string text_of(const char* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

// The value of a line "NAME:\tVALUE...".
std::string field_of(const std::string& status, const std::string& name) {
  std::istringstream lines{status};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string first, second;
    if (words >> first >> second && first == name + ':') return second;
  }
  return "";
}

bool has_word(const std::string& text, const std::string& word) {
  std::istringstream words{text};
  return std::find(std::istream_iterator<std::string>{words}, {}, word) !=
         std::istream_iterator<std::string>{};
}

}  // namespace

bool allows_machine(const std::string& status, const std::string& filesystems) {
  const std::string capabilities = field_of(status, "CapEff");
  const bool may_mount = !capabilities.empty() &&
                         ((std::stoull(capabilities, nullptr, 16) >> CAP_SYS_ADMIN) & 1U) != 0;
  return field_of(status, "Uid") == "0" && may_mount && has_word(filesystems, "overlay") &&
         has_word(filesystems, "tmpfs");
}

bool allows_machine() {
  return allows_machine(text_of("/proc/self/status"), text_of("/proc/filesystems"));
}

bool keeps_keys() {
  const auto key = ::syscall(SYS_add_key, "user", "pharmacy-test", "x", 1, KEY_SPEC_USER_KEYRING);
  if (key < 0) return false;
  ::syscall(SYS_keyctl, KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING);
  return true;
}

void skip(const std::string& what, bool is_allowed) {
  MESSAGE("skipped: ", what);
  CHECK_MESSAGE(!is_allowed, "this machine allows what was skipped: " << what);
}

}  // namespace pharmacy::test
