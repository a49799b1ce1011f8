// What adverse reactions tell of the patient.
#include <doctest/doctest.h>

#include "complaints/health.h"
#include "complaints/reaction_store.h"
#include "complaints/safety/details.h"
#include "pharmacy/members.h"
#include "support/errors.h"
#include "vault/access.h"

namespace pharmacy::test {

TEST_CASE("the form names the patient and her phone, and nobody where one of the staff told it") {
  ReactionStore t;
  NewComplaint told = lina();
  told.kind = ComplaintKind::adverse_reaction;
  told.member = t.member;
  told.contact.reset();
  told.name.reset();
  const ComplaintId hers = t.add(told).id;
  told.member.reset();
  told.origin = ComplaintOrigin::staff;
  const ComplaintId nobodys = t.add(told).id;
  for (const ComplaintId id : {hers, nobodys}) t.set(id, t.judged(ReactionGrade::serious));
  auto reading = t.reading();
  const Member member = get_member(reading, t.member);
  CHECK(reaction_form(reading, hers).patient == member.name);
  CHECK(reaction_form(reading, hers).complaint.contact == member.phone);
  CHECK_FALSE(reaction_form(reading, nobodys).patient);
  CHECK(reaction_form(reading, nobodys).complaint.name == "王丽");
}

TEST_CASE("a member's copy has all that was told with each judgement") {
  ReactionStore t;
  const MemberId member = t.member;
  NewComplaint reaction = lina();
  reaction.kind = ComplaintKind::adverse_reaction;
  reaction.member = member;
  reaction.health = "服药后全身皮疹";
  const ComplaintId id = t.add(reaction).id;
  ReactionChange change = t.judged(ReactionGrade::serious);
  change.details = {.course = "双臂红斑", .age = 45, .weight = Quantity{62'500}};
  t.set(id, change);
  ReactionChange later;
  later.details = {.course = "次日消退"};
  t.set(id, later);
  auto reading = t.reading();
  std::string told;
  for (const auto& one : health_in_complaints(reading, member))
    told += one.fact + '=' + one.text.value() + ' ';
  CHECK(told == "told=服药后全身皮疹 course=双臂红斑 age=45 weight=62.5 course=次日消退 ");
}

TEST_CASE("what it says of the patient is added up, the newer before the older, and sealed") {
  ReactionStore t;
  const ComplaintId id = t.take_in();
  ReactionChange first = t.judged(ReactionGrade::serious);
  first.suspects = std::vector{Suspect{.product = "B", .batch = "Ｂ9"}};
  first.details = {.name = "过敏性休克",
                   .course = "服药半小时后胸闷\n血压 70/40 mmHg",
                   .sex = Sex::female,
                   .age = 45};
  t.set(id, first);
  ReactionChange second;
  second.outcome = ReactionOutcome::recovered;
  second.details = {.treatment = "肾上腺素 0.5 mg 肌注",
                    .age = 46,
                    .weight = Quantity{58'500},
                    .better_when_stopped = Told::yes};
  t.set(id, second);
  const ReactionForm form = t.form(id);
  CHECK(form.told == "服药后两小时全身皮疹");
  CHECK(form.details.name == "过敏性休克");
  CHECK(form.details.course == first.details.course);
  CHECK(form.details.treatment == second.details.treatment);
  CHECK(form.details.age == 46);
  CHECK(form.details.weight == Quantity{58'500});
  CHECK(form.details.sex == Sex::female);
  CHECK(form.details.better_when_stopped == Told::yes);
  CHECK_FALSE(form.details.again_when_taken);
  CHECK(form.reaction.outcome == ReactionOutcome::recovered);
  REQUIRE(form.suspects.size() == 2);
  CHECK(form.suspects[0].code == "A");
  CHECK(form.suspects[0].batch == "B1");
  CHECK(form.suspects[1].batch == "B9");
  CHECK(form.reaction.suspects == "B#B9");
  CHECK(form.unreadable == 0);
  // Neither in the tables nor in the register.
  auto reading = t.reading();
  auto& database = vault::database(reading);
  const auto sealed =
      database.values<db::Bytes>("SELECT sealed FROM adverse_reaction_health ORDER BY reaction");
  REQUIRE(sealed.size() == 2);
  for (const auto& bytes : sealed) {
    const std::string text{bytes.begin(), bytes.end()};
    CHECK(text.find("休克") == std::string::npos);
    CHECK(bytes.size() % 256 == 48);
  }
  // One that stands in the place of another does not open.
  database.run("DROP TRIGGER adverse_reaction_health_is_fixed");
  database.run(
      "UPDATE adverse_reaction_health SET sealed = (SELECT h.sealed FROM adverse_reaction_health h"
      " WHERE h.reaction > adverse_reaction_health.reaction)"
      " WHERE reaction = (SELECT min(reaction) FROM adverse_reaction_health)");
  CHECK(code_of([&] { return reaction_form(reading, id).unreadable; }) == Errc::damaged);
}

TEST_CASE("what is sealed of a reaction is read back as it was written, and nothing else is") {
  const complaints::ReactionPlace place{.complaint = ComplaintId{2026000001}, .reaction = 7};
  const ReactionDetails details{.name = "皮疹",
                                .course = "a 1\nb\nage 2\n99",
                                .dosage = "每次1片",
                                .sex = Sex::male,
                                .age = 0,
                                .again_when_taken = Told::unknown};
  const std::string written = complaints::written_details(place, details);
  const auto read = complaints::read_details(place, written);
  REQUIRE(read);
  CHECK(read->course == details.course);
  CHECK(read->age == 0);
  CHECK(read->again_when_taken == Told::unknown);
  CHECK_FALSE(read->treatment);
  CHECK_FALSE(complaints::read_details({.complaint = place.complaint, .reaction = 8}, written));
  int other_values = 0;
  for (std::size_t at = 0; at < written.size(); ++at) {
    std::string other = written;
    other[at] = other[at] == 'x' ? 'y' : 'x';
    // Within a value it is another value: all else is as it was. Anywhere else it is none.
    const auto found = complaints::read_details(place, other);
    if (!found) continue;
    ++other_values;
    const auto named = complaints::named_details(*found);
    const auto before = complaints::named_details(*read);
    REQUIRE(named.size() == before.size());
    int changed = 0;
    for (std::size_t i = 0; i < named.size(); ++i) changed += named[i] != before[i];
    CHECK(changed == 1);
  }
  CHECK(other_values > 0);
  for (std::size_t size = 0; size < written.size(); ++size)
    CHECK_FALSE(complaints::read_details(place, std::string_view{written}.substr(0, size)));
}

}  // namespace pharmacy::test
