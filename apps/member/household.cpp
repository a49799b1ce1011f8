// member household: who lives together.
#include "pharmacy/household.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "member/member.h"
#include "pharmacy/members.h"

namespace pharmacy::cli {
namespace {

constexpr const char* schema = "member.household";

void join(Transaction& tx, Output& out, const NewHouseholdMember& input) {
  const JoinedHousehold joined = join_household(tx, input);
  out.list(schema, "household", list_household(tx, input.member));
  const std::string household = to_string(joined.household);
  if (joined.joined.empty()) {
    out.note(fmt::format(fmt::runtime(_("nothing changed: both are in household {}")), household));
    return;
  }
  std::vector<std::string> names;
  for (const MemberId one : joined.joined) names.push_back(to_string(one));
  out.changed(fmt::format(fmt::runtime(_("now in household {household}: {members}")),
                          fmt::arg("household", household), fmt::arg("members", listed(names))),
              "member household leave " + to_string(joined.joined.front()));
}

void define_join(Frame& frame) {
  struct Asked {
    std::string who;
    std::string with;
  };
  CLI::App& cmd = frame.command(
      "household join", _("Record that a member lives with another"),
      {"member household join 6001 --with M2", "member household join M3 --with M1"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--with", asked->with, _("Who lives with her: M12, a card, or a phone"))
      ->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    join(tx, out,
         {.member = get_member_id(tx, asked->who), .with = get_member_id(tx, asked->with)});
  });
}

void leave(Transaction& tx, Output& out, MemberId id) {
  const auto with = list_household(tx, id);
  const auto left = leave_household(tx, id);
  out.list(schema, "household", list_household(tx, id));
  if (!left) {
    out.note(fmt::format(fmt::runtime(_("nothing changed: {} is in no household")), to_string(id)));
    return;
  }
  std::string undo;
  for (const HouseholdMember& one : with) {
    if (one.member == id) continue;
    undo = fmt::format("member household join {} --with {}", to_string(id), to_string(one.member));
    break;
  }
  out.changed(
      fmt::format(fmt::runtime(_("{member} left household {household}")),
                  fmt::arg("member", to_string(id)), fmt::arg("household", to_string(*left))),
      undo);
}

void define_leave(Frame& frame) {
  CLI::App& cmd =
      frame.command("household leave", _("Record that a member lives with the others no longer"),
                    {"member household leave 6001"});
  auto who = std::make_shared<std::string>();
  frame.option(cmd, "member", *who, _("M12, a card, or a phone"))->required();
  frame.on_write(cmd,
                 [who](Transaction& tx, Output& out) { leave(tx, out, get_member_id(tx, *who)); });
}

void define_household_show(Frame& frame) {
  struct Asked {
    std::string who;
    bool all = false;
  };
  CLI::App& cmd = frame.command("household show", _("Who lives with a member"),
                                {"member household show 6001", "member household show M1 --all"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--all", asked->all, _("Every household that she was ever in"));
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    const MemberId id = get_member_id(reading, asked->who);
    out.list(schema, "household",
             asked->all ? household_history(reading, id) : list_household(reading, id),
             _("she is in no household"));
  });
}

}  // namespace

void define_households(Frame& frame) {
  frame.noun("household", _("Members who live together"));
  define_join(frame);
  define_leave(frame);
  define_household_show(frame);
}

}  // namespace pharmacy::cli
