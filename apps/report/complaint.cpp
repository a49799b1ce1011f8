// report complaint and report improve: what complaints tell, and what is done about their causes.
#include <fmt/format.h>

#include <algorithm>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/people.h"
#include "pharmacy/complaint_figures.h"
#include "report/report.h"

namespace pharmacy::cli {
namespace {

// As they fit a screen: open hours and minutes for seconds, and what is of most weight.
void show_to_people(std::vector<Section>& sections, int columns) {
  for (Section& section : sections) {
    for (const char* name : {"median_seconds", "mean_seconds"}) {
      const auto at = std::ranges::find(section.table.columns, name);
      if (at == section.table.columns.end()) continue;
      const auto column = static_cast<std::size_t>(at - section.table.columns.begin());
      for (auto& row : section.table.rows) {
        if (const auto* seconds = std::get_if<std::int64_t>(&row[column])) {
          row[column] = fmt::format("{}:{:02}", *seconds / 3600, *seconds / 60 % 60);
        }
      }
    }
    if (section.kind != Section::Kind::list) continue;
    section.table =
        narrowed(std::move(section.table),
                 {.scope = section.name,
                  .first_to_go = {"acks_in_time", "answers_in_time", "rounds", "studied", "paused",
                                  "checked", "to_check", "done", "mean_seconds"},
                  .columns = columns});
  }
}

}  // namespace

void define_complaint(Frame& frame) {
  struct ComplaintAsked {
    Period period;
    bool staff = false;
  };
  CLI::App& cmd = frame.command(
      "complaint",
      _("Complaints of a period: how fast they were answered, why they came, what repeats"),
      {"report complaint last-month", "report complaint 2026-Q4 --staff",
       "report complaint 2026 --format json"});
  auto asked = std::make_shared<ComplaintAsked>();
  frame.option(cmd, "period", asked->period, _("The days on which they were received"))->required();
  frame.option(cmd, "--staff", asked->staff,
               _("By who handles them too, for managers and auditors"));
  frame.on_read(cmd, [asked, &frame](const Store& store, Output& out) {
    Reading reading = store.read();
    const ComplaintReport report = complaint_report(reading, asked->period);
    std::vector<Section> sections{
        record_section("complaints", report.totals),
        list_section("by_kind", report.by_kind),
        list_section("first_words", report.first_words),
        list_section("answers", report.answers),
        words_section("by_severity", report.by_severity, {"key"}),
        words_section("by_channel", report.by_channel, {"key"}),
        list_section("causes", report.causes),
        words_section("repeats_by_cause", report.repeats_by_cause, {"key"}),
        list_section("repeats_by_product", report.repeats_by_product),
        list_section("suggestions", report.suggestions)};
    if (asked->staff) {
      sections.push_back(list_section("by_owner", complaint_scorecards(reading, asked->period)));
    }
    if (readers_of(frame) == Readers::people) show_to_people(sections, columns_of_screen(frame));
    out.report("report.complaint", {{"from", "to"}, {{report.from, report.to}}},
               std::move(sections));
  });
}

void define_improve(Frame& frame) {
  CLI::App& cmd = frame.command(
      "improve", _("What was done about causes of complaints, whether it helped, and suggestions"),
      {"report improve", "report improve 2026-Q4 --format csv"});
  auto period = std::make_shared<std::optional<Period>>();
  frame.option(cmd, "period", *period,
               _("When actions were added and suggestions received; this year where absent"));
  frame.on_read(cmd, [&frame, period](const Store& store, Output& out) {
    Reading reading = store.read();
    const ImprovementReport report = improvement_report(
        reading, *period ? **period : parse_period("this-year", frame.today(store)).value());
    std::vector<Section> sections{record_section("actions", report.in_all),
                                  list_section("actions_by_cause", report.by_cause),
                                  list_section("suggestions", report.suggestions)};
    if (readers_of(frame) == Readers::people) show_to_people(sections, columns_of_screen(frame));
    out.report("report.improve", {{"from", "to"}, {{report.from, report.to}}}, std::move(sections));
  });
}

}  // namespace pharmacy::cli
