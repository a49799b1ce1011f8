// complain suggest: what becomes of a suggestion.
#include "cli/i18n.h"
#include "complain/complain.h"

namespace pharmacy::cli {
namespace {

template <class Step>
void define_outcome(Frame& frame, const char* verb, const std::string& summary,
                    std::string Step::*text, const std::string& about, const char* example) {
  CLI::App& cmd = frame.command(verb, summary, {example});
  auto& step = declare_step(frame, cmd, text);
  frame.option(cmd, "text", step.*text, about)->required();
}

}  // namespace

void define_suggestions(Frame& frame) {
  frame.noun("suggest", _("What becomes of a suggestion"));
  define_outcome(frame, "suggest adopt", _("Take a suggestion up"), &AdoptSuggestion::how,
                 _("How it is adopted"),
                 "complain suggest adopt C2026-000003 下月起晚间增加一名收银");
  define_outcome(frame, "suggest decline", _("Do not take a suggestion up"),
                 &DeclineSuggestion::why, _("Why not"),
                 "complain suggest decline C2026-000004 医保目录外，门店无权决定");
  define_outcome(frame, "suggest tell", _("Tell the person what became of it, which ends it"),
                 &TellOutcome::text, _("What she was told"),
                 "complain suggest tell C2026-000011 您的建议已采纳，谢谢");
}

}  // namespace pharmacy::cli
