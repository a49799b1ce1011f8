#include "report/report.h"

#include <memory>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "pharmacy/counsel.h"
#include "pharmacy/deliveries.h"
#include "pharmacy/reports.h"

namespace pharmacy::cli {

namespace {

Cell currency() { return Word{"CNY"}; }

Cell anchor_cell(const MonthlyReport& report) {
  return report.log_anchor ? Cell{Word{*report.log_anchor}} : Cell{};
}

void define_monthly(Frame& frame) {
  CLI::App& cmd =
      frame.command("monthly", _("Sales, members and points of a month or another period"),
                    {"report monthly last-month", "report monthly 2026-10 --format json",
                     "report monthly 2026-Q4"});
  auto period = std::make_shared<Period>();
  frame.option(cmd, "period", *period, _("A month, or another period"))->required();
  frame.on_read(cmd, [period](const Store& store, Output& out) {
    const auto report = monthly_report(store, *period);
    out.report(
        "report.monthly",
        {{"period", "from", "to", "currency", "log_anchor"},
         {{Word{report.period}, report.from, report.to, currency(), anchor_cell(report)}}},
        {record_section("sales", report.sales), record_section("members", report.members),
         record_section("points", report.points), list_section("top_products", report.top_products),
         list_section("by_day", report.by_day)});
  });
}

void define_daily(Frame& frame) {
  CLI::App& cmd = frame.command("daily", _("Takings of a day, for cashing up"),
                                {"report daily", "report daily yesterday --format csv"});
  auto day = std::make_shared<std::optional<Date>>();
  frame.option(cmd, "day", *day, _("The day; today where absent"));
  frame.on_read(cmd, [&frame, day](const Store& store, Output& out) {
    const auto report = daily_report(store, day->value_or(frame.today(store)));
    out.report(
        "report.daily", {{"day", "currency"}, {{report.day, currency()}}},
        {record_section("sales", report.sales),
         words_section("by_payment", report.by_payment, {"key"}),
         list_section("by_staff", report.by_staff), list_section("collected", report.collected),
         list_section("refunds", report.refunds), record_section("points", report.points)});
  });
}

void define_delivery(Frame& frame) {
  CLI::App& cmd = frame.command("delivery", _("How promises to deliver were kept"),
                                {"report delivery last-month"});
  auto period = std::make_shared<Period>();
  frame.option(cmd, "period", *period, _("The days for which it was promised"))->required();
  frame.on_read(cmd, [period](const Store& store, Output& out) {
    Reading reading = store.read();
    out.report("report.delivery", {{"from", "to"}, {{period->from, period->to}}},
               {record_section("deliveries", delivery_figures(reading, *period))});
  });
}

void define_service(Frame& frame) {
  CLI::App& cmd = frame.command("service", _("What was told of medicines and of health, by kinds"),
                                {"report service last-month"});
  auto period = std::make_shared<Period>();
  frame.option(cmd, "period", *period, _("The days on which it was told"))->required();
  frame.on_read(cmd, [period](const Store& store, Output& out) {
    Reading reading = store.read();
    out.report("report.service", {{"from", "to"}, {{period->from, period->to}}},
               {list_section("counsels", counsel_figures(reading, *period))});
  });
}

}  // namespace

void report(Frame& frame) {
  frame.program("report", _("Figures over sales, members and points"));
  define_monthly(frame);
  define_daily(frame);
  define_delivery(frame);
  define_service(frame);
  define_credit(frame);
  define_quality(frame);
  define_complaint(frame);
  define_improve(frame);
  define_recall(frame);
  define_region(frame);
  define_special(frame);
}

}  // namespace pharmacy::cli
