// The purse by examples: each number is worked out by hand.
#include <doctest/doctest.h>

#include "pharmacy/error.h"
#include "points/till.h"
#include "support/errors.h"
#include "vault/access.h"

namespace pharmacy::test {

namespace {
// A store on the day, with one member.
struct Shop : TestStore {
  explicit Shop(const char* day) : TestStore{day} {
    auto tx = begin();
    member = bare_member(tx);
    tx.commit();
  }
  MemberId member;
};

std::vector<std::string> movements(TestStore& t, MemberId member) {
  auto reading = t.reading();
  std::vector<std::string> lines;
  for (const auto& entry : points_entries(reading, member)) {
    lines.push_back(to_string(entry.day) + " " + to_word(entry.kind) + " " +
                    to_string(entry.points));
  }
  return lines;
}
}  // namespace

TEST_CASE("a sale earns a point a yuan, rounded down once") {
  Shop t{"2026-03-01"};
  auto tx = t.begin();
  const auto sale = bare_receipt(tx, t.member, "sale", tx.today(), Money{2899});
  const auto earned = earn_points(tx, {.member = t.member,
                                       .receipt = sale,
                                       .day = tx.today(),
                                       .basis = whole(Money{2899}),
                                       .import = {}});
  CHECK(earned.points == Points{28});
  CHECK(points_of(tx, sale) == Points{28});
  const auto purse = points_balance(tx, t.member, tx.today());
  CHECK(purse.balance == Points{28});
  CHECK(purse.value == Money{28});
  CHECK(purse.next_expiry == parse_date("2027-12-31"));
  CHECK(purse.expiring == Points{28});
}

TEST_CASE("the part paid by kinds that do not earn lowers the earning in proportion") {
  Shop t{"2026-03-01"};
  auto tx = t.begin();
  // 100.00, of which 60.00 for products that earn; 30.00 was paid by insurance: 60 × 70/100 = 42.
  const auto sale = bare_receipt(tx, t.member, "sale", tx.today(), Money{10'000});
  const auto earned = earn_points(
      tx, {.member = t.member,
           .receipt = sale,
           .day = tx.today(),
           .basis = {.lines = Money{6'000}, .earning = Money{7'000}, .paid = Money{10'000}},
           .import = {}});
  CHECK(earned.points == Points{42});
}

TEST_CASE("a sale of the largest amount earns exactly") {
  Shop t{"2026-03-01"};
  auto tx = t.begin();
  const Money most{1'000'000'000'000};  // 10^10 yuan
  const auto sale = bare_receipt(tx, t.member, "sale", tx.today(), most);
  const auto earn = [&](Money amount) {
    return earn_points(tx, {.member = t.member,
                            .receipt = sale,
                            .day = tx.today(),
                            .basis = whole(amount),
                            .import = {}});
  };
  CHECK(earn(most).points == Points{10'000'000'000});
  // More points than a lot may hold.
  CHECK(code_of([&] { earn(Money{1'000'000'000'000'000}); }) == Errc::invalid_input);
}

TEST_CASE("a sale of nothing, or of less than a point, makes no lot") {
  Shop t{"2026-03-01"};
  auto tx = t.begin();
  for (const Money amount : {Money{0}, Money{99}}) {
    const auto sale = bare_receipt(tx, t.member, "sale", tx.today(), amount);
    CHECK(earn_points(tx, {.member = t.member,
                           .receipt = sale,
                           .day = tx.today(),
                           .basis = whole(amount),
                           .import = {}})
              .points == Points{0});
  }
  CHECK(points_entries(tx, t.member).empty());
}

TEST_CASE("a sale dated back earns on its day, and nothing where its lot would have ended") {
  Shop t{"2026-03-01"};
  auto tx = t.begin();
  const auto earn_on = [&](const char* text) {
    const Date day = *parse_date(text);
    const auto sale = bare_receipt(tx, t.member, "sale", day, Money{1'000});
    return earn_points(tx, {.member = t.member,
                            .receipt = sale,
                            .day = day,
                            .basis = whole(Money{1'000}),
                            .import = {}});
  };
  CHECK(earn_on("2025-12-31").points == Points{10});
  const auto late = earn_on("2024-12-31");  // would have ended on 2025-12-31
  CHECK(late.ended);
  CHECK(late.points == Points{0});
  CHECK(points_balance(tx, t.member, *parse_date("2025-12-30")).balance == Points{0});
  CHECK(points_balance(tx, t.member, *parse_date("2025-12-31")).balance == Points{10});
  CHECK(points_balance(tx, t.member, tx.today()).next_expiry == parse_date("2026-12-31"));
}

TEST_CASE("redeeming takes the lots that end first") {
  Shop t{"2025-06-01"};
  sell(t, t.member, 100);
  t.set_day("2026-06-01");
  sell(t, t.member, 50);
  sell(t, t.member, 20, 120);  // earns floor(18.80)
  auto reading = t.reading();
  CHECK(left_by_last_day(reading, t.member) ==
        std::map<std::string, std::int64_t>{{"2027-12-31", 50 - 20 + 18}});
}

TEST_CASE("no redemption is larger than the balance, and a refused one changes nothing") {
  Shop t{"2026-03-01"};
  sell(t, t.member, 100);
  CHECK(code_of([&] { sell(t, t.member, 20, 101); }) == Errc::refused);
  CHECK(balance(t, t.member) == 100);
  sell(t, t.member, 1, 100);
  CHECK(balance(t, t.member) == 0);
  CHECK(code_of([&] { sell(t, t.member, 1, 1); }) == Errc::refused);
}

TEST_CASE("lots end on their last day whether or not anybody looks") {
  Shop t{"2025-06-01"};
  sell(t, t.member, 100);
  t.set_day("2026-12-31");
  CHECK(balance(t, t.member) == 100);
  t.set_day("2027-01-01");
  CHECK(balance(t, t.member) == 0);
  CHECK(movements(t, t.member) ==
        std::vector<std::string>{"2027-01-01 expire -100", "2025-06-01 earn 100"});

  t.set_day("2027-02-01");
  sell(t, t.member, 30);
  CHECK(movements(t, t.member) == std::vector<std::string>{"2027-02-01 earn 30",
                                                           "2027-01-01 expire -100",
                                                           "2025-06-01 earn 100"});
  {
    auto reading = t.reading();
    CHECK(purse_sums(reading, t.member).ledger == 30);
  }
  CHECK(balance_on(t, t.member, "2026-12-31") == 100);
  CHECK(balance_on(t, t.member, "2027-01-01") == 0);
}

TEST_CASE("what was redeemed before does not end again") {
  Shop t{"2025-06-01"};
  sell(t, t.member, 100);
  t.set_day("2026-06-01");
  sell(t, t.member, 1, 60);
  t.set_day("2027-03-01");
  CHECK(balance(t, t.member) == 0);  // the sale of 1.00 earned 0.40: nothing
  sell(t, t.member, 5);
  CHECK(movements(t, t.member).at(1) == "2027-01-01 expire -40");
  CHECK(balance(t, t.member) == 5);
}

TEST_CASE("a refund takes back what the rest of the sale would not have earned") {
  Shop t{"2026-03-01"};
  const auto sale = sell(t, t.member, 99);
  CHECK(take_back(t, t.member, sale, 33, 99).revoked == Points{33});
  CHECK(take_back(t, t.member, sale, 66, 99).revoked == Points{33});
  CHECK(take_back(t, t.member, sale, 99, 99).revoked == Points{33});
  CHECK(balance(t, t.member) == 0);
}

TEST_CASE("points that were spent and then taken back are owed, and the next earning pays") {
  Shop t{"2026-03-01"};
  const auto sale = sell(t, t.member, 100);
  sell(t, t.member, 1, 100);
  CHECK(balance(t, t.member) == 0);
  take_back(t, t.member, sale, 100, 100);
  CHECK(balance(t, t.member) == -100);
  CHECK(code_of([&] { sell(t, t.member, 1, 1); }) == Errc::refused);

  t.set_day("2026-03-05");
  sell(t, t.member, 70);
  CHECK(balance(t, t.member) == -30);
  sell(t, t.member, 70);
  CHECK(balance(t, t.member) == 40);
  CHECK(balance_on(t, t.member, "2026-03-04") == -100);
}

TEST_CASE("taking back uses the sale's own lot before the others") {
  Shop t{"2025-06-01"};
  sell(t, t.member, 40);  // ends 2026-12-31
  t.set_day("2026-06-01");
  const auto sale = sell(t, t.member, 50);  // ends 2027-12-31
  take_back(t, t.member, sale, 50, 50);
  auto reading = t.reading();
  CHECK(left_by_last_day(reading, t.member) ==
        std::map<std::string, std::int64_t>{{"2026-12-31", 40}});
}

TEST_CASE("points that paid return to the very lots, in the share taken back") {
  Shop t{"2025-06-01"};
  sell(t, t.member, 40);
  t.set_day("2026-06-01");
  sell(t, t.member, 50);
  // 10.00, paid with 60 points (40 of the first lot, 20 of the second) and 9.40: earns 9.
  const auto sale = sell(t, t.member, 10, 60);
  const auto first = take_back(t, t.member, sale, 5, 10);  // half: 30 points
  CHECK(first.given_back == Points{30});
  CHECK(first.revoked == Points{5});  // 9 - floor(4.70)
  {
    auto reading = t.reading();
    CHECK(left_by_last_day(reading, t.member) ==
          std::map<std::string, std::int64_t>{{"2026-12-31", 30}, {"2027-12-31", 30 + 4}});
  }
  take_back(t, t.member, sale, 10, 10);
  auto reading = t.reading();
  CHECK(left_by_last_day(reading, t.member) ==
        std::map<std::string, std::int64_t>{{"2026-12-31", 40}, {"2027-12-31", 50}});
}

TEST_CASE("of what was taken back, points pay back what those given back are worth") {
  Shop t{"2026-03-01"};
  sell(t, t.member, 100);
  // 10.00, for 5 points that stand for a yuan each, and 5.00.
  const auto sale = sell(t, t.member, 10, 5);
  std::string told;
  for (const std::int64_t refunded : {199, 200, 350, 890, 1'000}) {
    auto tx = t.begin();
    const auto refund = bare_receipt(tx, t.member, "refund", tx.today(), Money{refunded});
    const auto reversed = reverse_points(tx, {.sale = sale,
                                              .refund = refund,
                                              .day = tx.today(),
                                              .eligible_left = Money{1'000 - refunded},
                                              .refunded = Money{refunded},
                                              .value = Money{1'000},
                                              .by_points = Money{500}});
    tx.commit();
    told += std::to_string(refunded) + ": " + to_string(reversed.given_back) + ", " +
            to_string(reversed.worth) + "; ";
  }
  // Of 1.99 money pays 1.00, as of 2.00: else 0.99 of it would have to be given back for the
  // point that is due then. So the point comes early.
  CHECK(told == "199: 1, 0.99; 200: 0, 1.00; 350: 1, 1.50; 890: 2, 4.00; 1000: 1, 5.00; ");
}

TEST_CASE("where points paid all of it, they pay all of it back") {
  Shop t{"2026-03-01"};
  sell(t, t.member, 100);
  const auto sale = sell(t, t.member, 1, 100);
  auto tx = t.begin();
  const auto refund = bare_receipt(tx, t.member, "refund", tx.today(), Money{33});
  const auto reversed = reverse_points(tx, {.sale = sale,
                                            .refund = refund,
                                            .day = tx.today(),
                                            .eligible_left = Money{67},
                                            .refunded = Money{33},
                                            .value = Money{100},
                                            .by_points = Money{100}});
  CHECK(reversed.given_back == Points{33});
  CHECK(reversed.worth == Money{33});
}

TEST_CASE("points that return to a lot that has ended live for the days of grace") {
  Shop t{"2025-06-01"};
  sell(t, t.member, 100);
  t.set_day("2026-12-31");
  const auto sale = sell(t, t.member, 1, 100);
  t.set_day("2027-01-10");
  CHECK(take_back(t, t.member, sale, 1, 1).given_back == Points{100});
  CHECK(balance(t, t.member) == 100);
  CHECK(movements(t, t.member).front() == "2027-01-10 reinstate 100");
  t.set_day("2027-02-09");
  CHECK(balance(t, t.member) == 100);
  t.set_day("2027-02-10");
  CHECK(balance(t, t.member) == 0);
}

TEST_CASE("opening points are a lot that begins today") {
  Shop t{"2026-03-01"};
  auto tx = t.begin();
  grant_opening_points(tx, t.member, Points{1'234});
  CHECK(points_balance(tx, t.member, tx.today()).balance == Points{1'234});
  const auto entries = points_entries(tx, t.member);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].kind == PointsKind::opening);
  CHECK(entries[0].staff == "wangli");
  CHECK(code_of([&] { grant_opening_points(tx, t.member, Points{0}); }) == Errc::invalid_input);
}

TEST_CASE("a member who is not there has no purse") {
  Shop t{"2026-03-01"};
  auto tx = t.begin();
  const MemberId nobody{99};
  CHECK(code_of([&] { points_balance(tx, nobody, tx.today()); }) == Errc::not_found);
  CHECK(code_of([&] { points_entries(tx, nobody); }) == Errc::not_found);
  CHECK(code_of([&] { grant_opening_points(tx, nobody, Points{1}); }) == Errc::not_found);
}

}  // namespace pharmacy::test
