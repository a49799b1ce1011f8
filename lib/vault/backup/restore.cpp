// Making a store of a backup.
#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "base/i18n.h"
#include "pharmacy/backup.h"
#include "pharmacy/error.h"
#include "vault/backup/read.h"
#include "vault/log/verify.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"

namespace pharmacy {

using vault::Place;

namespace {

[[noreturn]] void throw_cannot_move(const Place& target) {
  throw Error(Errc::cannot_create,
              fmt::format(fmt::runtime(_("cannot put the store in its place, {}: {}")),
                          target.directory.string(), std::strerror(errno)));
}

// Throws where there is a store that is not to be replaced, or no place for one. True where there
// is one.
bool check_target(const Place& target, const RestoreOptions& options,
                  const OpenOptions& open_options) {
  vault::require_in_sight(target);
  const bool is_there = vault::has_store(target);
  if (is_there && !options.replace) {
    throw Error(
        Errc::conflict,
        fmt::format(fmt::runtime(_("there is a store already at {}")), target.directory.string()),
        _("use --replace to put it aside, or name another place with --store DIR"));
  }
  const auto nearest = is_there ? target.directory : vault::check_new_place(target);
  if (!open_options.allow_network_fs) vault::refuse_network(nearest);
  return is_there;
}

// The directory without a slash at its end: what is unpacked lies beside it.
Place target_at(const std::filesystem::path& path) {
  return Place{path.has_filename() ? path : path.parent_path()};
}

// Keyring and pages of the backup, in a directory of ours.
vault::ReadBackup unpack(const std::string& file, const Key& key, const Place& to,
                         const BackupProgress& progress) {
  NewFile database{to.database().string(), Existing::refused};
  auto read = vault::read_backup(
      file, key, to, [&](std::string_view page) { database.write(page); }, progress);
  database.finish();
  return read;
}

// One that is so damaged that it does not say whose it is may be replaced by any.
void require_same_store(const Place& target, const BackupInfo& backup) {
  try {
    if (vault::hex(vault::read_keyring(target).store_id) == backup.store_id) return;
  } catch (const Error& error) {
    if (error.code() != Errc::damaged && error.code() != Errc::no_store) throw;
    return;
  }
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("this is a backup of another store than that at {}")),
                          target.directory.string()),
              _("move the store that is there away first, or name another place with --store DIR"));
}

// Of the store that is there: the newest entry, and the one that the backup ends with, which tells
// whether both went the same way until then. Nothing where it does not open any more.
std::vector<LogAnchor> anchors_there(const Place& place, const Key& key, const OpenOptions& options,
                                     const BackupInfo& backup) {
  try {
    Store::Impl store{place, vault::unlock(place, key, system_clock_now()), options};
    return store.database().rows<LogAnchor>(
        "SELECT seq, lower(hex(mac)) FROM log_entry"
        " WHERE seq IN (?1, (SELECT max(seq) FROM log_entry)) ORDER BY seq",
        backup.log_seq);
  } catch (const Error&) {
    return {};
  }
}

[[noreturn]] void throw_unsound(const Finding& finding) {
  throw Error(
      Errc::damaged,
      fmt::format(fmt::runtime(_("the store in this backup is not sound: {}")), finding.problem),
      finding.advice);
}

void require_sound(Store::Impl& store) {
  for (const Finding& finding : vault::check(store, {})) {
    if (finding.check != "untied_refund" && finding.check != "keys") throw_unsound(finding);
  }
}

// How the log of a backup, which is sound by itself, differs from the anchors; an entry that is
// another one says more than those that lack.
std::optional<Finding> difference_from(const std::vector<LogAnchor>& anchors, Store::Impl& store) {
  auto findings = vault::verify_log(store, anchors, {});
  if (findings.empty()) return std::nullopt;
  const auto other = std::ranges::find(findings, vault::other_log, &Finding::check);
  if (other != findings.end()) {
    other->problem = fmt::format(
        fmt::runtime(_("the backup is of another history, from entry {} of the access log on")),
        other->subject);
    other->advice =
        _("an older backup was restored and used since, the anchors are of another store, or "
          "somebody wrote the log anew: find out which; --accept-older takes the backup all the "
          "same");
    return std::move(*other);
  }
  Finding& older = findings.front();
  older.problem =
      fmt::format(fmt::runtime(_("the backup lacks what was done since: {}")), older.problem);
  older.advice = _("take a newer backup, or use --accept-older to go back to this one");
  return std::move(older);
}

// What is to be restored, and in whose place.
struct Request {
  const std::string& file;
  const Key& key;
  Place target;
  bool is_there;
  const RestoreOptions& options;
  const OpenOptions& open_options;
};

// Makes the store in a place of its own, and calls last() with it. Throws what keeps it from the
// place that it is for.
BackupInfo make_store(const Request& request, const Place& made, const BackupProgress& progress,
                      const std::function<void(Store::Impl&, const BackupInfo&)>& last) {
  vault::ReadBackup read = unpack(request.file, request.key, made, progress);
  if (request.is_there) require_same_store(request.target, read.info);
  Store::Impl store{made, std::move(read.who), request.open_options};
  vault::require(store, vault::Permission::restore);
  require_sound(store);
  if (!request.options.accept_older) {
    auto anchors = request.options.anchors;
    if (request.is_there) {
      const auto there =
          anchors_there(request.target, request.key, request.open_options, read.info);
      anchors.insert(anchors.end(), there.begin(), there.end());
    }
    if (const auto difference = difference_from(anchors, store))
      throw Error(Errc::refused, difference->problem, difference->advice);
  }
  last(store, read.info);
  return std::move(read.info);
}

// Gives the new store its name; one that bore it gets the other's. From then on neither is removed,
// whatever fails.
void put_in_place(vault::TemporaryPlace& made, const Place& target, unsigned flags) {
  if (::renameat2(AT_FDCWD, made.place().directory.c_str(), AT_FDCWD, target.directory.c_str(),
                  flags) != 0)
    throw_cannot_move(target);
  made.keep();
  try {
    sync_directory_of(target.directory.string());
  } catch (const Error& error) {
    throw Error(error.code(), error.what(),
                flags == RENAME_EXCHANGE
                    ? fmt::format(fmt::runtime(_("the new store is in its place all the same, and "
                                                 "the store that was there is at {}")),
                                  made.place().directory.string())
                    : _("the new store is in its place all the same"));
  }
}

}  // namespace

void Store::Impl::log_restore(const BackupInfo& backup) {
  Reading::Impl change{*this, std::nullopt};
  vault::Shown what;
  what.note("backup of " + to_string(backup.made, zone));
  change.commit({.kind = AccessKind::change, .command = {}, .operation = {}, .shown = what});
}

ComparedBackup compare_backup(const std::string& path, const Key& key,
                              const std::vector<LogAnchor>& anchors,
                              const OpenOptions& open_options, const BackupProgress& progress) {
  const vault::TemporaryPlace workshop = vault::temporary_place();
  vault::ReadBackup read = unpack(path, key, workshop.place(), progress);
  Store::Impl store{workshop.place(), std::move(read.who), open_options};
  auto difference = difference_from(anchors, store);
  if (difference) {
    const auto by_itself = vault::verify_log(store, {}, {});
    if (!by_itself.empty()) throw_unsound(by_itself.front());
  }
  return {.backup = std::move(read.info), .difference = std::move(difference)};
}

BackupInfo check_restore(const std::string& file, const std::filesystem::path& path, const Key& key,
                         const RestoreOptions& options, const OpenOptions& open_options,
                         const BackupProgress& progress) {
  const Place target = target_at(path);
  const bool is_there = check_target(target, options, open_options);
  const vault::TemporaryPlace workshop = vault::temporary_place();
  return make_store({file, key, target, is_there, options, open_options}, workshop.place(),
                    progress, [](Store::Impl&, const BackupInfo&) {});
}

Restored restore_backup(const std::string& file, const std::filesystem::path& path, const Key& key,
                        const RestoreOptions& options, const OpenOptions& open_options,
                        const BackupProgress& progress) {
  const Place target = target_at(path);
  const bool is_there = check_target(target, options, open_options);
  make_directories(target.directory.parent_path());
  vault::TemporaryPlace workshop{target.directory};
  const Place& made = workshop.place();
  BackupInfo info =
      make_store({file, key, target, is_there, options, open_options}, made, progress,
                 [](Store::Impl& store, const BackupInfo& backup) { store.log_restore(backup); });
  if (!is_there) {
    put_in_place(workshop, target, 0);
    return {.backup = std::move(info), .aside = std::nullopt};
  }
  db::Gate gate{target.lock(), vault::program_name()};
  const db::GateHold hold{gate, open_options.wait};
  // It changes places with the store that is there, which has this name then.
  workshop.name_aside();
  put_in_place(workshop, target, RENAME_EXCHANGE);
  return {.backup = std::move(info), .aside = made.directory.string()};
}

}  // namespace pharmacy
