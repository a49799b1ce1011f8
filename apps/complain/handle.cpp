// complain investigate, cause, plan, reply, answer, close and reopen: from looking into it to its
// end.
#include "cli/i18n.h"
#include "complain/complain.h"

namespace pharmacy::cli {
namespace {

void define_investigate(Frame& frame) {
  struct Asked {
    ComplaintId id;
    Investigate what;
    ComplaintStep step(Session& session) const {
      return Investigate{.method = what.method, .found = text_of(session, what.found)};
    }
  };
  CLI::App& cmd = frame.command(
      "investigate", _("Record what looking into it brought"),
      {"complain investigate C2026-000001 --by records 销售单与库存一致，少发一板属实",
       "complain investigate C2026-000001 --by interview 当班店员承认未复核"});
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame.option(cmd, "text", asked->what.found, _("What was found; - reads it from standard input"))
      ->required();
  frame.option(cmd, "--by", asked->what.method, _("records, interview or on_site"))->required();
  on_step(frame, cmd, asked);
}

void define_cause(Frame& frame) {
  struct Asked {
    ComplaintId id;
    NameCause what;
    ComplaintStep step(Session& session) const {
      return NameCause{.cause = what.cause, .root = text_of(session, what.root)};
    }
  };
  CLI::App& cmd =
      frame.command("cause", _("Say why it came to be, and what was behind that"),
                    {"complain cause C2026-000001 --as procedure 晚班单人值守，发药无人复核"});
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame.option(cmd, "text", asked->what.root, _("What was behind it"))->required();
  frame
      .option(cmd, "--as", asked->what.cause,
              _("conduct, skill, dispensing, procedure, supplier, storage, stock, pricing, system,"
                " delivery, misunderstanding, expectation or unclear"))
      ->required();
  on_step(frame, cmd, asked);
}

void define_plan(Frame& frame) {
  struct Asked {
    ComplaintId id;
    PlanRemedy what;
    ComplaintStep step(Session& session) const {
      PlanRemedy plan = what;
      plan.remedy = text_of(session, what.remedy);
      return plan;
    }
  };
  CLI::App& cmd = frame.command(
      "plan", _("Record what is to be offered, what it costs, and by which rule"),
      {"complain plan C2026-000001 --cost 18.00 --basis 门店服务承诺第三条 --approver wangli"
       " 补发一板并致歉"});
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame.option(cmd, "text", asked->what.remedy, _("What is offered"))->required();
  frame.option(cmd, "--cost", asked->what.cost, _("What it costs the pharmacy, in yuan"));
  frame.option(cmd, "--basis", asked->what.basis, _("The rule or law that it rests on"));
  frame.option(cmd, "--approver", asked->what.approver, _("Login of the manager who agreed"));
  on_step(frame, cmd, asked);
}

void define_reply(Frame& frame) {
  struct Asked {
    ComplaintId id;
    std::string text;
    ComplaintStep step(Session& session) const {
      return ReplyToComplaint{.text = text_of(session, text)};
    }
  };
  CLI::App& cmd =
      frame.command("reply", _("Record what the person was told of the outcome, and why"),
                    {"complain reply C2026-000001 少发一板属实，今日补发并退还差价"});
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame.option(cmd, "text", asked->text, _("What was said"))->required();
  on_step(frame, cmd, asked);
}

void define_answer(Frame& frame) {
  struct Asked {
    ComplaintId id;
    RecordAnswer answer;
    ComplaintStep step(Session&) const { return answer; }
  };
  CLI::App& cmd = frame.command(
      "answer", _("Record whether a reply satisfies the person; if not, another round begins"),
      {"complain answer C2026-000001 --satisfied yes",
       "complain answer C2026-000005 --satisfied no --note 要求店长当面道歉"});
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame.option(cmd, "--satisfied", asked->answer.satisfied, _("yes or no"))->required();
  frame.option(cmd, "--note", asked->answer.note, _("What she said"));
  on_step(frame, cmd, asked);
}

void define_close(Frame& frame) {
  struct Asked {
    ComplaintId id;
    CloseComplaint how;
    ComplaintStep step(Session&) const { return how; }
  };
  CLI::App& cmd =
      frame.command("close", _("End a complaint: the person is satisfied, or why not"),
                    {"complain close C2026-000001 --as satisfied",
                     "complain close C2026-000002 --as withdrawn --reason 顾客来电撤回"});
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame
      .option(cmd, "--as", asked->how.as,
              _("satisfied, withdrawn, exhausted (by a manager), done (of praise) or mistake"))
      ->required();
  frame.option(cmd, "--reason", asked->how.reason, _("Why"));
  on_step(frame, cmd, asked);
}

void define_reopen(Frame& frame) {
  struct Asked {
    ComplaintId id;
    ReopenComplaint why;
    ComplaintStep step(Session&) const { return why; }
  };
  CLI::App& cmd = frame.command("reopen", _("Go on with a complaint that was closed"),
                                {"complain reopen C2026-000001 --reason 同一问题再次出现"});
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame.option(cmd, "--reason", asked->why.reason, _("Why"))->required();
  on_step(frame, cmd, asked);
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
