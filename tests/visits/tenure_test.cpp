// How long a member has been one, and has bought: by days, and as people say it.
#include <doctest/doctest.h>

#include <regex>

#include "member/member.h"
#include "pharmacy/habits.h"
#include "pharmacy/merge.h"
#include "pharmacy/rights.h"
#include "support/counter_store.h"
#include "support/errors.h"
#include "support/run.h"
#include "support/trials.h"
#include "vault/access.h"

namespace pharmacy::test {

namespace {

struct TenureStore : CounterStore {
  explicit TenureStore(std::string_view day = "2026-03-01") : CounterStore{day} {}
  MemberTenure tenure(MemberId of) {
    auto reading = this->reading();
    return get_tenure(reading, of);
  }
  MemberId joined_on(const char* day) {
    auto tx = begin();
    const MemberId id = add_member(tx, {.name = "李娜", .joined = parse_date(day).value()});
    tx.commit();
    return id;
  }
  void buy_on(std::string_view day, MemberId buyer, const std::vector<std::string>& items = {"A"}) {
    set_day(day);
    sell({.member = buyer, .items = items_of(items)});
  }
  // A sale of which every line has a quantity of 0, as tills export what was rung up and taken off.
  void buy_nothing_on(std::string_view day, MemberId buyer) {
    set_day(day);
    auto tx = begin();
    auto& database = vault::database(tx);
    database.run(
        "INSERT INTO receipt (kind, member, at, day, amount, channel, staff, policy, recorded_at)"
        " VALUES ('sale', ?1, ?2, ?3, 0, 'counter', ?4, (SELECT max(version) FROM policy), ?2)",
        buyer, tx.now(), tx.today(), tx.actor().id);
    database.run(
        "INSERT INTO line (receipt, line, product, quantity, amount)"
        " VALUES ((SELECT max(id) FROM receipt), 1, 1, 0, 0)");
    tx.commit();
  }
  // The lines of `member show` that tell of time, as a table has them.
  std::string shown(const char* today) {
    Surroundings around;
    around.terminal = true;
    const auto ran = run(cli::member, *this, {"show", "6001", "--today", today}, around);
    REQUIRE(ran.status == 0);
    std::string lines;
    for (const char* of : {"member for", "first purchase", "has bought for"}) {
      const auto at = ran.out.find(std::string{"\n"} + of);
      if (at != std::string::npos) lines += ran.out.substr(at + 1, ran.out.find('\n', at + 1) - at);
    }
    return std::regex_replace(lines, std::regex{" +"}, " ");
  }
};

}  // namespace

TEST_CASE("a member has joined and has bought for so many days, each counted by itself") {
  TenureStore t;
  const MemberId old = t.joined_on("2024-02-29");
  CHECK(t.tenure(old).tenure_days == 731);
  CHECK_FALSE(t.tenure(old).first_purchase);
  CHECK_FALSE(t.tenure(old).buying_days);
  CHECK(t.tenure(t.member).tenure_days == 0);
  t.buy_nothing_on("2026-03-03", old);
  CHECK_FALSE(t.tenure(old).first_purchase);
  t.buy_on("2026-03-05", old, {"A=1@0.00"});  // a gift
  t.buy_on("2026-03-09", old);
  CHECK(t.tenure(old).first_purchase == parse_date("2026-03-05"));
  CHECK(t.tenure(old).buying_days == 4);
  CHECK(t.tenure(old).tenure_days == 739);
  CHECK_FALSE(t.tenure(t.member).first_purchase);
}

TEST_CASE("a refund is no first purchase, and takes none away") {
  TenureStore t;
  t.buy_on("2026-03-02", t.member);
  t.set_day("2026-03-04");
  t.take_back({.receipt = ReceiptId{1}, .all = true, .reason = "quality"});
  CHECK(t.tenure(t.member).first_purchase == parse_date("2026-03-02"));
}

TEST_CASE("who was merged into a member brings her first purchase along") {
  TenureStore t;
  const MemberId other = t.joined_on("2026-03-01");
  t.buy_on("2026-03-02", other);
  t.buy_on("2026-03-08", t.member);
  auto tx = t.begin();
  merge_members(tx, {.from = other, .into = t.member});
  tx.commit();
  CHECK(t.tenure(t.member).first_purchase == parse_date("2026-03-02"));
  CHECK(code_of([&] { return t.tenure(other); }) == Errc::not_found);
}

TEST_CASE("of a member who is restricted nobody is told for how long") {
  TenureStore t;
  auto tx = t.begin();
  restrict_member(tx, t.member, "本人要求");
  tx.commit();
  CHECK(code_of([&] { return t.tenure(t.member); }) == Errc::refused);
}

TEST_CASE("the first purchase agrees with a look at every sale, as of any day") {
  Trials trials("first purchases", 4, 2'000);
  trials.each([&](std::int64_t, Random& random) {
    TenureStore t;
    const MemberId other = t.joined_on("2026-03-01");
    std::optional<Date> first;
    const Date begin = parse_date("2026-03-01").value();
    for (int day = 0; day < 30; ++day) {
      const Date today = begin + std::chrono::days{day};
      t.set_day(to_string(today));
      CHECK(t.tenure(t.member).first_purchase == first);
      if (!random.one_in(8)) continue;
      const bool is_nothing = random.one_in(2);
      const bool is_hers = random.one_in(2);
      if (is_nothing) {
        t.buy_nothing_on(to_string(today), is_hers ? t.member : other);
      } else {
        t.buy_on(to_string(today), is_hers ? t.member : other);
      }
      if (is_hers && !is_nothing && !first) first = today;
      CHECK(t.tenure(t.member).first_purchase == first);
    }
    trials.tally("bought", first ? 1 : 0);
  });
}

TEST_CASE("people are told the time in years, months and days, programs in days") {
  TenureStore t{"2024-01-31"};
  t.buy_on("2024-01-31", t.member);
  t.set_day("2026-03-30");
  CHECK(t.shown("2024-01-31") ==
        "member for today\n"
        "first purchase 2024-01-31\n"
        "has bought for today\n");
  CHECK(t.shown("2024-02-01").starts_with("member for 1 day\n"));
  CHECK(t.shown("2024-02-29").starts_with("member for 1 month\n"));
  CHECK(t.shown("2024-03-01").starts_with("member for 1 month 1 day\n"));
  CHECK(t.shown("2025-01-30").starts_with("member for 11 months 30 days\n"));
  CHECK(t.shown("2025-01-31").starts_with("member for 1 year\n"));
  CHECK(t.shown("2026-03-30").starts_with("member for 2 years 1 month 30 days\n"));
  CHECK(t.shown("2024-01-30") == "");
  const auto json = run(cli::member, t, {"show", "6001", "--format", "json"});
  CHECK(json.out.find(R"("tenure_days":789,"first_purchase":"2024-01-31","buying_days":789)") !=
        std::string::npos);
}

}  // namespace pharmacy::test
