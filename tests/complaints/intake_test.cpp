// Taking complaints in.
#include <doctest/doctest.h>

#include "complaints/case_store.h"
#include "pharmacy/consent.h"
#include "pharmacy/rights.h"
#include "support/errors.h"

namespace pharmacy::test {
namespace {

std::string text_of_number(const TakenComplaint& taken) { return to_string(taken.id); }

}  // namespace

TEST_CASE("an intake gives a number of the year and says when the person hears of it") {
  CaseStore t{"2026-03-02"};
  const TakenComplaint taken = t.add();
  CHECK(text_of_number(taken) == "C2026-000001");
  CHECK(taken.promised == t.local("2026-03-04 10:00"));
  CHECK_FALSE(taken.repeats);
  const Complaint complaint = t.get(taken.id);
  CHECK(complaint.kind == ComplaintKind::complaint);
  CHECK(complaint.state == ComplaintState::received);
  CHECK(complaint.name == "李娜");
  CHECK(complaint.contact == "*******9000");
  CHECK(complaint.text == "昨天买的药盒里少了一板");
  CHECK(complaint.promised == taken.promised);
  CHECK(complaint.staff == "wangli");
  CHECK_FALSE(complaint.is_about_health);
  CHECK(text_of_number(t.add()) == "C2026-000002");
}

TEST_CASE("the number's year is that of the day on which it was received") {
  CaseStore t{"2027-01-03"};
  NewComplaint late = lina();
  late.on = t.local("2026-12-31 20:00");
  CHECK(text_of_number(t.add(late)) == "C2026-000001");
  CHECK(text_of_number(t.add()) == "C2027-000001");
  CHECK(text_of_number(t.add(late)) == "C2026-000002");
  CHECK(parse_complaint_id("c2026-2") == t.list({.all = true})[1]);
  for (const char* wrong : {"C26-1", "2026-000001", "C2026-0", "C2026-1000000", "C2026", "C1899-1",
                            "C2026-000000", "C2026-0000001", "C2026-1x"})
    CHECK_FALSE(parse_complaint_id(wrong));
}

TEST_CASE("who complains and how she is reached is asked for, but of members and staff") {
  CaseStore t;
  NewComplaint nobody = lina();
  nobody.name.reset();
  nobody.contact.reset();
  nobody.text = " ";
  const Error error = error_of([&] { t.add(nobody); });
  CHECK(error.code() == Errc::invalid_input);
  CHECK(error.faults().size() == 3);
  nobody.text = "收银排队太久";
  nobody.member = t.member;
  CHECK(t.get(t.add(nobody).id).name == "张伟");
  nobody.member.reset();
  nobody.origin = ComplaintOrigin::staff;
  CHECK(t.get(t.add(nobody).id).name == "王丽");
}

TEST_CASE("an intake is not dated ahead, and back for a week, or with a reason by a manager") {
  CaseStore t{"2026-03-20"};
  NewComplaint complaint = lina();
  complaint.on = t.local("2026-03-20 10:01");
  CHECK(code_of([&] { return t.add(complaint); }) == Errc::invalid_input);
  complaint.on = t.local("2026-03-13 10:00");
  CHECK_NOTHROW(t.add(complaint));
  complaint.on = t.local("2026-03-12 23:59");
  CHECK(code_of([&] { return t.add(complaint); }) == Errc::invalid_input);
  complaint.reason = "纸质登记补录";
  const Complaint kept = t.get(t.add(complaint).id);
  CHECK(kept.backdated_why == "纸质登记补录");
  CHECK(kept.received == complaint.on);
  Store clerk = t.let_in(Role::clerk);
  Transaction tx = clerk.begin({new_operation_id(), "test"});
  CHECK(code_of([&] { return add_complaint(tx, complaint); }) == Errc::not_permitted);
}

TEST_CASE("clerks take in all but adverse reactions, and see nothing of them") {
  CaseStore t;
  Store clerk = t.let_in(Role::clerk);
  {
    Transaction tx = clerk.begin({new_operation_id(), "test"});
    const ComplaintId id = add_complaint(tx, lina()).id;
    tx.commit();
    Reading reading = clerk.read();
    CHECK(code_of([&] { return get_complaint(reading, id); }) == Errc::not_permitted);
  }
  NewComplaint reaction = lina();
  reaction.kind = ComplaintKind::adverse_reaction;
  Transaction tx = clerk.begin({new_operation_id(), "test"});
  CHECK(code_of([&] { return add_complaint(tx, reaction); }) == Errc::not_permitted);
}

TEST_CASE("the same person with the same not long after repeats it") {
  CaseStore t{"2026-03-02"};
  const ComplaintId first = t.add().id;
  t.set_day("2026-04-02");
  NewComplaint again = lina();
  again.contact = "+86 13900139000";
  again.name = "李小姐";
  CHECK(t.add(again).repeats == first);
  // Of something else, of somebody else, or praise: no.
  NewComplaint other = lina();
  other.category = ComplaintCategory::price;
  CHECK_FALSE(t.add(other).repeats);
  other = lina();
  other.contact = "13700137000";
  CHECK_FALSE(t.add(other).repeats);
  other = lina();
  other.kind = ComplaintKind::praise;
  CHECK_FALSE(t.add(other).repeats);
  other = lina();
  other.product = "A";
  CHECK_FALSE(t.add(other).repeats);
  other.category = ComplaintCategory::price;
  CHECK(t.add(other).repeats);  // the product is the same, whatever of it
  t.set_day("2026-07-02");
  CHECK_FALSE(t.add(again).repeats);
}

TEST_CASE("what was taken in by mistake was not said before, nor was what nobody can tell apart") {
  CaseStore t{"2026-03-02"};
  const ComplaintId mistake = t.add().id;
  t.take(mistake, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "误录"});
  CHECK_FALSE(t.add().repeats);
  NewComplaint plain = lina();
  plain.contact = "13700137000";
  plain.category.reset();
  t.add(plain);
  CHECK_FALSE(t.add(plain).repeats);
}

TEST_CASE("what is about health is sealed, and read by who has its key") {
  CaseStore t;
  NewComplaint reaction = lina();
  reaction.kind = ComplaintKind::adverse_reaction;
  reaction.health = "服药后两小时全身皮疹\n既往青霉素过敏";
  const ComplaintId id = t.add(reaction).id;
  CHECK(t.get(id).is_about_health);
  {
    auto reading = t.reading();
    CHECK(complaint_health(reading, id) == reaction.health);
  }
  Store service = t.let_in(Role::service);
  std::optional<std::string> seen = "?";
  service.view([&](Reading& reading) { seen = complaint_health(reading, id); });
  CHECK_FALSE(seen);
}

TEST_CASE("a receipt is hers, and a batch is of a product") {
  CaseStore t;
  const ReceiptId receipt = t.sell({"A=1"});
  NewComplaint complaint = lina();
  complaint.receipt = receipt;
  complaint.member = t.member;
  CHECK(t.get(t.add(complaint).id).receipt == receipt);
  complaint.batch = "B1";
  CHECK(code_of([&] { return t.add(complaint); }) == Errc::invalid_input);
  complaint.product = "Ａ";
  CHECK(t.get(t.add(complaint).id).code == "A");
  complaint.product = "nothing";
  CHECK(code_of([&] { return t.add(complaint); }) == Errc::not_found);
  complaint.product = "A";
  complaint.receipt = ReceiptId{99};
  CHECK(code_of([&] { return t.add(complaint); }) == Errc::not_found);
}

TEST_CASE("text of several lines is kept as it is, to its limit") {
  CaseStore t;
  NewComplaint complaint = lina();
  complaint.text = "第一行\n第二行\r\n第三行";
  CHECK(t.get(t.add(complaint).id).text == "第一行\n第二行\n第三行");
  complaint.text = std::string(complaint_text_max, 'x');
  CHECK_NOTHROW(t.add(complaint));
  complaint.text += 'x';
  CHECK(code_of([&] { return t.add(complaint); }) == Errc::invalid_input);
}

TEST_CASE("lists have what is open, the newest first, and no member who is restricted") {
  CaseStore t{"2026-03-02"};
  const ComplaintId first = t.add().id;
  t.set_day("2026-03-03");
  NewComplaint hers = lina();
  hers.member = t.member;
  const ComplaintId second = t.add(hers).id;
  NewComplaint idea = lina();
  idea.kind = ComplaintKind::suggestion;
  const ComplaintId third = t.add(idea).id;
  CHECK(t.list() == std::vector{third, second, first});
  CHECK(t.list({.kind = ComplaintKind::suggestion}) == std::vector{third});
  CHECK(t.list({.member = t.member}) == std::vector{second});
  CHECK(t.list({.limit = 1}) == std::vector{third});
  t.take(first, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"});
  CHECK(t.list() == std::vector{third, second});
  CHECK(t.list({.period = parse_period("2026-03-02", t.store().today())}) == std::vector{first});
  t.take(third, AssignComplaint{.login = "wangli"});
  CHECK(t.list({.owner = "wangli"}) == std::vector{third});
  {
    auto tx = t.begin();
    restrict_member(tx, t.member, "本人要求");
    tx.commit();
  }
  CHECK(t.list() == std::vector{third});
  CHECK(code_of([&] { return t.get(second); }) == Errc::refused);
  CHECK(code_of([&] { return t.add(hers); }) == Errc::refused);
  CHECK(code_of([&] { return t.list({.limit = 0}); }) == Errc::invalid_input);
  CHECK(code_of([&] { return t.list({.owner = "nobody"}); }) == Errc::not_found);
}

}  // namespace pharmacy::test
