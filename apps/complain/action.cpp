// complain action: what is done so that the same does not come again.
#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "complain/complain.h"
#include "pharmacy/complaint_actions.h"

namespace pharmacy::cli {
namespace {

void print_action(Frame& frame, Output& out, const ComplaintAction& action) {
  Table record = to_table(std::vector{action});
  if (readers_of(frame) == Readers::people) {
    record = only(
        record, {"id", "action_state", "text", "cause", "before_count", "before_receipts",
                 "before_per_1000_milli", "after_count", "after_receipts", "after_per_1000_milli"});
  }
  out.record("complain.action", std::move(record));
}

void define_action_add(Frame& frame) {
  CLI::App& cmd = frame.command(
      "action add", _("Plan what is to be done so that the same does not come again"),
      {"complain action add --of C2026-000001 --cause procedure --to wangli --due tomorrow"
       " 晚班发药由两人复核",
       "complain action add --cause stock --to wangli --due tomorrow 降压药设安全库存"});
  auto asked = std::make_shared<NewComplaintAction>();
  frame.option(cmd, "text", asked->text, _("What is to be done; - reads it from standard input"))
      ->required();
  frame.option(cmd, "--of", asked->complaint, _("The complaint or suggestion that it comes of"));
  frame.option(cmd, "--cause", asked->cause,
               _("Against which cause it is: one of those of complain cause; that of the complaint"
                 " where absent"));
  frame.option(cmd, "--to", asked->owner, _("Login of who sees to it"))->required();
  frame.option(cmd, "--due", asked->due, _("The last day on which it is in time"))->required();
  frame.on_session(cmd, [asked](Session& session) {
    asked->text = text_of(session, asked->text);
    session.change([&](Transaction& tx, Output& out) {
      const std::string number = to_string(add_complaint_action(tx, *asked));
      out.record("complain.action.added", Table{{"id"}, {{Word{number}}}});
      out.changed(fmt::format(fmt::runtime(_("action {number}: {login} sees to it until {day}")),
                              fmt::arg("number", number), fmt::arg("login", asked->owner),
                              fmt::arg("day", to_string(asked->due))),
                  "complain action drop " + number + " --reason typing");
    });
  });
}

void define_action_list(Frame& frame) {
  struct ActionsAsked {
    bool due = false;
    bool all = false;
  };
  CLI::App& cmd = frame.command(
      "action list", _("What is to be done, and whether what was done helped"),
      {"complain action list", "complain action list --due", "complain action list --all"});
  auto asked = std::make_shared<ActionsAsked>();
  frame.option(cmd, "--due", asked->due,
               _("Only what is due or overdue, and what can be checked; for timers too"));
  frame.option(cmd, "--all", asked->all, _("Those too that were checked or dropped"));
  frame.on_read(cmd, [asked, &frame](const Store& store, Output& out) {
    if (asked->due && asked->all) {
      throw Error(Errc::invalid_input, _("--due and --all exclude each other"),
                  _("leave out one of them"));
    }
    Reading reading = store.read();
    const auto actions = list_complaint_actions(reading, asked->all   ? ActionScope::all
                                                         : asked->due ? ActionScope::due
                                                                      : ActionScope::unfinished);
    const std::string none = asked->due ? _("nothing is due") : _("there are no such actions");
    if (readers_of(frame) == Readers::programs) {
      out.list("complain.actions", "actions", actions, none);
      return;
    }
    out.list(
        "complain.actions", "actions",
        narrowed(
            only(to_table(actions), {"id", "action_state", "due_on", "owner", "cause", "complaint",
                                     "check_from", "before_count", "after_count", "text"}),
            {.scope = scope_of("complain.actions"),
             .first_to_go = {"before_count", "after_count", "complaint", "check_from", "cause"},
             .columns = columns_of_screen(frame)}),
        none);
  });
}

void declare_action(Frame& frame, CLI::App& cmd, ComplaintActionId& id) {
  frame.option(cmd, "action", id, _("Its number, as complain action list has it"))->required();
}

void define_action_done(Frame& frame) {
  struct DoneAsked {
    ComplaintActionId id;
    std::optional<std::string> note;
  };
  CLI::App& cmd = frame.command("action done",
                                _("Say that it is done, today; its effect is counted from then on"),
                                {"complain action done 1 --note 已排班，双人签字"});
  auto asked = std::make_shared<DoneAsked>();
  declare_action(frame, cmd, asked->id);
  frame.option(cmd, "--note", asked->note, _("How it was done"));
  frame.on_write(cmd, [asked, &frame](Transaction& tx, Output& out) {
    const ComplaintAction action = end_complaint_action(tx, asked->id, asked->note);
    print_action(frame, out, action);
    out.changed(fmt::format(fmt::runtime(_("action {number} is done; its effect can be checked from"
                                           " {day} on")),
                            fmt::arg("number", to_string(asked->id)),
                            fmt::arg("day", to_string(*action.check_from))),
                {});
  });
}

void define_action_drop(Frame& frame) {
  struct DropAsked {
    ComplaintActionId id;
    std::string why;
  };
  CLI::App& cmd = frame.command("action drop", _("Give up an action that is not done"),
                                {"complain action drop 2 --reason 重复录入"});
  auto asked = std::make_shared<DropAsked>();
  declare_action(frame, cmd, asked->id);
  frame.option(cmd, "--reason", asked->why, _("Why"))->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    drop_complaint_action(tx, asked->id, asked->why);
    out.changed(fmt::format(fmt::runtime(_("action {} was dropped")), to_string(asked->id)), {});
  });
}

void define_action_check(Frame& frame) {
  CLI::App& cmd = frame.command("action check",
                                _("Count whether the same was complained of less often after it"),
                                {"complain action check 1"});
  auto id = std::make_shared<ComplaintActionId>();
  declare_action(frame, cmd, *id);
  frame.on_write(cmd, [id, &frame](Transaction& tx, Output& out) {
    const ComplaintAction action = check_complaint_action(tx, *id);
    print_action(frame, out, action);
    out.changed(fmt::format(fmt::runtime(_("action {number}: {before} before it, {after} after it;"
                                           " {verdict}")),
                            fmt::arg("number", to_string(*id)), fmt::arg("before", *action.before),
                            fmt::arg("after", *action.after),
                            fmt::arg("verdict", word_label(to_word(action.state)))),
                {});
  });
}

}  // namespace

void define_actions(Frame& frame) {
  frame.noun("action", _("What is done so that the same does not come again"));
  define_action_add(frame);
  define_action_list(frame);
  define_action_done(frame);
  define_action_drop(frame);
  define_action_check(frame);
}

}  // namespace pharmacy::cli
