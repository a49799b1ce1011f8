#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "member/member.h"
#include "member/sheet.h"
#include "pharmacy/members.h"
#include "pharmacy/points.h"

namespace pharmacy::cli {
namespace {

std::shared_ptr<std::string> member_positional(Frame& frame, CLI::App& cmd) {
  auto who = std::make_shared<std::string>();
  frame.option(cmd, "member", *who, _("M12, a card, or a phone"))->required();
  return who;
}

void define_show(Frame& frame) {
  struct Asked {
    std::string who;
    Reveal reveal;
  };
  CLI::App& cmd = frame.command("show", _("All that is known of one member"),
                                {"member show 6001", "member show M1 --format json",
                                 "member show '138-0013-8000' --reveal phone --reason call"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--reveal", asked->reveal.field, _("Show this whole: phone; with --reason"));
  frame.option(cmd, "--reason", asked->reveal.reason,
               _("What it is needed for: call, deliver, verify, or other:TEXT"));
  frame.on_view(cmd, [asked, &frame](Reading& reading, Output& out) {
    out.record("member", member_sheet(frame, reading,
                                      get_member(reading, get_member_id(reading, asked->who),
                                                 asked->reveal)));
  });
}

void define_find(Frame& frame) {
  CLI::App& cmd = frame.command(
      "find", _("Look for members by name, part of it, pinyin, initials, card or phone"),
      {"member find zhangwei", "member find 张", "member find 8000"});
  auto filter = std::make_shared<MemberFilter>();
  filter->limit = 20;
  frame
      .option(cmd, "text", filter->text,
              _("Name or part of it, pinyin, initials, card, phone, or its last four digits"))
      ->required();
  frame.option(cmd, "--limit", filter->limit, _("How many to list; 20 where not given"));
  frame.on_view(cmd, [filter](Reading& reading, Output& out) {
    const auto [members, more] = find_members(reading, *filter);
    if (members.empty()) out.ends_with(static_cast<int>(Exit::not_found));
    if (more) {
      out.note(fmt::format(
          fmt::runtime(_("the first {} are listed: type more of the name, or raise --limit")),
          filter->limit));
    }
    out.list("members", "members", members);
  });
}

void define_list(Frame& frame) {
  struct Asked {
    std::optional<Period> joined;
    std::optional<MemberKind> kind;
    std::optional<MemberClass> member_class;
    std::optional<MemberId> after;
    std::size_t limit = 100;
  };
  CLI::App& cmd = frame.command("list", _("Members in the order of their numbers"),
                                {"member list --joined this-month", "member list --after M100",
                                 "member list --class key --kind clinic"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "--joined", asked->joined, _("Only who joined in this period"));
  frame.option(cmd, "--kind", asked->kind, _("Only parties of this kind"));
  frame.option(cmd, "--class", asked->member_class, _("Only members of this class"));
  frame.option(cmd, "--after", asked->after, _("Only members after this one"));
  frame.option(cmd, "--limit", asked->limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    const auto [members, more] = list_members(reading, {.joined = asked->joined,
                                                        .kind = asked->kind,
                                                        .member_class = asked->member_class,
                                                        .after = asked->after.value_or(MemberId{0}),
                                                        .limit = asked->limit});
    if (more) {
      out.note(more_behind(to_string(members.back().id)));
    }
    out.list("members", "members", members);
  });
}

void define_history(Frame& frame) {
  CLI::App& cmd = frame.command("history", _("What was changed on a member, when, and by whom"),
                                {"member history 6001", "member history M1 --format csv"});
  const auto who = member_positional(frame, cmd);
  frame.on_view(cmd, [who](Reading& reading, Output& out) {
    const auto changes = member_history(reading, get_member_id(reading, *who));
    out.list("member.history", "changes", changes);
  });
}

void define_points(Frame& frame) {
  CLI::App& cmd = frame.command("points", _("The points that a member has, and how they moved"),
                                {"member points 6001", "member points M1 --format json"});
  const auto who = member_positional(frame, cmd);
  auto limit = std::make_shared<std::size_t>(50);
  frame.option(cmd, "--limit", *limit, _("How many movements to list; 50 where not given"));
  frame.on_view(cmd, [who, limit](Reading& reading, Output& out) {
    const MemberId id = get_member_id(reading, *who);
    out.report("member.points", to_table(std::vector{points_balance(reading, id, reading.today())}),
               {list_section("entries", points_entries(reading, id, *limit))});
  });
}

}  // namespace

void define_member_views(Frame& frame) {
  define_show(frame);
  define_find(frame);
  define_list(frame);
  define_history(frame);
  define_points(frame);
}

}  // namespace pharmacy::cli
