// complain investigate, cause, plan, reply, answer, close and reopen: from looking into it to its
// end.
#include "cli/i18n.h"
#include "complain/complain.h"

namespace pharmacy::cli {
namespace {

void define_investigate(Frame& frame) {
  CLI::App& cmd = frame.command(
      "investigate", _("Record what looking into it brought"),
      {"complain investigate C2026-000007 --by records 销售单与库存一致，少发一板属实",
       "complain investigate C2026-000007 --by interview 当班店员承认未复核"});
  auto& step = declare_step<Investigate>(frame, cmd, &Investigate::found);
  frame.option(cmd, "text", step.found, _("What was found; - reads it from standard input"))
      ->required();
  frame.option(cmd, "--by", step.method, _("records, interview or on_site"))->required();
}

void define_cause(Frame& frame) {
  CLI::App& cmd =
      frame.command("cause", _("Say why it came to be, and what was behind that"),
                    {"complain cause C2026-000007 --as procedure 晚班单人值守，发药无人复核"});
  auto& step = declare_step<NameCause>(frame, cmd, &NameCause::root);
  frame.option(cmd, "text", step.root, _("What was behind it"))->required();
  frame
      .option(cmd, "--as", step.cause,
              _("conduct, skill, dispensing, procedure, supplier, storage, stock, pricing, system,"
                " delivery, misunderstanding, expectation or unclear"))
      ->required();
}

void define_plan(Frame& frame) {
  CLI::App& cmd = frame.command(
      "plan", _("Record what is to be offered, what it costs, and by which rule"),
      {"complain plan C2026-000007 --cost 18.00 --basis 门店服务承诺第三条 --approver wangli"
       " 补发一板并致歉"});
  auto& step = declare_step<PlanRemedy>(frame, cmd, &PlanRemedy::remedy);
  frame.option(cmd, "text", step.remedy, _("What is offered"))->required();
  frame.option(cmd, "--cost", step.cost, _("What it costs the pharmacy, in yuan"));
  frame.option(cmd, "--basis", step.basis, _("The rule or law that it rests on"));
  frame.option(cmd, "--approver", step.approver, _("Login of the manager who agreed"));
}

void define_reply(Frame& frame) {
  CLI::App& cmd =
      frame.command("reply", _("Record what the person was told of the outcome, and why"),
                    {"complain reply C2026-000007 少发一板属实，今日补发并退还差价"});
  auto& step = declare_step<ReplyToComplaint>(frame, cmd, &ReplyToComplaint::text);
  frame.option(cmd, "text", step.text, _("What was said"))->required();
}

void define_answer(Frame& frame) {
  CLI::App& cmd = frame.command(
      "answer", _("Record whether a reply satisfies the person; if not, another round begins"),
      {"complain answer C2026-000005 --satisfied yes",
       "complain answer C2026-000005 --satisfied no --note 要求店长当面道歉"});
  auto& step = declare_step<RecordAnswer>(frame, cmd);
  frame.option(cmd, "--satisfied", step.satisfied, _("yes or no"))->required();
  frame.option(cmd, "--note", step.note, _("What she said"));
}

void define_close(Frame& frame) {
  CLI::App& cmd =
      frame.command("close", _("End a complaint: the person is satisfied, or why not"),
                    {"complain close C2026-000009 --as satisfied",
                     "complain close C2026-000002 --as withdrawn --reason 顾客来电撤回"});
  auto& step = declare_step<CloseComplaint>(frame, cmd);
  frame
      .option(cmd, "--as", step.as,
              _("satisfied, withdrawn, exhausted (by a manager), done (of praise) or mistake"))
      ->required();
  frame.option(cmd, "--reason", step.reason, _("Why"));
}

void define_reopen(Frame& frame) {
  CLI::App& cmd = frame.command("reopen", _("Go on with a complaint that was closed"),
                                {"complain reopen C2026-000010 --reason 同一问题再次出现"});
  auto& step = declare_step<ReopenComplaint>(frame, cmd);
  frame.option(cmd, "--reason", step.reason, _("Why"))->required();
}

}  // namespace

void define_handling(Frame& frame) {
  define_investigate(frame);
  define_cause(frame);
  define_plan(frame);
  define_reply(frame);
  define_answer(frame);
  define_close(frame);
  define_reopen(frame);
}

}  // namespace pharmacy::cli
