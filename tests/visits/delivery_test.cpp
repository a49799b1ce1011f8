// What is delivered: whether the promise was kept, to the second, and the numbers of parcels.
#include <doctest/doctest.h>

#include "pharmacy/deliveries.h"
#include "pharmacy/person_copy.h"
#include "support/counter_store.h"
#include "support/errors.h"

namespace pharmacy::test {

namespace {

struct DeliveringStore : CounterStore {
  Instant at(const std::string& text) { return parse_instant(text, store().zone()).value(); }
  ReceiptId sell_by(const std::string& deliver_by) {
    NewSale sale{.member = member, .items = items_of({"A", "B", "N"})};
    sale.deliver_by = at(deliver_by);
    return sell(sale);
  }
  Delivery deliver(ReceiptId receipt, std::optional<Instant> when = std::nullopt) {
    auto tx = begin();
    Delivery delivery = record_delivery(tx, receipt, when);
    tx.commit();
    return delivery;
  }
  std::vector<Delivery> list(const DeliveryFilter& filter = {}) {
    auto reading = this->reading();
    return list_deliveries(reading, filter).deliveries;
  }
  std::int64_t track(ReceiptId receipt, const std::string& number,
                     const std::vector<std::int64_t>& lines = {}) {
    auto tx = begin();
    const auto count = add_tracking(tx, receipt, number, lines);
    tx.commit();
    return count;
  }
};

}  // namespace

TEST_CASE("a promise is kept in its last second, and late in the next") {
  DeliveringStore t;
  const auto kept = t.sell_by("2026-03-01 18:00:00");
  const auto late = t.sell_by("2026-03-01 18:00:00");
  t.set_time(t.at("2026-03-01 19:30:00"));
  CHECK(t.list()[0].state == DeliveryState::overdue);
  CHECK(t.list()[0].minutes_late == 90);
  CHECK(t.deliver(kept, t.at("2026-03-01 18:00:00")).state == DeliveryState::kept);
  const Delivery came = t.deliver(late, t.at("2026-03-01 18:00:01"));
  CHECK(came.state == DeliveryState::late);
  CHECK(came.minutes_late == 0);
  CHECK(t.list().empty());
}

TEST_CASE("what is still to come is listed by its promise, and figures count what is over") {
  DeliveringStore t;
  const auto second = t.sell_by("2026-03-02 12:00:00");
  const auto first = t.sell_by("2026-03-01 18:00:00");
  const auto third = t.sell_by("2026-03-03 12:00:00");
  const auto fourth = t.sell_by("2026-03-03 23:59:59");
  t.sell_by("2026-03-04 00:00:00");
  REQUIRE(t.list().size() == 5);
  CHECK(t.list()[0].receipt == first);
  CHECK(t.list()[1].receipt == second);
  t.set_time(t.at("2026-03-03 13:00:00"));
  t.deliver(first, t.at("2026-03-01 17:00:00"));
  t.deliver(second);
  const Period days{*parse_date("2026-03-01"), *parse_date("2026-03-03")};
  auto reading = t.reading();
  const auto figures = delivery_figures(reading, days);
  CHECK(figures.promised == 4);
  CHECK(figures.kept == 1);
  CHECK(figures.late == 1);
  CHECK(figures.overdue == 1);
  CHECK(figures.to_come == 1);
  CHECK(figures.kept_percent == 33);
  const auto in_days = list_deliveries(reading, {.period = days}).deliveries;
  REQUIRE(in_days.size() == 4);
  CHECK(in_days[2].receipt == third);
  CHECK(in_days[3].receipt == fourth);
  const Period none{*parse_date("2025-01-01"), *parse_date("2025-01-02")};
  CHECK_FALSE(delivery_figures(reading, none).kept_percent);
}

TEST_CASE("what came back before it was delivered is neither late nor to come") {
  DeliveringStore t;
  const auto receipt = t.sell_by("2026-03-01 18:00:00");
  t.take_back({.receipt = receipt, .items = {{.line = 1}}, .reason = "quality"});
  t.set_time(t.at("2026-03-01 19:00:00"));
  CHECK(t.list()[0].state == DeliveryState::overdue);
  t.take_back({.receipt = receipt, .all = true, .reason = "quality"});
  CHECK(t.list().empty());
  const Period day{*parse_date("2026-03-01"), *parse_date("2026-03-01")};
  CHECK(t.list({.period = day})[0].state == DeliveryState::returned);
  auto reading = t.reading();
  CHECK(delivery_figures(reading, day).promised == 0);
}

TEST_CASE("a delivery is promised for after the sale, and recorded once, at a time there was") {
  DeliveringStore t;
  CHECK(code_of([&] { t.sell_by("2026-03-01 10:00:00"); }) == Errc::invalid_input);
  const auto receipt = t.sell_by("2026-03-01 10:00:01");
  const auto plain = t.sell({"A"});
  CHECK(code_of([&] { t.deliver(plain); }) == Errc::not_found);
  CHECK(code_of([&] { t.deliver(receipt, t.at("2026-03-01 10:00:01")); }) == Errc::invalid_input);
  CHECK(code_of([&] { t.deliver(receipt, t.at("2026-03-01 09:59:59")); }) == Errc::invalid_input);
  t.deliver(receipt);
  CHECK(code_of([&] { t.deliver(receipt); }) == Errc::refused);
}

TEST_CASE("a parcel has lines of a sale in it, each once") {
  DeliveringStore t;
  const auto receipt = t.sell_by("2026-03-02 10:00:00");
  CHECK(t.track(receipt, "SF1", {1, 3, 3}) == 2);
  CHECK(t.track(receipt, "SF2", {2}) == 1);
  CHECK(t.list()[0].tracking == "SF1, SF2");
  const auto lines = t.receipt(receipt).lines;
  CHECK(lines[0].tracking == "SF1");
  CHECK(lines[1].tracking == "SF2");
  CHECK(code_of([&] { t.track(receipt, "SF1"); }) == Errc::conflict);
  CHECK(t.track(receipt, "SF3") == 3);
  CHECK(code_of([&] { t.track(receipt, "SF4", {4, 1}); }) == Errc::not_found);
  CHECK(code_of([&] { t.track(receipt, "", {1}); }) == Errc::invalid_input);
  CHECK(code_of([&] { t.track(receipt, "李四 139", {1}); }) == Errc::invalid_input);
  CHECK(t.track(receipt, "ｓｆ5", {1}) == 1);
  CHECK(t.list()[0].tracking == "SF1, SF2, SF3, SF5");
  CHECK(code_of([&] { t.track(ReceiptId{99}, "SF4"); }) == Errc::not_found);
  const auto refund = t.take_back({.receipt = receipt, .all = true, .reason = "quality"});
  CHECK(code_of([&] { t.track(refund, "SF4"); }) == Errc::refused);
}

TEST_CASE("a parcel of a sale that promised nothing is shown, and copied for its member") {
  DeliveringStore t;
  const auto receipt = t.sell({"A", "B"});
  t.track(receipt, "SF9", {2});
  CHECK_FALSE(t.receipt(receipt).lines[0].tracking);
  CHECK(t.receipt(receipt).lines[1].tracking == "SF9");
  auto reading = t.reading();
  const auto copied = copy_person(reading, t.member).deliveries;
  REQUIRE(copied.size() == 1);
  CHECK(copied[0].receipt == receipt);
  CHECK(copied[0].tracking == "SF9");
  CHECK_FALSE(copied[0].promised);
}

}  // namespace pharmacy::test
