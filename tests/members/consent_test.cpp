// What members agree to: each purpose by itself, children by a guardian, and taken back at once.
#include "pharmacy/consent.h"

#include <doctest/doctest.h>

#include <string>

#include "member/member.h"
#include "pharmacy/members.h"
#include "support/errors.h"
#include "support/run.h"
#include "support/test_store.h"

using namespace pharmacy;
using test::code_of;
using test::TestStore;

namespace {

MemberId register_person(TestStore& t, const std::string& name, std::optional<Date> birth = {}) {
  auto tx = t.begin();
  NewMember person;
  person.name = name;
  person.birth = birth;
  const MemberId id = add_member(tx, person);
  tx.commit();
  return id;
}

bool give(TestStore& t, const NewConsent& consent) {
  auto tx = t.begin();
  const bool is_new = give_consent(tx, consent);
  tx.commit();
  return is_new;
}

bool withdraw(TestStore& t, MemberId member, Purpose purpose) {
  auto tx = t.begin();
  const bool was_given = withdraw_consent(tx, member, purpose, ConsentChannel::phone);
  tx.commit();
  return was_given;
}

ConsentStatus status_of(TestStore& t, MemberId member, Purpose purpose) {
  auto reading = t.reading();
  for (const Consent& consent : list_consents(reading, member)) {
    if (consent.purpose == purpose) return consent.status;
  }
  FAIL("every purpose is listed");
  return ConsentStatus::not_asked;
}

}  // namespace

TEST_CASE("a member agrees to each purpose by itself") {
  TestStore t{"2026-03-01"};
  const MemberId id = register_person(t, "张伟");
  CHECK(give(t, {.member = id, .purpose = Purpose::marketing}));
  for (const auto& [purpose, word] : EnumNames<Purpose>::table) {
    CAPTURE(word);
    CHECK(status_of(t, id, purpose) ==
          (purpose == Purpose::marketing ? ConsentStatus::given : ConsentStatus::not_asked));
  }
}

TEST_CASE(
    "consent says by which text, how, and who recorded it, and the same once more is nothing new") {
  TestStore t{"2026-03-01"};
  const MemberId id = register_person(t, "张伟");
  const NewConsent paper{.member = id,
                         .purpose = Purpose::health,
                         .channel = ConsentChannel::paper,
                         .text_version = 3};
  CHECK(give(t, paper));
  CHECK_FALSE(give(t, paper));
  auto newer = paper;
  newer.text_version = 4;
  CHECK(give(t, newer));

  auto reading = t.reading();
  const auto all = consent_history(reading, id);
  REQUIRE(all.size() == 2);
  CHECK(all[0].text_version == 3);
  CHECK(all[1].text_version == 4);
  CHECK(all[1].channel == ConsentChannel::paper);
  CHECK(all[1].staff == "wangli");
}

TEST_CASE("what is withdrawn holds no longer, and its history stays") {
  TestStore t{"2026-03-01"};
  const MemberId id = register_person(t, "张伟");
  CHECK_FALSE(withdraw(t, id, Purpose::health));
  give(t, {.member = id, .purpose = Purpose::health});
  CHECK(withdraw(t, id, Purpose::health));
  CHECK(status_of(t, id, Purpose::health) == ConsentStatus::withdrawn);
  CHECK_FALSE(withdraw(t, id, Purpose::health));
  CHECK(give(t, {.member = id, .purpose = Purpose::health}));
  CHECK(status_of(t, id, Purpose::health) == ConsentStatus::given);
  auto reading = t.reading();
  CHECK(consent_history(reading, id).size() == 3);
}

TEST_CASE("for a child under fourteen another member agrees, who is grown up") {
  TestStore t{"2026-03-01"};
  const auto on = [](const char* text) { return parse_date(text).value(); };
  const MemberId mother = register_person(t, "李娜", on("1990-05-06"));
  const MemberId child = register_person(t, "张小明", on("2012-03-02"));   // 14 tomorrow
  const MemberId sister = register_person(t, "张小红", on("2008-03-02"));  // 18 tomorrow
  const NewConsent alone{.member = child, .purpose = Purpose::health};
  auto guarded = alone;

  CHECK(code_of([&] { give(t, alone); }) == Errc::invalid_input);
  guarded.guardian = sister;
  CHECK(code_of([&] { give(t, guarded); }) == Errc::invalid_input);
  guarded.guardian = child;
  CHECK(code_of([&] { give(t, guarded); }) == Errc::invalid_input);
  guarded.guardian = MemberId{99};
  CHECK(code_of([&] { give(t, guarded); }) == Errc::not_found);
  guarded.guardian = mother;
  CHECK(give(t, guarded));

  // On the birthday she decides herself, and nobody else for her.
  t.set_day("2026-03-02");
  CHECK(code_of([&] {
          give(t, {.member = child, .purpose = Purpose::marketing, .guardian = mother});
        }) == Errc::invalid_input);
  CHECK(give(t, {.member = child, .purpose = Purpose::marketing}));
}

TEST_CASE("member consent tells what it did, and how to take it back") {
  TestStore t{"2026-03-01"};
  register_person(t, "张伟");
  const auto given = test::run(cli::member, t, {"consent", "give", "M1", "--purpose", "marketing"});
  CHECK(given.status == 0);
  CHECK(given.err ==
        "M1 agrees: advertising (undo: member consent withdraw M1 --purpose marketing"
        " --channel counter)\n");
  const auto shown = test::run(cli::member, t, {"consent", "show", "M1", "--format", "csv"});
  CHECK(shown.out.find("\nmarketing,given,2026-03-01T10:00:00+08:00,1,counter,,wangli\n") !=
        std::string::npos);
  CHECK(shown.out.find("\nhealth,not_asked,,,,,\n") != std::string::npos);
}
