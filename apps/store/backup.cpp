// Backups: making one, reading all of one, and making a store of one.
#include "pharmacy/backup.h"

#include <fmt/format.h>

#include <filesystem>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "store/anchors.h"
#include "store/store.h"

namespace pharmacy::cli {
namespace {

// A file's name; in a directory, one that tells the moment.
std::string backup_file(const std::string& path, Store& store) {
  std::error_code none;
  if (!std::filesystem::is_directory(path, none)) return path;
  std::string moment = to_string(store.now(), store.zone()).substr(0, 19);
  std::erase(moment, ':');
  return (std::filesystem::path{path} / ("pharmacy-" + moment + ".backup")).string();
}

void define_make(Frame& frame) {
  struct Asked {
    FileName file;
    bool force = false;
  };
  CLI::App& cmd =
      frame.command("backup", _("Write the whole store as it is now, sealed, into one file"),
                    {"store backup pharmacy.backup", "store backup ."});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "file", asked->file, _("The file; in a directory, one named by date and time"))
      ->required();
  frame.option(cmd, "--force", asked->force, _("Replace a file that is there"));
  frame.on_session(cmd, [asked](Session& session) {
    const auto existing = asked->force ? Existing::replaced : Existing::refused;
    const std::string path = backup_file(asked->file.path, session.store());
    if (session.dry_run()) {
      check_may_back_up(session.store());
      session.check_file(path, existing);
      session.out().note(
          fmt::format(fmt::runtime(_("the store would be written to {}")), for_terminal(path)));
      return;
    }
    const auto made = make_backup(session.store(), path, existing, session.progress(_("copying")));
    session.out().record("store.backup", made);
  });
}

ComparedBackup verified(const std::string& path, const Key& key,
                        const std::optional<std::vector<LogAnchor>>& anchors, Session& session) {
  const auto progress = session.progress(_("checking"));
  if (!anchors) return {.backup = verify_backup(path, key, progress), .difference = {}};
  return compare_backup(path, key, *anchors, session.open_options(), progress);
}

void define_verify_backup(Frame& frame) {
  struct Asked {
    FileName file;
    bool record = false;
    std::optional<FileName> anchors;
  };
  CLI::App& cmd =
      frame.command("verify", _("Read all of a backup, and tell whether it is whole"),
                    {"store verify pharmacy.backup", "store verify pharmacy.backup --record",
                     "store verify pharmacy.backup --anchor anchors.txt"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "file", asked->file, _("The backup"))->required();
  frame.option(cmd, "--record", asked->record,
               _("Note in the store, for the doctor, that this backup of it is whole"));
  frame.option(cmd, "--anchor", asked->anchors, _("A file of anchors that it must have"));
  frame.on_place(cmd, [asked](const std::string&, Session& session) {
    std::optional<std::vector<LogAnchor>> anchors;
    if (asked->anchors) anchors = read_anchors(asked->anchors->path, session);
    const Key key = session.key(backup_staff(asked->file.path));
    const ComparedBackup whole = verified(asked->file.path, key, anchors, session);
    if (asked->record && !whole.difference && !session.dry_run())
      record_verified_backup(session.store(), whole.backup);
    session.out().record("store.backup", whole.backup);
    if (!whole.difference) return;
    session.out().note(whole.difference->problem);
    session.out().note(whole.difference->advice);
    session.out().ends_with(static_cast<int>(Exit::refused));
  });
}

void tell(const Restored& restored, const std::string& path, Output& out) {
  out.record("store.backup", restored.backup);
  out.changed(
      fmt::format(fmt::runtime(_("the store at {} is that of the backup now")), for_terminal(path)),
      {});
  if (restored.aside) {
    out.note(fmt::format(fmt::runtime(_("the store that was there is at {}")),
                         for_terminal(*restored.aside)));
  }
  out.note(_("whoever was disabled since the backup has a key again: see store staff list"));
}

void define_restore(Frame& frame) {
  struct Asked {
    FileName file;
    RestoreOptions options;
    std::optional<FileName> anchors;
    std::optional<std::string> confirm;
  };
  CLI::App& cmd =
      frame.command("restore", _("Make the store of a backup"),
                    {"store restore pharmacy.backup --store restored",
                     "store restore pharmacy.backup --replace --accept-older --confirm store"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "file", asked->file, _("The backup"))->required();
  frame.option(cmd, "--replace", asked->options.replace, _("Put a store aside that is there"));
  frame.option(cmd, "--accept-older", asked->options.accept_older,
               _("Also where the backup lacks what was done since, or is of another history"));
  frame.option(cmd, "--anchor", asked->anchors, _("A file of anchors that it must have"));
  frame.option(cmd, "--confirm", asked->confirm, _("The store's name, in place of typing it"));
  frame.on_place(
      cmd,
      [asked](const std::string& path, Session& session) {
        RestoreOptions options = asked->options;
        if (asked->anchors) options.anchors = read_anchors(asked->anchors->path, session);
        const Key key = session.key(backup_staff(asked->file.path));
        if (session.dry_run()) {
          session.out().record("store.backup", check_restore(asked->file.path, path, key, options,
                                                             session.open_options(),
                                                             session.progress(_("checking"))));
          return;
        }
        if (options.replace) check_may_restore(asked->file.path, key);
        if (options.replace &&
            !session.confirm_by_name(
                fmt::format(fmt::runtime(_("replace the store at {}?")), for_terminal(path)), path,
                asked->confirm)) {
          session.out().ends_with(static_cast<int>(Exit::not_found));
          return;
        }
        Restored restored;
        session.change_apart([&] {
          restored = restore_backup(asked->file.path, path, key, options, session.open_options(),
                                    session.progress(_("copying")));
        });
        tell(restored, path, session.out());
      },
      Makes::store);
}

}  // namespace

void define_backup(Frame& frame) {
  define_make(frame);
  define_verify_backup(frame);
  define_restore(frame);
}

}  // namespace pharmacy::cli
