// report region: members and what they buy, by where they live.
#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/people.h"
#include "cli/render.h"
#include "pharmacy/regions.h"
#include "report/report.h"

namespace pharmacy::cli {
namespace {

struct AskedRegions {
  std::optional<Period> period;
  RegionLevel level = RegionLevel::region;
};

// The unknown has a name, and sizes are called what they are.
Table regions_for_people(Table regions, RegionLevel level) {
  if (level == RegionLevel::city_size) regions.columns[0] = "city_size";
  for (auto& row : regions.rows) {
    if (is_null(row[0])) row[0] = std::string{_("unknown")};
  }
  return regions;
}

Section all_section(const RegionFigures& in_all) {
  auto section = record_section("in_all", in_all);
  section.table =
      only(section.table, {"members", "buying", "receipts", "net_fen", "net_per_buyer_fen"});
  return section;
}

}  // namespace

void define_region(Frame& frame) {
  CLI::App& cmd = frame.command("region", _("Members and what they buy, by where they live"),
                                {"report region", "report region last-month --by city",
                                 "report region 2026-Q4 --by city_size"});
  auto asked = std::make_shared<AskedRegions>();
  frame.option(cmd, "period", asked->period, _("When it was bought; this month where absent"));
  frame.option(cmd, "--by", asked->level,
               _("What is one region: region, city, province or city_size; region where absent"));
  frame.on_read(cmd, [&frame, asked](const Store& store, Output& out) {
    const auto report = region_report(
        store,
        asked->period ? *asked->period : parse_period("this-month", frame.today(store)).value(),
        asked->level);
    Table regions = to_table(report.regions);
    if (readers_of(frame) == Readers::people)
      regions = regions_for_people(std::move(regions), asked->level);
    out.report("report.region",
               {{"from", "to", "level"}, {{report.from, report.to, to_cell(asked->level)}}},
               {all_section(report.in_all), {"regions", Section::Kind::list, std::move(regions)}});
  });
}

}  // namespace pharmacy::cli
