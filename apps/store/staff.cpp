// store staff: who has a key to the store, and to what in it.
#include "pharmacy/staff.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "cli/credentials.h"
#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/phrases.h"
#include "pharmacy/text.h"
#include "store/key_place.h"
#include "store/store.h"

namespace pharmacy::cli {

namespace {

// How somebody is let in: by a passphrase that she types, or by a key file.
struct KeyOptions {
  std::optional<FileName> new_key;
  bool allow_key_file = false;

  void declare(Frame& frame, CLI::App& cmd) {
    frame.option(cmd, "--new-key", new_key,
                 _("make a key and write it to this file, instead of asking for a passphrase"));
    frame.option(cmd, "--allow-key-file", allow_key_file,
                 _("a person may have a key file, and not only a timer's job"));
  }
};

std::string roles_text(const std::vector<Role>& roles) {
  std::vector<std::string> words;
  words.reserve(roles.size());
  for (const Role role : roles) words.push_back(word_label(to_word(role)));
  return listed(words);
}

std::string labelled(const Staff& person) { return person.login + ' ' + person.name; }

// Key files are for jobs: a person's would be copied, and could be used by whoever finds it.
void check_key_options(const KeyOptions& key, const std::vector<Role>& roles,
                       const std::string& store) {
  if (!key.new_key) return;
  const bool is_job =
      std::ranges::all_of(roles, [](Role role) { return role == Role::job; }) && !roles.empty();
  if (!is_job && !key.allow_key_file)
    throw Error(Errc::refused, _("a key file is for a timer's job; people have passphrases"),
                _("say --allow-key-file if it is to be one all the same"));
  check_key_place(key.new_key->path, store);
}

// Asks for a passphrase or takes the place of a key file, and hands the key out.
class NewKey {
 public:
  NewKey(Session& session, const KeyOptions& options, const std::string& login,
         const std::string& name) {
    if (!options.new_key)
      require_terminal(session.world(),
                       _("use --new-key FILE to have a key made in place of a passphrase"));
    if (session.dry_run()) return;
    if (options.new_key) {
      file_.emplace(options.new_key->path);
      return;
    }
    passphrase_ = ask_new_passphrase(
        session.world(), for_terminal(login + ' ' + name),
        [&](const Secret& typed) { return faults_of_passphrase(typed, login, name); });
  }

  // The passphrase; nullopt for a key file.
  std::optional<Secret> take_passphrase() { return std::move(passphrase_); }

  // Writes the key file, as the last act of a change: whoever is let in has her key then, also
  // after a crash. Of a change that fails none stays, unless it may have happened.
  void hand_out(const NewStaffKey& made) {
    if (file_) file_->fill(made.key_file.value().view());
  }
  void change(Session& session, const std::function<void(Transaction&, Output&)>& verb) {
    try {
      session.change(verb);
    } catch (...) {
      if (file_ && !session.may_have_changed()) file_->discard();
      throw;
    }
  }

 private:
  std::optional<ReservedFile> file_;
  std::optional<Secret> passphrase_;
};

void define_staff_list(Frame& frame) {
  CLI::App& cmd = frame.command("staff list", _("List who has a key to the store"),
                                {"store staff list", "store staff list --format json"});
  frame.on_view(cmd, [](Reading& reading, Output& out) {
    out.list("store.staff", "staff", list_staff(reading));
  });
}

void define_staff_show(Frame& frame) {
  CLI::App& cmd =
      frame.command("staff show", _("Show one member of staff"), {"store staff show wangli"});
  auto login = std::make_shared<std::string>();
  frame.option(cmd, "login", *login, _("Login"))->required();
  frame.on_view(cmd, [login](Reading& reading, Output& out) {
    out.record("store.staff", get_staff(reading, *login));
  });
}

struct AddOptions {
  NewStaff person;
  std::optional<Date> until;
  KeyOptions key;
};

void add(Session& session, const std::shared_ptr<AddOptions>& options, const std::string& store) {
  if (session.replayed()) return;
  NewStaff& person = options->person;
  check_key_options(options->key, person.roles, store);
  if (options->until)
    person.expires = session.store().zone().at_local(*options->until + std::chrono::days{1}, {});
  {
    auto reading = session.store().read();
    check_new_staff(reading, person);
  }
  read_log_ahead(session.store());
  NewKey key{session, options->key, person.login, person.name};
  person.passphrase = key.take_passphrase();
  key.change(session, [&](Transaction& tx, Output& out) {
    const auto made = add_staff(tx, person);
    const Staff added = get_staff(tx, person.login);
    out.record("store.staff", added);
    out.changed(fmt::format(fmt::runtime(_("added {person} as {roles}")),
                            fmt::arg("person", labelled(added)),
                            fmt::arg("roles", roles_text(person.roles))),
                "store staff disable " + person.login);
    key.hand_out(made);
  });
}

void define_staff_add(Frame& frame) {
  CLI::App& cmd =
      frame.command("staff add", _("Let somebody into the store, by a passphrase or a key file"),
                    {"store staff add chenjing --name 陈静 --role clerk",
                     "store staff add zhaomin --name 赵敏 --role pharmacist --role manager",
                     "store staff add nightly --name 夜间任务 --role job --new-key nightly.key"});
  frame.proves_anew(cmd);
  auto options = std::make_shared<AddOptions>();
  frame.option(cmd, "login", options->person.login, _("Login"))->required();
  frame.option(cmd, "--name", options->person.name, _("Name"))->required();
  frame.option(cmd, "--role", options->person.roles, _("Role; may be given several times"))
      ->required();
  frame.option(cmd, "--until", options->until, _("Last day of access"));
  options->key.declare(frame, cmd);
  frame.on_session(
      cmd, [options](Session& session) { add(session, options, session.store().info().path); });
}

// A change of the keyring, for which nobody waits longer than needed.
void change_staff(Frame& frame, CLI::App& cmd, std::function<void(Transaction&, Output&)> verb) {
  frame.on_session(cmd, [verb = std::move(verb)](Session& session) {
    read_log_ahead(session.store());
    session.change(verb);
  });
}

void define_role(Frame& frame) {
  CLI::App& cmd = frame.command("staff role", _("Replace somebody's roles"),
                                {"store staff role chenjing --role clerk --role service"});
  frame.proves_anew(cmd);
  auto login = std::make_shared<std::string>();
  auto roles = std::make_shared<std::vector<Role>>();
  frame.option(cmd, "login", *login, _("Login"))->required();
  frame.option(cmd, "--role", *roles, _("Role; may be given several times"))->required();
  change_staff(frame, cmd, [login, roles](Transaction& tx, Output& out) {
    const Staff before = get_staff(tx, *login);
    set_roles(tx, *login, *roles);
    const Staff now = get_staff(tx, *login);
    out.record("store.staff", now);
    std::string undo = "store staff role " + *login;
    for (std::size_t at = 0; at < before.roles.size();) {
      const auto end = std::min(before.roles.find(',', at), before.roles.size());
      undo += " --role " + before.roles.substr(at, end - at);
      at = end + 1;
    }
    out.changed(
        fmt::format(fmt::runtime(_("{person} is {roles} now")), fmt::arg("person", labelled(now)),
                    fmt::arg("roles", roles_text(*roles))),
        undo);
  });
}

using Change = void (*)(Transaction&, std::string_view);

// A verb that does one thing to somebody.
void define_change(Frame& frame, CLI::App& cmd, Change change, const char* done, const char* undo) {
  frame.proves_anew(cmd);
  auto login = std::make_shared<std::string>();
  frame.option(cmd, "login", *login, _("Login"))->required();
  change_staff(frame, cmd, [=](Transaction& tx, Output& out) {
    change(tx, *login);
    const Staff now = get_staff(tx, *login);
    out.record("store.staff", now);
    out.changed(fmt::format(fmt::runtime(_(done)), labelled(now)),
                std::string{"store staff "} + undo + ' ' + *login);
  });
}

void define_passphrase(Frame& frame) {
  CLI::App& cmd = frame.command("staff passphrase", _("Change your own passphrase"),
                                {"store staff passphrase --login wangli"});
  frame.proves_anew(cmd);
  frame.on_session(cmd, [](Session& session) {
    if (session.replayed()) return;
    const Actor me = session.store().actor();
    {
      auto reading = session.store().read();
      check_has_passphrase(reading);
    }
    read_log_ahead(session.store());
    NewKey key{session, {}, me.login, me.name};
    const auto passphrase = key.take_passphrase();
    session.change([&](Transaction& tx, Output& out) {
      if (passphrase)
        change_passphrase(tx, *passphrase);
      else
        check_passphrase_change(tx);
      out.record("store.staff", get_staff(tx, me.login));
      out.changed(_("changed your passphrase"), {});
    });
  });
}

void define_reset(Frame& frame) {
  CLI::App& cmd = frame.command(
      "staff reset", _("Replace somebody's lost passphrase or key file"),
      {"store staff reset chenjing", "store staff reset nightly --new-key nightly-2.key"});
  frame.proves_anew(cmd);
  auto login = std::make_shared<std::string>();
  auto key_options = std::make_shared<KeyOptions>();
  frame.option(cmd, "login", *login, _("Login"))->required();
  key_options->declare(frame, cmd);
  frame.on_session(cmd, [login, key_options](Session& session) {
    if (session.replayed()) return;
    auto reading = std::make_optional(session.store().read());
    check_may_manage(*reading);
    const Staff person = get_staff(*reading, *login);
    reading.reset();
    const std::vector<Role> roles =
        person.roles == to_word(Role::job) ? std::vector{Role::job} : std::vector<Role>{};
    check_key_options(*key_options, roles, session.store().info().path);
    read_log_ahead(session.store());
    NewKey key{session, *key_options, person.login, person.name};
    auto passphrase = key.take_passphrase();
    key.change(session, [&](Transaction& tx, Output& out) {
      const auto made = reset_staff(tx, *login, std::move(passphrase));
      const Staff now = get_staff(tx, *login);
      out.record("store.staff", now);
      out.changed(fmt::format(fmt::runtime(_("{} has a new key")), labelled(now)), {});
      key.hand_out(made);
    });
  });
}

}  // namespace

void define_staff(Frame& frame) {
  frame.noun("staff", _("Who has a key to the store, and to what in it"));
  define_staff_list(frame);
  define_staff_show(frame);
  define_staff_add(frame);
  define_role(frame);
  define_change(
      frame,
      frame.command("staff enable", _("Let somebody in again"), {"store staff enable chenjing"}),
      enable_staff, N_("{} is let in again"), "disable");
  define_change(frame,
                frame.command("staff grant", _("Let somebody read health notes"),
                              {"store staff grant zhaomin"}),
                grant_health, N_("{} can read health notes now"), "revoke");
  define_change(frame,
                frame.command("staff revoke", _("Take the key to health notes from somebody"),
                              {"store staff revoke zhaomin"}),
                revoke_health, N_("{} can read no new health notes"), "grant");
  define_passphrase(frame);
  define_reset(frame);
}

}  // namespace pharmacy::cli
