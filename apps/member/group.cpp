// Accounts that buy for several members: member group join, leave and list.
#include "pharmacy/group.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "member/member.h"
#include "pharmacy/members.h"

namespace pharmacy::cli {
namespace {

struct GroupPair {
  std::string account;
  std::string member;
};
std::shared_ptr<GroupPair> group_options(Frame& frame, CLI::App& cmd) {
  auto asked = std::make_shared<GroupPair>();
  frame.option(cmd, "account", asked->account, _("The account: M12, a card, or a phone"))
      ->required();
  frame.option(cmd, "member", asked->member, _("M12, a card, or a phone"))->required();
  return asked;
}

// Which way a member goes, and what is said of it.
struct GroupMove {
  bool (*move)(Transaction& tx, MemberId account, MemberId member);
  const char* done;
  const char* nothing_changed;
  const char* back;  // the verb that undoes it
};

void on_group_move(Frame& frame, CLI::App& cmd, const GroupMove& how) {
  const auto asked = group_options(frame, cmd);
  frame.on_write(cmd, [asked, how](Transaction& tx, Output& out) {
    const MemberId account = get_member_id(tx, asked->account);
    const MemberId member = get_member_id(tx, asked->member);
    const bool is_moved = how.move(tx, account, member);
    out.list("member.group", "members", list_group(tx, account).members);
    const auto told = [&](const char* sentence) {
      return fmt::format(fmt::runtime(sentence), fmt::arg("member", to_string(member)),
                         fmt::arg("account", to_string(account)));
    };
    if (!is_moved) return out.note(told(how.nothing_changed));
    out.changed(told(how.done), fmt::format("member group {} {} {}", how.back, to_string(account),
                                            to_string(member)));
  });
}

void define_group_join(Frame& frame) {
  CLI::App& cmd = frame.command("group join", _("Take a member into an account that buys for her"),
                                {"member group join 8001 6001"});
  on_group_move(
      frame, cmd,
      {.move = join_group,
       .done = _("{member} joined the account of {account}"),
       .nothing_changed = _("nothing changed: {member} is in the account of {account} already"),
       .back = "leave"});
}

void define_group_leave(Frame& frame) {
  CLI::App& cmd = frame.command("group leave", _("Take a member out of an account"),
                                {"member group leave 8001 6001"});
  on_group_move(
      frame, cmd,
      {.move = leave_group,
       .done = _("{member} left the account of {account}"),
       .nothing_changed = _("nothing changed: {member} is not in the account of {account}"),
       .back = "join"});
}

void define_group_list(Frame& frame) {
  struct Asked {
    std::optional<std::string> account;
    std::optional<MemberId> after;
    std::size_t limit = 100;
  };
  CLI::App& cmd = frame.command("group list", _("The accounts, or who is in one"),
                                {"member group list", "member group list 8001"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "account", asked->account, _("The account: M12, a card, or a phone"));
  frame.option(cmd, "--after", asked->after, _("Only members after this one"));
  frame.option(cmd, "--limit", asked->limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    const GroupFilter filter{.after = asked->after.value_or(MemberId{0}), .limit = asked->limit};
    if (asked->account) {
      const auto [members, more] =
          list_group(reading, get_member_id(reading, *asked->account), filter);
      if (more) out.note(more_behind(to_string(members.back().member)));
      return out.list("member.group", "members", members, _("nobody is in this account"));
    }
    const auto [accounts, more] = list_groups(reading, filter);
    if (more) out.note(more_behind(to_string(accounts.back().account)));
    out.list("member.groups", "accounts", accounts, _("no account has members"));
  });
}

}  // namespace

void define_member_group(Frame& frame) {
  frame.noun("group", _("Accounts that buy for several members"));
  define_group_join(frame);
  define_group_leave(frame);
  define_group_list(frame);
}

}  // namespace pharmacy::cli
