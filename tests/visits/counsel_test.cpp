// What a pharmacist tells: whom it is told, of what, and what is kept of it.
#include "pharmacy/counsel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "pharmacy/consent.h"
#include "pharmacy/health.h"
#include "pharmacy/rights.h"
#include "pharmacy/staff.h"
#include "support/counter_store.h"
#include "support/errors.h"
#include "support/trials.h"

namespace pharmacy::test {

namespace {

struct CounsellingStore : CounterStore {
  GivenCounsel tell(const NewCounsel& counsel) {
    auto tx = begin();
    GivenCounsel given = add_counsel(tx, counsel);
    tx.commit();
    return given;
  }
  bool advise(const std::string& code, const CounselPoints& points) {
    auto tx = begin();
    const bool is_new = set_product_advice(tx, code, points);
    tx.commit();
    return is_new;
  }
  Counsel get(CounselId id) {
    auto reading = this->reading();
    return get_counsel(reading, id);
  }
  std::vector<Counsel> list(const CounselFilter& filter = {}) {
    auto reading = this->reading();
    return list_counsels(reading, filter).counsels;
  }
  void mark_mistake(CounselId id) {
    auto tx = begin();
    void_counsel(tx, id, "录错");
    tx.commit();
  }
  void let_keep_health_notes() {
    auto tx = begin();
    give_consent(tx, {.member = member, .purpose = Purpose::health});
    tx.commit();
  }
  MemberId add_other() {
    auto tx = begin();
    const MemberId other = add_member(tx, {.name = "李四"});
    tx.commit();
    return other;
  }
};

}  // namespace

TEST_CASE("each point that is not said is the product's, and an empty one is left out") {
  CounsellingStore t;
  CHECK(t.advise("A", {.dose = "每次1片", .times = "早餐后", .avoid = "西柚"}));
  const auto given =
      t.tell({.member = t.member, .product = "A", .points = {.times = "睡前", .avoid = ""}});
  REQUIRE(given.ids.size() == 1);
  const Counsel told = t.get(given.ids[0]);
  CHECK(told.dose == "每次1片");
  CHECK(told.times == "睡前");
  CHECK(!told.avoid);
  CHECK(told.kind == CounselKind::usage);
  CHECK(told.code == "A");
  CHECK(told.product_name == "苯磺酸氨氯地平片");
  CHECK(told.staff == "wangli");
  CHECK(told.name == "张伟");
}

TEST_CASE("what is kept of a product changes point by point, and what was told stays") {
  CounsellingStore t;
  t.advise("A", {.dose = "每次1片"});
  const auto told = t.tell({.product = "A"}).ids[0];
  CHECK(t.advise("A", {.times = "早餐后"}));
  CHECK(!t.advise("A", {.dose = "每次1片"}));
  CHECK(t.advise("A", {.dose = ""}));
  CHECK(t.get(told).dose == "每次1片");
  CHECK(!t.get(told).times);
  {
    auto reading = t.reading();
    const auto kept = list_product_advice(reading);
    REQUIRE(kept.size() == 1);
    CHECK(!kept[0].dose);
    CHECK(kept[0].times == "早餐后");
  }
  t.advise("A", {.times = ""});
  auto reading = t.reading();
  CHECK(list_product_advice(reading).empty());
  CHECK(code_of([&] { list_product_advice(reading, "missing"); }) == Errc::not_found);
}

TEST_CASE("a receipt stands for its products of which advice is kept, each once") {
  CounsellingStore t;
  t.advise("A", {.dose = "每次1片"});
  t.advise("B", {.dose = "每次2片"});
  const ReceiptId sale = t.sell({"B#B1", "A=2", "B#B2", "N"});
  const auto given = t.tell({.receipt = sale});
  REQUIRE(given.ids.size() == 2);
  CHECK(t.get(given.ids[0]).code == "B");
  CHECK(t.get(given.ids[1]).code == "A");
  CHECK(given.without == std::vector<std::string>{"N"});
  CHECK(t.get(given.ids[0]).member == t.member);
  CHECK(t.list({.receipt = sale}).size() == 2);
  CHECK(code_of([&] { t.tell({.receipt = sale, .product = "H", .points = {.dose = "x"}}); }) ==
        Errc::not_found);
  CHECK(code_of([&] { t.tell({.receipt = sale, .points = {.dose = "x"}}); }) ==
        Errc::invalid_input);
  CHECK(code_of([&] { t.tell({.receipt = t.sell({"N"})}); }) == Errc::invalid_input);
}

TEST_CASE("the stage is that of the purchase on the day on which it is told") {
  CounsellingStore t;
  const NewCounsel before{.member = t.member, .product = "A", .points = {.dose = "x"}};
  CHECK(t.get(t.tell(before).ids[0]).stage == CounselStage::before);
  NewCounsel with = before;
  with.receipt = t.sell({"A"});
  CHECK(t.get(t.tell(with).ids[0]).stage == CounselStage::at);
  t.set_day("2026-03-02");
  CHECK(t.get(t.tell(with).ids[0]).stage == CounselStage::after);
  with.stage = CounselStage::at;
  CHECK(t.get(t.tell(with).ids[0]).stage == CounselStage::at);
}

TEST_CASE("nothing is told of nothing, of a refund, or of somebody else's receipt") {
  CounsellingStore t;
  CHECK(code_of([&] { t.tell({.member = t.member}); }) == Errc::invalid_input);
  CHECK(code_of([&] { t.tell({.member = t.member, .product = "A"}); }) == Errc::invalid_input);
  CHECK(code_of([&] { t.tell({.member = t.member, .points = {.dose = "x"}}); }) ==
        Errc::invalid_input);
  CHECK(code_of([&] { t.tell({.kind = CounselKind::usage, .points = {.note = "x"}}); }) ==
        Errc::invalid_input);
  CHECK(code_of([&] { t.tell({.product = "missing", .points = {.note = "x"}}); }) ==
        Errc::not_found);
  CHECK(code_of([&] { t.tell({.product = "A", .points = {.dose = std::string(201, 'x')}}); }) ==
        Errc::invalid_input);
  const ReceiptId sale = t.sell({"A"});
  const ReceiptId refund = t.take_back({.receipt = sale, .all = true, .reason = "quality"});
  const NewCounsel of_refund{.receipt = refund, .product = "A", .points = {.dose = "x"}};
  CHECK(code_of([&] { t.tell(of_refund); }) == Errc::refused);
  NewCounsel of_other{.member = t.add_other(), .receipt = sale, .product = "A"};
  of_other.points.dose = "x";
  CHECK(code_of([&] { t.tell(of_other); }) == Errc::refused);
  CHECK(t.list().empty());
}

TEST_CASE("what a member says of her health is a health note, which takes her consent") {
  CounsellingStore t;
  const NewCounsel counsel{.member = t.member, .points = {.note = "先量血压"}, .need = "头痛三天"};
  CHECK(code_of([&] { t.tell(counsel); }) == Errc::refused);
  CHECK(t.list().empty());
  t.let_keep_health_notes();
  const Counsel told = t.get(t.tell(counsel).ids[0]);
  CHECK(told.kind == CounselKind::wellness);
  REQUIRE(told.health_note.has_value());
  {
    auto reading = t.reading();
    const auto notes = health_notes(reading, t.member).notes;
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].id == told.health_note);
    CHECK(notes[0].text == "头痛三天");
    CHECK(!notes[0].alerts);
  }
  NewCounsel to_nobody = counsel;
  to_nobody.member.reset();
  CHECK(code_of([&] { t.tell(to_nobody); }) == Errc::invalid_input);
}

TEST_CASE("a drug that works badly with the member is told to the pharmacist, and no other") {
  CounsellingStore t;
  t.let_keep_health_notes();
  {
    auto tx = t.begin();
    edit_product(tx, "A", {.ingredients = std::vector<std::string>{"苯磺酸氨氯地平"}});
    edit_product(tx, "B", {.ingredients = std::vector<std::string>{"维生素C"}});
    const auto note = [&](const char* ingredient, DrugResponse response) {
      add_health_note(
          tx, {.member = t.member,
               .facts = {
                   .kind = HealthKind::response, .ingredient = ingredient, .response = response}});
    };
    note("苯磺酸氨氯地平", DrugResponse::resistant);
    note("维生素C", DrugResponse::sensitive);
    tx.commit();
  }
  const auto responses = [&](const std::string& code, std::optional<MemberId> member) {
    const NewCounsel counsel{.member = member, .product = code, .points = {.dose = "x"}};
    const auto alerts = t.tell(counsel).alerts;
    return std::ranges::count(alerts, AlertKind::response, &CounterAlert::kind);
  };
  CHECK(responses("A", t.member) == 1);
  CHECK(responses("B", t.member) == 0);
  CHECK(responses("A", t.add_other()) == 0);
  CHECK(responses("A", std::nullopt) == 0);
  {
    auto tx = t.begin();
    for (const auto& note : health_notes(tx, t.member).notes) end_health_note(tx, note.id);
    tx.commit();
  }
  CHECK(responses("A", t.member) == 0);
}

TEST_CASE("a mistake stays, is marked once, and counts no more") {
  CounsellingStore t;
  const NewCounsel counsel{.member = t.member, .product = "A", .points = {.dose = "x"}};
  const auto wrong = t.tell(counsel).ids[0];
  t.tell(counsel);
  t.mark_mistake(wrong);
  CHECK(t.get(wrong).void_reason == "录错");
  CHECK(t.get(wrong).dose == "x");
  CHECK(code_of([&] { t.mark_mistake(wrong); }) == Errc::refused);
  CHECK(code_of([&] { t.mark_mistake(CounselId{99}); }) == Errc::not_found);
  auto reading = t.reading();
  const auto figures = counsel_figures(reading, parse_period("2026-03", reading.today()).value());
  REQUIRE(figures.size() == 1);
  CHECK(figures[0].counsels == 1);
}

TEST_CASE("pharmacists tell, managers and auditors see, and an auditor no names") {
  CounsellingStore t;
  t.tell({.member = t.member, .product = "A", .points = {.dose = "每次1片"}});
  const auto as = [&](const char* login, Role role) {
    auto tx = t.begin();
    auto key = add_staff(tx, {.login = login, .name = "员工", .roles = {role}}).key_file;
    tx.commit();
    return Store::open(t.path(), KeyFile{std::move(key.value())}, {.clock = t.clock()});
  };
  for (const auto& [login, role] :
       {std::pair{"lina", Role::clerk}, {"zhao", Role::service}, {"sun", Role::auditor}}) {
    Store store = as(login, role);
    CAPTURE(login);
    auto tx = store.begin({.id = new_operation_id(), .request = "counsel"});
    CHECK(code_of([&] { add_counsel(tx, {.product = "A", .points = {.dose = "x"}}); }) ==
          Errc::not_permitted);
  }
  Store clerk = as("liu", Role::clerk);
  clerk.view([&](Reading& reading) {
    CHECK(code_of([&] { list_counsels(reading); }) == Errc::not_permitted);
  });
  Store auditor = as("qian", Role::auditor);
  auditor.view([&](Reading& reading) {
    const auto seen = list_counsels(reading).counsels;
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].name == "张**");
    CHECK(seen[0].dose == "每**");
  });
}

TEST_CASE("a member who is restricted is told nothing, and listed nowhere") {
  CounsellingStore t;
  const auto told = t.tell({.member = t.member, .product = "A", .points = {.dose = "x"}}).ids[0];
  const ReceiptId sale = t.sell({"A"});
  {
    auto tx = t.begin();
    restrict_member(tx, t.member, "她要求");
    tx.commit();
  }
  CHECK(t.list().empty());
  CHECK(code_of([&] { t.get(told); }) == Errc::refused);
  const NewCounsel by_receipt{.receipt = sale, .product = "A", .points = {.dose = "x"}};
  CHECK(code_of([&] { t.tell(by_receipt); }) == Errc::refused);
}

TEST_CASE("figures of what was told are those that are counted by hand") {
  CounsellingStore t;
  const std::vector<std::optional<MemberId>> people{t.member, t.add_other(), std::nullopt};
  struct Counted {
    std::int64_t all = 0;
    std::int64_t without = 0;
    std::set<MemberId> members;
  };
  std::map<std::pair<CounselKind, CounselStage>, Counted> expected;
  Random random;
  for (int i = 0; i < 60; ++i) {
    const int day = 1 + static_cast<int>(random.below(9));
    t.set_day("2026-03-0" + std::to_string(day));
    NewCounsel counsel{.member = people[random.below(3)], .product = "A", .points = {.dose = "x"}};
    counsel.kind = static_cast<CounselKind>(random.below(4));
    counsel.stage = static_cast<CounselStage>(random.below(3));
    const auto id = t.tell(counsel).ids[0];
    if (random.one_in(5)) {
      t.mark_mistake(id);
    } else if (day >= 3 && day <= 7) {
      auto& counted = expected[{*counsel.kind, *counsel.stage}];
      ++counted.all;
      if (counsel.member) {
        counted.members.insert(*counsel.member);
      } else {
        ++counted.without;
      }
    }
  }
  const Period period{parse_date("2026-03-03").value(), parse_date("2026-03-07").value()};
  std::vector<CounselFigures> figures;
  {
    auto reading = t.reading();
    figures = counsel_figures(reading, period);
  }
  REQUIRE(figures.size() == expected.size());
  auto next = expected.begin();
  for (const CounselFigures& line : figures) {
    CHECK(std::pair{line.kind, line.stage} == next->first);
    CHECK(line.counsels == next->second.all);
    CHECK(line.without_member == next->second.without);
    CHECK(line.members == static_cast<std::int64_t>(next->second.members.size()));
    ++next;
  }
  for (const Counsel& counsel : t.list({.period = period}))
    CHECK(t.store().zone().day_of(counsel.at) >= period.from);
}

}  // namespace pharmacy::test
