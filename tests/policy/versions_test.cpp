// Policies as they are recorded: which one holds when, who may set one, and when it is reviewed.
#include <doctest/doctest.h>

#include <map>
#include <regex>
#include <string>
#include <vector>

#include "pharmacy/audit.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "pharmacy/staff.h"
#include "support/counter_store.h"
#include "support/errors.h"
#include "vault/access.h"
#include "vault/store_impl.h"

using namespace pharmacy;
using test::code_of;
using test::CounterStore;
using test::message_of;
using test::TestStore;

namespace {

Date date_of(std::string_view text) { return parse_date(text).value(); }

NewPolicy policy_of(const std::string& document, std::string_view from) {
  return {.document = document, .name = "new.toml", .effective_on = date_of(from)};
}

std::string rate(const std::string& per_yuan) {
  return "[points]\nper_yuan = \"" + per_yuan + "\"\n";
}

SetPolicy set(TestStore& t, const NewPolicy& input) {
  auto tx = t.begin();
  const SetPolicy made = set_policy(tx, input);
  tx.commit();
  return made;
}

PolicyReview review(TestStore& t, std::optional<std::int64_t> version, std::string_view note) {
  auto tx = t.begin();
  PolicyReview made = review_policy(tx, version, note);
  tx.commit();
  return made;
}

// "3 2026-06-01 coming, 1 0001-01-01 in_force"
std::string history(TestStore& t) {
  auto reading = t.reading();
  std::string all;
  for (const auto& each : list_policies(reading)) {
    all += (all.empty() ? "" : ", ") + std::to_string(each.version) + ' ' +
           to_string(each.effective_on) + ' ' + to_word(each.status);
  }
  return all;
}

// "1 due 2027-03-01", with "!" where it is due.
std::string due(TestStore& t) {
  auto reading = t.reading();
  std::string all;
  for (const auto& each : list_policy_reviews(reading)) {
    all += (all.empty() ? "" : ", ") + std::to_string(each.version) + ' ' + to_string(each.due_on) +
           (each.is_due ? "!" : "");
  }
  return all;
}

// Lets somebody in, closes the store, and opens it as that one.
Store open_as(TestStore& t, Role role) {
  auto tx = t.begin();
  NewStaffKey key = add_staff(tx, {.login = "other", .name = "陈静", .roles = {role}});
  tx.commit();
  t.close();
  OpenOptions options;
  options.clock = t.clock();
  return Store::open(t.path(), KeyFile{std::move(*key.key_file)}, options);
}

}  // namespace

TEST_CASE("the history says which policy is in force, will be, or was replaced") {
  TestStore t{"2026-03-01"};
  CHECK(history(t) == "1 0001-01-01 in_force");
  CHECK(set(t, policy_of(rate("2"), "2026-06-01")).version == 2);
  CHECK(set(t, policy_of(rate("3"), "2026-04-01")).version == 3);
  CHECK(set(t, policy_of(rate("4"), "2026-06-01")).version == 4);
  CHECK(history(t) ==
        "4 2026-06-01 coming, 2 2026-06-01 replaced, 3 2026-04-01 coming, 1 0001-01-01 in_force");
  t.set_day("2026-04-01");
  CHECK(history(t) ==
        "4 2026-06-01 coming, 2 2026-06-01 replaced, 3 2026-04-01 in_force, 1 0001-01-01 replaced");
  t.set_day("2026-06-02");
  CHECK(history(t) ==
        "4 2026-06-01 in_force, 2 2026-06-01 replaced, 3 2026-04-01 replaced, "
        "1 0001-01-01 replaced");
  auto reading = t.reading();
  const auto all = list_policies(reading);
  CHECK(all.front().recorded_by == "wangli");
  CHECK(reading.zone().day_of(all.front().recorded_at) == date_of("2026-03-01"));
}

TEST_CASE("a sale follows the policy of its day and cites it") {
  CounterStore s;
  set(s, policy_of(rate("2"), "2026-03-02"));
  const auto first = s.sell({"B=1"}, {"cash"});
  CHECK(s.points() == 10);
  s.set_day("2026-03-02");
  const auto second = s.sell({"B=1"}, {"cash"});
  CHECK(s.points() == 30);
  auto tx = s.begin();
  const auto cited = [&](ReceiptId id) {
    return vault::database(tx).value<std::int64_t>("SELECT policy FROM receipt WHERE id = ?1", id);
  };
  CHECK(cited(first) == 1);
  CHECK(cited(second) == 2);
}

TEST_CASE("a policy begins today or later, so that nothing decided changes") {
  TestStore t{"2026-03-02"};
  auto tx = t.begin();
  const auto past = policy_of(rate("2"), "2026-03-01");
  CHECK(code_of([&] { return set_policy(tx, past); }) == Errc::invalid_input);
  CHECK(message_of([&] {
          check_new_policy(tx, past);
          return 0;
        }) == "a policy cannot begin on a day that is past: 2026-03-01");
  CHECK(set_policy(tx, policy_of(rate("2"), "2026-03-02")).version == 2);
}

TEST_CASE("what is wrong with a document is told, and nothing is recorded") {
  TestStore t{"2026-03-01"};
  {
    auto tx = t.begin();
    CHECK(message_of([&] {
            return set_policy(tx, policy_of(rate("x"), "2026-03-01"));
          }).starts_with("new.toml:2:12: per_yuan is a number in quotes"));
    const std::string long_one = "# " + std::string(65'535, 'x') + '\n';
    CHECK(code_of([&] { return set_policy(tx, policy_of(long_one, "2026-03-01")); }) ==
          Errc::bad_data);
    CHECK(code_of([&] {
            return set_policy(tx, policy_of(long_one.substr(0, 65'535) + '\n', "2026-03-01"));
          }) == std::nullopt);
  }
  CHECK(history(t) == "1 0001-01-01 in_force");
}

TEST_CASE("a text that holds on its day already is not recorded twice") {
  TestStore t{"2026-03-01"};
  CHECK(set(t, policy_of(rate("2"), "2026-04-01")).is_new);
  const SetPolicy again = set(t, policy_of(rate("2"), "2026-05-01"));
  CHECK_FALSE(again.is_new);
  CHECK(again.version == 2);
  CHECK(history(t) == "2 2026-04-01 coming, 1 0001-01-01 in_force");
  // Before that day it would change something.
  CHECK(set(t, policy_of(rate("2"), "2026-03-31")).is_new);
}

TEST_CASE("a policy that was written without knowing the newest one is refused") {
  TestStore t{"2026-03-01"};
  auto mine = policy_of(rate("2"), "2026-04-01");
  mine.newest = 1;
  set(t, policy_of(rate("3"), "2026-09-01"));
  auto tx = t.begin();
  CHECK(message_of([&] { return set_policy(tx, mine); }) ==
        "another policy was recorded meanwhile: policy 2");
  CHECK(code_of([&] { return set_policy(tx, mine); }) == Errc::conflict);
  mine.newest = 2;
  CHECK(set_policy(tx, mine).version == 3);
}

TEST_CASE("what differs between two policies is told by its key") {
  const auto between = [](const char* from, const char* to) {
    std::string all;
    for (const auto& each : differences(parse_policy(from, "a"), parse_policy(to, "b"))) {
      all += each.key + ' ' + each.before.value_or("-") + ' ' + each.after.value_or("-") + '\n';
    }
    return all;
  };
  CHECK(between("", "# nothing but words\n") == "");
  CHECK(between("", "[points]\nper_yuan = \"1.50\"\nno_earning = []\n") ==
        "points.per_yuan 1 1.5\n"
        "points.no_earning insurance_personal,insurance_pooled,points -\n");
  CHECK(between("[points]\nper_yuan = \"10\"\n", "[points]\nper_yuan = \"0.0001\"\n") ==
        "points.per_yuan 10 0.0001\n");
  CHECK(between("[points]\nno_earning = [\"points\", \"cash\"]\n",
                "[points]\nno_earning = [\"cash\", \"points\", \"cash\"]\n") == "");
  CHECK(between("", "[training]\nreveal_needs_training = true\n") ==
        "training.reveal_needs_training false true\n");
  CHECK(between("", "[shop]\ncloses = \"09:05\"\n[approvals]\nby = \"two\"\n") ==
        "shop.closes 21:00 09:05\napprovals.by - two\n");
}

// "cash,points" as a document has it.
static std::string list_of(const std::string& words) {
  return "[\"" + std::regex_replace(words, std::regex{","}, "\", \"") + "\"]";
}

TEST_CASE("the list of rules has every key that the built-in document has, and its value") {
  TestStore t{"2026-03-01"};
  auto reading = t.reading();
  const std::string document = policy_text_on(reading, reading.today()).document;
  std::map<std::string, std::string> sections;
  for (const auto& rule : rules_of(parse_policy(document, "p"))) {
    std::string& section = sections[rule.section];
    if (std::holds_alternative<std::monostate>(rule.value)) continue;
    section += rule.key + " = ";
    if (const auto* number = std::get_if<std::int64_t>(&rule.value)) {
      section += std::to_string(*number);
    } else if (const auto* flag = std::get_if<bool>(&rule.value)) {
      section += *flag ? "true" : "false";
    } else if (rule.key == "no_earning" || rule.section == "service") {
      section += list_of(std::get<std::string>(rule.value));
    } else {
      section += '"' + std::get<std::string>(rule.value) + '"';
    }
    section += '\n';
  }
  // Written as a document again they are the same policy; another one would not be.
  std::string written;
  for (const auto& [name, keys] : sections) written += '[' + name + "]\n" + keys;
  CHECK(differences(parse_policy(document, "p"), parse_policy(written, "w")).empty());
  CHECK(sections.size() == 20);
  CHECK(written.find("idle_minutes_without_health = 15\n") != std::string::npos);
}

TEST_CASE("only a manager sets a policy or reviews one, and each change is in the log") {
  for (const Role role : {Role::clerk, Role::service, Role::pharmacist, Role::auditor, Role::job}) {
    CAPTURE(to_word(role));
    TestStore t{"2026-03-01"};
    Store other = open_as(t, role);
    const auto attempt = [&](const auto& verb) {
      auto tx = other.begin({new_operation_id(), "test"});
      return code_of([&] {
        verb(tx);
        return 0;
      });
    };
    CHECK(attempt([](Transaction& tx) { set_policy(tx, policy_of(rate("2"), "2026-03-01")); }) ==
          Errc::not_permitted);
    CHECK(attempt([](Transaction& tx) { review_policy(tx, {}, "it stays"); }) ==
          Errc::not_permitted);
    const auto look = [&](const auto& verb) {
      auto reading = other.read();
      return code_of([&] { return verb(reading); });
    };
    const auto expected = role == Role::clerk ? std::optional{Errc::not_permitted} : std::nullopt;
    CHECK(look([](Reading& r) { return list_policies(r); }) == expected);
    CHECK(look([](Reading& r) { return get_policy(r, 1); }) == expected);
    CHECK(look([](Reading& r) { return policy_text_on(r, r.today()); }) == expected);
    CHECK(look([](Reading& r) { return list_policy_reviews(r); }) == expected);
  }
  TestStore t{"2026-03-01"};
  set(t, policy_of(rate("2"), "2026-04-01"));
  review(t, 2, "checked");
  auto reading = t.reading();
  const auto entries = list_accesses(reading, {.kind = AccessKind::change});
  CHECK(entries.at(0).detail == "policy 2");
  CHECK(entries.at(1).detail == "policy 2");
  CHECK(entries.size() == 3);  // and the making of the store
}

TEST_CASE("a policy is due for review so many months after it was recorded or last reviewed") {
  TestStore t{"2026-03-31"};
  set(t, policy_of("[policy]\nreview_months = 1\n", "2026-05-01"));
  CHECK(due(t) == "2 2026-04-30, 1 2027-03-31");
  t.set_day("2026-04-29");
  CHECK(due(t) == "2 2026-04-30, 1 2027-03-31");
  t.set_day("2026-04-30");
  CHECK(due(t) == "2 2026-04-30!, 1 2027-03-31");
  const PolicyReview done = review(t, 2, " 例会核对 ");
  CHECK(done.note == "例会核对");
  CHECK(done.reviewed_by == "wangli");
  CHECK(due(t) == "2 2026-05-30, 1 2027-03-31");
  // What was replaced needs no review any more.
  t.set_day("2026-05-30");
  CHECK(due(t) == "2 2026-05-30!");
  review(t, std::nullopt, "once more");
  CHECK(due(t) == "2 2026-06-30");
}

TEST_CASE("a review needs a policy that is not replaced, and a note") {
  TestStore t{"2026-03-01"};
  set(t, policy_of(rate("2"), "2026-03-01"));
  auto tx = t.begin();
  const auto attempt = [&](std::optional<std::int64_t> version, const std::string& note) {
    return code_of([&] { return review_policy(tx, version, note); });
  };
  CHECK(attempt(1, "x") == Errc::refused);
  CHECK(attempt(3, "x") == Errc::not_found);
  CHECK(attempt(2, "") == Errc::invalid_input);
  CHECK(attempt(2, " \xE3\x80\x80") == Errc::invalid_input);
  CHECK(attempt(2, "a\nb") == Errc::invalid_input);
  CHECK(attempt(2, std::string(1001, 'x')) == Errc::invalid_input);
  CHECK(attempt(2, std::string(1000, 'x')) == std::nullopt);
}

TEST_CASE("policies and their reviews are not rewritten") {
  TestStore t{"2026-03-01"};
  review(t, 1, "checked");
  auto tx = t.begin();
  for (const char* sql : {"UPDATE policy SET document = ''", "DELETE FROM policy_review",
                          "DELETE FROM policy", "UPDATE policy_review SET note = 'x'"}) {
    CAPTURE(sql);
    CHECK(code_of([&] {
            vault::database(tx).run(sql);
            return 0;
          }).has_value());
  }
}
