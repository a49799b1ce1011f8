// The access log: reading it, and keeping outside of the store what shows that it is whole.
#include "pharmacy/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/files.h"
#include "pharmacy/members.h"
#include "pharmacy/text.h"
#include "store/anchors.h"
#include "store/findings.h"
#include "store/store.h"

namespace pharmacy::cli {
namespace {

// "M12" also where that member is no more; else as people name members.
MemberId member_of(Reading& reading, const std::string& text) {
  if (const auto id = parse_member_id(text)) return *id;
  return get_member_id(reading, text);
}

void list(Reading& reading, Output& out, AccessFilter filter) {
  const std::size_t asked = filter.limit;
  if (filter.limit < accesses_limit_max) ++filter.limit;
  auto entries = list_accesses(reading, filter);
  if (entries.size() > asked) {
    entries.resize(asked);
    out.note(
        fmt::format(fmt::runtime(_("there are more: go on with --before {}")), entries.back().seq));
  }
  out.list("store.audit", "entries", entries);
}

void define_entries(Frame& frame) {
  CLI::App& cmd =
      frame.command("audit list", _("Who did what, and who was shown whom; the newest first"),
                    {"store audit list", "store audit list --staff wangli --period this-month",
                     "store audit list --kind refusal --format csv"});
  auto filter = std::make_shared<AccessFilter>();
  frame.option(cmd, "--period", filter->period, _("Only in this period"));
  frame.option(cmd, "--staff", filter->staff, _("Only what this login did"));
  frame.option(cmd, "--kind", filter->kind, _("Only of this kind: change, view or refusal"));
  frame.option(cmd, "--before", filter->before, _("Only entries before this one"));
  frame.option(cmd, "--limit", filter->limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [filter](Reading& reading, Output& out) { list(reading, out, *filter); });
}

void define_who_read(Frame& frame) {
  struct Asked {
    std::string member;
    AccessFilter filter;
  };
  CLI::App& cmd = frame.command("audit who-read", _("Who has seen or changed a member, and when"),
                                {"store audit who-read 6001", "store audit who-read M1"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->member, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--before", asked->filter.before, _("Only entries before this one"));
  frame.option(cmd, "--limit", asked->filter.limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    AccessFilter filter = asked->filter;
    filter.member = member_of(reading, asked->member);
    list(reading, out, filter);
  });
}

void define_verify_log(Frame& frame) {
  CLI::App& cmd = frame.command("audit verify",
                                _("Read the whole access log, and tell whether anybody changed it"),
                                {"store audit verify", "store audit verify --anchor anchors.txt"});
  auto file = std::make_shared<std::optional<FileName>>();
  frame.option(cmd, "--anchor", *file, _("A file of anchors; - for standard input"));
  frame.on_session(cmd, [file](Session& session) {
    std::vector<LogAnchor> anchors;
    if (*file) anchors = read_anchors((*file)->path, session);
    std::vector<Finding> findings;
    std::optional<LogAnchor> head;
    std::int64_t erased = 0;
    {
      auto reading = session.store().read();
      findings = verify_log(reading, anchors, session.progress(_("checking")));
      head = log_head(reading);
      erased = erased_details(reading);
    }
    const std::string until = head ? to_string(*head) : std::string{};
    tell(findings, session.out(),
         fmt::format(fmt::runtime(_("the access log is whole, up to {}")), until));
    if (anchors.empty() && findings.empty()) {
      session.out().note(_(
          "that the newest entries were cut off, or written anew by who holds the data key, shows "
          "only against an anchor kept outside: --anchor FILE"));
    }
    if (erased == 0) return;
    session.out().note(fmt::format(
        fmt::runtime(P_("the detail of {} entry was erased with the member it was about",
                        "the details of {} entries were erased with the members they were about",
                        erased)),
        erased));
  });
}

// An anchor as it is kept.
struct Kept {
  std::int64_t seq;
  std::string mac;
  Instant at;

  static constexpr auto fields() {
    return std::tuple{Field{"seq", &Kept::seq}, Field{"mac", &Kept::mac}, Field{"at", &Kept::at}};
  }
};

// Throws where an anchor cannot be added to the file: one that is there holds nothing else.
void check_keeps_anchors(const std::string& path, Session& session) {
  keep_out_of_store(path);
  std::error_code none;
  if (std::filesystem::is_regular_file(path, none))
    static_cast<void>(parse_anchors(path, session.read_file(path, anchors_bytes_max)));
  else
    check_new_file(path, Existing::refused);
}

void define_anchor(Frame& frame) {
  CLI::App& cmd = frame.command("audit anchor",
                                _("Print what stands for the access log until now, and keep it"),
                                {"store audit anchor", "store audit anchor anchors.txt"});
  auto file = std::make_shared<std::optional<FileName>>();
  frame.option(cmd, "file", *file, _("A file, on another machine or disk, to which it is added"));
  frame.on_session(cmd, [file](Session& session) {
    if (*file) check_keeps_anchors((*file)->path, session);
    Store& store = session.store();
    std::optional<LogAnchor> head;
    {
      auto reading = store.read();
      head = log_head(reading);
    }
    if (!head) throw Error(Errc::not_found, _("nothing was logged yet"));
    const std::string line = to_string(*head) + ' ' + to_string(store.now(), store.zone());
    if (!session.dry_run()) {
      if (*file) append_line((*file)->path, line);
      if (session.world().system_log)
        session.world().system_log("access log " + store.info().store_id + ' ' + line);
      record_anchor(store, *head);
    }
    session.out().record("store.audit.anchor", Kept{head->seq, head->mac, store.now()});
  });
}

}  // namespace

void define_audit(Frame& frame) {
  frame.noun("audit", _("The access log: who did what, and who was shown whom"));
  define_entries(frame);
  define_who_read(frame);
  define_verify_log(frame);
  define_anchor(frame);
}

}  // namespace pharmacy::cli
