// The register of trainings, and who is still to be taught.
#include "pharmacy/training.h"

#include "pharmacy/audit.h"
#include "pharmacy/staff.h"
#include "support/vault.h"
#include "vault/access.h"
#include "vault/reveal.h"

using namespace pharmacy;
using test::code_of;
using test::TestStore;

namespace {

Date day(const char* text) { return parse_date(text).value(); }

const std::vector<std::string> both{training_topics.begin(), training_topics.end()};

template <class Change>
void change(TestStore& s, Change&& what) {
  auto tx = s.begin();
  what(tx);
  tx.commit();
}

TrainingId train(TestStore& s, const NewTraining& input) {
  TrainingId id;
  change(s, [&](Transaction& tx) { id = add_training(tx, input); });
  return id;
}

// "wangli privacy never", …
std::vector<std::string> due(TestStore& s, const std::vector<std::string>& topics = both) {
  auto reading = s.reading();
  std::vector<std::string> all;
  for (const TrainingDue& one : list_trainings_due(reading, topics))
    all.push_back(one.staff + ' ' + one.topic + ' ' + to_word(one.why));
  return all;
}

using Lines = std::vector<std::string>;

// As somebody changes the rules of the pharmacy from a day on.
void put_policy(TestStore& s, const char* from,
                const std::optional<std::string>& document = std::nullopt) {
  change(s, [&](Transaction& tx) {
    vault::database(tx).run(
        "INSERT INTO policy (version, effective_on, document, recorded_at, recorded_by)"
        " SELECT max(version) + 1, ?1, coalesce(?2, document), recorded_at, recorded_by FROM "
        "policy",
        day(from), document);
  });
}

// What is said of a phone that is to be shown whole; "" where it is shown.
std::string reveal_refusal(Store& by) {
  try {
    auto look = by.impl().look_of_test();
    vault::begin_reveal(look, "phone", "call");
    return "";
  } catch (const Error& error) {
    CHECK(error.code() == Errc::refused);
    return std::string{error.what()} + '\n' + error.faults().front().hint;
  }
}

}  // namespace

TEST_CASE("a training is kept with its day, the version of the policy, and who recorded it") {
  TestStore s{"2026-03-02"};
  const auto id = train(s, {.login = "wangli",
                            .topic = " privacy ",
                            .score = 95,
                            .day = day("2026-03-01"),
                            .note = "笔试"});
  auto reading = s.reading();
  const Training kept = get_training(reading, id);
  CHECK(kept.day == day("2026-03-01"));
  CHECK(kept.staff == "wangli");
  CHECK(kept.topic == "privacy");
  CHECK(kept.policy == 1);
  CHECK(kept.score == 95);
  CHECK(kept.note == "笔试");
  CHECK(kept.recorded_by == "wangli");
  CHECK_FALSE(kept.annulled);
  CHECK(list_accesses(reading, {.limit = 1}).front().detail == "training 1 wangli");
}

TEST_CASE("all that is wrong with a training is told at once, and nothing is kept") {
  TestStore s{"2026-03-02"};
  auto tx = s.begin();
  try {
    add_training(tx, {.login = "recovery",
                      .topic = "",
                      .score = 101,
                      .day = day("2026-03-03"),
                      .policy = 2,
                      .note = std::string(501, 'x')});
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::invalid_input);
    CHECK(error.faults().size() == 6);
  }
  CHECK(code_of([&] { add_training(tx, {.login = "nobody", .topic = "privacy", .score = 1}); }) ==
        Errc::not_found);
  CHECK(code_of([&] { add_training(tx, {.login = "wangli", .topic = "privacy", .score = -1}); }) ==
        Errc::invalid_input);
  CHECK(list_trainings(tx, {.with_annulled = true}).empty());
  for (const int score : {0, 100})
    add_training(tx, {.login = "wangli", .topic = "x", .score = score});
  CHECK(list_trainings(tx).size() == 2);
}

TEST_CASE("who never did anything in the store can be taught, and acts later as before") {
  TestStore s{"2026-03-01"};
  std::string key;
  change(s, [&](Transaction& tx) {
    key = add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::manager}})
              .key_file->view();
    add_training(tx, {.login = "chenjing", .topic = "privacy", .score = 80});
  });
  s.close();
  Store store = Store::open(s.path(), KeyFile{Secret{key}});
  auto tx = store.begin({.id = new_operation_id(), .request = "test"});
  CHECK(get_training(tx, add_training(tx, {.login = "wangli", .topic = "policy", .score = 60}))
            .recorded_by == "chenjing");
  tx.commit();
  CHECK(store.check().empty());
}

TEST_CASE("who is let in and has not passed each topic is still to be taught") {
  TestStore s{"2026-03-01"};
  change(s, [](Transaction& tx) {
    add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk, Role::job}});
    add_staff(tx, {.login = "left", .name = "离开", .roles = {Role::clerk}});
    add_staff(tx, {.login = "nightly", .name = "夜间任务", .roles = {Role::job}});
    disable_staff(tx, "left");
  });
  CHECK(due(s) == Lines{"chenjing privacy never", "chenjing policy never", "wangli privacy never",
                        "wangli policy never"});
  train(s, {.login = "chenjing", .topic = "privacy", .score = 59});
  train(s, {.login = "wangli", .topic = "privacy", .score = 60});
  CHECK(due(s, {"privacy"}) == Lines{"chenjing privacy failed"});
  train(s, {.login = "chenjing", .topic = "privacy", .score = 100});
  train(s,
        {.login = "chenjing", .topic = "privacy", .score = 10});  // what she knew once, she knows
  CHECK(due(s, {"privacy"}) == Lines{});
  CHECK(due(s) == Lines{"chenjing policy never", "wangli policy never"});
  CHECK(due(s, {"冷链"}) == Lines{"chenjing 冷链 never", "wangli 冷链 never"});
  auto reading = s.reading();
  CHECK(code_of([&] { list_trainings_due(reading, {std::string(61, 'x')}); }) ==
        Errc::invalid_input);
}

TEST_CASE("a new version of the policy is to be taught from the day on which it is in force") {
  TestStore s{"2026-03-01"};
  train(s, {.login = "wangli", .topic = "policy", .score = 90});
  put_policy(s, "2026-04-01");
  s.set_day("2026-03-31");
  CHECK(due(s, {"policy"}) == Lines{});
  s.set_day("2026-04-01");
  CHECK(due(s, {"policy"}) == Lines{"wangli policy outdated"});
  train(s, {.login = "wangli", .topic = "policy", .score = 30});
  CHECK(due(s, {"policy"}) == Lines{"wangli policy failed"});
  // By default it is the version of the day of the training.
  train(s, {.login = "wangli", .topic = "policy", .score = 90, .day = day("2026-03-31")});
  CHECK(due(s, {"policy"}) == Lines{"wangli policy failed"});
  // What is taught before it is in force counts.
  put_policy(s, "2026-05-01");
  train(s, {.login = "wangli", .topic = "policy", .score = 90, .policy = 3});
  s.set_day("2026-05-01");
  CHECK(due(s, {"policy"}) == Lines{});
}

TEST_CASE("what is annulled counts for nothing, stays, and is annulled once") {
  TestStore s{"2026-03-01"};
  const auto id = train(s, {.login = "wangli", .topic = "privacy", .score = 90});
  CHECK(due(s, {"privacy"}) == Lines{});
  change(s, [&](Transaction& tx) { annul_training(tx, id, "登记错人"); });
  CHECK(due(s, {"privacy"}) == Lines{"wangli privacy never"});
  auto tx = s.begin();
  CHECK(list_trainings(tx).empty());
  const auto all = list_trainings(tx, {.with_annulled = true});
  REQUIRE(all.size() == 1);
  CHECK(all.front().annulled == "登记错人");
  CHECK(code_of([&] { annul_training(tx, id, "x"); }) == Errc::conflict);
  CHECK(code_of([&] { annul_training(tx, TrainingId{9}, "x"); }) == Errc::not_found);
}

TEST_CASE("trainings are listed by person and topic, the newest first") {
  TestStore s{"2026-03-05"};
  change(s, [](Transaction& tx) {
    add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
  });
  train(s, {.login = "wangli", .topic = "privacy", .score = 1, .day = day("2026-03-02")});
  train(s, {.login = "wangli", .topic = "policy", .score = 2, .day = day("2026-03-04")});
  train(s, {.login = "chenjing", .topic = "policy", .score = 3, .day = day("2026-03-03")});
  auto reading = s.reading();
  const auto scores = [&](const TrainingFilter& filter) {
    std::vector<std::int64_t> all;
    for (const Training& one : list_trainings(reading, filter)) all.push_back(one.score);
    return all;
  };
  CHECK(scores({}) == std::vector<std::int64_t>{2, 3, 1});
  CHECK(scores({.staff = "wangli"}) == std::vector<std::int64_t>{2, 1});
  CHECK(scores({.topic = "policy"}) == std::vector<std::int64_t>{2, 3});
  CHECK(scores({.staff = "wangli", .topic = "other"}).empty());
  CHECK(code_of([&] { list_trainings(reading, {.staff = "nobody"}); }) == Errc::not_found);
}

TEST_CASE("where the policy says so, only who was taught privacy sees a phone whole") {
  const std::string beginning = "only who was taught privacy sees this whole: ";
  const std::string advice =
      "\na manager records the training with: store train add wangli --topic privacy --score N";
  TestStore s{"2026-03-01"};
  CHECK(reveal_refusal(s.store()) == "");  // nobody was taught anything, and it is not asked for
  put_policy(s, "2026-03-02", "[training]\nreveal_needs_training = true\n");
  CHECK(reveal_refusal(s.store()) == "");
  s.set_day("2026-03-02");
  CHECK(reveal_refusal(s.store()) == beginning + "wangli was never taught privacy" + advice);

  train(s, {.login = "wangli", .topic = "policy", .score = 100});
  CHECK(reveal_refusal(s.store()) == beginning + "wangli was never taught privacy" + advice);
  train(s, {.login = "wangli", .topic = "privacy", .score = 59});
  CHECK(reveal_refusal(s.store()) ==
        beginning + "wangli has not passed the training in privacy" + advice);
  const auto passed = train(s, {.login = "wangli", .topic = "privacy", .score = 60});
  CHECK(reveal_refusal(s.store()) == "");
  change(s, [&](Transaction& tx) { annul_training(tx, passed, "x"); });
  CHECK(reveal_refusal(s.store()) != "");

  train(s, {.login = "wangli", .topic = "privacy", .score = 60});
  put_policy(s, "2026-03-03", "[training]\nreveal_needs_training = true\n");
  s.set_day("2026-03-03");
  CHECK(reveal_refusal(s.store()) ==
        beginning + "wangli was taught privacy by an earlier policy" + advice);
  put_policy(s, "2026-03-04", "[training]\nreveal_needs_training = false\n");
  s.set_day("2026-03-04");
  CHECK(reveal_refusal(s.store()) == "");
}

TEST_CASE("a look as of a day before training was asked for shows nothing whole either") {
  TestStore s{"2026-03-01"};
  put_policy(s, "2026-03-01", "[training]\nreveal_needs_training = true\n");
  s.close();
  OpenOptions options{.clock = s.clock()};
  options.as_of = [] { return Instant{1'700'000'000}; };  // 2023-11-14
  Store by = Store::open(s.path(), KeyFile{Secret{test::bytes_of(s.key_file_path())}}, options);
  CHECK(reveal_refusal(by) != "");
}

TEST_CASE("the recovery code is nobody who could be taught, and sees a phone whole") {
  TestStore s{"2026-03-01"};
  put_policy(s, "2026-03-01", "[training]\nreveal_needs_training = true\n");
  CHECK(reveal_refusal(s.store()) != "");
  s.close();
  Store by = Store::open(s.path(), RecoveryCode{Secret{s.recovery_code()}}, {.clock = s.clock()});
  CHECK(reveal_refusal(by) == "");
}
