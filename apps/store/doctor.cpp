// The doctor: looks at store and machine, and keeps a register of what it found.
#include "pharmacy/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "store/store.h"

namespace pharmacy::cli {
namespace {

constexpr std::chrono::days checkup_age{30};  // after which people are told

std::vector<RegisteredFinding> open_ones(Reading& reading, CheckupPart part) {
  auto findings = list_findings(reading, {.part = part});
  std::erase_if(findings, [](const RegisteredFinding& finding) { return !finding.is_open(); });
  return findings;
}

// A timer's job says nothing where there is nothing to say.
void tell(const Checkup& done, std::size_t open, Output& out) {
  if (open > 0) out.ends_with(static_cast<int>(Exit::not_found));
  if (open == 0 && done.found == 0 && done.gone == 0) return;
  out.changed(fmt::format(fmt::runtime(_("checkup {id}: {found} found, {gone} gone, {open} open")),
                          fmt::arg("id", to_string(done.id)), fmt::arg("found", done.found),
                          fmt::arg("gone", done.gone), fmt::arg("open", open)),
              {});
}

void define_run(Frame& frame) {
  CLI::App& cmd = frame.command(
      "doctor", _("Look at store and machine for what may do harm one day, and register it"),
      {"store doctor", "store doctor --security"});
  auto security = std::make_shared<bool>(false);
  frame.option(cmd, "--security", *security,
               _("Only keys, access and the machine: no backups, and not every page"));
  frame.on_session(cmd, [security](Session& session) {
    if (session.replayed()) return;
    const auto part = *security ? CheckupPart::security : CheckupPart::all;
    const auto seen = examine(session.store(), part, session.progress(_("checking")));
    std::vector<RegisteredFinding> open;
    session.change([&](Transaction& tx, Output& out) {
      const Checkup done = get_checkup(tx, record_checkup(tx, seen));
      open = open_ones(tx, part);
      tell(done, open.size(), out);
    });
    session.out().list("store.finding", "findings", open, _("nothing is found"));
  });
}

void define_checkup_list(Frame& frame) {
  CLI::App& cmd = frame.command("checkup list", _("List the runs of the doctor, the newest first"),
                                {"store checkup list", "store checkup list --format csv"});
  auto limit = std::make_shared<std::size_t>(100);
  frame.option(cmd, "--limit", *limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [limit](Reading& reading, Output& out) {
    out.list("store.checkup", "checkups", list_checkups(reading, *limit));
  });
}

void define_checkup_show(Frame& frame) {
  CLI::App& cmd =
      frame.command("checkup show", _("Show what one run looked at, and whether that was good"),
                    {"store checkup show 1"});
  auto id = std::make_shared<CheckupId>();
  frame.option(cmd, "checkup", *id, _("Number of the checkup"))->required();
  frame.on_view(cmd, [id](Reading& reading, Output& out) {
    const Checkup checkup = get_checkup(reading, *id);
    out.report("store.checkup", to_table(std::vector{checkup}),
               {list_section("checks", list_checkup_items(reading, *id))});
    if (has_wal_reset_bug(checkup.sqlite)) {
      out.note(fmt::format(fmt::runtime(_("SQLite {} can lose what was written while its log is "
                                          "begun anew; the store's write gate prevents that")),
                           checkup.sqlite));
    }
  });
}

// What nobody looked at for long is no sign that all is well.
void tell_age(Reading& reading, Output& out) {
  const auto checkups = list_checkups(reading, 1);
  if (checkups.empty()) {
    out.note(_("the doctor was never here: run store doctor"));
    return;
  }
  const Date day = reading.zone().day_of(checkups.front().at);
  if (reading.today() - day < checkup_age) return;
  out.note(
      fmt::format(fmt::runtime(_("the last checkup was on {}: run store doctor")), to_string(day)));
}

void define_finding_list(Frame& frame) {
  CLI::App& cmd = frame.command("finding list", _("List what was found and has not ended"),
                                {"store finding list", "store finding list --all --format csv"});
  auto filter = std::make_shared<FindingFilter>();
  frame.option(cmd, "--all", filter->with_ended, _("Also what was closed, or is gone"));
  frame.on_view(cmd, [filter](Reading& reading, Output& out) {
    out.list("store.finding", "findings", list_findings(reading, *filter));
    tell_age(reading, out);
  });
}

void define_finding_show(Frame& frame) {
  CLI::App& cmd = frame.command("finding show", _("Show a finding, and what was done about it"),
                                {"store finding show 1"});
  auto id = std::make_shared<FindingId>();
  frame.option(cmd, "finding", *id, _("Number of the finding"))->required();
  frame.on_view(cmd, [id](Reading& reading, Output& out) {
    const RegisteredFinding finding = get_finding(reading, *id);
    out.report("store.finding", to_table(std::vector{finding}),
               {list_section("steps", list_finding_steps(reading, *id))});
  });
}

void define_assign(Frame& frame) {
  struct Asked {
    FindingId id;
    FindingOwner owner;
  };
  CLI::App& cmd = frame.command("finding assign", _("Say who sees to a finding, and by which day"),
                                {"store finding assign 1 --owner wangli --due today"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "finding", asked->id, _("Number of the finding"))->required();
  frame.option(cmd, "--owner", asked->owner.login, _("Login of who sees to it"))->required();
  frame.option(cmd, "--due", asked->owner.due, _("The day by which it is to be over"))->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    const RegisteredFinding before = get_finding(tx, asked->id);
    assign_finding(tx, asked->id, asked->owner);
    out.record("store.finding", get_finding(tx, asked->id));
    const std::string id = to_string(asked->id);
    const bool had_owner = before.owner && before.due && *before.due >= tx.today();
    out.changed(fmt::format(fmt::runtime(_("{login} sees to finding {id} by {day}")),
                            fmt::arg("login", asked->owner.login), fmt::arg("id", id),
                            fmt::arg("day", to_string(asked->owner.due))),
                had_owner ? fmt::format("store finding assign {} --owner {} --due {}", id,
                                        *before.owner, to_string(*before.due))
                          : std::string{});
  });
}

void define_accept(Frame& frame) {
  struct Asked {
    FindingId id;
    FindingAcceptance acceptance;
  };
  CLI::App& cmd =
      frame.command("finding accept", _("Let a finding be until a day; then it is open again"),
                    {"store finding accept 1 --until today --note 明天换硬盘"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "finding", asked->id, _("Number of the finding"))->required();
  frame.option(cmd, "--until", asked->acceptance.until, _("The last day; within a year"))
      ->required();
  frame.option(cmd, "--note", asked->acceptance.note, _("Why it may be"))->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    accept_finding(tx, asked->id, asked->acceptance);
    out.record("store.finding", get_finding(tx, asked->id));
    out.changed(fmt::format(fmt::runtime(_("finding {id} may be until {day}")),
                            fmt::arg("id", to_string(asked->id)),
                            fmt::arg("day", to_string(asked->acceptance.until))),
                {});
  });
}

void define_close(Frame& frame) {
  struct Asked {
    FindingId id;
    std::string note;
  };
  CLI::App& cmd =
      frame.command("finding close", _("Say that a finding is over; if it is not, it comes back"),
                    {"store finding close 1 --note 已改用口令"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "finding", asked->id, _("Number of the finding"))->required();
  frame.option(cmd, "--note", asked->note, _("What was done"))->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    close_finding(tx, asked->id, asked->note);
    out.record("store.finding", get_finding(tx, asked->id));
    out.changed(
        fmt::format(fmt::runtime(_("closed finding {}; the next checkup finds it anew if it is "
                                   "still there")),
                    to_string(asked->id)),
        {});
  });
}

}  // namespace

void define_doctor(Frame& frame) {
  define_run(frame);
  frame.noun("checkup", _("The runs of the doctor"));
  define_checkup_list(frame);
  define_checkup_show(frame);
  frame.noun("finding", _("What the doctor found, and who sees to it"));
  define_finding_list(frame);
  define_finding_show(frame);
  define_assign(frame);
  define_accept(frame);
  define_close(frame);
}

}  // namespace pharmacy::cli
