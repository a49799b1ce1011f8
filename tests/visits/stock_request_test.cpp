// Requests for what is not there: who gets it first, for how long, and what ends a request.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "pharmacy/rights.h"
#include "support/errors.h"
#include "vault/access.h"
#include "visits/waiting_store.h"

namespace pharmacy::test {

namespace {

std::vector<MemberId> members_of(const std::vector<StockRequest>& requests) {
  std::vector<MemberId> members;
  for (const StockRequest& request : requests) members.push_back(request.member);
  return members;
}

}  // namespace

TEST_CASE("goods that came go by class, then by who asked first, and the last gets what is left") {
  WaitingStore t;
  const MemberId risk = t.add("甲", MemberClass::risk);
  const MemberId first = t.add("乙");
  const MemberId second = t.add("丙", MemberClass::ordinary);
  const MemberId key = t.add("丁", MemberClass::key);
  const MemberId potential = t.add("戊", MemberClass::potential);
  for (const MemberId who : {risk, first, second, key, potential}) t.ask(who, "A", 2000);
  CHECK(members_of(t.open("A")) == std::vector{key, potential, first, second, risk});

  const auto held = t.hold("A", 7000);
  CHECK(members_of(held) == std::vector{key, potential, first, second});
  CHECK(held[2].held == Quantity{2000});
  CHECK(held[3].held == Quantity{1000});
  CHECK(held[0].held_until == *parse_date("2026-03-04"));
  CHECK(t.only_of(key).state == StockRequestState::held);
  CHECK(t.only_of(risk).state == StockRequestState::waiting);
  CHECK(members_of(t.hold("A", 100'000)) == std::vector{risk});
  CHECK(t.hold("A", 1000).empty());
}

TEST_CASE("who did not come by the last day waits on in her old place") {
  WaitingStore t;
  const MemberId first = t.add("乙");
  const MemberId second = t.add("丙");
  t.ask(first, "A");
  t.ask(second, "A");
  CHECK(members_of(t.hold("A", 1000)) == std::vector{first});
  t.set_day("2026-03-04");
  CHECK(t.only_of(first).state == StockRequestState::held);
  CHECK(members_of(t.hold("A", 1000)) == std::vector{second});
  t.set_day("2026-03-05");
  CHECK(t.only_of(first).state == StockRequestState::waiting);
  CHECK_FALSE(t.only_of(first).held_until);
  CHECK(members_of(t.hold("A", 1000)) == std::vector{first});
}

TEST_CASE("a sale serves what its buyer waits for, and nothing else") {
  WaitingStore t;
  const MemberId other = t.add("乙");
  t.ask(t.member, "A", 2000);
  t.ask(t.member, "B");
  t.ask(other, "A");
  t.sell({"A", "N"});  // too little
  NewSale earlier{.member = t.member, .items = items_of({"A=2"})};
  earlier.on =
      Instant{t.store().zone().at_local(*parse_date("2026-02-27"), std::chrono::hours{12})};
  t.sell(earlier);
  CHECK(t.open("A").size() == 2);
  const ReceiptId receipt = t.sell({"A", "N", "A"});
  auto reading = t.reading();
  const auto hers = list_stock_requests(reading, {.member = t.member}).requests;
  REQUIRE(hers.size() == 2);
  CHECK(hers[1].state == StockRequestState::served);
  CHECK(hers[1].receipt == receipt);
  CHECK(hers[0].state == StockRequestState::waiting);
  CHECK(members_of(list_stock_requests(reading, {.product = "A"}).requests) == std::vector{other});
}

TEST_CASE("a request ends once, by hand or by a sale, and can be made again then") {
  WaitingStore t;
  const auto id = t.ask(t.member, "A");
  CHECK(code_of([&] { t.ask(t.member, "A"); }) == Errc::conflict);
  t.end(id, StockRequestEnd::unavailable);
  CHECK(t.only_of(t.member).state == StockRequestState::unavailable);
  CHECK(t.only_of(t.member).reason == "顾客说不要了");
  CHECK(code_of([&] { t.end(id, StockRequestEnd::declined); }) == Errc::refused);
  CHECK(code_of([&] { t.end(StockRequestId{99}, StockRequestEnd::declined); }) == Errc::not_found);
  t.ask(t.member, "A");
  CHECK(t.open("A").size() == 1);
}

TEST_CASE("what is asked for is a product or words, by somebody who is there") {
  WaitingStore t;
  const auto code = [&](const NewStockRequest& request) {
    return code_of([&] {
      auto tx = t.begin();
      add_stock_request(tx, request);
    });
  };
  CHECK(code({.member = t.member}) == Errc::invalid_input);
  CHECK(code({.member = t.member, .product = "A", .wanted = "阿胶"}) == Errc::invalid_input);
  CHECK(code({.member = t.member, .product = "A", .quantity = Quantity{0}}) == Errc::invalid_input);
  CHECK(code({.member = t.member, .product = "none"}) == Errc::not_found);
  CHECK(code({.member = MemberId{77}, .product = "A"}) == Errc::not_found);
  CHECK_FALSE(code({.member = t.member, .wanted = "阿胶块250g"}));
  {
    auto tx = t.begin();
    restrict_member(tx, t.member, "本人要求");
    tx.commit();
  }
  CHECK(code({.member = t.member, .product = "A"}) == Errc::refused);
}

TEST_CASE("whoever is restricted is neither listed nor held anything for") {
  WaitingStore t;
  t.ask(t.member, "A");
  {
    auto tx = t.begin();
    restrict_member(tx, t.member, "本人要求");
    tx.commit();
  }
  CHECK(t.open("A").empty());
  CHECK(t.hold("A", 1000).empty());
}

TEST_CASE("a member and a product choose together, and a limit says whether there are more") {
  WaitingStore t;
  t.ask(t.member, "A");
  for (const char* product : {"B", "H"}) t.ask(t.member, product);
  auto reading = t.reading();
  const auto of_a = list_stock_requests(reading, {.product = "A", .member = t.member, .limit = 1});
  REQUIRE(of_a.requests.size() == 1);
  CHECK(of_a.requests[0].code == "A");
  CHECK_FALSE(of_a.more);
  CHECK(list_stock_requests(reading, {.member = t.member, .limit = 2}).more);
}

TEST_CASE("a sale that was mistyped served nobody: she waits again in her old place") {
  WaitingStore t;
  const MemberId second = t.add("丙");
  const auto first = t.ask(t.member, "A", 2000);
  t.ask(second, "A");
  const ReceiptId sale = t.sell({"A=2", "N"});
  CHECK(members_of(t.open("A")) == std::vector{second});
  t.take_back({.receipt = sale, .items = {{.line = 2}}, .reason = "typing"});
  CHECK(t.only_of(t.member).state == StockRequestState::served);
  t.take_back(
      {.receipt = sale, .items = {{.line = 1, .quantity = Quantity{1000}}}, .reason = "typing"});
  CHECK(members_of(t.open("A")) == std::vector{t.member, second});
  const StockRequest again = t.only_of(t.member);
  CHECK(again.id == first);
  CHECK(again.state == StockRequestState::waiting);
  CHECK_FALSE(again.receipt);
  CHECK_FALSE(again.ended);
  CHECK(t.sell({"A=2"}) == ReceiptId{4});
  CHECK(t.only_of(t.member).receipt == ReceiptId{4});
}

TEST_CASE("what comes back for another reason was bought all the same") {
  WaitingStore t;
  t.ask(t.member, "A");
  const ReceiptId sale = t.sell({"A=2"});
  t.take_back(
      {.receipt = sale, .items = {{.line = 1, .quantity = Quantity{1000}}}, .reason = "quality"});
  t.take_back({.receipt = sale, .all = true, .reason = "typing"});
  CHECK(t.only_of(t.member).state == StockRequestState::served);  // by the one that came back
  t.ask(t.member, "B");
  const ReceiptId other = t.sell({"B"});
  t.take_back({.receipt = other, .all = true, .reason = "顾客改变主意"});
  CHECK(t.open("B").empty());
}

TEST_CASE("what was held for a sale that was mistyped is held until its day") {
  WaitingStore t;
  t.ask(t.member, "A", 3000);
  t.hold("A", 1000);
  const ReceiptId sale = t.sell({"A"});
  CHECK(t.only_of(t.member).state == StockRequestState::served);
  t.take_back({.receipt = sale, .all = true, .reason = "typing"});
  CHECK(t.only_of(t.member).state == StockRequestState::held);
  CHECK(t.only_of(t.member).held == Quantity{1000});
  t.set_day("2026-03-05");
  CHECK(t.only_of(t.member).state == StockRequestState::waiting);
}

TEST_CASE("of a sale that was rung up twice the other one serves, until it is taken back too") {
  WaitingStore t;
  t.ask(t.member, "A", 2000);
  const ReceiptId first = t.sell({"A=2"});
  const ReceiptId second = t.sell({"A=2"});
  t.take_back({.receipt = first, .all = true, .reason = "typing"});
  CHECK(t.only_of(t.member).state == StockRequestState::served);
  CHECK(t.only_of(t.member).receipt == second);
  t.take_back({.receipt = second, .all = true, .reason = "typing"});
  CHECK(t.only_of(t.member).state == StockRequestState::waiting);
}

TEST_CASE("who asked for the same again waits in her new place") {
  WaitingStore t;
  t.ask(t.member, "A");
  const ReceiptId sale = t.sell({"A"});
  const auto anew = t.ask(t.member, "A", 2000);
  t.take_back({.receipt = sale, .all = true, .reason = "typing"});
  REQUIRE(t.open("A").size() == 1);
  CHECK(t.open("A")[0].id == anew);
}

TEST_CASE("a request that is over changes in no other way") {
  WaitingStore t;
  t.ask(t.member, "A");
  t.ask(t.member, "B");
  t.end(t.open("B")[0].id, StockRequestEnd::declined);
  const ReceiptId sale = t.sell({"A"});
  auto tx = t.begin();
  auto& db = vault::database(tx);
  const char* again =
      "UPDATE stock_request SET outcome = NULL, receipt = NULL, reason = NULL, ended_at = NULL,"
      " ended_by = NULL WHERE id = ?1";
  CHECK_THROWS(db.run(again, StockRequestId{1}));
  CHECK_THROWS(db.run(again, StockRequestId{2}));
  add_refund(tx, {.receipt = sale, .all = true, .reason = "quality"});
  CHECK_THROWS(db.run(again, StockRequestId{1}));
  CHECK_THROWS(db.run("UPDATE stock_request SET outcome = 'unavailable' WHERE id = 1"));
}

TEST_CASE("goods are held as a plain queue would hold them") {
  WaitingStore t;
  std::mt19937 random{20260301};
  struct Asker {
    MemberId member;
    int rank;
    std::int64_t wants;
  };
  std::vector<Asker> queue;
  constexpr std::array classes{std::pair{MemberClass::key, 0}, std::pair{MemberClass::potential, 1},
                               std::pair{MemberClass::member, 2}, std::pair{MemberClass::risk, 3}};
  for (int i = 0; i < 60; ++i) {
    const auto& [of_class, rank] = classes[random() % classes.size()];
    const auto wants = static_cast<std::int64_t>(1 + random() % 3'000);
    queue.push_back({t.add("某" + std::to_string(i), of_class), rank, wants});
    t.ask(queue.back().member, "A", wants);
  }
  std::ranges::stable_sort(queue, {}, &Asker::rank);
  std::size_t next = 0;
  while (next < queue.size()) {
    auto left = static_cast<std::int64_t>(1 + random() % 9'000);
    const auto held = t.hold("A", left);
    std::vector<std::pair<MemberId, Quantity>> expected;
    while (left > 0 && next < queue.size()) {
      const auto share = std::min(left, queue[next].wants);
      expected.emplace_back(queue[next].member, Quantity{share});
      left -= share;
      ++next;
    }
    REQUIRE(held.size() == expected.size());
    for (std::size_t i = 0; i < held.size(); ++i) {
      CHECK(held[i].member == expected[i].first);
      CHECK(held[i].held == expected[i].second);
    }
  }
}

}  // namespace pharmacy::test
