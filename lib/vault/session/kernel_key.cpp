#include "vault/session/kernel_key.h"

#include <fmt/format.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy::vault {
namespace {

constexpr const char* type = "user";

// Rights of whoever has the key, and of the user whose key it is: keyctl_setperm(3).
constexpr unsigned long had_all = 0x3f000000;
constexpr unsigned long user_view = 0x010000;
constexpr unsigned long user_read = 0x020000;
constexpr unsigned long user_search = 0x080000;
constexpr unsigned long user_setattr = 0x200000;

// Not through libkeyutils: loading it would cost every command more than all of this does.
template <class... Arguments>
long keyctl(int operation, Arguments... arguments) {
  return ::syscall(SYS_keyctl, operation, arguments...);
}

long search(const std::string& name) {
  return keyctl(KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, type, name.c_str(), 0);
}

void unlink(long serial) { keyctl(KEYCTL_UNLINK, serial, KEY_SPEC_USER_KEYRING); }

[[noreturn]] void throw_refused() {
  const int reason = errno;
  throw Error(Errc::cannot_create,
              fmt::format(fmt::runtime(_("this machine keeps no key for a session: {}")),
                          std::strerror(reason)),
              _("in a container the kernel's keys are often closed; without a session each command "
                "asks for the passphrase"));
}

}  // namespace

void keep_key(const std::string& name, const crypto::Key& key, std::chrono::seconds life) {
  // Rights to a key come with a link to it from the session's keyring. The one that sudo hands on
  // is the caller's: a link there would let her other programs read what is kept for this account.
  if (keyctl(KEYCTL_JOIN_SESSION_KEYRING, nullptr) < 0 ||
      keyctl(KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_SESSION_KEYRING) < 0) {
    throw_refused();
  }
  const long serial = ::syscall(SYS_add_key, type, name.c_str(), key.bytes().data(),
                                crypto::Key::size(), KEY_SPEC_USER_KEYRING);
  if (serial < 0) throw_refused();
  // Later commands are of other sessions: they have it by being of the same user.
  const unsigned long rights = had_all | user_view | user_read | user_search | user_setattr;
  if (keyctl(KEYCTL_SETPERM, serial, rights) < 0 ||
      keyctl(KEYCTL_SET_TIMEOUT, serial, static_cast<unsigned long>(life.count())) < 0) {
    const int reason = errno;
    unlink(serial);
    errno = reason;
    throw_refused();
  }
}

std::optional<KernelKey> find_key(const std::string& name) {
  const long serial = search(name);
  if (serial < 0) return std::nullopt;
  KernelKey found{.serial = serial, .key = {}};
  const long size = keyctl(KEYCTL_READ, serial, found.key.bytes().data(), found.key.bytes().size());
  if (size != static_cast<long>(crypto::Key::size())) return std::nullopt;
  return found;
}

void renew_key(const KernelKey& key, std::chrono::seconds life) {
  keyctl(KEYCTL_SET_TIMEOUT, key.serial, static_cast<unsigned long>(life.count()));
}

bool forget_key(const std::string& name) {
  const long serial = search(name);
  if (serial < 0) return false;
  keyctl(KEYCTL_REVOKE, serial);
  unlink(serial);
  return true;
}

}  // namespace pharmacy::vault
