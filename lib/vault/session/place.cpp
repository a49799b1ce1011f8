// Whose session it is.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <limits>

#include "base/count.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/session/session.h"

namespace pharmacy::vault {
namespace {

[[noreturn]] void throw_no_place(const std::string& reason, const std::string& hint) {
  throw Error(Errc::cannot_create,
              fmt::format(fmt::runtime(_("there can be no session: {}")), reason), hint);
}

// A directory of this account that nobody else can change.
bool is_ours_alone(const std::filesystem::path& directory) {
  struct stat info {};
  return ::lstat(directory.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
         info.st_uid == ::getuid() && (info.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

std::optional<std::uint32_t> user_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto number = parse_count(*text, 0, std::numeric_limits<std::uint32_t>::max() - 1);
  return number ? std::optional{static_cast<std::uint32_t>(*number)} : std::nullopt;
}

}  // namespace

SessionKey session_of(const Environment& env, const std::filesystem::path& shared) {
  const auto caller = user_of(env("SUDO_UID"));
  if (is_ours_alone(shared)) {
    // Several people share this account; without sudo nobody knows which of them it is.
    if (!caller) {
      throw_no_place(_("it is not known who acts under this account"),
                     _("run the programs through sudo, as pharmacy-security(7) shows"));
    }
    return {.file = shared / (std::to_string(*caller) + ".session"), .invoker = *caller};
  }
  if (caller && *caller != ::getuid()) {
    throw_no_place(_("this account is not the one of whoever called sudo"),
                   fmt::format(fmt::runtime(_("for an account that people share, make {} as "
                                              "pharmacy-security(7) shows")),
                               shared.string()));
  }
  const auto runtime = env("XDG_RUNTIME_DIR").value_or("");
  if (!runtime.starts_with('/') || !is_ours_alone(runtime)) {
    throw_no_place(_("XDG_RUNTIME_DIR names no directory that is yours alone"),
                   _("log in anew, or use a key file"));
  }
  return {.file = std::filesystem::path{runtime} / "pharmacy.session", .invoker = ::getuid()};
}

}  // namespace pharmacy::vault

namespace pharmacy {

SessionKey session_of_invoker(const vault::Environment& env) {
  return vault::session_of(env, vault::service_directory);
}

}  // namespace pharmacy
