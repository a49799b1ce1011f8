// store key: the key that opens the files themselves.
#include <fmt/format.h>

#include <memory>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "pharmacy/staff.h"
#include "store/store.h"

namespace pharmacy::cli {

// What of the keys is told after they were changed.
static void tell(Session& session, const std::string& line) {
  const StoreInfo info = session.store().info();
  session.change([&](Transaction&, Output& out) {
    out.record("store.key", Table{{"key_epoch"}, {{info.key_epoch}}});
    out.changed(line, {});
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
    if (!session.dry_run())
      session.store().rotate_keys(asked->health, session.progress(_("copying")));
    tell(session, _("changed the key of the store"));
  });
}

static void define_disable(Frame& frame) {
  CLI::App& cmd = frame.command("staff disable", _("Let somebody in no more, and change the keys"),
                                {"store staff disable chenjing"});
  frame.proves_anew(cmd);
  auto login = std::make_shared<std::string>();
  frame.option(cmd, "login", *login, _("Login"))->required();
  frame.on_session(cmd, [login](Session& session) {
    if (session.replayed()) return;
    read_log_ahead(session.store());
    session.change([&](Transaction& tx, Output& out) {
      disable_staff(tx, *login);
      const Staff now = get_staff(tx, *login);
      out.record("store.staff", now);
      out.changed(fmt::format(fmt::runtime(_("{} is let in no more")), now.login + ' ' + now.name),
                  "store staff enable " + *login);
    });
    if (session.dry_run()) return;
    try {
      session.store().rotate_keys(false, session.progress(_("copying")));
    } catch (const Error& error) {
      throw Error(error.code(), error.what(),
                  fmt::format(fmt::runtime(_("{} is disabled, but the keys are the old ones still; "
                                             "change them with: store key rotate")),
                              *login));
    }
  });
}

void define_keys(Frame& frame) {
  frame.noun("key", _("The key that opens the store's files"));
  define_disable(frame);
  define_rotate(frame);
}

}  // namespace pharmacy::cli
