// complain suggest: what becomes of a suggestion.
#include "cli/i18n.h"
#include "complain/complain.h"

namespace pharmacy::cli {
namespace {

template <class Made>
struct AskedOutcome {
  ComplaintId id;
  std::string text;
  ComplaintStep step(Session& session) const { return Made{text_of(session, text)}; }
};

template <class Made>
void define_outcome(Frame& frame, const char* verb, const std::string& summary,
                    const std::string& about, const char* example) {
  CLI::App& cmd = frame.command(verb, summary, {example});
  auto asked = std::make_shared<AskedOutcome<Made>>();
  declare_number(frame, cmd, asked->id);
  frame.option(cmd, "text", asked->text, about)->required();
  on_step(frame, cmd, asked);
}

}  // namespace

void define_suggestions(Frame& frame) {
  frame.noun("suggest", _("What becomes of a suggestion"));
  define_outcome<AdoptSuggestion>(frame, "suggest adopt", _("Take a suggestion up"),
                                  _("How it is adopted"),
                                  "complain suggest adopt C2026-000003 下月起晚间增加一名收银");
  define_outcome<DeclineSuggestion>(
      frame, "suggest decline", _("Do not take a suggestion up"), _("Why not"),
      "complain suggest decline C2026-000004 医保目录外，门店无权决定");
  define_outcome<TellOutcome>(
      frame, "suggest tell", _("Tell the person what became of it, which ends it"),
      _("What she was told"), "complain suggest tell C2026-000003 您的建议已采纳，谢谢");
}

}  // namespace pharmacy::cli
