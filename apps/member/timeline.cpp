// member timeline: all that happened with a member.
#include "pharmacy/timeline.h"

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "member/member.h"
#include "pharmacy/members.h"

namespace pharmacy::cli {

void define_member_timeline(Frame& frame) {
  struct Asked {
    std::string who;
    TimelineFilter filter;
  };
  CLI::App& cmd = frame.command(
      "timeline", _("All that happened with a member, the newest first"),
      {"member timeline 6001", "member timeline M1 --period this-year --format json"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--period", asked->filter.period, _("Only these days"));
  frame.option(cmd, "--limit", asked->filter.limit, _("How many to list; 50 where not given"));
  frame.on_view(cmd, [asked, &frame](Reading& reading, Output& out) {
    const auto [events, more] =
        member_timeline(reading, get_member_id(reading, asked->who), asked->filter);
    if (more) out.note(_("there are more: raise --limit"));
    const std::string none = _("nothing happened in these days");
    if (readers_of(frame) == Readers::programs) {
      out.list("member.timeline", "events", events, none);
      return;
    }
    out.list("member.timeline", "events",
             narrowed(to_table(events), {.scope = scope_of("member.timeline"),
                                         .first_to_go = {"staff", "about"},
                                         .columns = columns_of_screen(frame)}),
             none);
  });
}

}  // namespace pharmacy::cli
