// Who of the staff looks after a member: member keeper set, clear and list.
#include "pharmacy/keeper.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "member/member.h"
#include "member/sheet.h"
#include "pharmacy/standing.h"

namespace pharmacy::cli {
namespace {

// The command that brings back what was there before.
std::string keeper_undo(MemberId id, const std::optional<std::string>& before) {
  return before ? fmt::format("member keeper set {} {}", to_string(id), shell_word(*before))
                : fmt::format("member keeper clear {}", to_string(id));
}

void define_keeper_set(Frame& frame) {
  struct Asked {
    std::string who;
    std::string login;
  };
  CLI::App& cmd = frame.command("keeper set", _("Say who of the staff looks after a member"),
                                {"member keeper set 6001 wangli"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "login", asked->login, _("Login of the one who looks after her"))->required();
  frame.on_write(cmd, [asked, &frame](Transaction& tx, Output& out) {
    const MemberId id = get_member_id(tx, asked->who);
    const auto before = get_standing(tx, id).keeper;
    const bool is_new = set_keeper(tx, id, asked->login);
    out.record("member", member_sheet(frame, tx, get_member(tx, id)));
    if (!is_new) {
      out.note(fmt::format(fmt::runtime(_("nothing changed: {login} looks after {member} already")),
                           fmt::arg("login", asked->login), fmt::arg("member", to_string(id))));
      return;
    }
    out.changed(fmt::format(fmt::runtime(_("{login} looks after {member}")),
                            fmt::arg("login", asked->login), fmt::arg("member", to_string(id))),
                keeper_undo(id, before));
  });
}

void define_keeper_clear(Frame& frame) {
  CLI::App& cmd =
      frame.command("keeper clear", _("Say that nobody of the staff looks after her any more"),
                    {"member keeper clear 6001"});
  auto who = std::make_shared<std::string>();
  frame.option(cmd, "member", *who, _("M12, a card, or a phone"))->required();
  frame.on_write(cmd, [who, &frame](Transaction& tx, Output& out) {
    const MemberId id = get_member_id(tx, *who);
    const auto before = get_standing(tx, id).keeper;
    const bool was = clear_keeper(tx, id);
    out.record("member", member_sheet(frame, tx, get_member(tx, id)));
    if (!was) {
      out.note(
          fmt::format(fmt::runtime(_("nothing changed: nobody looks after {}")), to_string(id)));
      return;
    }
    out.changed(fmt::format(fmt::runtime(_("nobody looks after {} any more")), to_string(id)),
                keeper_undo(id, before));
  });
}

void define_keeper_list(Frame& frame) {
  struct Asked {
    std::optional<std::string> login;
    std::optional<MemberId> after;
    std::size_t limit = 100;
  };
  CLI::App& cmd = frame.command("keeper list", _("Whom the staff look after"),
                                {"member keeper list", "member keeper list wangli"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "login", asked->login, _("Only whom she looks after"));
  frame.option(cmd, "--after", asked->after, _("Only members after this one"));
  frame.option(cmd, "--limit", asked->limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    const auto [members, more] = list_kept(reading, {.keeper = asked->login,
                                                     .after = asked->after.value_or(MemberId{0}),
                                                     .limit = asked->limit});
    if (more) {
      out.note(more_behind(to_string(members.back().member)));
    }
    out.list("member.keepers", "members", members, _("nobody is looked after by name"));
  });
}

}  // namespace

void define_member_keeper(Frame& frame) {
  frame.noun("keeper", _("Who of the staff looks after a member"));
  define_keeper_set(frame);
  define_keeper_clear(frame);
  define_keeper_list(frame);
}

}  // namespace pharmacy::cli
