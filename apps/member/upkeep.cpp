// Whether what is known of members still holds: member verify and stale.
#include "pharmacy/upkeep.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/phrases.h"
#include "member/member.h"
#include "member/sheet.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {
namespace {

void define_verify(Frame& frame) {
  struct Asked {
    std::string who;
    bool phone = false;
    bool address = false;
  };
  CLI::App& cmd =
      frame.command("verify", _("Record that a member's phone and address were checked today"),
                    {"member verify 6001", "member verify M1 --phone"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--phone", asked->phone, _("The phone alone"));
  frame.option(cmd, "--address", asked->address, _("The address alone"));
  frame.on_write(cmd, [asked, &frame](Transaction& tx, Output& out) {
    const MemberId id = get_member_id(tx, asked->who);
    std::optional<ContactKind> only;
    if (asked->phone != asked->address)
      only = asked->phone ? ContactKind::phone : ContactKind::address;
    const auto verified = verify_contacts(tx, id, only);
    out.record("member", member_sheet(frame, tx, get_member(tx, id)));
    if (verified.empty()) {
      out.note(
          fmt::format(fmt::runtime(_("nothing changed: that of {} was verified today already")),
                      to_string(id)));
      return;
    }
    std::vector<std::string> facts;
    for (const ContactKind kind : verified) facts.push_back(label(to_word(kind)));
    out.changed(fmt::format(fmt::runtime(_("verified today, of {member}: {facts}")),
                            fmt::arg("member", to_string(id)), fmt::arg("facts", listed(facts))),
                {});
  });
}

struct AskedStale {
  std::optional<std::int64_t> days;
  bool incomplete = false;
  std::optional<std::int64_t> below;
  std::optional<MemberId> after;
  std::size_t limit = 100;
};

void list_by_completeness(Reading& reading, Output& out, const AskedStale& asked) {
  if (asked.days)
    throw Error(Errc::invalid_input, _("--days does not go with --incomplete"), _("leave one out"));
  IncompleteFilter filter{.after = asked.after.value_or(MemberId{0}), .limit = asked.limit};
  if (asked.below) filter.below = *asked.below;
  const auto [lines, more] = list_incomplete(reading, filter);
  if (more) out.note(more_behind(to_string(lines.back().id)));
  out.list("member.incomplete", "members", lines, _("nobody is so incomplete"));
}

void define_stale(Frame& frame) {
  CLI::App& cmd = frame.command(
      "stale", _("Whose phone or address was not verified for long, or of whom much is lacking"),
      {"member stale", "member stale --days 180 --limit 20", "member stale --incomplete"});
  auto asked = std::make_shared<AskedStale>();
  frame.option(cmd, "--days", asked->days, _("Not for so many days; else as the policy says"));
  frame.option(cmd, "--incomplete", asked->incomplete, _("Those of whom much is lacking"));
  frame.option(cmd, "--below", asked->below, _("Whose completeness is less; 60 where not given"));
  frame.option(cmd, "--after", asked->after, _("Only members after this one"));
  frame.option(cmd, "--limit", asked->limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    if (asked->incomplete) return list_by_completeness(reading, out, *asked);
    if (asked->below) {
      throw Error(Errc::invalid_input, _("--below goes with --incomplete"),
                  _("add --incomplete, or leave it out"));
    }
    const auto [lines, more] =
        list_stale(reading, {.days = asked->days, .after = asked->after, .limit = asked->limit});
    if (more) out.note(more_behind(to_string(lines.back().id)));
    out.list("member.stale", "members", lines, _("everybody was verified in time"));
  });
}

}  // namespace

void define_member_upkeep(Frame& frame) {
  define_verify(frame);
  define_stale(frame);
}

}  // namespace pharmacy::cli
