// What members may ask for: member restrict, copy and forget.
#include "pharmacy/rights.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/asked.h"
#include "cli/erasing.h"
#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "member/member.h"
#include "pharmacy/complaint_erasure.h"
#include "pharmacy/complaints.h"
#include "pharmacy/person_copy.h"
#include "pharmacy/points.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

// What a machine learns of a member who was restricted.
struct RestrictedMember {
  MemberId id;
  bool restricted;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &RestrictedMember::id},
                      Field{"restricted", &RestrictedMember::restricted}};
  }
};

void restrict_one(Transaction& tx, Output& out, MemberId id, const std::string& reason) {
  const bool is_new = restrict_member(tx, id, reason);
  out.record("member.restriction", RestrictedMember{id, true});
  if (!is_new) {
    out.note(
        fmt::format(fmt::runtime(_("nothing changed: {} is restricted already")), to_string(id)));
    return;
  }
  out.changed(fmt::format(fmt::runtime(_("restricted {}: kept, and not used")), to_string(id)),
              "member restrict " + to_string(id) + " --lift");
}

void lift(Transaction& tx, Output& out, MemberId id) {
  const bool was = lift_restriction(tx, id);
  const bool is_still = !is_in_use(tx, id);
  out.record("member.restriction", RestrictedMember{id, is_still});
  if (!was) {
    out.note(fmt::format(fmt::runtime(_("nothing changed: {} is not restricted")), to_string(id)));
    return;
  }
  out.changed(fmt::format(fmt::runtime(_("lifted the restriction of {}")), to_string(id)), {});
  if (!is_still) return;
  out.note(fmt::format(
      fmt::runtime(_("{member} stays restricted until she agrees to membership"
                     " again: {command}")),
      fmt::arg("member", to_string(id)),
      fmt::arg("command", "member consent give " + to_string(id) + " --purpose membership")));
}

void define_restrict(Frame& frame) {
  struct Asked {
    std::string who;
    std::optional<std::string> reason;
    bool lift = false;
  };
  CLI::App& cmd =
      frame.command("restrict", _("Keep what is known of a member, and use it no more"),
                    {"member restrict 6001 --reason 本人要求", "member restrict M1 --lift"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--reason", asked->reason, _("Why: who asked for it"));
  frame.option(cmd, "--lift", asked->lift, _("Use it again"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    if (asked->lift == asked->reason.has_value()) {
      throw Error(Errc::invalid_input, _("either --reason or --lift"),
                  _("give --reason TEXT to restrict, --lift to end that"));
    }
    const MemberId id = get_member_id(tx, asked->who);
    if (asked->lift) return lift(tx, out, id);
    restrict_one(tx, out, id, *asked->reason);
  });
}

// What a list of a copy holds, by the name of its part.
std::vector<Section> sections_of(const PersonCopy& copy) {
  return {list_section("cards", copy.cards),
          list_section("contacts", copy.contacts),
          list_section("classification", copy.standing.facts),
          list_section("risks", copy.standing.risks),
          list_section("keepers", copy.standing.keepers),
          list_section("licences", copy.standing.licences),
          list_section("preferences", copy.standing.preferences),
          list_section("groups", copy.standing.groups),
          list_section("history", copy.history),
          list_section("consents", copy.consents),
          list_section("guardianships", copy.guardianships),
          list_section("restrictions", copy.restrictions),
          list_section("earlier_numbers", copy.earlier),
          list_section("merges", copy.merges),
          list_section("households", copy.households),
          list_section("receipts", copy.receipts),
          list_section("lines", copy.lines),
          list_section("payments", copy.payments),
          list_section("account_payments", copy.account_payments),
          words_section("points", copy.points, {"kind"}),
          list_section("health_notes", copy.health_notes),
          words_section("recall_calls", copy.recall_calls, {"outcome"}),
          words_section("counsels", copy.counsels, {"kind"}),
          words_section("stock_requests", copy.stock_requests, {"outcome"}),
          list_section("deliveries", copy.deliveries),
          words_section("complaints", copy.complaints, {"complaint_step"}),
          words_section("leads", copy.leads, {"source", "how", "lead_outcome"}),
          list_section("accesses", copy.accesses)};
}

void define_copy(Frame& frame) {
  CLI::App& cmd =
      frame.command("copy", _("All that is kept of one person, for her: also who has seen it"),
                    {"member copy 6001", "member copy M1 --format json >copy.json"});
  auto who = std::make_shared<std::string>();
  frame.option(cmd, "member", *who, _("M12, a card, or a phone"))->required();
  frame.on_view(cmd, [who](Reading& reading, Output& out) {
    const MemberId member = get_member_id(reading, *who);
    const PersonCopy copy = copy_person(reading, member);
    const auto health = health_in_complaints(reading, member);
    auto sections = sections_of(copy);
    sections.push_back(words_section("health_in_complaints", health, {"fact"}));
    out.report("member.copy", to_table(std::vector{copy.facts}), std::move(sections));
    const auto unread = copy.health_notes_unread +
                        std::ranges::count_if(health, [](const auto& one) { return !one.text; });
    if (unread == 0) return;
    out.note(fmt::format(fmt::runtime(P_("{} note about health is not in this copy: a pharmacist"
                                         " can read it",
                                         "{} notes about health are not in this copy: a pharmacist"
                                         " can read them",
                                         unread)),
                         unread));
  });
}

struct AskedErasure {
  std::string who;
  ErasureOptions options;
};

void forget(Session& session, const AskedErasure& asked) {
  if (session.replayed()) return;
  MemberId id;
  AskedPlan plan;
  session.store().view([&](Reading& reading) {
    id = get_member_id(reading, asked.who);
    plan = plan_erasure_of(reading, id);
  });
  tell_plan(session.out(), plan);
  const std::string number = to_string(id);
  erase_approved(
      session, asked.options,
      {.number = number,
       .request = erasure_request(id, asked.options.reason),
       .question = fmt::format(
           fmt::runtime(_("erase all that is kept of {}? It cannot be taken back;")), number),
       .erase = [&](Transaction& tx) {
         erase_member(tx, {.member = id,
                           .reason = asked.options.reason,
                           .empty_purse = forfeit_points,
                           .erase_complaints = erase_complaints_of});
       }});
}

void define_forget(Frame& frame) {
  CLI::App& cmd = frame.command(
      "forget", _("Erase a person, and tell first what goes, and what stays until when"),
      {"member forget 6001 --reason 本人要求 --dry-run",
       "member forget M1 --reason 本人要求 --confirm store"});
  auto asked = std::make_shared<AskedErasure>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  asked->options.declare(frame, cmd);
  frame.on_session(cmd, [asked](Session& session) { forget(session, *asked); });
}

}  // namespace

void define_member_rights(Frame& frame) {
  define_restrict(frame);
  define_copy(frame);
  define_forget(frame);
}

}  // namespace pharmacy::cli
