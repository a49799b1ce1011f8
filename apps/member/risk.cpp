// Members with whom doing business is a risk: member risk set, clear and list.
#include "pharmacy/risk.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/phrases.h"
#include "member/member.h"
#include "member/sheet.h"
#include "pharmacy/standing.h"

namespace pharmacy::cli {
namespace {

void define_risk_set(Frame& frame) {
  struct Asked {
    std::string who;
    NewRisk risk;
  };
  CLI::App& cmd = frame.command(
      "risk set",
      _("Say that doing business with a member is a risk, and what that binds sales to"),
      {"member risk set 6001 --kind late_payment --condition cash_only --reason 欠款三个月"
       " --review 2099-06-30",
       "member risk set M1 --kind refund_abuse --condition manager_sign_off --reason 多次无理由退货"
       " --review 2099-06-30"});
  auto asked = std::make_shared<Asked>();
  NewRisk& risk = asked->risk;
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--kind", risk.kind, _("What the risk is"))->required();
  frame.option(cmd, "--condition", risk.conditions,
               _("What her sales are bound to; several times"));
  frame.option(cmd, "--reason", risk.reason, _("Why"))->required();
  frame.option(cmd, "--review", risk.review_on, _("The day to look at it again"))->required();
  frame.on_write(cmd, [asked, &frame](Transaction& tx, Output& out) {
    NewRisk set = asked->risk;
    set.member = get_member_id(tx, asked->who);
    // One that is replaced cannot be had again.
    const std::string before = ',' + get_standing(tx, set.member).risks.value_or("") + ',';
    const bool is_new =
        before.find(',' + std::string{to_word(set.kind)} + ',') == std::string::npos;
    set_risk(tx, set);
    out.record("member", member_sheet(frame, tx, get_member(tx, set.member)));
    out.changed(fmt::format(fmt::runtime(_("set a risk of {member}: {risk}")),
                            fmt::arg("member", to_string(set.member)),
                            fmt::arg("risk", word_label(to_word(set.kind)))),
                is_new ? fmt::format("member risk clear {} --kind {} --reason typing",
                                     to_string(set.member), to_word(set.kind))
                       : std::string{});
  });
}

void define_risk_clear(Frame& frame) {
  struct Asked {
    std::string who;
    std::optional<RiskKind> kind;
    std::string reason;
  };
  CLI::App& cmd = frame.command("risk clear", _("Say that it is no risk any more"),
                                {"member risk clear 6001 --reason 欠款已结清",
                                 "member risk clear M1 --kind late_payment --reason 欠款已结清"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--kind", asked->kind, _("Only this risk; all where not given"));
  frame.option(cmd, "--reason", asked->reason, _("Why"))->required();
  frame.on_write(cmd, [asked, &frame](Transaction& tx, Output& out) {
    const MemberId id = get_member_id(tx, asked->who);
    const auto cleared = clear_risks(tx, id, asked->kind, asked->reason);
    out.record("member", member_sheet(frame, tx, get_member(tx, id)));
    if (cleared.empty()) {
      out.note(fmt::format(fmt::runtime(_("nothing changed: {} has no such risk")), to_string(id)));
      return;
    }
    std::vector<std::string> kinds;
    for (const RiskKind kind : cleared) kinds.push_back(word_label(to_word(kind)));
    out.changed(fmt::format(fmt::runtime(_("cleared of {member}: {risks}")),
                            fmt::arg("member", to_string(id)), fmt::arg("risks", listed(kinds))),
                {});
  });
}

void define_risk_list(Frame& frame) {
  CLI::App& cmd =
      frame.command("risk list", _("The risks, by the day on which they are looked at again"),
                    {"member risk list", "member risk list --due"});
  auto filter = std::make_shared<RiskFilter>();
  frame.option(cmd, "--due", filter->due, _("Only those to be looked at again by today"));
  frame.option(cmd, "--limit", filter->limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [filter](Reading& reading, Output& out) {
    const auto [risks, more] = list_risks(reading, *filter);
    if (more) out.note(_("there are more: raise --limit"));
    out.list("member.risks", "risks", risks, _("there is no such risk"));
  });
}

}  // namespace

void define_member_risk(Frame& frame) {
  frame.noun("risk", _("Members with whom doing business is a risk"));
  define_risk_set(frame);
  define_risk_clear(frame);
  define_risk_list(frame);
}

}  // namespace pharmacy::cli
