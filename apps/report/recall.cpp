// report recall: what was sold of a batch, and who is to be called.
#include "pharmacy/recall.h"

#include <algorithm>

#include "cli/approvals.h"
#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/people.h"
#include "pharmacy/error.h"
#include "report/report.h"

namespace pharmacy::cli {
namespace {

struct AskedRecall {
  std::optional<RecallId> recall;
  std::optional<std::string> product;
  std::vector<std::string> batches;
  Reveal reveal;
  ApprovalOptions approval;
};

// Either a recall by its number, or batches.
void check(const AskedRecall& asked) {
  const bool is_whole = asked.product && !asked.batches.empty();
  const bool is_none = !asked.product && asked.batches.empty();
  if (asked.recall ? is_none : is_whole) return;
  throw Error(Errc::invalid_input, _("either a recall, or a product with its batches"),
              _("give the number of a recall, or --product CODE --batch BATCH"));
}

// As they fit a screen. Whoever is restricted is marked where there is somebody.
Table calls_for_people(const std::vector<RecallMember>& calls) {
  std::vector<std::string> names{"member", "name",    "phone",     "quantity_milli",
                                 "tries",  "outcome", "hours_left"};
  if (std::ranges::any_of(calls, &RecallMember::restricted))
    names.insert(names.begin() + 1, "restricted");
  if (std::ranges::any_of(calls,
                          [](const RecallMember& one) { return one.reached_by.has_value(); }))
    names.insert(std::ranges::find(names, "phone") + 1, "reached_by");
  return only(to_table(calls), names);
}

RecallReport report_for(Reading& reading, const AskedRecall& asked) {
  if (asked.recall) return recall_report(reading, *asked.recall, asked.reveal);
  return trace_batches(reading, {.product = *asked.product, .batches = asked.batches},
                       asked.reveal);
}

void print(Session& session, AskedRecall& asked, Readers readers) {
  check(asked);
  if (asked.reveal.field) asked.reveal.reason = asked.approval.reason.value_or("");
  RecallReport report;
  view_approved(session, asked.approval, show_request(session.command_without(approval_options)),
                [&](Reading& reading) { report = report_for(reading, asked); });
  Table calls =
      readers == Readers::people ? calls_for_people(report.members) : to_table(report.members);
  session.out().report("report.recall", to_table(std::vector{report.recall}),
                       {record_section("quantities", report.figures),
                        {"calls", Section::Kind::list, std::move(calls)},
                        list_section("lines", report.lines),
                        list_section("households", report.households)});
}

}  // namespace

void define_recall(Frame& frame) {
  CLI::App& cmd =
      frame.command("recall", _("What was sold of a batch, what came back, and whom to call"),
                    {"report recall 1", "report recall --product 6901234567890 --batch B2291",
                     "report recall 1 --reveal phone --reason call --format csv"});
  auto asked = std::make_shared<AskedRecall>();
  frame.option(cmd, "recall", asked->recall, _("Number of the recall"));
  frame.option(cmd, "--product", asked->product,
               _("Code of a product, for batches that nobody recalled"));
  frame.option(cmd, "--batch", asked->batches, _("A batch of it; may be given again"));
  frame.option(cmd, "--reveal", asked->reveal.field, _("Show this whole: phone; with --reason"));
  declare_approval(frame, cmd, asked->approval.approval);
  frame.option(cmd, "--reason", asked->approval.reason,
               _("What it is needed for: call, deliver, verify, or other:TEXT"));
  frame.on_session(
      cmd, [asked, &frame](Session& session) { print(session, *asked, readers_of(frame)); },
      Steps::may_change);
}

}  // namespace pharmacy::cli
