#include "report/report.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/reports.h"

namespace pharmacy::cli {

namespace {

Period asked_period(const std::string& text, Date today) {
  if (const auto period = parse_period(text, today)) return *period;
  throw Error(Errc::invalid_input, fmt::format(fmt::runtime(_("not a period: {}")), text),
              period_forms());
}

Date asked_day(const std::string& text, Date today) {
  if (const auto day = parse_day(text, today)) return *day;
  throw Error(Errc::invalid_input, fmt::format(fmt::runtime(_("not a day: {}")), text),
              date_forms());
}

void define_monthly(Frame& frame) {
  CLI::App& cmd =
      frame.command("monthly", _("Sales, members and points of a month or another period"),
                    {"report monthly last-month", "report monthly 2026-10 --format json",
                     "report monthly 2026-Q4"});
  auto text = std::make_shared<std::string>();
  frame.option(cmd, "period", *text, _("A month or another period, as in pharmacy(7)"))->required();
  frame.on_read(cmd, [&frame, text](const Store& store, Output& out) {
    const auto report = monthly_report(store, asked_period(*text, frame.today(store)));
    out.report(
        "report.monthly",
        {{"period", "from", "to", "currency"},
         {{report.period, report.from, report.to, std::string{"CNY"}}}},
        {record_section("sales", report.sales), record_section("members", report.members),
         record_section("points", report.points), list_section("top_products", report.top_products),
         list_section("by_day", report.by_day)});
  });
}

void define_daily(Frame& frame) {
  CLI::App& cmd = frame.command("daily", _("Takings of a day, for cashing up"),
                                {"report daily", "report daily yesterday --format csv"});
  auto text = std::make_shared<std::string>("today");
  frame.option(cmd, "day", *text, _("A day, as in pharmacy(7); today where absent"));
  frame.on_read(cmd, [&frame, text](const Store& store, Output& out) {
    const auto report = daily_report(store, asked_day(*text, frame.today(store)));
    out.report(
        "report.daily", {{"day", "currency"}, {{report.day, std::string{"CNY"}}}},
        {record_section("sales", report.sales), list_section("by_payment", report.by_payment),
         list_section("by_staff", report.by_staff), list_section("refunds", report.refunds),
         record_section("points", report.points)});
  });
}

}  // namespace

void define_report(Frame& frame) {
  define_monthly(frame);
  define_daily(frame);
}

}  // namespace pharmacy::cli
