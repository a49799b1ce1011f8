// visit recall: batches that are called back, and who is told.
#include "pharmacy/recall.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "cli/phrases.h"
#include "pharmacy/members.h"
#include "visit/visit.h"

namespace pharmacy::cli {
namespace {

void open(Transaction& tx, Output& out, const NewRecall& recall) {
  const RecallId id = open_recall(tx, recall);
  const auto [opened, figures] = get_recall(tx, id);
  out.report("visit.recall", to_table(std::vector{opened}),
             {record_section("quantities", figures)});
  out.changed(
      fmt::format(fmt::runtime(_("opened recall {id} of {code}: lines sold {lines}, members to"
                                 " tell {members}, receipts of nobody known {anonymous}")),
                  fmt::arg("id", to_string(id)), fmt::arg("code", opened.code),
                  fmt::arg("lines", figures.lines), fmt::arg("members", opened.members),
                  fmt::arg("anonymous", figures.anonymous_receipts)),
      "visit recall close " + to_string(id) + " --reason typing");
  out.note(fmt::format(fmt::runtime(_("everybody is to be told by {due}; whom to call: {command}")),
                       fmt::arg("due", to_minute_string(*opened.due, tx.zone())),
                       fmt::arg("command", "report recall " + to_string(id))));
}

void define_recall_open(Frame& frame) {
  CLI::App& cmd = frame.command(
      "recall open", _("Record that batches are recalled, and find who bought of them"),
      {"visit recall open --product 6901234567890 --batch B2304 --class 2",
       "visit recall open --product 6901234567890 --batch B2304 --batch B2311 --class 1"
       " --reason 国家药监局通告"});
  auto recall = std::make_shared<NewRecall>();
  frame.option(cmd, "--product", recall->what.product, _("Code of the product"))->required();
  frame.option(cmd, "--batch", recall->what.batches, _("A batch; may be given again"))->required();
  frame
      .option(cmd, "--class", recall->recall_class,
              _("1, 2 or 3: everybody is told within 24, 48 or 72 hours"))
      ->required();
  frame.option(cmd, "--reason", recall->reason, _("Who recalls it, and why"));
  frame.on_write(cmd, [recall](Transaction& tx, Output& out) { open(tx, out, *recall); });
}

void define_recall_list(Frame& frame) {
  CLI::App& cmd =
      frame.command("recall list", _("Recalls, the newest first, and how many members are told"),
                    {"visit recall list", "visit recall list --format csv"});
  frame.on_view(cmd, [&frame](Reading& reading, Output& out) {
    const auto recalls = list_recalls(reading);
    const std::string none = _("nothing was recalled");
    if (readers_of(frame) == Readers::programs) {
      out.list("visit.recalls", "recalls", recalls, none);
      return;
    }
    out.list("visit.recalls", "recalls",
             narrowed(only(to_table(recalls), {"id", "product", "batches", "recall_class", "due_at",
                                               "state", "hours_left", "to_tell", "told"}),
                      {.scope = scope_of("visit.recalls"),
                       .first_to_go = {"hours_left", "recall_class", "due_at"},
                       .columns = columns_of_screen(frame)}),
             none);
  });
}

// What a machine learns of a try.
struct RecordedCall {
  RecallId recall;
  MemberId member;
  CallOutcome outcome;
  std::int64_t tries;

  static constexpr auto fields() {
    return std::tuple{
        Field{"recall", &RecordedCall::recall}, Field{"member", &RecordedCall::member},
        Field{"outcome", &RecordedCall::outcome}, Field{"tries", &RecordedCall::tries}};
  }
};

void define_recall_call(Frame& frame) {
  struct Asked {
    std::string who;
    NewRecallCall call;
  };
  CLI::App& cmd = frame.command("recall call", _("Record one try to tell a member of a recall"),
                                {"visit recall call 1 6001 --outcome no_answer",
                                 "visit recall call 1 M1 --outcome reached --note 明天送回"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "recall", asked->call.recall, _("Number of the recall"))->required();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame
      .option(cmd, "--outcome", asked->call.outcome,
              _("reached, no_answer, wrong_number, returned or refused"))
      ->required();
  frame.option(cmd, "--note", asked->call.note, _("What was said"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    NewRecallCall& call = asked->call;
    call.member = get_member_id(tx, asked->who);
    const std::int64_t tries = record_recall_call(tx, call);
    out.record("visit.recall.call", RecordedCall{call.recall, call.member, call.outcome, tries});
    out.changed(fmt::format(fmt::runtime(_("recall {recall}, {member}, try {tries}: {outcome}")),
                            fmt::arg("recall", to_string(call.recall)),
                            fmt::arg("member", to_string(call.member)), fmt::arg("tries", tries),
                            fmt::arg("outcome", word_label(to_word(call.outcome)))),
                {});
  });
}

struct UnreachedMember {
  MemberId member;

  static constexpr auto fields() { return std::tuple{Field{"member", &UnreachedMember::member}}; }
};

void close(Transaction& tx, Output& out, RecallId id, const std::string& reason) {
  std::vector<UnreachedMember> unreached;
  std::vector<std::string> numbers;
  for (const MemberId member : close_recall(tx, id, reason)) {
    unreached.push_back({member});
    numbers.push_back(to_string(member));
  }
  out.report("visit.recall.closed", to_table(std::vector{get_recall(tx, id).recall}),
             {list_section("unreached", unreached)});
  out.changed(fmt::format(fmt::runtime(_("closed recall {}")), to_string(id)), {});
  if (!numbers.empty())
    out.note(fmt::format(fmt::runtime(_("not told of it: {}")), listed(numbers)));
}

void define_recall_close(Frame& frame) {
  struct Asked {
    RecallId recall;
    std::string reason;
  };
  CLI::App& cmd =
      frame.command("recall close", _("End a recall, and name who was not told; for managers"),
                    {"visit recall close 1 --reason 已全部通知"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "recall", asked->recall, _("Number of the recall"))->required();
  frame.option(cmd, "--reason", asked->reason, _("Why it is over"))->required();
  frame.on_write(
      cmd, [asked](Transaction& tx, Output& out) { close(tx, out, asked->recall, asked->reason); });
}

}  // namespace

void define_recalls(Frame& frame) {
  frame.noun("recall", _("Batches that are recalled, and who is told of it"));
  define_recall_open(frame);
  define_recall_list(frame);
  define_recall_call(frame);
  define_recall_close(frame);
}

}  // namespace pharmacy::cli
