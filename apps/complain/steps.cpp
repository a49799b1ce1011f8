// complain ack, assign, escalate, grade, link, pause and resume: who has it, how grave it is, and
// when it waits.
#include <fmt/format.h>

#include "cli/i18n.h"
#include "complain/complain.h"
#include "pharmacy/complaint_clocks.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {
namespace {

void define_ack(Frame& frame) {
  CLI::App& cmd = frame.command("ack", _("Record the first word with the person"),
                                {"complain ack C2026-000001 --note 已电话致歉，答应明天回复"});
  auto& step = declare_step<Acknowledge>(frame, cmd);
  frame.option(cmd, "--note", step.note, _("What was said; nothing about health"));
}

void define_assign(Frame& frame) {
  CLI::App& cmd =
      frame.command("assign", _("Hand a complaint to a department, to one of the staff, or both"),
                    {"complain assign C2026-000001 --to wangli",
                     "complain assign C2026-000001 --department 采购部 --note 请查该批号来货"});
  auto& step = declare_step<AssignComplaint>(frame, cmd);
  frame.option(cmd, "--department", step.department, _("The department"));
  frame.option(cmd, "--to", step.login, _("Login of who handles it from now on"));
  frame.option(cmd, "--note", step.note, _("What was said at the hand-over"));
}

void escalate_all(Transaction& tx, Output& out, const EscalateComplaint& to) {
  const auto escalated = escalate_overdue(tx, to);
  Table numbers{.columns = {"number"}, .rows = {}};
  for (const ComplaintId id : escalated) numbers.rows.push_back({to_cell(id)});
  out.list("complain.escalated", "complaints", std::move(numbers), _("nothing is late"));
  if (escalated.empty()) return;
  out.changed(
      fmt::format(fmt::runtime(P_("handed {n} late complaint to {login}",
                                  "handed {n} late complaints to {login}", escalated.size())),
                  fmt::arg("n", escalated.size()), fmt::arg("login", to.login)),
      {});
}

void define_escalate(Frame& frame) {
  struct Asked {
    std::optional<ComplaintId> id;
    bool overdue = false;
    EscalateComplaint to;
  };
  CLI::App& cmd =
      frame.command("escalate", _("Hand a complaint, or all that are late, to a manager"),
                    {"complain escalate C2026-000001 --to wangli --reason 已超时",
                     "complain escalate --overdue --to wangli"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "number", asked->id, _("Its number, as C2026-000123"));
  frame.option(cmd, "--overdue", asked->overdue,
               _("All that are late and were not handed to one yet; for timers"));
  frame.option(cmd, "--to", asked->to.login, _("Login of the manager"))->required();
  frame.option(cmd, "--reason", asked->to.reason, _("Why"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    if (asked->id.has_value() == asked->overdue) {
      throw Error(Errc::invalid_input, _("either one complaint, or all that are late"),
                  _("give its number, or --overdue"));
    }
    if (asked->id) return take(tx, out, *asked->id, asked->to);
    escalate_all(tx, out, asked->to);
  });
}

void define_grade(Frame& frame) {
  CLI::App& cmd =
      frame.command("grade", _("Change how grave a complaint is, and the times that go with that"),
                    {"complain grade C2026-000001 --severity critical --reason 顾客已就医"});
  auto& step = declare_step<GradeComplaint>(frame, cmd);
  frame.option(cmd, "--severity", step.severity, _("minor, major or critical"))->required();
  frame.option(cmd, "--reason", step.reason, _("Why"))->required();
}

void define_link(Frame& frame) {
  CLI::App& cmd = frame.command("link", _("Say that two complaints belong together"),
                                {"complain link C2026-000002 C2026-000001"});
  auto& step = declare_step<LinkComplaint>(frame, cmd);
  frame.option(cmd, "other", step.other, _("Number of the other one"))->required();
}

void define_pause(Frame& frame) {
  CLI::App& cmd =
      frame.command("pause", _("Stop the clock: what is waited for is not in the pharmacy's hand"),
                    {"complain pause C2026-000007 --reason 等厂家检验报告"});
  auto& step = declare_step<PauseComplaint>(frame, cmd);
  frame.option(cmd, "--reason", step.reason, _("What is waited for"))->required();
}

void define_resume(Frame& frame) {
  CLI::App& cmd = frame.command("resume", _("Let the clock go on"),
                                {"complain resume C2026-000008 --note 报告已到"});
  auto& step = declare_step<ResumeComplaint>(frame, cmd);
  frame.option(cmd, "--note", step.note, _("What came"));
}

}  // namespace

void define_steps(Frame& frame) {
  define_ack(frame);
  define_assign(frame);
  define_escalate(frame);
  define_grade(frame);
  define_link(frame);
  define_pause(frame);
  define_resume(frame);
}

}  // namespace pharmacy::cli
