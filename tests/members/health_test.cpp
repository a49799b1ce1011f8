// Notes about health: who may add, who may read, and what a check finds without reading.
#include "pharmacy/health.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/substance_keys.h"
#include "member/member.h"
#include "members/health/facts.h"
#include "members/health/seal.h"
#include "pharmacy/consent.h"
#include "pharmacy/members.h"
#include "pharmacy/staff.h"
#include "support/errors.h"
#include "support/run.h"
#include "support/test_store.h"
#include "vault/access.h"

using namespace pharmacy;
using test::code_of;
using test::TestStore;

namespace {

constexpr const char* passphrase = "paper lantern by noon";

// 张伟, M1, who agreed to notes about health; beside 王丽 there is a clerk and a manager.
struct Ward : TestStore {
  MemberId member;

  Ward() : TestStore{"2026-03-01"} {
    auto tx = begin();
    NewMember person;
    person.name = "张伟";
    member = add_member(tx, person);
    give_consent(tx, {.member = member, .purpose = Purpose::health});
    tx.commit();
    clerk_key = add_key("liuyang", Role::clerk);
    manager_key = add_key("zhaomin", Role::manager);
    pharmacist_key = add_key("sunli", Role::pharmacist);
  }

  [[nodiscard]] Store open_as(const std::string& key) const {
    OpenOptions options;
    options.clock = clock();
    return Store::open(path(), KeyFile{Secret{key}}, options);
  }
  std::string clerk_key, manager_key, pharmacist_key;

 private:
  std::string add_key(const std::string& login, Role role) {
    auto tx = begin();
    const auto key = add_staff(tx, {.login = login, .name = login, .roles = {role}});
    tx.commit();
    return std::string{key.key_file.value().view()};
  }
};

HealthNoteId add(Store& store, const NewHealthNote& note, const std::string& operation) {
  auto tx = store.begin({.id = operation, .request = operation});
  const HealthNoteId id = add_health_note(tx, note);
  tx.commit();
  return id;
}

NewHealthNote allergy_of(MemberId member, const char* ingredient) {
  return {.member = member,
          .facts = {.kind = HealthKind::allergy,
                    .ingredient = ingredient,
                    .reaction = "皮疹",
                    .severity = HealthSeverity::severe}};
}

HealthNotes notes_as(Store store, MemberId member) {
  HealthNotes notes;
  store.view([&](Reading& reading) { notes = health_notes(reading, member); });
  return notes;
}

std::set<std::string> found_as(Store store, MemberId member, const std::vector<std::string>& keys) {
  std::set<std::string> found;
  store.view([&](Reading& reading) {
    for (const auto& match : match_health_notes(reading, member, keys).found)
      found.insert(match.key);
  });
  return found;
}

}  // namespace

TEST_CASE("a clerk adds a note and cannot read it, a pharmacist reads it, a manager needs a key") {
  Ward t;
  auto clerk = t.open_as(t.clerk_key);
  const HealthNoteId id = add(clerk, allergy_of(t.member, "青霉素"), "note-1");
  CHECK(code_of([&] { notes_as(t.open_as(t.clerk_key), t.member); }) == Errc::not_permitted);
  CHECK(code_of([&] { notes_as(t.open_as(t.manager_key), t.member); }) == Errc::not_permitted);

  const auto notes = notes_as(t.open_as(t.pharmacist_key), t.member).notes;
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].id == id);
  CHECK(notes[0].ingredient == "青霉素");
  CHECK(notes[0].reaction == "皮疹");
  CHECK(notes[0].severity == HealthSeverity::severe);
  CHECK(notes[0].added_by == "liuyang");

  auto tx = t.begin();
  grant_health(tx, "zhaomin");
  tx.commit();
  CHECK(notes_as(t.open_as(t.manager_key), t.member).notes.size() == 1);
}

TEST_CASE("without consent there is no note, and none is read or compared once it is withdrawn") {
  Ward t;
  const auto note = allergy_of(t.member, "青霉素");
  const std::string key = ingredient_key("青霉素");
  add(t.store(), note, "note-1");
  CHECK(found_as(t.open_as(t.clerk_key), t.member, {key}).size() == 1);

  auto tx = t.begin();
  withdraw_consent(tx, t.member, Purpose::health, ConsentChannel::counter);
  tx.commit();
  CHECK(code_of([&] { add(t.store(), note, "note-2"); }) == Errc::refused);
  CHECK(code_of([&] { notes_as(t.open_as(t.pharmacist_key), t.member); }) == Errc::refused);
  t.store().view([&](Reading& reading) {
    const auto matches = match_health_notes(reading, t.member, std::vector{key});
    CHECK_FALSE(matches.agrees);
    CHECK(matches.found.empty());
  });
}

TEST_CASE("whoever cannot read the notes finds the same keys as whoever can") {
  Ward t;
  add(t.store(), allergy_of(t.member, "青霉素"), "note-1");
  add(t.store(), {.member = t.member, .facts = {.kind = HealthKind::allergy, .drug_class = "J01D"}},
      "note-2");
  add(t.store(),
      {.member = t.member, .facts = {.kind = HealthKind::regimen, .ingredient = "Warfarin"}},
      "note-3");
  add(t.store(),
      {.member = t.member,
       .facts = {.kind = HealthKind::condition, .condition = "高血压"},
       .alerts = true},
      "note-4");
  add(t.store(),
      {.member = t.member, .facts = {.kind = HealthKind::condition, .condition = "痛风"}},
      "note-5");
  add(t.store(), {.member = t.member, .facts = {.kind = HealthKind::pregnancy}}, "note-6");

  const std::vector<std::string> asked{ingredient_key("青霉素"), ingredient_key("阿莫西林"),
                                       atc_key("J01D"),          atc_key("J01C"),
                                       regimen_key("WARFARIN"),  regimen_key("青霉素"),
                                       condition_key("高血压"),  condition_key("痛风"),
                                       pregnancy_key(),          allergen_class_key("penicillins")};
  const std::set<std::string> expected{ingredient_key("青霉素"), atc_key("J01D"),
                                       regimen_key("warfarin"), condition_key("高血压"),
                                       pregnancy_key()};
  CHECK(found_as(t.open_as(t.pharmacist_key), t.member, asked) == expected);
  CHECK(found_as(t.open_as(t.clerk_key), t.member, asked) == expected);
  // Of another member none of them is true.
  auto tx = t.begin();
  NewMember person;
  person.name = "李娜";
  const MemberId other = add_member(tx, person);
  give_consent(tx, {.member = other, .purpose = Purpose::health});
  tx.commit();
  CHECK(found_as(t.open_as(t.clerk_key), other, asked).empty());
}

TEST_CASE("each note that is compared by digests has eight, whatever it is about") {
  Ward t;
  add(t.store(), allergy_of(t.member, "青霉素"), "note-1");
  auto both = allergy_of(t.member, "头孢克肟");
  both.facts.drug_class = "J01D";
  add(t.store(), both, "note-2");
  auto reading = t.reading();
  const auto counts = vault::database(reading).values<std::int64_t>(
      "SELECT count(*) FROM health_tag GROUP BY note");
  CHECK(counts == std::vector<std::int64_t>{8, 8});
  // And its text does not tell by its length what kind it is of.
  const auto sizes = vault::database(reading).values<std::int64_t>(
      "SELECT DISTINCT length(sealed) FROM health_note");
  CHECK(sizes == std::vector<std::int64_t>{304});
}

TEST_CASE("an alert that has no key sends to the pharmacist always") {
  Ward t;
  add(t.store(),
      {.member = t.member, .facts = {.kind = HealthKind::other, .text = "见病历"}, .alerts = true},
      "note-1");
  for (const std::string& key : {t.clerk_key, t.pharmacist_key}) {
    t.open_as(key).view(
        [&](Reading& reading) { CHECK(match_health_notes(reading, t.member, {}).ask_always); });
  }
}

TEST_CASE(
    "what was asked for in adding a note is found by nobody who tries what it may have been") {
  Ward t;
  auto clerk = t.open_as(t.clerk_key);
  add(clerk, allergy_of(t.member, "青霉素"), "first");
  auto again = clerk.begin({.id = "second", .request = "first"});
  again.commit();
  auto other = t.store().begin({.id = "third", .request = "first"});
  other.commit();
  auto reading = t.reading();
  const auto digest = [&](const char* id) {
    return vault::database(reading)
        .value<std::string>("SELECT lower(hex(request)) FROM operation WHERE id = ?1",
                            std::string{id})
        .value();
  };
  CHECK(digest("first") == digest("second"));  // hers
  CHECK(digest("first") != digest("third"));
  CHECK(digest("first") != request_digest("first"));
}

TEST_CASE("a note that ended is compared no more, and who added it today may end it") {
  Ward t;
  auto clerk = t.open_as(t.clerk_key);
  const HealthNoteId own = add(clerk, allergy_of(t.member, "青霉素"), "note-1");
  const HealthNoteId other = add(t.store(), allergy_of(t.member, "阿司匹林"), "note-2");
  const auto end = [](Store& store, HealthNoteId id, const std::string& operation) {
    auto tx = store.begin({.id = operation, .request = operation});
    end_health_note(tx, id);
    tx.commit();
  };
  CHECK(code_of([&] { end(clerk, other, "end-1"); }) == Errc::not_permitted);
  end(clerk, own, "end-2");
  CHECK(code_of([&] { end(clerk, own, "end-3"); }) == Errc::conflict);
  CHECK(found_as(t.open_as(t.clerk_key), t.member, {ingredient_key("青霉素")}).empty());

  t.set_day("2026-03-02");
  const HealthNoteId late = add(clerk, allergy_of(t.member, "布洛芬"), "note-3");
  t.set_day("2026-03-03");
  CHECK(code_of([&] { end(clerk, late, "end-4"); }) == Errc::not_permitted);
  end(t.store(), late, "end-5");
  const auto left = notes_as(t.open_as(t.pharmacist_key), t.member).notes;
  REQUIRE(left.size() == 1);
  CHECK(left[0].id == other);
}

TEST_CASE(
    "a note that was put there by hand, or moved to another member, is told and not believed") {
  Ward t;
  const HealthNoteId first = add(t.store(), allergy_of(t.member, "青霉素"), "note-1");
  auto tx = t.begin();
  NewMember person;
  person.name = "李娜";
  const MemberId other = add_member(tx, person);
  give_consent(tx, {.member = other, .purpose = Purpose::health});
  // As somebody with the data key could.
  vault::database(tx).run(
      "INSERT INTO health_note (member, written_for, epoch, sealed, alerts, added_at, added_by)"
      " SELECT ?1, ?1, epoch, sealed, 'none', added_at, added_by FROM health_note WHERE id = ?2",
      other, first);
  tx.commit();
  const auto notes = notes_as(t.open_as(t.pharmacist_key), other);
  CHECK(notes.notes.empty());
  CHECK(notes.not_ours.size() == 1);
  CHECK(test::run(cli::member, t, {"health", "list", "M2"}).status ==
        static_cast<int>(cli::Exit::damaged));
}

TEST_CASE(
    "notes under a key that was changed are read by whoever has both keys, and told of else") {
  Ward t;
  add(t.store(), allergy_of(t.member, "青霉素"), "note-1");
  t.store().rotate_keys(true);
  add(t.store(), allergy_of(t.member, "头孢克肟"), "note-2");
  const auto notes = notes_as(t.open_as(t.pharmacist_key), t.member);
  CHECK(notes.notes.size() == 2);
  CHECK(notes.closed.empty());
  const std::vector<std::string> asked{ingredient_key("青霉素"), ingredient_key("头孢克肟")};
  CHECK(found_as(t.open_as(t.clerk_key), t.member, asked).size() == 2);
}

TEST_CASE("a note that no verb would take, sealed by hand, is told and not believed") {
  Ward t;
  members::WrittenNote forged{.member = t.member, .facts = {.kind = HealthKind::condition}};
  CHECK_FALSE(members::read_written(members::written(forged)));
  forged.facts.condition = "高血压";
  CHECK(members::read_written(members::written(forged)));
}

TEST_CASE("a note with a text that no verb would take stops no check: it sends to the pharmacist") {
  Ward t;
  for (const std::string& text :
       {std::string{"\xff"}, std::string{"\x1b[2J"}, std::string{"e\u0301"}, std::string(201, 'x'),
        std::string{" x"}, std::string{}}) {
    CAPTURE(text);
    const members::WrittenNote forged{.member = t.member,
                                      .facts = {.kind = HealthKind::allergy, .ingredient = text}};
    CHECK_FALSE(members::read_written(members::written(forged)));
    auto tx = t.begin();
    vault::database(tx).run("DELETE FROM health_note");
    vault::database(tx).run(
        "INSERT INTO health_note (member, written_for, epoch, sealed, alerts, added_at, added_by)"
        " VALUES (?1, ?1, 1, ?2, 'tags', 0, 1)",
        t.member, members::sealed(forged, vault::health_seal(tx)));
    tx.commit();
    t.open_as(t.pharmacist_key).view([&](Reading& reading) {
      const auto matches =
          match_health_notes(reading, t.member, std::vector{ingredient_key("青霉素")});
      CHECK(matches.found.empty());
      CHECK(matches.ask_always);
    });
  }
}

TEST_CASE("a note that names a thing twice, or two codes below one level, is found by each") {
  Ward t;
  add(t.store(),
      {.member = t.member,
       .facts = {.kind = HealthKind::allergy,
                 .ingredient = "青霉素；J01CA04、J01CA12；青霉素",
                 .drug_class = "J01C"}},
      "note-1");
  add(t.store(),
      {.member = t.member,
       .facts = {.kind = HealthKind::regimen, .ingredient = "Warfarin；warfarin"}},
      "note-2");
  const std::vector<std::string> asked{ingredient_key("青霉素"), atc_key("J01CA04"),
                                       atc_key("J01CA12"),       atc_key("J01C"),
                                       below_atc_key("J01"),     regimen_key("warfarin")};
  const std::set<std::string> all{asked.begin(), asked.end()};
  CHECK(found_as(t.open_as(t.pharmacist_key), t.member, asked) == all);
  CHECK(found_as(t.open_as(t.clerk_key), t.member, asked) == all);
}

TEST_CASE("each kind of note has its own facts, and all faults are told at once") {
  const Date today = parse_date("2026-03-01").value();
  const auto faults_of = [&](const HealthFacts& facts) {
    std::vector<Fault> faults;
    static_cast<void>(members::checked(facts, today, faults));
    return faults.size();
  };
  using enum HealthKind;
  CHECK(faults_of({.kind = allergy}) == 1);
  CHECK(faults_of({.kind = allergy, .ingredient = "青霉素", .drug_class = "J01C"}) == 0);
  CHECK(faults_of({.kind = allergy, .ingredient = "青霉素", .condition = "x", .dose = "1"}) == 2);
  CHECK(faults_of({.kind = condition}) == 1);
  CHECK(faults_of({.kind = regimen, .dose = "每晚 1 片"}) == 1);
  CHECK(faults_of({.kind = response, .ingredient = "布洛芬"}) == 1);
  CHECK(faults_of({.kind = other}) == 1);
  CHECK(faults_of({.kind = pregnancy, .until = parse_date("2026-10-01")}) == 0);
  CHECK(faults_of({.kind = condition,
                   .condition = "高血压",
                   .since = parse_date("2026-03-02"),
                   .until = parse_date("2026-02-01")}) == 2);
  CHECK(faults_of({.kind = other, .text = std::string(4'001, 'x')}) == 1);
}

TEST_CASE("what is sealed reads back as it was written, and nothing else does") {
  const members::WrittenNote note{.member = MemberId{12},
                                  .facts = {.kind = HealthKind::allergy,
                                            .ingredient = "a=b\\",
                                            .severity = HealthSeverity::mild,
                                            .since = parse_date("2026-01-31"),
                                            .text = "= 空 格 ="}};
  const std::string text = members::written(note);
  CHECK(text.size() % 256 == 0);
  const auto back = members::read_written(text);
  REQUIRE(back);
  CHECK(members::written(*back) == text);
  CHECK(back->member == note.member);
  CHECK(back->facts.ingredient == note.facts.ingredient);
  CHECK(back->facts.text == note.facts.text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string other = text;
    other[at] = static_cast<char>(other[at] ^ 1);
    const auto read = members::read_written(other);
    // Neither the first line nor the filling says anything else.
    if (at < text.find('\n') || at >= text.find('\0')) CHECK_FALSE(read);
  }
  CHECK_FALSE(members::read_written(text + std::string(256, '\0')));
  CHECK_FALSE(members::read_written(text.substr(1)));
}
