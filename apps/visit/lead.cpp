// visit lead: people who are no members yet.
#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "pharmacy/leads.h"
#include "pharmacy/members.h"
#include "visit/visit.h"

namespace pharmacy::cli {
namespace {

// What a change prints is kept with its operation, and nothing personal is to stay of a lead.
void record_lead(Transaction& tx, Output& out, LeadId id) {
  out.record("visit.lead.change", only(to_table(std::vector{get_lead(tx, id).lead}),
                                       {"id", "source", "keeper", "state", "next_on", "contacts",
                                        "lead_outcome", "added_at", "member", "reason"}));
}

void define_lead_add(Frame& frame) {
  CLI::App& cmd = frame.command(
      "lead add", _("Record somebody who may become a member"),
      {"visit lead add 王芳 --source walk_in --phone 13700137000 --need 每月测血压",
       "visit lead add 刘洋 --source event --next 电话介绍会员日 --next-on tomorrow"});
  auto lead = std::make_shared<NewLead>();
  frame.option(cmd, "name", lead->name, _("Her name"))->required();
  frame
      .option(cmd, "--source", lead->source,
              _("Where from: walk_in, phone, event, referral, web or other"))
      ->required();
  frame.option(cmd, "--phone", lead->phone, _("Her phone"));
  frame.option(cmd, "--shared", lead->shared_phone, _("The phone may be a member's too"));
  frame.option(cmd, "--need", lead->need, _("What she needs; nothing about health"));
  frame.option(cmd, "--keeper", lead->keeper, _("Login of who takes care; yours where absent"));
  frame.option(cmd, "--next", lead->next.what, _("What is to be done next"));
  frame.option(cmd, "--next-on", lead->next.on, _("On which day"));
  frame.on_write(cmd, [lead](Transaction& tx, Output& out) {
    const LeadId id = add_lead(tx, *lead);
    record_lead(tx, out, id);
    out.changed(fmt::format(fmt::runtime(_("recorded prospect {}")), to_string(id)),
                fmt::format("visit lead drop {} --reason mistake", to_string(id)));
  });
}

void define_lead_touch(Frame& frame) {
  CLI::App& cmd = frame.command(
      "lead touch", _("Record that somebody was in contact with a prospect"),
      {"visit lead touch 1 --by phone --outcome interested --note 周末来店 --next-on tomorrow",
       "visit lead touch 2 --by visit --outcome not_now"});
  auto contact = std::make_shared<NewLeadContact>();
  frame.option(cmd, "lead", contact->lead, _("Number of the prospect"))->required();
  frame.option(cmd, "--by", contact->how, _("phone, email or visit"))->required();
  frame
      .option(cmd, "--outcome", contact->outcome,
              _("interested, not_now, no_answer, or refused: she wants no contact"))
      ->required();
  frame.option(cmd, "--note", contact->note, _("What was said; nothing about health"));
  frame.option(cmd, "--keeper", contact->keeper, _("Login of who takes care from now on"));
  frame.option(cmd, "--next", contact->next.what, _("What is to be done next"));
  frame.option(cmd, "--next-on", contact->next.on, _("On which day"));
  frame.on_write(cmd, [contact](Transaction& tx, Output& out) {
    touch_lead(tx, *contact);
    record_lead(tx, out, contact->lead);
    out.changed(fmt::format(fmt::runtime(_("recorded a contact with prospect {}")),
                            to_string(contact->lead)),
                {});
  });
}

void define_lead_convert(Frame& frame) {
  struct ConvertAsked {
    LeadConversion conversion;
    std::optional<std::string> into;
  };
  CLI::App& cmd =
      frame.command("lead convert", _("Make a member of a prospect"),
                    {"visit lead convert 1 --card 7002", "visit lead convert 2 --into 6001"});
  auto asked = std::make_shared<ConvertAsked>();
  frame.option(cmd, "lead", asked->conversion.lead, _("Number of the prospect"))->required();
  frame.option(cmd, "--into", asked->into, _("A member who it is: M12, a card, or a phone"));
  frame.option(cmd, "--card", asked->conversion.card, _("Card that she gets"));
  frame.option(cmd, "--shared", asked->conversion.shared_phone,
               _("The phone may belong to another of the family too"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    if (asked->into) asked->conversion.into = get_member_id(tx, *asked->into);
    const MemberId member = convert_lead(tx, asked->conversion);
    record_lead(tx, out, asked->conversion.lead);
    out.changed(fmt::format(fmt::runtime(_("prospect {lead} is {member} now")),
                            fmt::arg("lead", to_string(asked->conversion.lead)),
                            fmt::arg("member", to_string(member))),
                {});
    out.note(fmt::format(fmt::runtime(_("no consent is given by this; ask her, then: {}")),
                         "member consent give " + to_string(member)));
  });
}

void define_lead_list(Frame& frame) {
  CLI::App& cmd = frame.command("lead list", _("Prospects, by the day of their next step"),
                                {"visit lead list --due", "visit lead list --stale --limit 20"});
  auto filter = std::make_shared<LeadFilter>();
  frame.option(cmd, "--due", filter->due, _("Only those whose next step is due"));
  frame.option(cmd, "--stale", filter->stale,
               _("Only those to be dropped: nobody was in contact for long"));
  frame.option(cmd, "--keeper", filter->keeper, _("Only those whom this login takes care of"));
  frame.option(cmd, "--limit", filter->limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [filter, &frame](Reading& reading, Output& out) {
    const auto [leads, more] = list_leads(reading, *filter);
    const std::string none = _("there are no such prospects");
    if (more) out.note(_("there are more: raise --limit"));
    if (readers_of(frame) == Readers::programs) {
      out.list("visit.leads", "leads", leads, none);
      return;
    }
    out.list(
        "visit.leads", "leads",
        narrowed(
            only(to_table(leads), {"id", "name", "phone", "source", "need", "keeper", "state",
                                   "next_on", "next_step", "lead_outcome", "touched_at"}),
            {.scope = scope_of("visit.leads"),
             .first_to_go = {"touched_at", "keeper", "source", "lead_outcome", "need", "next_step"},
             .columns = columns_of_screen(frame)}),
        none);
  });
}

void define_lead_show(Frame& frame) {
  struct ShowAsked {
    LeadId lead;
    Reveal reveal;
  };
  CLI::App& cmd =
      frame.command("lead show", _("A prospect, and what was spoken of"),
                    {"visit lead show 1", "visit lead show 1 --reveal phone --reason call"});
  auto asked = std::make_shared<ShowAsked>();
  frame.option(cmd, "lead", asked->lead, _("Number of the prospect"))->required();
  frame.option(cmd, "--reveal", asked->reveal.field, _("Show this whole: phone; with --reason"));
  frame.option(cmd, "--reason", asked->reveal.reason,
               _("What it is needed for: call, deliver, verify, or other:TEXT"));
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    const auto [lead, contacts] = get_lead(reading, asked->lead, asked->reveal);
    out.report("visit.lead", to_table(std::vector{lead}),
               {list_section("lead_contacts", contacts)});
  });
}

void define_lead_drop(Frame& frame) {
  struct DropAsked {
    LeadId lead;
    LeadDropReason reason = LeadDropReason::mistake;
  };
  CLI::App& cmd =
      frame.command("lead drop", _("End a prospect, and erase at once what is personal of it"),
                    {"visit lead drop 2 --reason own_wish"});
  auto asked = std::make_shared<DropAsked>();
  frame.option(cmd, "lead", asked->lead, _("Number of the prospect"))->required();
  frame
      .option(cmd, "--reason", asked->reason,
              _("no_interest, unreachable, own_wish, stale, duplicate or mistake"))
      ->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    drop_lead(tx, asked->lead, asked->reason);
    record_lead(tx, out, asked->lead);
    out.changed(fmt::format(fmt::runtime(_("erased what was personal of prospect {}")),
                            to_string(asked->lead)),
                {});
  });
}

}  // namespace

void define_leads(Frame& frame) {
  frame.noun("lead", _("Prospects: people who may become members"));
  define_lead_add(frame);
  define_lead_touch(frame);
  define_lead_convert(frame);
  define_lead_list(frame);
  define_lead_show(frame);
  define_lead_drop(frame);
}

}  // namespace pharmacy::cli
