#include <fmt/format.h>

#include "cli/approvals.h"
#include "cli/asked.h"
#include "cli/frame.h"
#include "cli/frame_impl.h"
#include "cli/i18n.h"
#include "cli/import_verb.h"
#include "cli/render.h"
#include "member/member.h"
#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "pharmacy/points.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

constexpr std::size_t members_at_a_time = 5'000;

void define_import_members(Frame& frame) {
  CLI::App& cmd = frame.command(
      "import", _("Take over members, and their points, from another system"),
      {"member import members.csv", "member import 会员.csv --encoding gb18030 --dry-run",
       "member import patients.csv --map name=FIRST+LAST --map birth=BIRTHDATE"});
  const auto options = define_import(
      frame, cmd,
      {.plan = plan_member_import,
       .fields = member_import_fields(),
       .added = [](const ImportSummary& summary) {
         return fmt::format(fmt::runtime(P_("{} member", "{} members", summary.added)),
                            summary.added);
       }});
  options->opening = {.grant = grant_opening_points, .granted = opening_points};
}

// Lines of the export: the header first, unless this is not the beginning.
std::string lines_of(const std::vector<Member>& members, const Style& style, bool is_first) {
  Answer answer;
  answer.kind = Answer::Kind::list;
  answer.schema = "members";
  answer.key = "members";
  answer.table = to_table(members);
  const std::string lines = render(std::move(answer), style);
  if (is_first || style.format == Format::jsonl) return lines;
  return lines.substr(lines.find('\n') + 1);
}

std::string all_members(Reading& reading, const Style& style) {
  std::vector<Member> members = export_members(reading, MemberId{0}, members_at_a_time);
  std::string content = lines_of(members, style, true);
  while (!members.empty()) {
    members = export_members(reading, members.back().id, members_at_a_time);
    if (!members.empty()) content += lines_of(members, style, false);
  }
  return content;
}

Style export_style(const Globals& globals, const Zone& zone) {
  Style style;
  style.format = globals.format.value_or(Format::csv);
  style.excel = globals.excel;
  style.zone = zone;
  if (style.format == Format::table || style.format == Format::json) {
    throw Error(
        Errc::invalid_input,
        fmt::format(fmt::runtime(_("--format: an export cannot be {}")), to_word(style.format)),
        _("one of: csv, tsv, jsonl"));
  }
  if (globals.columns) throw Error(Errc::invalid_input, _("--columns: an export is whole"));
  return style;
}

void define_export_members(Frame& frame) {
  struct Asked {
    FileName file{"-"};
    bool force = false;
    ApprovalOptions approval;
  };
  CLI::App& cmd =
      frame.command("export", _("Write all members, whole, in the form that the import takes"),
                    {"member export all.csv", "member export --format jsonl >members.jsonl"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "file", asked->file, _("The file; standard output where not given, or -"));
  frame.option(cmd, "--force", asked->force, _("Replace a file that is there"));
  asked->approval.declare(frame, cmd);
  frame.on_session(cmd, [&frame, asked](Session& session) {
    const auto existing = asked->force ? Existing::replaced : Existing::refused;
    const Style style = export_style(frame.impl().globals, session.store().zone());
    session.check_file(asked->file.path, existing);
    if (session.dry_run()) {
      AskedPlan plan;
      session.store().view([&](Reading& reading) { plan = plan_export(reading); });
      tell_plan(session.out(), plan);
      return;
    }
    // The snapshot ends before anything is written: a pipe may wait for a person.
    std::string all;
    view_approved(session, asked->approval, show_request(session.command_without(approval_options)),
                  [&](Reading& reading) { all = all_members(reading, style); });
    session.write_file(asked->file.path, all, existing);
  });
}

}  // namespace

void define_member_files(Frame& frame) {
  define_import_members(frame);
  define_export_members(frame);
}

}  // namespace pharmacy::cli
