// Prospects: what is recorded of them, and what becomes of it.
#include <doctest/doctest.h>

#include <functional>

#include "pharmacy/consent.h"
#include "pharmacy/policy.h"
#include "pharmacy/retention.h"
#include "pharmacy/rights.h"
#include "support/errors.h"
#include "support/run.h"
#include "vault/access.h"
#include "visit/visit.h"
#include "visits/lead_store.h"

namespace pharmacy::test {

TEST_CASE("a lead keeps what was said, its phone masked, and whoever records it takes care") {
  LeadStore t;
  const LeadId id = t.add(wangfang());
  const auto [lead, contacts] = t.get(id);
  CHECK(lead.name == "王芳");
  CHECK(lead.phone == "*******7000");
  CHECK(lead.source == LeadSource::event);
  CHECK(lead.need == "每月测血压");
  CHECK(lead.keeper == "wangli");
  CHECK(lead.state == LeadState::open);
  CHECK(lead.next_step == "电话介绍会员日");
  CHECK(lead.next_on == parse_date("2026-03-05"));
  CHECK(lead.touched == lead.added);
  CHECK_FALSE(lead.outcome);
  CHECK(contacts.empty());
  auto reading = t.reading();
  CHECK(list_leads(reading).leads.front().phone == "*******7000");
}

TEST_CASE("all that is wrong with a lead is told at once") {
  LeadStore t;
  const Error error = error_of([&] {
    t.add({.source = LeadSource::web,
           .name = "",
           .phone = "12",
           .need = std::string(lead_need_max + 1, 'x'),
           .next = {.what = "电话", .on = {}}});
  });
  CHECK(error.code() == Errc::invalid_input);
  CHECK(error.faults().size() == 4);
  const Error past = error_of([&] { t.add("王芳", "2026-02-28"); });
  CHECK(past.code() == Errc::invalid_input);
  CHECK_NOTHROW(t.add("王芳", "2026-03-01"));
  CHECK(code_of([&] { t.add({.source = LeadSource::web, .name = "王芳", .keeper = "nobody"}); }) ==
        Errc::not_found);
}

TEST_CASE("a phone is one open lead's, however it is typed, and the conflict names her") {
  LeadStore t;
  const LeadId id = t.add(wangfang());
  NewLead again = wangfang();
  again.phone = "+86 137 0013 7000";
  const auto refused = [&] { return error_of([&] { t.add(again); }); };
  CHECK(refused().code() == Errc::conflict);
  CHECK(std::string{refused().what()}.find("prospect 1") != std::string::npos);
  t.touch(id, LeadOutcome::refused);
  CHECK(refused().code() == Errc::conflict);
  t.drop(id);
  const LeadId second = t.add(again);
  const MemberId member = t.convert({.lead = second});
  // Now it is a member's.
  CHECK(refused().code() == Errc::conflict);
  CHECK(std::string{refused().what()}.find(to_string(member)) != std::string::npos);
  again.shared_phone = true;
  CHECK_NOTHROW(t.add(again));
}

TEST_CASE("the next steps that are due come first, those without one last") {
  LeadStore t;
  const LeadId none = t.add("甲");
  const LeadId later = t.add("乙", "2026-03-09");
  const LeadId today = t.add("丙", "2026-03-01");
  const LeadId tomorrow = t.add("丁", "2026-03-02");
  CHECK(t.list() == std::vector{today, tomorrow, later, none});
  CHECK(t.list({.due = true}) == std::vector{today});
  t.set_day("2026-03-02");
  CHECK(t.list({.due = true}) == std::vector{today, tomorrow});
  CHECK(t.list({.limit = 2}) == std::vector{today, tomorrow});
  auto reading = t.reading();
  CHECK(list_leads(reading, {.limit = 3}).more);
  CHECK_FALSE(list_leads(reading, {.limit = 4}).more);
  CHECK(code_of([&] { list_leads(reading, {.limit = 0}); }) == Errc::invalid_input);
}

TEST_CASE("a contact is kept, and what was to be done next is done by it") {
  LeadStore t;
  static_cast<void>(t.let_in(Role::clerk));
  const LeadId id = t.add(wangfang());
  t.set_day("2026-03-05");
  t.touch({.lead = id,
           .how = LeadContactBy::phone,
           .outcome = LeadOutcome::no_answer,
           .next = {.what = {}, .on = parse_date("2026-03-06")}});
  CHECK(t.get(id).lead.next_on == parse_date("2026-03-06"));
  CHECK_FALSE(t.get(id).lead.next_step);
  t.set_day("2026-03-06");
  t.touch({.lead = id,
           .how = LeadContactBy::visit,
           .outcome = LeadOutcome::interested,
           .note = "周末来店",
           .keeper = "clerk"});
  const auto [lead, contacts] = t.get(id);
  CHECK_FALSE(lead.next_on);
  CHECK(lead.contacts == 2);
  CHECK(lead.outcome == LeadOutcome::interested);
  CHECK(lead.keeper == "clerk");
  REQUIRE(contacts.size() == 2);
  CHECK(contacts[0].how == LeadContactBy::phone);
  CHECK(contacts[1].note == "周末来店");
  CHECK(lead.touched == contacts[1].at);
  CHECK(t.list({.keeper = "clerk"}) == std::vector{id});
  CHECK(t.list({.keeper = "wangli"}).empty());
}

TEST_CASE("who refused is not contacted again, and has no next step") {
  LeadStore t;
  const LeadId id = t.add(wangfang());
  CHECK(code_of([&] {
          t.touch({.lead = id,
                   .how = LeadContactBy::phone,
                   .outcome = LeadOutcome::refused,
                   .next = {.what = {}, .on = parse_date("2026-03-09")}});
        }) == Errc::invalid_input);
  t.touch(id, LeadOutcome::refused);
  CHECK(t.get(id).lead.state == LeadState::refused);
  CHECK(t.list({.due = true}).empty());
  CHECK(t.list() == std::vector{id});
  CHECK(code_of([&] { t.touch(id, LeadOutcome::interested); }) == Errc::refused);
  const auto ran =
      run(cli::define_visit, t, {"lead", "touch", "1", "--by", "phone", "--outcome", "interested"});
  CHECK(ran.status == 3);
  CHECK(ran.err ==
        "visit lead touch: prospect 1 wants no contact\n"
        "erase what is kept of her with: visit lead drop 1 --reason no_interest\n");
  CHECK(t.get(id).lead.contacts == 1);
  // Not even past the library.
  auto tx = t.begin();
  CHECK_THROWS(
      vault::database(tx).run("INSERT INTO lead_contact (lead, at, staff, how, outcome)"
                              " VALUES (?1, ?2, ?3, 'phone', 'interested')",
                              id, tx.now(), tx.actor().id));
}

TEST_CASE("a lead becomes a member who gets what was known, and agreed to nothing") {
  LeadStore t;
  const LeadId id = t.add(wangfang());
  t.touch({.lead = id,
           .how = LeadContactBy::phone,
           .outcome = LeadOutcome::interested,
           .note = "周末来店"});
  const MemberId member = t.convert({.lead = id, .card = "7002"});
  const Member file = t.member_of(member);
  CHECK(file.name == "王芳");
  CHECK(file.phone == "*******7000");
  CHECK(file.card == "7002");
  CHECK(file.note == "每月测血压");
  {
    auto reading = t.reading();
    CHECK(consent_history(reading, member).empty());
  }
  const auto [lead, contacts] = t.get(id);
  CHECK(lead.state == LeadState::converted);
  CHECK(lead.member == member);
  CHECK_FALSE(lead.name);
  CHECK_FALSE(lead.phone);
  CHECK_FALSE(lead.need);
  CHECK_FALSE(lead.next_on);
  CHECK(contacts.front().note == "周末来店");
  CHECK(t.list().empty());
  for (const auto& action : {std::function<void()>{[&] { t.convert({.lead = id}); }},
                             {[&] { t.drop(id); }},
                             {[&] { t.touch(id, LeadOutcome::not_now); }}})
    CHECK(code_of(action) == Errc::refused);
}

TEST_CASE("of an existing member a lead completes the file, and replaces nothing") {
  LeadStore t;
  const auto known = [&](const NewMember& input) {
    auto tx = t.begin();
    const MemberId id = add_member(tx, input);
    tx.commit();
    return id;
  };
  const MemberId bare = known({.card = "7001"});
  t.convert({.lead = t.add(wangfang()), .into = bare});
  CHECK(t.member_of(bare).name == "王芳");
  CHECK(t.member_of(bare).phone == "*******7000");
  CHECK(t.member_of(bare).note == "每月测血压");

  const MemberId full = known({.name = "李娜", .phone = "13900139000", .note = "常客"});
  NewLead other = wangfang();
  other.phone = "13700137001";
  const LeadId id = t.add(other);
  t.convert({.lead = id, .into = full});
  CHECK(t.member_of(full).name == "李娜");
  CHECK(t.member_of(full).phone == "*******9000");
  CHECK(t.member_of(full).note == "常客\n每月测血压");
  CHECK(t.get(id).lead.member == full);

  auto tx = t.begin();
  restrict_member(tx, full, "本人要求");
  tx.commit();
  const LeadId third = t.add("丙");
  CHECK(code_of([&] { t.convert({.lead = third, .into = full}); }) == Errc::refused);
  CHECK(t.get(third).lead.state == LeadState::open);
}

TEST_CASE("whoever refused may still come herself, and a phone that became a member's is told") {
  LeadStore t;
  const LeadId id = t.add(wangfang());
  t.touch(id, LeadOutcome::refused);
  {
    auto tx = t.begin();
    add_member(tx, {.name = "王老先生", .phone = "13700137000"});
    tx.commit();
  }
  CHECK(code_of([&] { t.convert({.lead = id}); }) == Errc::conflict);
  CHECK(t.get(id).lead.name == "王芳");
  const MemberId member = t.convert({.lead = id, .shared_phone = true});
  CHECK(t.member_of(member).name == "王芳");
}

TEST_CASE("the last day of the months is not stale, the next one is, as the policy counts") {
  LeadStore t;
  const LeadId silent = t.add("甲");
  const LeadId spoken = t.add("乙");
  t.set_day("2026-06-01");
  t.touch(spoken, LeadOutcome::refused);
  const auto past = [&] {
    auto reading = t.reading();
    for (const auto& figures : retention(reading))
      if (figures.kind == RecordKind::leads) return figures.past.value();
    return std::int64_t{-1};
  };
  t.set_day("2027-03-01");
  CHECK(t.list({.stale = true}).empty());
  CHECK(past() == 0);
  t.set_day("2027-03-02");
  CHECK(t.list({.stale = true}) == std::vector{silent});
  CHECK(past() == 1);
  t.set_day("2027-06-02");
  CHECK(t.list({.stale = true}) == std::vector{silent, spoken});
  CHECK(past() == 2);
  auto tx = t.begin();
  set_policy(
      tx,
      {.document = "[retention]\nleads_months = 14\n", .name = "p", .effective_on = tx.today()});
  tx.commit();
  CHECK(t.list({.stale = true}) == std::vector{silent});
  t.drop(silent);
  CHECK(t.list({.stale = true}).empty());
  CHECK(past() == 0);
}

}  // namespace pharmacy::test
