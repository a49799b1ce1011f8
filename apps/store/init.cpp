// store init: everything is checked before anybody is asked, and the keys are handed out once.
#include <fmt/format.h>

#include <memory>

#include "cli/credentials.h"
#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "pharmacy/files.h"
#include "pharmacy/text.h"
#include "store/key_place.h"
#include "store/store.h"

namespace pharmacy::cli {

namespace {

struct InitOptions {
  std::string login;
  std::string name;
  std::string zone = "Asia/Shanghai";
  bool no_blind_alerts = false;
  std::optional<FileName> new_key;
};

}  // namespace

static Table answer(const std::string& path, const InitOptions& options, std::string code) {
  return {{"store", "login", "recovery_code"}, {{path, options.login, std::move(code)}}};
}

// What to do with a store whose keys nobody got.
static std::string start_again(const std::string& path, const InitOptions& options) {
  std::string command = "rm -r " + shell_word(path);
  if (options.new_key) command += ' ' + shell_word(options.new_key->path);
  return fmt::format(
      fmt::runtime(_("the store was made, but its keys were not handed out: remove it and make it "
                     "again: {}")),
      command);
}

static void make(const std::string& path, Session& session, const InitOptions& options,
                 NewStore input) {
  std::optional<ReservedFile> key_file;
  if (options.new_key) {
    key_file.emplace(options.new_key->path);
  } else {
    auto passphrase =
        ask_new_passphrase(session.world(), for_terminal(input.login + ' ' + input.name),
                           [&input](const Secret& typed) {
                             return faults_of_passphrase(typed, input.login, input.name);
                           });
    input.passphrase = std::move(passphrase);
  }
  NewStoreKeys keys;
  session.change_apart([&] { keys = Store::create(path, input, session.open_options()); });
  session.if_unprinted(start_again(path, options));
  try {
    if (key_file) key_file->fill(keys.key_file.value().view());
  } catch (const Error& error) {
    throw Error(error.code(), error.what(), start_again(path, options));
  }
  session.out().record("store.init", answer(path, options, std::string{keys.recovery_code.view()}));
}

static void init(const std::string& path, Session& session, const InitOptions& options) {
  NewStore input{.login = options.login,
                 .name = options.name,
                 .zone = options.zone,
                 .blind_alerts = !options.no_blind_alerts,
                 .passphrase = {}};
  Store::check_new(path, input, session.open_options());
  if (options.new_key) {
    check_key_place(options.new_key->path, path);
  } else {
    require_terminal(session.world(),
                     _("use --new-key FILE to have a key made in place of a passphrase"));
  }
  session.rehearse("store.init", answer(path, options, {}));
  const bool dry = session.dry_run();
  if (!dry) make(path, session, options, std::move(input));
  session.out().changed(fmt::format(fmt::runtime(_("made the store {}")), path), {});
  if (dry) return;
  session.out().note(
      _("The recovery code opens the store when the key is lost. It is shown this once: print it "
        "and lock it away."));
}

void define_init(Frame& frame) {
  CLI::App& cmd =
      frame.command("init", _("Make a new, empty store"),
                    {"store init --login wangli --name 王丽",
                     "store init --login wangli --name 王丽 --new-key wangli.key",
                     "store init --store /srv/pharmacy --login wangli --name 王丽 --new-key k"});
  auto options = std::make_shared<InitOptions>();
  frame.option(cmd, "--login", options->login, _("login of the first person"))->required();
  frame.option(cmd, "--name", options->name, _("name of the first person"))->required();
  frame.option(cmd, "--zone", options->zone, _("time zone of the pharmacy (Asia/Shanghai)"));
  frame.option(cmd, "--no-blind-alerts", options->no_blind_alerts,
               _("keep nothing by which a check finds health notes that its user cannot read"));
  frame.option(cmd, "--new-key", options->new_key,
               _("make a key and write it to this file, instead of asking for a passphrase"));
  frame.on_place(
      cmd, [options](const std::string& path, Session& session) { init(path, session, *options); },
      Makes::store);
}

}  // namespace pharmacy::cli
