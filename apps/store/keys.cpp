// store key: the key that opens the files themselves.
#include <fmt/format.h>

#include <memory>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "pharmacy/staff.h"
#include "store/store.h"

namespace pharmacy::cli {

static void rotate(Session& session, bool with_health) {
  const auto progress = session.progress(_("copying"));
  Store& store = session.store();
  session.change_apart([&] { store.rotate_keys(with_health, progress); });
}

// What of the keys is told after they were changed.
static void tell_of_rotation(Session& session, bool with_health) {
  const StoreInfo info = session.store().info();
  session.change([&](Transaction& tx, Output& out) {
    if (session.dry_run()) check_rotation(tx, with_health);
    out.record("store.key", Table{{"key_epoch"}, {{info.key_epoch}}});
    out.changed(_("changed the key of the store"), {});
  });
}

static void define_rotate(Frame& frame) {
  CLI::App& cmd = frame.command(
      "key rotate", _("Copy the store under a new key, which all get who are not disabled"),
      {"store key rotate --confirm store", "store key rotate --health --dry-run"});
  frame.proves_anew(cmd);
  struct Asked {
    bool health = false;
    std::optional<std::string> confirm;
  };
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "--health", asked->health, _("Make a new key to health notes too"));
  frame.option(cmd, "--confirm", asked->confirm, _("The store's name, in place of typing it"));
  frame.on_session(cmd, [asked](Session& session) {
    if (session.replayed()) return;
    {
      auto reading = session.store().read();
      check_may_manage(reading);
    }
    if (!session.dry_run() &&
        !session.confirm_by_name(_("change the key of the store?"), session.store().info().path,
                                 asked->confirm)) {
      session.out().ends_with(static_cast<int>(Exit::not_found));
      return;
    }
    if (session.dry_run())
      read_log_ahead(session.store());
    else
      rotate(session, asked->health);
    tell_of_rotation(session, asked->health);
  });
}

static void renew(Session& session) {
  read_log_ahead(session.store());
  session.if_unprinted(
      _("the new recovery code was not handed out, and the old one is no more: make another with: "
        "store key recovery"));
  std::optional<Secret> code;
  session.change([&](Transaction& tx, Output& out) {
    code = renew_recovery(tx);
    out.changed(_("changed the recovery code: the old one opens the store no more"), {});
  });
  if (session.dry_run() || !code) return;
  session.out().record("store.recovery", Table{{"recovery_code"}, {{std::string{code->view()}}}});
  session.out().note(
      _("The recovery code opens the store when the key is lost. It is shown this once: print it "
        "and lock it away."));
  session.out().note(
      _("Backups from before still open with the old code, whose sheet is destroyed. Where it may "
        "have been copied, change the key too: store key rotate --health"));
}

// The code is in no result that is kept: an operation that is repeated cannot show it again.
static void define_recovery(Frame& frame) {
  CLI::App& cmd =
      frame.command("key recovery", _("Put a new recovery code in the place of the old one"),
                    {"store key recovery --confirm store", "store key recovery --dry-run"});
  frame.proves_anew(cmd);
  auto confirm = std::make_shared<std::optional<std::string>>();
  frame.option(cmd, "--confirm", *confirm, _("The store's name, in place of typing it"));
  frame.on_session(cmd, [confirm](Session& session) {
    if (session.replayed()) {
      session.out().note(
          _("The code was shown once and is kept nowhere. Where nobody wrote it down, make another "
            "with: store key recovery"));
      return;
    }
    {
      auto reading = session.store().read();
      check_may_renew_recovery(reading);
    }
    session.rehearse("store.recovery", Table{{"recovery_code"}, {{std::string{}}}});
    if (!session.dry_run() &&
        !session.confirm_by_name(_("end the recovery code, and make another?"),
                                 session.store().info().path, *confirm)) {
      session.out().ends_with(static_cast<int>(Exit::not_found));
      return;
    }
    renew(session);
  });
}

static void rotate_after_disabling(Session& session, const std::string& login) {
  if (session.dry_run()) {
    session.change([](Transaction& tx, Output&) { check_rotation(tx); });
    return;
  }
  try {
    rotate(session, false);
  } catch (const Error& error) {
    throw Error(error.code(), error.what(),
                fmt::format(fmt::runtime(_("{} is disabled, but the keys are the old ones still; "
                                           "change them with: store key rotate")),
                            login));
  }
}

static bool is_rotation_due(Session& session) {
  auto reading = session.store().read();
  return pharmacy::is_rotation_due(reading);
}

static void define_disable(Frame& frame) {
  CLI::App& cmd = frame.command("staff disable", _("Let somebody in no more, and change the keys"),
                                {"store staff disable chenjing"});
  frame.proves_anew(cmd);
  auto login = std::make_shared<std::string>();
  frame.option(cmd, "login", *login, _("Login"))->required();
  frame.on_session(cmd, [login](Session& session) {
    if (session.replayed()) {
      // It may have ended between its two steps.
      if (is_rotation_due(session)) rotate_after_disabling(session, *login);
      return;
    }
    read_log_ahead(session.store());
    session.change([&](Transaction& tx, Output& out) {
      disable_staff(tx, *login);
      if (session.dry_run()) check_rotation(tx);
      const Staff now = get_staff(tx, *login);
      out.record("store.staff", now);
      out.changed(fmt::format(fmt::runtime(_("{} is let in no more")), now.login + ' ' + now.name),
                  "store staff enable " + *login);
    });
    if (!session.dry_run()) rotate_after_disabling(session, *login);
  });
}

void define_keys(Frame& frame) {
  frame.noun("key", _("The key that opens the store's files"));
  define_disable(frame);
  define_rotate(frame);
  define_recovery(frame);
}

}  // namespace pharmacy::cli
