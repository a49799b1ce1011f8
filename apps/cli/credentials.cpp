#include "cli/credentials.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <istream>

#include "cli/errors.h"
#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

static constexpr std::size_t longest_key = 4096;  // bytes
static constexpr int tries = 3;

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
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
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
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw Error(Errc::not_permitted,
                fmt::format(fmt::runtime(_("others can read the key file {}")), for_terminal(path)),
                fmt::format(fmt::runtime(_("run: chmod 600 {}")), for_terminal(path)));
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

// Whose passphrase it is: said, or the only one that there is, or asked.
static std::string login_for(World& world, const Settings& settings, const std::string& store) {
  if (const auto login = settings.login()) return *login;
  std::vector<std::string> logins;
  for (const auto& slot : Store::staff(store)) {
    if (slot.method == "passphrase") logins.push_back(slot.login);
  }
  if (logins.size() == 1) return logins.front();
  if (!world.in_is_terminal || !world.err_is_terminal) {
    throw Error(Errc::not_permitted, _("it is not known who is acting"),
                _("use --login NAME or PHARMACY_LOGIN"));
  }
  world.err << _("login: ") << std::flush;
  std::string line;
  if (!std::getline(world.in, line)) no_key();
  return normalise(line).value_or("");
}

static Store open_by_passphrase(World& world, const Settings& settings, const std::string& path,
                                const OpenOptions& options) {
  const auto login = login_for(world, settings, path);
  for (int left = tries; true; --left) {
    auto text =
        world.ask_secret(fmt::format(fmt::runtime(_("passphrase of {}: ")), for_terminal(login)));
    if (!text) no_key();
    try {
      return Store::open(path, Passphrase{login, std::move(*text)}, options);
    } catch (const Error& error) {
      if (error.code() != Errc::not_permitted || left == 1) throw;
      world.err << for_terminal(error.what()) << std::endl;
    }
  }
}

Store open_store(World& world, const Settings& settings, const Globals& globals,
                 const OpenOptions& options) {
  const auto path = settings.store();
  if (!Store::exists(path)) {
    throw Error(Errc::no_store,
                fmt::format(fmt::runtime(_("there is no store at {}")), for_terminal(path)),
                _("name it with --store DIR or PHARMACY_STORE, or make it with `store init`"));
  }
  if (auto content = silent_key(world, settings, globals)) {
    auto store = Store::open(path, KeyFile{std::move(*content)}, options);
    if (globals.login && *globals.login != store.actor().login) {
      throw Error(Errc::not_permitted,
                  fmt::format(fmt::runtime(_("the key belongs to {owner}, not to {login}")),
                              fmt::arg("owner", store.actor().login),
                              fmt::arg("login", for_terminal(*globals.login))));
    }
    return store;
  }
  if (globals.no_input || !world.ask_secret) no_key();
  return open_by_passphrase(world, settings, path, options);
}

Secret ask_new_passphrase(const World& world, const std::string& instead) {
  for (int left = tries; left > 0; --left) {
    auto first = world.ask_secret ? world.ask_secret(_("new passphrase: ")) : std::nullopt;
    if (!first) {
      throw Error(Errc::not_permitted,
                  _("a passphrase is needed, and there is no terminal to ask on"), instead);
    }
    auto second = world.ask_secret(_("the same again: "));
    if (second && *first == *second) return std::move(*first);
    world.err << _("the two are not the same") << std::endl;
  }
  throw Error(Errc::invalid_input, _("the passphrase was not given twice the same"));
}

}  // namespace pharmacy::cli
