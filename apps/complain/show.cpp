// complain list and show.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "complain/complain.h"
#include "pharmacy/adverse_reactions.h"
#include "pharmacy/complaint_clocks.h"
#include "pharmacy/members.h"

namespace pharmacy::cli {
namespace {

void print(Frame& frame, Output& out, const std::vector<Complaint>& complaints) {
  const std::string none = _("there are no such complaints");
  if (readers_of(frame) == Readers::programs) {
    out.list("complain.list", "complaints", complaints, none);
    return;
  }
  out.list("complain.list", "complaints",
           narrowed(only(to_table(complaints),
                         {"number", "complaint_kind", "complaint_state", "severity", "received_at",
                          "member", "name", "owner", "promised_at", "text"}),
                    {.scope = scope_of("complain.list"),
                     .first_to_go = {"promised_at", "member", "owner", "name", "severity"},
                     .columns = columns_of_screen(frame)}),
           none);
}

void define_list(Frame& frame) {
  struct ListAsked {
    std::optional<std::string> who;
    ComplaintFilter filter;
  };
  CLI::App& cmd = frame.command(
      "list", _("Complaints that are open, the newest first"),
      {"complain list", "complain list --member 6001", "complain list last-month --kind praise"});
  auto asked = std::make_shared<ListAsked>();
  frame.option(cmd, "period", asked->filter.period,
               _("Those received on these days, closed ones too"));
  frame.option(cmd, "--all", asked->filter.all, _("Closed ones too"));
  frame.option(cmd, "--kind", asked->filter.kind, _("Only those of this kind"));
  frame.option(cmd, "--member", asked->who, _("Only hers, closed ones too"));
  frame.option(cmd, "--owner", asked->filter.owner, _("Only those that this login handles"));
  frame.option(cmd, "--limit", asked->filter.limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [asked, &frame](Reading& reading, Output& out) {
    if (asked->who) asked->filter.member = get_member_id(reading, *asked->who);
    const auto [complaints, more] = list_complaints(reading, asked->filter);
    if (more) out.note(_("there are more: raise --limit"));
    print(frame, out, complaints);
  });
}

// What a step says in its columns, one after the other, and then its text.
std::string summary_of(const ComplaintEvent& event) {
  std::vector<std::string> parts;
  const auto put = [&parts](const auto& part, auto&& words) {
    if (part) parts.push_back(words(*part));
  };
  const auto itself = [](const std::string& text) { return text; };
  const auto word = [](auto value) { return word_label(to_word(value)); };
  put(event.department, itself);
  put(event.person, itself);
  put(event.method, word);
  put(event.severity, word);
  put(event.cause, word);
  put(event.other, [](ComplaintId id) { return to_string(id); });
  put(event.file, itself);
  put(event.text, itself);
  put(event.cost, [](Money cost) { return to_string(cost); });
  put(event.basis, itself);
  return fmt::format("{}", fmt::join(parts, _("; ")));
}

Table events_table(Frame& frame, const std::vector<ComplaintEvent>& events) {
  Table table = to_table(events);
  if (readers_of(frame) == Readers::programs) return table;
  table = only(table, {"id", "at", "staff", "complaint_step", "text"});
  for (std::size_t i = 0; i < events.size(); ++i) table.rows[i].back() = summary_of(events[i]);
  return narrowed(
      std::move(table),
      {.scope = "steps", .first_to_go = {"staff", "at"}, .columns = columns_of_screen(frame)});
}

// Of what is due, what a person has to know.
Table clocks_table(Frame& frame, const ComplaintClocks& clocks) {
  Table table = to_table(std::vector{clocks});
  if (readers_of(frame) == Readers::programs) return table;
  return only(table, {"ack_due_at", "acknowledged_at", "ack_clock", "answer_due_at", "answered_at",
                      "answer_clock"});
}

// What an adverse reaction was judged to be, and what is due to the authority.
Table reaction_table(Frame& frame, const Reaction& reaction) {
  Table table = to_table(std::vector{reaction});
  if (readers_of(frame) == Readers::programs) return table;
  return only(table, {"reaction_grade", "is_new", "onset", "reaction_outcome", "suspects",
                      "judged_by", "due_at", "reported_at", "report_reference", "clock"});
}

void define_show(Frame& frame) {
  struct ShowAsked {
    ComplaintId id;
    Reveal reveal;
  };
  CLI::App& cmd = frame.command(
      "show", _("One complaint, its clocks, and what was done"),
      {"complain show C2026-000001", "complain show C2026-1 --reveal phone --reason call"});
  auto asked = std::make_shared<ShowAsked>();
  declare_number(frame, cmd, asked->id);
  frame.option(cmd, "--reveal", asked->reveal.field, _("Show this whole: phone; with --reason"));
  frame.option(cmd, "--reason", asked->reveal.reason,
               _("What it is needed for: call, deliver, verify, or other:TEXT"));
  frame.on_view(cmd, [asked, &frame](Reading& reading, Output& out) {
    const Complaint complaint = get_complaint(reading, asked->id, asked->reveal);
    if (complaint.erased) out.note(_("what was said in it was erased"));
    Table head = to_table(std::vector{complaint});
    if (readers_of(frame) == Readers::people) {  // they are told, where it was
      auto shown = head.columns;
      std::erase(shown, "erased");
      head = only(head, shown);
    }
    head.columns.emplace_back("health");
    head.rows.front().push_back(to_cell(complaint_health(reading, asked->id)));
    std::vector<Section> sections{{"clocks", Section::Kind::record,
                                   clocks_table(frame, complaint_clocks(reading, asked->id))}};
    if (const auto reaction = find_reaction(reading, asked->id)) {
      sections.push_back(
          {"adverse_reaction", Section::Kind::record, reaction_table(frame, *reaction)});
    }
    sections.push_back(
        {"steps", Section::Kind::list, events_table(frame, complaint_events(reading, asked->id))});
    out.report("complain.show", std::move(head), std::move(sections));
  });
}

}  // namespace

void define_looking(Frame& frame) {
  define_list(frame);
  define_show(frame);
}

}  // namespace pharmacy::cli
