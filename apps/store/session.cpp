// For a while, no passphrase is asked.
#include "pharmacy/session.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "store/store.h"

namespace pharmacy::cli {
namespace {

void define_unlock(Frame& frame) {
  CLI::App& cmd = frame.command(
      "unlock", _("Ask for the passphrase once, and not again until the session ends"),
      {"store unlock", "store unlock --login wangli"});
  frame.proves_anew(cmd);
  frame.on_place(cmd, [](const std::string&, Session& session) {
    // Nobody types a passphrase where there can be no session.
    const SessionKey key = session_of_invoker(session.world().env);
    Store& store = session.store();
    if (session.dry_run()) {
      session.out().note(
          fmt::format(fmt::runtime(_("a session of {} would be opened")), store.actor().login));
      return;
    }
    const OpenedSession opened = unlock_session(store, key);
    session.out().record("store.session", opened);
    session.out().changed(fmt::format(fmt::runtime(_("unlocked for {}")), opened.login),
                          "store lock");
  });
}

void define_lock(Frame& frame) {
  CLI::App& cmd =
      frame.command("lock", _("End your session: the next command asks again"), {"store lock"});
  frame.on_place(cmd, [](const std::string&, Session& session) {
    const SessionKey key = session_of_invoker(session.world().env);
    if (session.dry_run()) {
      session.out().note(is_session_open(key) ? _("the session would be ended")
                                              : _("no session was open"));
      return;
    }
    session.out().note(lock_session(key) ? _("locked") : _("no session was open"));
  });
}

}  // namespace

void define_sessions(Frame& frame) {
  define_unlock(frame);
  define_lock(frame);
}

}  // namespace pharmacy::cli
