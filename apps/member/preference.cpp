// What members like: member pref add, end, list and derive.
#include "pharmacy/preference.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/people.h"
#include "cli/phrases.h"
#include "member/member.h"
#include "pharmacy/habits.h"
#include "pharmacy/members.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

struct AskedPref {
  std::string who;
  NewPreference preference;
};

// The command that adds or ends it.
std::string pref_command(const char* verb, const NewPreference& preference) {
  // Behind an equals sign a dash begins no other option.
  return fmt::format("member pref {} {} --about {} --value={}", verb, to_string(preference.member),
                     to_word(preference.key), shell_word(preference.value));
}

std::shared_ptr<AskedPref> pref_options(Frame& frame, CLI::App& cmd) {
  auto asked = std::make_shared<AskedPref>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--about", asked->preference.key, _("What it is about"))->required();
  frame.option(cmd, "--value", asked->preference.value, _("What she likes; nothing about health"))
      ->required();
  return asked;
}

void define_pref_add(Frame& frame) {
  CLI::App& cmd =
      frame.command("pref add", _("Keep what a member likes"),
                    {"member pref add 6001 --about brand --value 同仁堂",
                     "member pref add M1 --about service --value 下午送货 --source phone"});
  const auto asked = pref_options(frame, cmd);
  frame.option(cmd, "--source", asked->preference.source,
               _("How she told it; at the counter where not given"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    NewPreference added = asked->preference;
    added.member = get_member_id(tx, asked->who);
    const bool is_new = add_preference(tx, added);
    out.list("member.preferences", "preferences", list_preferences(tx, added.member));
    const std::string member_text = to_string(added.member), value_text = for_terminal(added.value);
    const auto of = fmt::arg("member", member_text);
    const auto value = fmt::arg("value", value_text);
    if (!is_new) {
      out.note(fmt::format(fmt::runtime(_("nothing changed: {member} likes this already: {value}")),
                           of, value));
      return;
    }
    out.changed(fmt::format(fmt::runtime(_("{member} likes: {value}")), of, value),
                pref_command("end", added));
  });
}

void define_pref_end(Frame& frame) {
  CLI::App& cmd = frame.command("pref end", _("Say that she does not like it any more"),
                                {"member pref end 6001 --about brand --value 同仁堂"});
  const auto asked = pref_options(frame, cmd);
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    NewPreference ended = asked->preference;
    ended.member = get_member_id(tx, asked->who);
    const bool was = end_preference(tx, ended.member, ended.key, ended.value);
    out.list("member.preferences", "preferences", list_preferences(tx, ended.member));
    if (!was) {
      out.note(fmt::format(fmt::runtime(_("nothing changed: nothing of the kind is known of {}")),
                           to_string(ended.member)));
      return;
    }
    out.changed(fmt::format(fmt::runtime(_("{member} does not like any more: {value}")),
                            fmt::arg("member", to_string(ended.member)),
                            fmt::arg("value", for_terminal(ended.value))),
                pref_command("add", ended));
  });
}

void define_pref_list(Frame& frame) {
  struct Asked {
    std::string who;
    bool all = false;
  };
  CLI::App& cmd = frame.command("pref list", _("What a member likes"),
                                {"member pref list 6001", "member pref list M1 --all"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--all", asked->all, _("Also what she does not like any more"));
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    const auto all = list_preferences(reading, get_member_id(reading, asked->who), asked->all);
    out.list("member.preferences", "preferences", all, _("nothing is known of what she likes"));
  });
}

// Codes by which nobody knows a thing are left to programs, but for those of classes without a
// name.
Table things_for_people(const std::vector<UsualThing>& things) {
  Table table = only(to_table(things), {"kind", "name", "receipts", "last_day"});
  for (std::size_t i = 0; i < things.size(); ++i) {
    if (!things[i].name) table.rows[i][1] = to_cell(things[i].code);
  }
  return table;
}

void define_pref_derive(Frame& frame) {
  struct Asked {
    std::string who;
    std::optional<Period> period;
  };
  CLI::App& cmd =
      frame.command("pref derive", _("What her purchases say of how she buys, and what"),
                    {"member pref derive 6001", "member pref derive M1 --period this-month"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--period", asked->period,
               _("When it was bought; the year that ends today where absent"));
  frame.on_view(cmd, [asked, &frame](Reading& reading, Output& out) {
    const auto derived = derive_habits(reading, get_member_id(reading, asked->who), asked->period);
    const auto count = derived.habits.receipts;
    out.report("member.habits", to_table(std::vector{derived.habits}),
               {{"bought", Section::Kind::list,
                 readers_of(frame) == Readers::people ? things_for_people(derived.things)
                                                      : to_table(derived.things)}});
    out.note(
        count == 0
            ? std::string{_("she bought nothing in this period: there is nothing to tell from")}
            : fmt::format(
                  fmt::runtime(P_("worked out from {} purchase: she did not say so",
                                  "worked out from {} purchases: she did not say so", count)),
                  count));
  });
}

}  // namespace

void define_member_pref(Frame& frame) {
  frame.noun("pref", _("What members like"));
  define_pref_add(frame);
  define_pref_end(frame);
  define_pref_list(frame);
  define_pref_derive(frame);
}

}  // namespace pharmacy::cli
