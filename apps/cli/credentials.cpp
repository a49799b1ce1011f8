#include "cli/credentials.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <istream>

#include "cli/i18n.h"
#include "cli/phrases.h"
#include "pharmacy/error.h"
#include "pharmacy/session.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

static constexpr std::size_t longest_key = 4096;  // bytes
static constexpr int tries = 3;
static constexpr const char* recovery = "recovery";  // the login of the recovery code

// All that can be read from a descriptor.
static Secret read_secret(int fd, const std::string& name) {
  Secret content;
  content.resize(longest_key + 1);
  std::size_t size = 0;
  while (size < content.size()) {
    const auto got = ::read(fd, content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(Errc::input_missing,
                  fmt::format(fmt::runtime(_("cannot read the key from {file}: {reason}")),
                              fmt::arg("file", for_terminal(name)),
                              fmt::arg("reason", std::strerror(errno))));
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size == 0 || size > longest_key) {
    throw Error(Errc::not_permitted,
                fmt::format(fmt::runtime(_("there is no key in {}")), for_terminal(name)));
  }
  content.resize(size);
  return content;
}

static Secret read_secret(std::istream& in) {
  Secret content;
  for (char byte = 0; content.size() <= longest_key && in.get(byte);) content.push_back(byte);
  return content;
}

Secret read_key_file(const World& world, const std::string& path) {
  if (path == "-") {
    return world.in_fd >= 0 ? read_secret(world.in_fd, "-") : read_secret(world.in);
  }
  struct Closing {
    int fd;
    ~Closing() { ::close(fd); }
  };
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
  const int fd = static_cast<int>(
      TEMP_FAILURE_RETRY(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)));
  if (fd < 0) {
    const auto reason = errno == ELOOP ? std::string{_("it is a link")} : std::strerror(errno);
    throw Error(Errc::input_missing,
                fmt::format(fmt::runtime(_("cannot read the key file {file}: {reason}")),
                            fmt::arg("file", for_terminal(path)), fmt::arg("reason", reason)));
  }
  const Closing closing{fd};
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    throw Error(Errc::input_missing,
                fmt::format(fmt::runtime(_("the key file {} is not a file")), for_terminal(path)));
  }
  // Its owner could read it, or put another in its place; root can in any case.
  if (info.st_uid != ::geteuid() && info.st_uid != 0) {
    throw Error(Errc::not_permitted,
                fmt::format(fmt::runtime(_("the key file {} belongs to another user")),
                            for_terminal(path)));
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw Error(Errc::not_permitted,
                fmt::format(fmt::runtime(_("others can read the key file {}")), for_terminal(path)),
                fmt::format(fmt::runtime(_("run: chmod 600 {}")), for_terminal(shell_word(path))));
  }
  return read_secret(fd, path);
}

// The key that needs no question; nullopt where a passphrase must be asked.
static std::optional<Secret> silent_key(const World& world, const Settings& settings,
                                        const Globals& globals) {
  if (globals.key_fd && globals.key_file) {
    throw Error(Errc::invalid_input, _("--key-file and --key-fd exclude each other"));
  }
  if (globals.key_fd) {
    return read_secret(*globals.key_fd,
                       fmt::format(fmt::runtime(_("descriptor {}")), *globals.key_fd));
  }
  // Who asks for the recovery code has no use for the key that is usual here.
  if (globals.login == recovery && !globals.key_file) return std::nullopt;
  if (const auto path = settings.key_file()) return read_key_file(world, *path);
  if (const auto directory = world.env("CREDENTIALS_DIRECTORY"); directory && !directory->empty()) {
    const auto path = *directory + "/store.key";
    if (::access(path.c_str(), F_OK) == 0) return read_key_file(world, path);
  }
  return std::nullopt;
}

[[noreturn]] static void no_key() {
  throw Error(Errc::not_permitted, _("a key is needed to open the store, and nobody can be asked"),
              _("use --key-file FILE, --key-fd N or PHARMACY_KEY_FILE"));
}

[[noreturn]] static void only_key_files(const std::string& message) {
  throw Error(Errc::not_permitted, message,
              _("use --key-file FILE, --key-fd N or PHARMACY_KEY_FILE; with the recovery code, "
                "--login recovery"));
}

// Nothing was typed where it was asked for, which is a no: status 1.
[[noreturn]] static void not_typed(const std::string& message) {
  throw Error(Errc::not_found, message);
}

static bool can_ask_secret(const World& world) {
  return world.ask_secret && (world.has_tty ? world.has_tty() : world.in_is_terminal);
}

// Who has a passphrase. Nobody is asked for one where there is none.
static std::vector<std::string> logins_with_passphrase(const std::vector<StaffSlot>& staff,
                                                       const std::optional<std::string>& login) {
  std::vector<std::string> logins;
  for (const auto& slot : staff) {
    if (slot.method == "passphrase") logins.push_back(slot.login);
    if (slot.method == "key_file" && slot.login == login) {
      only_key_files(
          fmt::format(fmt::runtime(_("{} has a key file, not a passphrase")), slot.login));
    }
  }
  if (logins.empty()) only_key_files(_("this store is opened by a key file, and none is given"));
  return logins;
}

// Whose passphrase it is: said, or the only one that there is, or asked.
static std::string login_for(World& world, const std::optional<std::string>& said,
                             const std::vector<std::string>& logins) {
  if (said) return *said;
  if (logins.size() == 1) return logins.front();
  if (!world.in_is_terminal || !world.err_is_terminal) {
    throw Error(Errc::not_permitted, _("it is not known who is acting"),
                _("use --login NAME or PHARMACY_LOGIN"));
  }
  world.err << question(_("login")) << std::flush;
  std::string line;
  if (!std::getline(world.in, line)) {
    world.err << std::endl;
    not_typed(_("no login was typed"));
  }
  return normalise(line).value_or("");
}

// A recovery code is known by its form wherever a key can stand.
static Key key_of(Secret content) {
  auto text = content.view();
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (!is_recovery_code(text)) return KeyFile{std::move(content)};
  content.resize(text.size());
  return RecoveryCode{std::move(content)};
}

static void say(World& world, const std::vector<Fault>& faults) {
  for (const auto& fault : faults) {
    world.err << for_terminal(fault.message) << '\n';
    if (!fault.hint.empty()) world.err << for_terminal(fault.hint) << '\n';
  }
  world.err << std::flush;
}

static Store open_by_typing(World& world, const std::string& login, const std::string& path,
                            const OpenOptions& options) {
  const bool code_wanted = login == recovery;
  const auto prompt = code_wanted
                          ? question(_("recovery code"))
                          : fmt::format(fmt::runtime(_("passphrase of {}: ")), for_terminal(login));
  for (int left = tries; true; --left) {
    auto typed = world.ask_secret(prompt);
    if (!typed)
      not_typed(code_wanted ? _("no recovery code was typed") : _("no passphrase was typed"));
    const bool is_code = is_recovery_code(typed->view());
    try {
      if (!code_wanted && !is_code) {
        return Store::open(path, Passphrase{login, std::move(*typed)}, options);
      }
      auto store = Store::open(path, RecoveryCode{std::move(*typed)}, options);
      if (!code_wanted) say(world, {{_("that is the recovery code: acting as recovery"), {}}});
      return store;
    } catch (const Error& error) {
      // Only a slip of the hand is mended by typing again; during a lock-out nothing is.
      const bool slipped =
          code_wanted ? !is_code : dynamic_cast<const WrongPassphrase*>(&error) != nullptr;
      if (!slipped || left == 1) throw;
      say(world, error.faults());
    }
  }
}

// nullopt where none is open, or it is another person's than the one who is said to act.
static std::optional<Store> open_by_session(const World& world,
                                            const std::optional<std::string>& login,
                                            const std::string& path, const OpenOptions& options) {
  try {
    auto store = Store::open(path, session_of_invoker(world.env), options);
    if (login && *login != store.actor().login) return std::nullopt;
    return store;
  } catch (const NoSession&) {
    return std::nullopt;
  } catch (const Error& error) {
    if (error.code() != Errc::cannot_create) throw;  // there can be no session here
    return std::nullopt;
  }
}

Store open_store(World& world, const Settings& settings, const Globals& globals,
                 const OpenOptions& options, Proof proof) {
  const auto path = settings.store();
  if (!Store::exists(path)) {
    throw Error(Errc::no_store,
                fmt::format(fmt::runtime(_("there is no store at {}")), for_terminal(path)),
                _("name it with --store DIR or PHARMACY_STORE, or make it with `store init`"));
  }
  if (auto content = silent_key(world, settings, globals)) {
    auto store = Store::open(path, key_of(std::move(*content)), options);
    if (globals.login && *globals.login != store.actor().login) {
      throw Error(Errc::not_permitted,
                  fmt::format(fmt::runtime(_("the key belongs to {owner}, not to {login}")),
                              fmt::arg("owner", store.actor().login),
                              fmt::arg("login", for_terminal(*globals.login))));
    }
    return store;
  }
  const bool can_ask = !globals.no_input && can_ask_secret(world);
  const auto said = settings.login();
  if (said == recovery) {
    if (!can_ask) no_key();
    return open_by_typing(world, recovery, path, options);
  }
  if (proof == Proof::by_session) {
    if (auto store = open_by_session(world, said, path, options)) return std::move(*store);
  }
  const auto logins = logins_with_passphrase(Store::staff(path), said);
  if (!can_ask) no_key();
  return open_by_typing(world, login_for(world, said, logins), path, options);
}

Key key_for(World& world, const Settings& settings, const Globals& globals,
            const std::vector<StaffSlot>& staff) {
  if (auto content = silent_key(world, settings, globals)) return key_of(std::move(*content));
  const bool can_ask = !globals.no_input && can_ask_secret(world);
  const auto said = settings.login();
  if (said == recovery) {
    if (!can_ask) no_key();
    auto code = world.ask_secret(question(_("recovery code")));
    if (!code) not_typed(_("no recovery code was typed"));
    return RecoveryCode{std::move(*code)};
  }
  const auto logins = logins_with_passphrase(staff, said);
  if (!can_ask) no_key();
  auto login = login_for(world, said, logins);
  auto typed =
      world.ask_secret(fmt::format(fmt::runtime(_("passphrase of {}: ")), for_terminal(login)));
  if (!typed) not_typed(_("no passphrase was typed"));
  if (is_recovery_code(typed->view())) return RecoveryCode{std::move(*typed)};
  return Passphrase{std::move(login), std::move(*typed)};
}

void require_terminal(const World& world, const std::string& instead) {
  if (can_ask_secret(world)) return;
  throw Error(Errc::not_permitted, _("a passphrase is needed, and there is no terminal to ask on"),
              instead);
}

Secret ask_new_passphrase(World& world, const std::string& person,
                          const std::function<std::vector<Fault>(const Secret&)>& faults_of) {
  for (int left = tries; true; --left) {
    auto first =
        world.ask_secret(question(fmt::format(fmt::runtime(_("new passphrase of {}")), person)));
    if (!first) not_typed(_("no passphrase was typed"));
    auto faults = faults_of(*first);
    if (faults.empty()) {
      const auto second = world.ask_secret(question(_("the same passphrase again")));
      if (!second) not_typed(_("no passphrase was typed"));
      if (*first == *second) return std::move(*first);
      faults = {{_("the two are not the same"), {}}};
    }
    if (left == 1) throw Error(Errc::invalid_input, std::move(faults));
    say(world, faults);
  }
}

}  // namespace pharmacy::cli
