#include <fmt/format.h>

#include <algorithm>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/phrases.h"
#include "member/member.h"
#include "member/sheet.h"
#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

// In Chinese too, as on the forms that people fill in.
template <>
struct Parser<Sex> {
  static const char* placeholder() { return "SEX"; }
  static std::string what() { return _("a sex"); }
  static std::string forms() { return _("female, male, f, m, 女 or 男"); }
  static std::optional<Sex> parse(std::string_view text, const ParseContext&) {
    return parse_sex(text);
  }
};

namespace {

// The command that brings back what was there before.
std::string undo_of(MemberId id, const std::vector<MemberChange>& changes) {
  std::string command = "member edit " + to_string(id);
  for (const auto& change : changes) {
    if (change.field == "card") {
      command += change.new_value ? " --remove-card " + shell_word(*change.new_value)
                                  : " --card " + shell_word(*change.old_value);
    } else if (change.field == "phone" && change.old_value) {
      command += " --phone " + std::string{previous_phone};  // it is masked
    } else {
      const auto old = change.old_value.value_or("");
      std::string option = change.field;
      std::ranges::replace(option, '_', '-');
      // After a space a dash would begin another option.
      command += " --" + option + (old.starts_with('-') ? '=' : ' ') + shell_word(old);
      if (change.field == "class") command += " --reason typing";
    }
  }
  return command;
}

std::string labelled(const Member& member) {
  return to_string(member.id) + (member.name ? ' ' + *member.name : std::string{});
}

// What she is to the pharmacy, of NewMember or MemberEdit.
template <class Facts>
void define_facts(Frame& frame, CLI::App& cmd, Facts& facts) {
  frame.option(cmd, "--kind", facts.kind, _("What kind of party she is; a person where not given"));
  frame.option(cmd, "--class", facts.member_class, _("Her class, with --reason"));
  frame.option(cmd, "--region", facts.region, _("Code or name of the area she is in"));
  frame.option(cmd, "--relation", facts.relation, _("The form of the relation to her"));
  frame.option(cmd, "--call-as", facts.call_as, _("How she is spoken to"));
  frame.option(cmd, "--contact-by", facts.contact_by, _("How she likes to be reached"));
  frame.option(cmd, "--city-size", facts.city_size, _("How large the place is that she lives in"));
}

void define_add(Frame& frame) {
  CLI::App& cmd = frame.command(
      "add", _("Register a member: a name or a card, all else as known"),
      {"member add 张伟 --phone 13800138000 --birth 1980-02-03 --card 6001",
       "member add 王丽 --phone 13800138000 --shared --sex 女", "member add --card 6002",
       "member add 康宁诊所 --kind clinic --region 310101 --city-size super_large --relation "
       "alliance"});
  auto input = std::make_shared<NewMember>();
  frame.option(cmd, "name", input->name, _("Name"));
  frame.option(cmd, "--card", input->card, _("Number of a card"));
  frame.option(cmd, "--phone", input->phone, _("Phone number, in any spelling"));
  frame.option(cmd, "--shared", input->shared_phone, _("The phone belongs to another member too"));
  frame.option(cmd, "--sex", input->sex, _("Sex"));
  frame.option(cmd, "--birth", input->birth, _("Day of birth"));
  frame.option(cmd, "--address", input->address, _("Address"));
  frame.option(cmd, "--note", input->note, _("Remark; nothing about health"));
  frame.option(cmd, "--joined", input->joined, _("Day of joining, where that is not today"));
  define_facts(frame, cmd, *input);
  frame.option(cmd, "--reason", input->reason, _("Why she is of this class"));
  frame.option(cmd, "--source", input->source,
               _("How she told it; at the counter where not given"));
  frame.on_write(cmd, [input, &frame](Transaction& tx, Output& out) {
    const Member added = get_member(tx, add_member(tx, *input));
    out.record("member", member_sheet(frame, tx, added));
    out.changed(fmt::format(fmt::runtime(_("added {}")), labelled(added)), {});
  });
}

void define_edit(Frame& frame) {
  CLI::App& cmd = frame.command(
      "edit", _("Change what is known of a member; '' clears a fact"),
      {"member edit 6001 --phone '139 1234 5678'", "member edit M1 --card 6003 --remove-card 6001",
       "member edit M1 --address '解放路 12 号' --note ''",
       "member edit M1 --class key --reason 每月购药额高 --call-as 张阿姨"});
  auto who = std::make_shared<std::string>();
  auto edit = std::make_shared<MemberEdit>();
  frame.option(cmd, "member", *who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--name", edit->name, _("Name"));
  frame.option(cmd, "--card", edit->add_card, _("Number of a further card"));
  frame.option(cmd, "--remove-card", edit->remove_card, _("A card that was lost or given back"));
  frame.option(cmd, "--phone", edit->phone,
               _("Phone number, in any spelling; or previous, for the one before"));
  frame.option(cmd, "--shared", edit->shared_phone, _("The phone belongs to another member too"));
  frame.option(cmd, "--sex", edit->sex, _("Sex"));
  frame.option(cmd, "--birth", edit->birth, _("Day of birth"));
  frame.option(cmd, "--address", edit->address, _("Address"));
  frame.option(cmd, "--note", edit->note, _("Remark; nothing about health"));
  define_facts(frame, cmd, *edit);
  frame.option(cmd, "--reason", edit->reason, _("Why; a class is set for a reason"));
  frame.option(cmd, "--source", edit->source, _("How she told it; at the counter where not given"));
  frame.on_write(cmd, [who, edit, &frame](Transaction& tx, Output& out) {
    const MemberId id = get_member_id(tx, *who);
    const auto changes = edit_member(tx, id, *edit);
    const Member now = get_member(tx, id);
    out.record("member", member_sheet(frame, tx, now));
    if (changes.empty()) {
      out.note(fmt::format(fmt::runtime(_("nothing changed: {} is so already")), labelled(now)));
      return;
    }
    std::vector<std::string> fields;
    for (const auto& change : changes) fields.push_back(label(change.field, scope_of("member")));
    out.changed(fmt::format(fmt::runtime(_("changed {member}: {fields}")),
                            fmt::arg("member", labelled(now)), fmt::arg("fields", listed(fields))),
                undo_of(id, changes));
  });
}

}  // namespace

void define_member_changes(Frame& frame) {
  define_add(frame);
  define_edit(frame);
}

}  // namespace pharmacy::cli
