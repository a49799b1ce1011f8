#include "store/store.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/credentials.h"
#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/settings.h"
#include "pharmacy/files.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

namespace {
struct InitOptions {
  std::string login;
  std::string name;
  std::string zone = "Asia/Shanghai";
  std::optional<FileName> new_key;
};

// A setting as `config show` lists it.
struct SettingRow {
  std::string key;
  std::optional<std::string> value;

  static constexpr auto fields() {
    return std::tuple{Field{"key", &SettingRow::key}, Field{"value", &SettingRow::value}};
  }
};
struct SettingOrigin {
  std::string key;
  std::optional<std::string> value;
  std::string origin;

  static constexpr auto fields() {
    return std::tuple{Field{"key", &SettingOrigin::key}, Field{"value", &SettingOrigin::value},
                      Field{"origin", &SettingOrigin::origin}};
  }
};
}  // namespace

namespace {
// The place of a key file, taken before the store is made: a key that cannot be written down must
// not be the only one to a store.
class ReservedFile {
 public:
  explicit ReservedFile(std::string path) : path_{std::move(path)} {
    if (path_ == "-") throw Error(Errc::invalid_input, _("--new-key needs the name of a file"));
    pharmacy::write_file(path_, "", Existing::refused);
  }
  ~ReservedFile() {
    std::error_code ignored;
    if (!filled_) std::filesystem::remove(path_, ignored);
  }
  ReservedFile(const ReservedFile&) = delete;
  ReservedFile& operator=(const ReservedFile&) = delete;

  void fill(std::string_view content) {
    pharmacy::write_file(path_, content, Existing::replaced);
    filled_ = true;
  }

 private:
  std::string path_;
  bool filled_ = false;
};
}  // namespace

static void init(const std::string& path, Session& session, const InitOptions& options) {
  if (Store::exists(path)) {
    throw Error(Errc::conflict,
                fmt::format(fmt::runtime(_("there is a store at {} already")), for_terminal(path)));
  }
  const auto done = fmt::format(fmt::runtime(_("made the store {}")), path);
  if (session.dry_run()) {
    session.out().changed(done, {});
    return;
  }
  NewStore input{
      .login = options.login, .name = options.name, .zone = options.zone, .passphrase = {}};
  std::optional<ReservedFile> key_file;
  if (options.new_key) {
    key_file.emplace(options.new_key->path);
  } else {
    input.passphrase = ask_new_passphrase(
        session.world(), _("use --new-key FILE to have a key made in place of a passphrase"));
  }
  const auto keys = Store::create(path, input);
  if (key_file) key_file->fill(keys.key_file.value().view());
  session.out().record("store.init",
                       Table{{"store", "login", "recovery_code"},
                             {{path, options.login, std::string{keys.recovery_code.view()}}}});
  session.out().changed(done, {});
  session.out().note(
      _("The recovery code opens the store when the key is lost. It is shown this once: print it "
        "and lock it away."));
}

static void define_init(Frame& frame) {
  CLI::App& cmd =
      frame.command("init", _("Make a new, empty store"),
                    {"store init --login wangli --name 王丽",
                     "store init --login wangli --name 王丽 --new-key wangli.key",
                     "store init --store /srv/pharmacy --login wangli --name 王丽 --new-key k"});
  auto options = std::make_shared<InitOptions>();
  frame.option(cmd, "--login", options->login, _("login of its first person, the manager"))
      ->required();
  frame.option(cmd, "--name", options->name, _("name of that person"))->required();
  frame.option(cmd, "--zone", options->zone, _("time zone of the pharmacy (Asia/Shanghai)"));
  frame.option(cmd, "--new-key", options->new_key,
               _("make a key and write it to this file, instead of asking for a passphrase"));
  frame.on_place(
      cmd, [options](const std::string& path, Session& session) { init(path, session, *options); });
}

static void define_info(Frame& frame) {
  CLI::App& cmd = frame.command("info", _("Say what the store is: zone, schema, size"),
                                {"store info", "store info --format json"});
  frame.on_read(cmd,
                [](const Store& store, Output& out) { out.record("store.info", store.info()); });
}

// Damaged pages make every answer doubtful; other findings are facts that do not agree.
static int status_of(const std::vector<Finding>& findings) {
  Exit status = Exit::done;
  for (const auto& finding : findings) {
    if (finding.check == "pages" || finding.check == "keyring")
      return static_cast<int>(Exit::damaged);
    status = Exit::not_found;
  }
  return static_cast<int>(status);
}

static void define_check(Frame& frame) {
  CLI::App& cmd = frame.command("check", _("Read every page and compare all sums that must agree"),
                                {"store check", "store check --format json"});
  frame.on_session(cmd, [](Session& session) {
    const auto findings = session.store().check(session.progress(_("checking")));
    session.out().list("store.check", "findings", findings, _("all is well"));
    session.out().ends_with(status_of(findings));
  });
}

static void define_config(Frame& frame) {
  frame.noun("config", _("What holds for the programs, and who said so"));
  CLI::App& cmd =
      frame.command("config show", _("List the settings: option, environment, files, defaults"),
                    {"store config show", "store config show --origin --format json"});
  auto origin = std::make_shared<bool>(false);
  frame.option(cmd, "--origin", *origin, _("say where each comes from"));
  frame.on_settings(cmd, [origin](const std::vector<Setting>& settings, Output& out) {
    if (*origin) {
      std::vector<SettingOrigin> rows;
      for (const auto& s : settings) rows.push_back({s.key, s.value, s.origin});
      out.list("store.config", "settings", rows);
    } else {
      std::vector<SettingRow> rows;
      for (const auto& s : settings) rows.push_back({s.key, s.value});
      out.list("store.config", "settings", rows);
    }
  });
}

void define_store(Frame& frame) {
  frame.program("store", _("the sealed store: make it, describe it, check it"));
  define_init(frame);
  define_info(frame);
  define_check(frame);
  define_config(frame);
}

}  // namespace pharmacy::cli
