// Erasing what was said in a complaint of somebody who is no member.
#include <doctest/doctest.h>

#include "complain/complain.h"
#include "complaints/reaction_store.h"
#include "pharmacy/approval.h"
#include "pharmacy/audit.h"
#include "store/store.h"
#include "support/colleague.h"
#include "support/errors.h"
#include "support/pages.h"
#include "support/run.h"

namespace pharmacy::test {
namespace {

const std::vector<std::string> said_in_it = {
    "李娜来电",   "13900139000",  "少了一板药盒", "服药后皮疹", "已经致歉",  "发货单未核",
    "承诺第三条", "店员拍的照片", "照片.jpg",     "要求登门",   "补录的原因"};

struct Erasing : ReactionStore {
  // With something of everything, and ended.
  ComplaintId lived_through() {
    NewComplaint complaint = lina();
    complaint.name = "李娜来电";
    complaint.text = "少了一板药盒";
    complaint.health = "服药后皮疹";
    complaint.on = local("2026-01-05 09:00");
    complaint.reason = "补录的原因";
    const ComplaintId id = add(complaint).id;
    take(id, Acknowledge{.note = "已经致歉"});
    take(id, Investigate{.method = InvestigationMethod::records, .found = "发货单未核"});
    take(id, AddEvidence{.name = "照片.jpg", .content = "店员拍的照片"});
    take(id, PlanRemedy{.remedy = "补发", .basis = "承诺第三条"});
    take(id, ReplyToComplaint{.text = "已补发"});
    take(id, RecordAnswer{.satisfied = Satisfied::no, .note = "要求登门"});
    take(id, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "不再坚持"});
    return id;
  }
  void erase_said_in(ComplaintId id) {
    auto tx = begin();
    approve_alone(tx, Approvable::erase_person, KeyFile{Secret{bytes_of(key_file_path())}},
                  "本人要求");
    erase_complaint(tx, id, "本人要求");
    tx.commit();
  }
  ComplaintErasurePlan plan(ComplaintId id) {
    auto reading = this->reading();
    return plan_complaint_erasure(reading, id);
  }
  // Why it is not to be erased.
  std::string fault(ComplaintId id) {
    return message_of([&] { return plan(id); });
  }
};

}  // namespace

TEST_CASE("of a complaint that was erased nothing that was said is left in any page") {
  Erasing t;
  const ComplaintId id = t.lived_through();
  empty_log(t);
  for (const std::string& text : said_in_it) {
    if (text != "服药后皮疹") CHECK_MESSAGE(texts_in(all_pages(t), {text}).size() == 1, text);
  }
  const auto lines = t.plan(id).lines;
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].held == 2);
  CHECK(lines[1].held == 9);
  CHECK(lines[2].held == 1);
  CHECK(lines[3].held == 1);

  t.erase_said_in(id);
  CHECK(texts_in(all_pages(t), said_in_it).empty());
  const Complaint left = t.get(id);
  CHECK(left.erased);
  CHECK_FALSE(left.name);
  CHECK_FALSE(left.contact);
  CHECK_FALSE(left.text);
  CHECK_FALSE(left.is_about_health);
  CHECK(left.state == ComplaintState::closed);
  CHECK(left.category == ComplaintCategory::service);
  const auto events = t.events(id);
  CHECK(events.size() == 7);
  CHECK(events[2].digest);
  CHECK_FALSE(events[2].file);
  auto reading = t.reading();
  CHECK(verify_log(reading).empty());
}

TEST_CASE("what was erased takes no more texts, and is not erased again") {
  Erasing t;
  const ComplaintId id = t.lived_through(), other = t.add().id;
  t.erase_said_in(id);
  CHECK(t.fault(id) == "what was said in C2026-000001 is erased already, and nothing can be added");
  CHECK(code_of([&] { return t.take(id, ReopenComplaint{.reason = "又来"}); }) == Errc::refused);
  CHECK(code_of([&] {
          return t.take(id, NameCause{.cause = ComplaintCause::stock, .root = "李娜"});
        }) == Errc::refused);
  CHECK(t.take(id, LinkComplaint{.other = other}).state == ComplaintState::closed);
  // The control: another one takes them.
  t.take(other, Acknowledge{.note = "已致歉"});
}

TEST_CASE("a complaint is erased once it is closed and reported, and of nobody who is a member") {
  Erasing t;
  CHECK(t.fault(ComplaintId{2026'000'099}) == "there is no complaint C2026-000099");
  const ComplaintId open = t.add().id;
  CHECK(t.fault(open) == "C2026-000001 is not closed");
  t.take(open, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"});
  CHECK(t.plan(open).lines.size() == 2);

  NewComplaint hers = lina();
  hers.member = t.member;
  const ComplaintId of_member = t.add(hers).id;
  t.take(of_member, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"});
  CHECK(t.fault(of_member) == "C2026-000002 is of M1, who is erased as a whole");

  const ComplaintId reaction = t.take_in();
  t.set(reaction, t.judged(ReactionGrade::general));
  t.take(reaction, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"});
  CHECK(t.fault(reaction) == "C2026-000003 is still to be reported to the authority");
  t.report(reaction, {.reference = "R1"});
  t.erase_said_in(reaction);
  const ReactionChange more{.details = {.course = "又起皮疹"}};
  CHECK(code_of([&] { return t.set(reaction, more); }) == Errc::refused);
  CHECK(t.set(reaction, {.outcome = ReactionOutcome::recovered}).outcome ==
        ReactionOutcome::recovered);
}

TEST_CASE("a member whose reaction is still to be reported is not erased") {
  Erasing t;
  NewComplaint hers = lina();
  hers.kind = ComplaintKind::adverse_reaction;
  hers.product = "A";
  hers.member = t.member;
  const ComplaintId id = t.add(hers).id;
  const auto check = [&] {
    auto reading = t.reading();
    check_reactions_reported(reading, t.member);
  };
  CHECK(message_of(check) == "C2026-000001 is still to be reported to the authority");
  CHECK(code_of([&] { t.erase(t.member); }) == Errc::refused);
  t.set(id, t.judged(ReactionGrade::general));
  t.report(id, {.reference = "R1"});
  check();
  t.erase(t.member);
  CHECK(t.get(id).erased);
}

TEST_CASE("what was said in an erased complaint cannot be guessed by repeating its steps") {
  Erasing t;
  const ComplaintId id = t.add().id;
  const auto ack = [&](const char* note) {
    return run(cli::complain, t, {"ack", to_string(id), "--note", note, "--op", "first-word"});
  };
  CHECK(ack("已经致歉").status == 0);
  CHECK(ack("已经致歉").status == 0);  // the same once more
  CHECK(ack("没有致歉").status == 4);
  t.take(id, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"});
  t.erase_said_in(id);
  CHECK(ack("已经致歉").status == 4);
  CHECK(ack("没有致歉").status == 4);
}

TEST_CASE("erasing a complaint is for managers, and takes a second person and the store's name") {
  Erasing t;
  const ComplaintId id = t.lived_through();
  const std::string second = let_zhaomin_in(t);
  const std::string name = t.path().filename();
  const auto erase = [&](std::vector<std::string> more) {
    std::vector<std::string> args{"erase", to_string(id), "--reason", "本人要求"};
    args.insert(args.end(), more.begin(), more.end());
    return run(cli::complain, t, args);
  };
  const auto dry = erase({"--dry-run", "--format", "csv"});
  CHECK(dry.status == 0);
  CHECK(dry.out == "record,held\nnames,2\ntexts,9\nhealth,1\nfiles,1\n");
  CHECK(erase({}).status == 2);  // nobody can be asked
  const auto asked = erase({"--confirm", name});
  CHECK(asked.status == 3);
  CHECK_FALSE(t.get(id).erased);
  const auto shown_first =
      run(cli::define_store, t, {"approve", "1", "--dry-run", "--format", "json"},
          {.env = {{"PHARMACY_KEY_FILE", second}}});
  const std::string json = erase({"--dry-run", "--format", "json"}).out;
  const auto rows = json.find("\"records\":[");
  REQUIRE(rows != std::string::npos);
  CHECK(shown_first.out.find(json.substr(rows, json.find(']') - rows)) != std::string::npos);
  const auto approved = run(cli::define_store, t, {"approve", "1", "--yes"},
                            {.env = {{"PHARMACY_KEY_FILE", second}}});
  CHECK(approved.status == 0);
  CHECK(approved.err.find("what was said in C2026-000001 would be erased") != std::string::npos);
  const auto done = erase({"--confirm", name, "--approval", "1"});
  CHECK(done.status == 0);
  CHECK(done.err.find("erased C2026-000001\n") != std::string::npos);
  CHECK(t.get(id).erased);
  const auto shown = run(cli::complain, t, {"show", to_string(id)});
  CHECK(shown.err.find("what was said in it was erased") != std::string::npos);
}

}  // namespace pharmacy::test
