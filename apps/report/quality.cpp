// report quality: whether what the staff enter is complete, up to date, right, and there once.
#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/people.h"
#include "pharmacy/reports.h"
#include "report/report.h"

namespace pharmacy::cli {
namespace {

constexpr const char* staff_section = "by_staff";

// As they fit a screen: what is divided, without what it is divided by.
Table staff_for_people(const std::vector<QualityFigures>& staff, int columns) {
  return narrowed(only(to_table(staff), {"staff", "files", "completeness_percent", "stale_percent",
                                         "facts_entered", "corrected_percent", "duplicate_files"}),
                  {.scope = staff_section,
                   .first_to_go = {"facts_entered", "duplicate_files"},
                   .columns = columns});
}

}  // namespace

void define_quality(Frame& frame) {
  CLI::App& cmd = frame.command(
      "quality", _("Whether what staff enter is complete, up to date, right and there once"),
      {"report quality", "report quality last-month --format csv", "report quality 2026-Q4"});
  auto period = std::make_shared<std::optional<Period>>();
  frame.option(cmd, "period", *period, _("When it was entered; this month where absent"));
  frame.on_read(cmd, [&frame, period](const Store& store, Output& out) {
    const auto report = quality_report(
        store, *period ? **period : parse_period("this-month", frame.today(store)).value());
    Table staff = readers_of(frame) == Readers::people
                      ? staff_for_people(report.by_staff, columns_of_screen(frame))
                      : to_table(report.by_staff);
    out.report("report.quality", {{"from", "to"}, {{report.from, report.to}}},
               {record_section("in_all", report.in_all),
                {staff_section, Section::Kind::list, std::move(staff)}});
  });
}

}  // namespace pharmacy::cli
