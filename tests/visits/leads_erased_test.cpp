// What is personal of prospects: that it goes, who sees it, and what the access log has of it.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <functional>

#include "pharmacy/approval.h"
#include "pharmacy/rights.h"
#include "support/errors.h"
#include "support/pages.h"
#include "support/run.h"
#include "vault/access.h"
#include "visit/visit.h"
#include "visits/lead_store.h"

namespace pharmacy::test {

namespace {

const std::vector<std::string> canaries{"canaryname", "8613700137000", "canaryneed", "canarystep",
                                        "canarynote"};

// All of it typed, so that what the program keeps of its commands is there too.
void type_canaries(LeadStore& t) {
  CHECK(run(cli::define_visit, t,
            {"lead", "add", "canaryname", "--source", "web", "--phone", "13700137000", "--need",
             "canaryneed"})
            .status == 0);
  CHECK(run(cli::define_visit, t,
            {"lead", "touch", "1", "--by", "email", "--outcome", "not_now", "--note", "canarynote",
             "--next", "canarystep", "--next-on", "2026-03-09"})
            .status == 0);
}

}  // namespace

TEST_CASE("of a lead that was dropped nothing personal is in any page, and counts stay") {
  LeadStore t;
  type_canaries(t);
  empty_log(t);
  const auto before = texts_in(all_pages(t), canaries);
  for (const std::string& canary : canaries) {
    CAPTURE(canary);
    CHECK(before.contains(canary));
  }
  const auto dropped = run(cli::define_visit, t, {"lead", "drop", "1", "--reason", "own_wish"});
  CHECK(dropped.status == 0);
  CHECK(dropped.err == "erased what was personal of prospect 1\n");
  CHECK(t.newest_access().detail == "leads 1");
  const auto left = texts_in(all_pages(t), canaries);
  for (const auto& [canary, times] : left) MESSAGE(canary << " " << times);
  CHECK(left.empty());

  const auto [lead, contacts] = t.get(LeadId{1});
  CHECK(lead.state == LeadState::dropped);
  CHECK(lead.reason == LeadDropReason::own_wish);
  CHECK(lead.source == LeadSource::web);
  CHECK(lead.contacts == 1);
  CHECK(contacts.front().outcome == LeadOutcome::not_now);
  CHECK_FALSE(contacts.front().note);
  CHECK(t.store().check().empty());
}

TEST_CASE("the control: without secure_delete it is found") {
  LeadStore t;
  type_canaries(t);
  empty_log(t);
  {
    auto tx = t.begin();
    sqlite3* db = vault::database(tx).handle();
    sqlite3_set_authorizer(db, nullptr, nullptr);
    REQUIRE(sqlite3_exec(db, "PRAGMA secure_delete=OFF", nullptr, nullptr, nullptr) == SQLITE_OK);
    drop_lead(tx, LeadId{1}, LeadDropReason::own_wish);
    tx.commit();
  }
  CHECK_FALSE(texts_in(all_pages(t), canaries).empty());
}

TEST_CASE("what a lead was converted to takes the notes of its contacts along when it is erased") {
  LeadStore t;
  type_canaries(t);
  const MemberId member = t.convert({.lead = LeadId{1}});
  {
    auto tx = t.begin();
    approve_alone(tx, Approvable::erase_person, KeyringInHand::key_of(t), "本人要求");
    erase_member(tx, {.member = member,
                      .reason = "本人要求",
                      .empty_purse = [](auto&, auto) {},
                      .erase_complaints = [](auto&, auto) {}});
    tx.commit();
  }
  CHECK(texts_in(all_pages(t), canaries).empty());
  const auto [lead, contacts] = t.get(LeadId{1});
  CHECK(lead.source == LeadSource::web);
  CHECK(lead.state == LeadState::converted);
  CHECK(lead.member != member);
  CHECK(contacts.size() == 1);
  CHECK(t.store().check().empty());
}

TEST_CASE("the access log says which leads were shown, by their numbers alone") {
  LeadStore t;
  for (const char* name : {"甲", "乙", "丙", "丁"}) t.add(name);
  t.drop(LeadId{3});
  t.store().view([](Reading& reading) { list_leads(reading); });
  CHECK(t.newest_access().detail == "leads 1-2 4");
  CHECK(t.newest_access().members == 0);
  t.add(wangfang());
  t.store().view([](Reading& reading) {
    const Reveal reveal{.field = Revealed::phone, .reason = "call"};
    CHECK(get_lead(reading, LeadId{5}, reveal).lead.phone == "+8613700137000");
  });
  CHECK(t.newest_access().detail == "phone call leads 5");
  CHECK(code_of([&] {
          t.store().view([](Reading& reading) {
            get_lead(reading, LeadId{5}, {.field = Revealed::phone, .reason = "because"});
          });
        }) == Errc::invalid_input);
  CHECK(code_of([&] { t.get(LeadId{9}); }) == Errc::not_found);
}

TEST_CASE("an auditor sees no name whole and changes nothing, and many names take an approval") {
  LeadStore t;
  {
    auto tx = t.begin();
    for (std::size_t i = 0; i <= people_shown_max; ++i)
      add_lead(tx, {.source = LeadSource::event, .name = "王芳"});
    tx.commit();
  }
  const LeadFilter all{.limit = people_shown_max + 1};
  CHECK_THROWS_AS(t.list(all), ApprovalNeeded);
  CHECK(t.list({.limit = people_shown_max}).size() == people_shown_max);
  Store auditor = t.let_in(Role::auditor);
  auditor.view([&](Reading& reading) {
    const auto leads = list_leads(reading, all).leads;
    CHECK(leads.size() == people_shown_max + 1);
    CHECK(leads.front().name == "王**");
  });
  const auto change = [&](const std::function<void(Transaction&)>& act) {
    return code_of([&] {
      auto tx = auditor.begin({.id = new_operation_id(), .request = {}});
      act(tx);
    });
  };
  CHECK(change([](Transaction& tx) { add_lead(tx, {.source = LeadSource::web, .name = "x"}); }) ==
        Errc::not_permitted);
  CHECK(change([](Transaction& tx) { drop_lead(tx, LeadId{1}, LeadDropReason::mistake); }) ==
        Errc::not_permitted);
}

}  // namespace pharmacy::test
