// What allows an institution to deal in medicines: member licence add, end and list.
#include "pharmacy/licence.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "member/member.h"
#include "pharmacy/members.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

void list_of_member(Reading& reading, Output& out, MemberId id) {
  out.list("member.licences", "licences", list_licences(reading, {.member = id}).licences,
           _("there is no such licence"));
}

// As it is kept, before it becomes another one.
std::optional<Licence> licence_of(Reading& reading, MemberId id, const std::string& number) {
  const auto licences = list_licences(reading, {.member = id}).licences;
  const auto found = std::ranges::find(licences, fold_width(number), &Licence::number);
  return found == licences.end() ? std::nullopt : std::optional{*found};
}

void define_licence_add(Frame& frame) {
  struct Asked {
    std::string who;
    NewLicence licence;
  };
  CLI::App& cmd =
      frame.command("licence add", _("Keep a licence of an institution, or its new last day"),
                    {"member licence add 8001 --kind 医疗机构执业许可证 --number PDY310101 "
                     "--expires 2099-12-31"});
  auto asked = std::make_shared<Asked>();
  NewLicence& licence = asked->licence;
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--kind", licence.kind, _("What it is called"))->required();
  frame.option(cmd, "--number", licence.number, _("Its number"))->required();
  frame.option(cmd, "--expires", licence.expires_on, _("Its last day"))->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    NewLicence added = asked->licence;
    added.member = get_member_id(tx, asked->who);
    const auto before = licence_of(tx, added.member, added.number);
    const bool is_new = add_licence(tx, added);
    list_of_member(tx, out, added.member);
    const std::string member = to_string(added.member);
    if (!is_new) {
      out.note(
          fmt::format(fmt::runtime(_("nothing changed: {} has this licence already")), member));
      return;
    }
    out.changed(
        fmt::format(fmt::runtime(_("licence of {member}: {number} until {day}")),
                    fmt::arg("member", member), fmt::arg("number", for_terminal(added.number)),
                    fmt::arg("day", to_string(added.expires_on))),
        before ? fmt::format("member licence add {} --kind {} --number {} --expires {}", member,
                             shell_word(before->kind), shell_word(before->number),
                             to_string(before->expires_on))
               : fmt::format("member licence end {} {}", member, shell_word(added.number)));
  });
}

void define_licence_end(Frame& frame) {
  struct Asked {
    std::string who;
    std::string number;
  };
  CLI::App& cmd =
      frame.command("licence end", _("Say that a licence does not hold, or was given back"),
                    {"member licence end 8001 PDY310101"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "number", asked->number, _("Its number"))->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    const MemberId id = get_member_id(tx, asked->who);
    end_licence(tx, id, asked->number);
    list_of_member(tx, out, id);
    out.changed(fmt::format(fmt::runtime(_("licence of {member} ended: {number}")),
                            fmt::arg("member", to_string(id)),
                            fmt::arg("number", for_terminal(asked->number))),
                {});
  });
}

void define_licence_list(Frame& frame) {
  struct Asked {
    std::optional<std::string> who;
    LicenceFilter filter;
  };
  CLI::App& cmd = frame.command("licence list", _("Licences, by the day on which they run out"),
                                {"member licence list 8001", "member licence list --expiring 60"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone; all where not given"));
  frame.option(cmd, "--expiring", asked->filter.within,
               _("Only what has run out, or will in so many days"));
  frame.option(cmd, "--limit", asked->filter.limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    LicenceFilter filter = asked->filter;
    if (asked->who) filter.member = get_member_id(reading, *asked->who);
    const auto [licences, more] = list_licences(reading, filter);
    if (more) out.note(_("there are more: raise --limit"));
    out.list("member.licences", "licences", licences, _("there is no such licence"));
  });
}

}  // namespace

void define_member_licence(Frame& frame) {
  frame.noun("licence", _("What allows institutions to deal in medicines"));
  define_licence_add(frame);
  define_licence_end(frame);
  define_licence_list(frame);
}

}  // namespace pharmacy::cli
