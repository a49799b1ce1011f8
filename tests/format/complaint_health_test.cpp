// What complaints and adverse reactions tell of health, as the library and the second reader see
// it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "complaints/health.h"
#include "complaints/reaction_store.h"
#include "complaints/safety/details.h"
#include "format/complaint_rows.h"
#include "format/python.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

// Complaints and reactions that tell of health.
struct Clinic : ReactionStore {
  Verdicts said() {
    auto reading = this->reading();
    return verdicts_on_complaints(reading);
  }
  ComplaintId tell(const std::string& text) {
    NewComplaint complaint = lina();
    complaint.health = text;
    return add(complaint).id;
  }
  ComplaintId judge(ReactionDetails details) {
    const ComplaintId id = take_in();
    ReactionChange change = judged(ReactionGrade::serious);
    change.details = std::move(details);
    set(id, change);
    return id;
  }
  // One more reaction, with a text that somebody sealed by hand; in it COMPLAINT and REACTION are
  // its numbers. Its name in the verdicts.
  std::string put_by_hand(std::string text, std::int64_t epochs_on = 0) {
    const ComplaintId id = take_in();
    set(id, judged(ReactionGrade::general));
    auto tx = begin();
    auto& db = vault::database(tx);
    const auto reaction = db.value<std::int64_t>("SELECT max(id) FROM adverse_reaction").value();
    replace(text, "COMPLAINT", to_string(id));
    replace(text, "REACTION", std::to_string(reaction));
    const auto health = complaints::seal_health(tx, complaints::filled_up(text));
    db.run("INSERT INTO adverse_reaction_health (reaction, epoch, sealed) VALUES (?1, ?2, ?3)",
           reaction, health.epoch + epochs_on, health.sealed);
    tx.commit();
    return fmt::format("reaction-{}", reaction);
  }
  std::string put_complaint_by_hand(std::string text) {
    const ComplaintId id = add().id;
    auto tx = begin();
    replace(text, "COMPLAINT", to_string(id));
    const auto health = complaints::seal_health(tx, complaints::filled_up(text));
    vault::database(tx).run(
        "INSERT INTO complaint_health (complaint, epoch, sealed) VALUES (?1, ?2, ?3)", id,
        health.epoch, health.sealed);
    tx.commit();
    return fmt::format("complaint-{}", id.number());
  }

 private:
  static void replace(std::string& text, const std::string& from, const std::string& to) {
    if (const auto at = text.find(from); at != text.npos) text.replace(at, from.size(), to);
  }
};

// What is sealed by hand, and whether it is a text of the form.
struct ByHand {
  std::string text;
  bool is_of_form = false;
};

std::string long_text(std::size_t size) {
  std::string text;
  while (text.size() + 3 <= size) text += "疹";
  text.resize(size, '.');
  return text;
}

std::string part(const std::string& name, const std::string& value) {
  return fmt::format("{} {}\n{}\n", name, value.size(), value);
}

}  // namespace

TEST_CASE("the library and the reader say the same of what complaints and reactions tell") {
  Clinic t;
  t.tell("服药后头晕");
  t.tell("第一天头晕\n\n第二天皮疹");
  t.judge({.name = "皮疹",
           .course = "双臂红斑\n次日加重",
           .treatment = "停药",
           .result = "好转",
           .dosage = "每次1片",
           .taken_for = "感冒",
           .other_drugs = "无",
           .history = "青霉素过敏",
           .sex = Sex::female,
           .age = 0,
           .weight = Quantity{62'500},
           .better_when_stopped = Told::yes,
           .again_when_taken = Told::unknown});
  t.store().rotate_keys(true);
  t.tell(long_text(complaint_health_max));
  t.judge({.course = long_text(reaction_text_max), .age = 150});
  const Verdicts said = t.said();
  CHECK(said.size() == 7);  // a reaction tells when it is taken in, and when it is judged
  for (const auto& one : said) {
    CAPTURE(one.first);
    CHECK(one.second.find('=') != std::string::npos);
  }
  CHECK(differences(said, reader_verdicts(t)) == "");
}

TEST_CASE("of a text about a complaint that was sealed by hand both say the same") {
  const std::string head = "pharmacy-complaint-1\ncomplaint=COMPLAINT\n";
  const ByHand all[] = {
      {head + "头晕", true},
      {head + "头晕\n皮疹", true},
      {head + long_text(complaint_health_max), true},
      {head + long_text(complaint_health_max + 1)},
      {head},
      {head + " 头晕"},
      {head + "头晕\n"},
      {head + "\n头晕"},
      {head + "头晕\r\n皮疹"},
      {head + "头\t晕"},
      {head + "头晕\u200b"},
      {head + "e\u0301"},
      {head + "\xff"},
      {head + std::string("头\0晕", 7)},
      {"pharmacy-complaint-2\ncomplaint=COMPLAINT\n头晕"},
      {"pharmacy-complaint-1\ncomplaint=C2026-000999\n头晕"},
      {"complaint=COMPLAINT\n头晕"},
      {"头晕"},
      {""},
  };
  Clinic t;
  std::vector<std::string> names;
  for (const ByHand& one : all) names.push_back(t.put_complaint_by_hand(one.text));
  const Verdicts said = t.said();
  for (std::size_t i = 0; i < names.size(); ++i) {
    CAPTURE(all[i].text);
    CHECK(said.at(names[i]).starts_with("complaint text=") == all[i].is_of_form);
  }
  CHECK(differences(said, reader_verdicts(t)) == "");
}

TEST_CASE("of a text about a reaction that was sealed by hand both say the same") {
  const std::string head = "pharmacy-reaction-1\ncomplaint=COMPLAINT\nreaction=REACTION\n";
  const ByHand all[] = {
      {head + part("name", "皮疹") + part("age", "45"), true},
      {head, true},
      {head + part("weight", "500000"), true},
      {head + part("weight", "500001")},
      {head + part("weight", "0")},
      {head + part("age", "0"), true},
      {head + part("age", "151")},
      {head + part("age", "045")},
      {head + part("age", "-1")},
      {head + part("age", "4") + part("age", "5")},
      {head + part("age", "45") + part("name", "皮疹")},
      {head + part("sex", "other")},
      {head + part("again_when_taken", "no"), true},
      {head + part("again_when_taken", "perhaps")},
      {head + part("name", "皮疹\n红斑")},
      {head + part("course", "皮疹\n红斑"), true},
      {head + part("course", "皮疹\n")},
      {head + part("course", "")},
      {head + part("name", long_text(reaction_name_max)), true},
      {head + part("name", long_text(reaction_name_max + 1))},
      {head + part("history", long_text(reaction_text_max)), true},
      {head + part("history", long_text(reaction_text_max + 1))},
      {head + part("colour", "red")},
      {head + "name 06\n皮疹\n"},
      {head + "name 7\n皮疹\n"},
      {head + "name 6\n皮疹"},
      {head + "name  6\n皮疹\n"},
      {head + part("name", "皮疹") + "more"},
      {"pharmacy-reaction-1\ncomplaint=C2026-000999\nreaction=REACTION\n"},
      {"pharmacy-reaction-1\ncomplaint=COMPLAINT\nreaction=999\n"},
      {"pharmacy-reaction-2\ncomplaint=COMPLAINT\nreaction=REACTION\n"},
      {""},
  };
  Clinic t;
  std::vector<std::string> names;
  for (const ByHand& one : all) names.push_back(t.put_by_hand(one.text));
  const std::string of_no_key = t.put_by_hand(head, 7);
  const Verdicts said = t.said();
  for (std::size_t i = 0; i < names.size(); ++i) {
    CAPTURE(all[i].text);
    CHECK((said.at(names[i]) != "reaction damaged") == all[i].is_of_form);
  }
  CHECK(said.at(of_no_key) == "reaction closed");
  CHECK(differences(said, reader_verdicts(t)) == "");
}

}  // namespace pharmacy::test
