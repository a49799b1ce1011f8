// Corrections by hand: each number is worked out by hand, and what takes two people takes two.
#include <doctest/doctest.h>

#include <functional>
#include <set>

#include "pharmacy/approval.h"
#include "pharmacy/error.h"
#include "pharmacy/review.h"
#include "pharmacy/staff.h"
#include "points/till.h"
#include "support/errors.h"

namespace pharmacy::test {

namespace {

// A store on the day, with two members.
struct TwoPurses : TestStore {
  explicit TwoPurses(const char* day) : TestStore{day} {
    auto tx = begin();
    member = bare_member(tx);
    other = bare_member(tx);
    tx.commit();
  }

  std::optional<Errc> adjust(std::int64_t points, MemberId whose, const std::string& why = "盘点") {
    return code_of([&] {
      auto tx = begin();
      adjust_points(tx, {.member = whose, .points = Points{points}, .reason = why});
      tx.commit();
    });
  }
  std::optional<Errc> adjust(std::int64_t points) { return adjust(points, member); }

  Store let_in(const std::string& login, Role role) {
    auto tx = begin();
    auto key = add_staff(tx, {.login = login, .name = login, .roles = {role}});
    tx.commit();
    return Store::open(path(), KeyFile{std::move(key.key_file.value())}, {.clock = clock()});
  }

  MemberId member;
  MemberId other;
};

void check_sums(TwoPurses& t, std::int64_t expected) {
  auto reading = t.reading();
  const auto sums = purse_sums(reading, t.member);
  CHECK(points_balance(reading, t.member, reading.today()).balance == Points{expected});
  CHECK(sums.left - sums.owed == expected);
  CHECK(sums.ledger == expected);
  CHECK(sums.bad_lots == 0);
  CHECK(sums.bad_debits == 0);
}

ApprovalRequest asking(std::string request) {
  return {.action = Approvable::adjust_points,
          .request = std::move(request),
          .summary = "500 points would be added to M1"};
}

}  // namespace

TEST_CASE("points added by hand live as long as points earned that day, and say why") {
  TwoPurses t{"2026-03-01"};
  sell(t, t.member, 100);
  CHECK_FALSE(t.adjust(40, t.member, " 补记昨日积分 "));
  check_sums(t, 140);
  auto reading = t.reading();
  CHECK(left_by_last_day(reading, t.member) ==
        std::map<std::string, std::int64_t>{{"2027-12-31", 140}});
  const auto newest = points_entries(reading, t.member, 1).at(0);
  CHECK(newest.kind == PointsKind::adjust);
  CHECK(newest.points == Points{40});
  CHECK(newest.expires_on == parse_date("2027-12-31"));
  CHECK(newest.reason == "补记昨日积分");
  CHECK(newest.staff == "wangli");
}

TEST_CASE("points taken away come from the lots that end first, and end no more") {
  TwoPurses t{"2025-06-01"};
  sell(t, t.member, 40);  // ends 2026-12-31
  t.set_day("2026-06-01");
  sell(t, t.member, 50);  // ends 2027-12-31
  CHECK_FALSE(t.adjust(-60));
  check_sums(t, 30);
  {
    auto reading = t.reading();
    CHECK(left_by_last_day(reading, t.member) ==
          std::map<std::string, std::int64_t>{{"2027-12-31", 30}});
    const auto newest = points_entries(reading, t.member, 1).at(0);
    CHECK(newest.points == Points{-60});
    CHECK(newest.reason == "盘点");
  }
  t.set_day("2027-02-01");
  CHECK_FALSE(t.adjust(1));
  check_sums(t, 31);
}

TEST_CASE("no more is taken away than is there, and what is owed is not there") {
  TwoPurses t{"2026-03-01"};
  CHECK(t.adjust(-1) == Errc::refused);
  const auto sale = sell(t, t.member, 100);
  CHECK(t.adjust(-101) == Errc::refused);
  CHECK_FALSE(t.adjust(-100));
  check_sums(t, 0);
  take_back(t, t.member, sale, 100, 100);  // of points that are gone
  check_sums(t, -100);
  CHECK(t.adjust(-1) == Errc::refused);
  check_sums(t, -100);
}

TEST_CASE("points added by hand pay off what is owed first") {
  TwoPurses t{"2026-03-01"};
  const auto sale = sell(t, t.member, 100);
  sell(t, t.member, 1, 100);
  take_back(t, t.member, sale, 100, 100);
  check_sums(t, -100);
  CHECK_FALSE(t.adjust(130));
  check_sums(t, 30);
  CHECK(t.adjust(-31) == Errc::refused);
  CHECK_FALSE(t.adjust(-30));
}

TEST_CASE("what cannot be a correction is told all at once, and writes nothing") {
  TwoPurses t{"2026-03-01"};
  try {
    auto tx = t.begin();
    adjust_points(tx, {.member = t.member, .points = Points{0}, .reason = ""});
    CHECK(false);
  } catch (const Error& error) {
    CHECK(error.code() == Errc::invalid_input);
    CHECK(error.faults().size() == 2);
  }
  CHECK(t.adjust(1, t.member, std::string(201, 'x')) == Errc::invalid_input);
  CHECK(t.adjust(1, t.member, "a\nb") == Errc::invalid_input);
  CHECK(t.adjust(1'000'000'000'001) == Errc::invalid_input);
  CHECK(t.adjust(std::numeric_limits<std::int64_t>::min()) == Errc::invalid_input);
  CHECK(t.adjust(1, MemberId{99}) == Errc::not_found);
  auto reading = t.reading();
  CHECK(points_entries(reading, t.member).empty());
}

TEST_CASE("corrections of one member that come to 500 on a day take a second person") {
  CHECK(points_adjusted_limit == Points{500});
  TwoPurses t{"2026-03-01"};
  CHECK(t.adjust(500) == Errc::refused);
  CHECK_FALSE(t.adjust(499));
  SUBCASE("499 and 499") { CHECK(t.adjust(499) == Errc::refused); }
  SUBCASE("499 and 1") { CHECK(t.adjust(1) == Errc::refused); }
  SUBCASE("there and back") { CHECK(t.adjust(-1) == Errc::refused); }
  SUBCASE("of another member") { CHECK_FALSE(t.adjust(499, t.other)); }
  SUBCASE("of another day") {
    t.set_day("2026-03-02");
    CHECK_FALSE(t.adjust(-499));
    CHECK(t.adjust(1) == Errc::refused);
  }
  SUBCASE("what is earned is no correction") {
    sell(t, t.member, 700);
    CHECK(t.adjust(-1) == Errc::refused);
    CHECK_FALSE(t.adjust(1, t.other));
  }
}

TEST_CASE("a correction that another approved is made once, as it was approved") {
  TwoPurses t{"2026-03-01"};
  Store pharmacist = t.let_in("zhaomin", Role::pharmacist);
  ApprovalId id;
  {
    auto tx = t.begin();
    id = ask_approval(tx, asking("M1 +500"));
    tx.commit();
  }
  const auto do_it = [&](const std::string& request) {
    return code_of([&] {
      auto tx = t.begin();
      use_approval(tx, id, asking(request));
      adjust_points(tx, {.member = t.member, .points = Points{500}, .reason = "盘点"});
      tx.commit();
    });
  };
  const auto approve_by = [&](Store& by) {
    return code_of([&] {
      auto tx = by.begin({.id = new_operation_id(), .request = "approve"});
      approve(tx, id, review_approval(tx, id));
      tx.commit();
    });
  };
  CHECK(do_it("M1 +500") == Errc::refused);       // nobody approved it
  CHECK(approve_by(t.store()) == Errc::refused);  // nobody approves her own
  CHECK_FALSE(approve_by(pharmacist));
  CHECK(do_it("M1 +5000") == Errc::refused);  // something else
  CHECK(balance(t, t.member) == 0);
  CHECK_FALSE(do_it("M1 +500"));
  CHECK(balance(t, t.member) == 500);
  CHECK(do_it("M1 +500") == Errc::refused);  // used up
  CHECK(balance(t, t.member) == 500);
  CHECK(t.store().check().empty());
}

TEST_CASE("an approval of one thing is none of another") {
  TwoPurses t{"2026-03-01"};
  Store pharmacist = t.let_in("zhaomin", Role::pharmacist);
  ApprovalRequest shows = asking("export");
  shows.action = Approvable::show_many;
  auto asked = t.begin();
  const ApprovalId id = ask_approval(asked, shows);
  asked.commit();
  auto approved = pharmacist.begin({.id = new_operation_id(), .request = "approve"});
  approve(approved, id, review_approval(approved, id));
  approved.commit();
  CHECK_THROWS_AS(
      [&] {
        auto tx = t.begin();
        use_approval(tx, id, shows);
        adjust_points(tx, {.member = t.member, .points = Points{500}, .reason = "盘点"});
      }(),
      ApprovalNeeded);
}

TEST_CASE("each call on a purse is refused to every role that may not make it") {
  using enum Role;
  using Roles = std::set<Role>;
  TwoPurses t{"2026-03-01"};
  const ReceiptId receipt = sell(t, t.member, 10);
  const Roles all = {clerk, service, pharmacist, manager, auditor, job};
  const Roles people = {clerk, service, pharmacist, manager, auditor};
  const Roles sellers = {clerk, pharmacist, manager};
  struct Call {
    const char* name;
    Roles may;
    std::function<void(Transaction&)> make;
  };
  const Call calls[] = {
      {"balance", people, [&](auto& tx) { points_balance(tx, t.member, tx.today()); }},
      {"entries", people, [&](auto& tx) { points_entries(tx, t.member); }},
      {"opening", people, [&](auto& tx) { opening_points(tx, t.member); }},
      {"receipt", people, [&](auto& tx) { points_of(tx, receipt); }},
      {"earn", sellers, [&](auto& tx) { sell(tx, t.member, 5); }},
      {"redeem", sellers,
       [&](auto& tx) {
         redeem_points(tx, {.member = t.member, .receipt = receipt, .amount = Money{5}});
       }},
      {"grant", {manager}, [&](auto& tx) { grant_opening_points(tx, t.member, Points{5}); }},
      {"adjust",
       {manager},
       [&](auto& tx) {
         adjust_points(tx, {.member = t.member, .points = Points{1}, .reason = "盘点"});
       }},
      {"forfeit", {manager}, [&](auto& tx) { forfeit_points(tx, t.member); }},
  };
  for (const Role role : all) {
    Store store = t.let_in(std::string{"r-"} + to_word(role), role);
    for (const Call& call : calls) {
      CAPTURE(to_word(role));
      CAPTURE(call.name);
      const auto code = code_of([&] {
        auto tx = store.begin({.id = new_operation_id(), .request = "test"});
        call.make(tx);
      });
      CHECK(code == (call.may.contains(role) ? std::nullopt : std::optional{Errc::not_permitted}));
    }
  }
}

TEST_CASE("a purse of one point, of none and of one that is owed comes to zero for good") {
  TwoPurses t{"2026-03-01"};
  const ReceiptId sale = sell(t, t.member, 1);
  SUBCASE("one") {}
  SUBCASE("none") { CHECK(!t.adjust(-1)); }
  SUBCASE("one that is owed") {
    auto tx = t.begin();
    const auto other = bare_receipt(tx, t.member, "sale", tx.today(), Money{100});
    redeem_points(tx, {.member = t.member, .receipt = other, .amount = Money{1}});
    tx.commit();
    take_back(t, t.member, sale, 1, 1);
    auto reading = t.reading();
    CHECK(purse_sums(reading, t.member).owed == 1);
  }
  auto tx = t.begin();
  forfeit_points(tx, t.member);
  const auto sums = purse_sums(tx, t.member);
  CHECK(sums.ledger == 0);
  CHECK(sums.left == 0);
  CHECK(sums.owed == 0);
}

}  // namespace pharmacy::test
