// Erasing a person: what goes, what stays, and that nothing of her is left in any page.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "member/member.h"
#include "members/person.h"
#include "pharmacy/approval.h"
#include "pharmacy/audit.h"
#include "pharmacy/backup.h"
#include "pharmacy/complaint_erasure.h"
#include "pharmacy/members.h"
#include "pharmacy/points.h"
#include "pharmacy/reports.h"
#include "pharmacy/rights.h"
#include "store/store.h"
#include "support/colleague.h"
#include "support/drill.h"
#include "support/errors.h"
#include "support/pages.h"
#include "support/run.h"
#include "support/vault.h"
#include "vault/access.h"

using namespace pharmacy;
using test::all_pages;
using test::code_of;
using test::empty_log;
using test::PersonStore;
using test::TestStore;

namespace {

void erase(TestStore& t, MemberId id, const std::function<void(Transaction&)>& before = {}) {
  auto tx = t.begin();
  if (before) before(tx);
  approve_alone(tx, Approvable::erase_person, test::KeyringInHand::key_of(t), "本人要求");
  erase_member(tx, {.member = id,
                    .reason = "本人要求",
                    .empty_purse = forfeit_points,
                    .erase_complaints = erase_complaints_of});
  tx.commit();
}

std::map<std::string, int> canaries_in(const std::string& pages,
                                       const std::vector<std::string>& canaries = test::canaries) {
  return test::texts_in(pages, canaries);
}

std::vector<Finding> findings(TestStore& t) {
  auto reading = t.reading();
  return verify_log(reading);
}

std::int64_t count(TestStore& t, const std::string& sql) {
  auto tx = t.begin();
  return vault::database(tx).value<std::int64_t>(sql).value();
}

}  // namespace

TEST_CASE("of a person who was erased nothing is left in any page, free ones too") {
  PersonStore t{1500};
  empty_log(t);
  // Each text is found as long as she is there: a table that erasing left out would be.
  const auto before = canaries_in(all_pages(t));
  for (const std::string& canary : test::canaries) {
    CAPTURE(canary);
    CHECK(before.contains(canary));
  }
  erase(t, t.person);
  CHECK(t.store().info().log_bytes == 0);
  const auto left = canaries_in(all_pages(t));
  for (const auto& [canary, times] : left) MESSAGE(canary << " " << times);
  CHECK(left.empty());
}

TEST_CASE("nor of others among whom pages were split as they came") {
  PersonStore t{600};
  std::vector<std::string> gone;
  std::vector<MemberId> numbers;
  for (int i = 3; i < 600; i += 29) {
    const std::string digits = std::to_string(i);
    const std::string number = std::string(4 - digits.size(), '0') + digits;
    const std::string word = i % 2 == 0 ? "canaq" : "canas";
    gone.push_back(word + number);
    gone.push_back(word + " " + number);
    gone.push_back("391233" + number);
    auto reading = t.reading();
    numbers.push_back(get_member_id(reading, word + number));
  }
  for (const MemberId id : numbers) erase(t, id);
  const auto left = canaries_in(all_pages(t), gone);
  for (const auto& [canary, times] : left) MESSAGE(canary << " " << times);
  CHECK(left.empty());
}

TEST_CASE("the control: without secure_delete she is found") {
  PersonStore t;
  empty_log(t);
  erase(t, t.person, [](Transaction& tx) {
    sqlite3* db = vault::database(tx).handle();
    sqlite3_set_authorizer(db, nullptr, nullptr);
    REQUIRE(sqlite3_exec(db, "PRAGMA secure_delete=OFF", nullptr, nullptr, nullptr) == SQLITE_OK);
  });
  CHECK_FALSE(canaries_in(all_pages(t)).empty());
}

TEST_CASE("her rows go or are handed over, and her number is nobody's for ever") {
  PersonStore t{10};
  const std::string id = std::to_string(t.person.number());
  const auto receipts = count(t, "SELECT count(*) FROM receipt WHERE member = " + id);
  CHECK(receipts == 4);
  erase(t, t.person);
  for (const char* table :
       {"card", "contact", "member_key", "member_change", "consent", "restriction", "health_note",
        "receipt", "account_payment", "points_lot", "points_debit", "points_return", "counsel"}) {
    CAPTURE(table);
    CHECK(count(t, std::string{"SELECT count(*) FROM "} + table + " WHERE member = " + id) == 0);
  }
  CHECK(count(t, "SELECT count(*) FROM health_tag") == 0);
  CHECK(count(t,
              "SELECT status = 'erased' AND name IS NULL AND sex IS NULL AND birth IS NULL AND"
              " note IS NULL FROM member WHERE id = " +
                  id) == 1);
  // What stays is nobody's, in the order in which it was.
  CHECK(count(t,
              "SELECT count(*) FROM receipt r JOIN member m ON m.id = r.member"
              " WHERE m.status = 'erased'") == receipts);
  // She, her earlier number, and the one for all who were erased.
  CHECK(count(t, "SELECT count(*) FROM member WHERE status = 'erased'") == 3);
  CHECK(count(t, "SELECT count(*) FROM member WHERE status = 'merged'") == 0);
  CHECK(count(t, "SELECT count(*) FROM member_merge") == 0);
  // Her child's consent says still that somebody agreed.
  CHECK(count(t, "SELECT count(*) FROM consent WHERE guardian = " + id) == 1);

  auto reading = t.reading();
  CHECK(code_of([&] { get_member(reading, t.person); }) == Errc::not_found);
  CHECK_FALSE(find_member(reading, to_string(t.person)).has_value());
  CHECK_FALSE(find_member(reading, "canarycard").has_value());
  const auto lines = list_members(reading, {}).lines;
  REQUIRE_FALSE(lines.empty());
  for (const MemberLine& line : lines) CHECK(line.name.has_value());
}

TEST_CASE("the store is sound after it, and past figures are what they were") {
  PersonStore t{10};
  const auto figures = [&t] {
    const auto report =
        monthly_report(t.store(), parse_period("2026-03", t.store().today()).value());
    return std::tuple{report.sales.receipts, report.sales.gross,     report.sales.refund,
                      report.points.earned,  report.points.redeemed, report.points.balance};
  };
  const auto before = figures();
  t.set_day("2026-04-02");
  erase(t, t.person);
  CHECK(figures() == before);
  CHECK(findings(t).empty());
  CHECK(t.store().check().empty());
  auto reading = t.reading();
  CHECK(erased_details(reading) > 0);
}

TEST_CASE("the log does not take a detail for erased of whom nobody erased") {
  PersonStore t{10};
  const auto steal = [&t](std::int64_t seq) {
    auto tx = t.begin();
    auto& db = vault::database(tx);
    db.run_script("DROP TRIGGER log_detail_stays");
    db.run("DELETE FROM log_detail WHERE seq = ?1", seq);
    tx.commit();
  };
  const std::string reveal =
      "SELECT seq FROM log_detail WHERE text LIKE '%canaryreveal%' ORDER BY seq";
  const auto hers = count(t, reveal);
  SUBCASE("the schema refuses it") {
    auto tx = t.begin();
    CHECK_THROWS(vault::database(tx).run("DELETE FROM log_detail WHERE seq = ?1", hers));
  }
  SUBCASE("of a member who is there") {
    steal(hers);
    REQUIRE(findings(t).size() == 1);
    CHECK(findings(t)[0].subject == std::to_string(hers));
  }
  SUBCASE("of a later entry than the one that erased her") {
    erase(t, t.person);
    const auto erasing = count(t, "SELECT max(seq) FROM log_entry");
    CHECK(findings(t).empty());
    steal(erasing);
    CHECK_FALSE(findings(t).empty());
  }
}

TEST_CASE("two who are erased share one member that stands for both") {
  PersonStore t{10};
  erase(t, t.person);
  erase(t, t.member);
  CHECK(count(t, "SELECT count(DISTINCT member) FROM receipt WHERE member IS NOT NULL") == 1);
  CHECK(count(t, "SELECT count(*) FROM member WHERE status = 'erased'") == 4);
  CHECK(findings(t).empty());
  CHECK(code_of([&] { erase(t, t.person); }) == Errc::not_found);
}

TEST_CASE("what she bought can be brought back after it") {
  PersonStore t{10};
  erase(t, t.person);
  const ReceiptId sale{count(t, "SELECT min(id) FROM receipt WHERE kind = 'sale'")};
  t.take_back({.receipt = sale, .all = true, .reason = "quality"});
  CHECK(t.store().check().empty());
}

namespace {

// A pharmacist with a key file beside 王丽.
struct Desk : PersonStore {
  Desk() : PersonStore{10}, second_key{test::let_zhaomin_in(*this)} {}
  test::Ran forget(std::vector<std::string> more) {
    std::vector<std::string> args{"forget", to_string(person), "--reason", "本人要求"};
    args.insert(args.end(), more.begin(), more.end());
    return test::run(cli::member, *this, args);
  }
  bool is_there() {
    auto reading = this->reading();
    return find_member(reading, to_string(person)).has_value();
  }

  std::string second_key;
};

// What goes and what stays, a line each, but for the log of who looked, which grows by each look.
std::string rows_in(const std::string& json) {
  std::istringstream lines{json};
  std::string rows;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("{\"record\":") && line.find("_log\"") == std::string::npos &&
        line.find("\"log_") == std::string::npos)
      rows += line + '\n';
  return rows;
}

}  // namespace

TEST_CASE("whoever erases a person is told which backups hold her still, and they do") {
  TestStore t{"2026-03-01"};
  MemberId id;
  {
    auto tx = t.begin();
    id = add_member(tx, {.name = "欧阳青青"});
    tx.commit();
  }
  const auto told = [&] {
    return test::run(cli::member, t, {"forget", to_string(id), "--reason", "本人要求", "--dry-run"})
        .err;
  };
  CHECK(told().find("a copy of the store that was made in another way holds her still\n") !=
        std::string::npos);
  const auto key = [&t] { return test::KeyringInHand::key_of(t); };
  const std::string before = t.path().string() + ".before", after = t.path().string() + ".after";
  test::drilled_backup(t.store(), before, Existing::refused, key);
  t.set_day("2026-03-05");
  CHECK(told().find("backups made before this, the newest on 2026-03-01, hold her until these files"
                    " are deleted\n") != std::string::npos);
  erase(t, id);
  const auto has_her = [&](const std::string& backup) {
    const auto place = std::filesystem::path{backup + ".store"};
    restore_backup(backup, place, key(), {}, {});
    Store restored = Store::open(place, key());
    return test::rows_of(restored).find("欧阳青青") != std::string::npos;
  };
  test::drilled_backup(t.store(), after, Existing::refused, key);
  CHECK(has_her(before));
  CHECK_FALSE(has_her(after));
}

TEST_CASE("erasing takes two people, the store's name, and tells first what goes") {
  Desk t;
  const std::string name = t.path().filename();
  const auto dry = t.forget({"--dry-run", "--format", "csv"});
  CHECK(dry.status == 0);
  CHECK(dry.out.find("\ncontacts,3,goes,,\n") != std::string::npos);
  CHECK(dry.out.find("\npurchases,5,nameless,policy,2031-03-05\n") != std::string::npos);
  CHECK(dry.out.find(",number,processing_law,2029-03-05\n") != std::string::npos);
  CHECK(dry.err.find("backup") == std::string::npos);

  CHECK(t.forget({}).status == 2);  // nobody can be asked
  CHECK(t.forget({"--confirm", "other"}).status == 2);
  CHECK(t.is_there());
  const auto asked = t.forget({"--confirm", name});
  CHECK(asked.status == 3);
  CHECK(asked.err.find("it is request 2\n") != std::string::npos);
  CHECK(t.is_there());

  // Nobody approves her own.
  const auto own = test::run(cli::define_store, t, {"approve", "2", "--yes"});
  CHECK(own.status == 3);
  CHECK(own.err.find("nobody approves what they asked for themselves") != std::string::npos);
  CHECK(t.forget({"--confirm", name, "--approval", "2"}).status == 3);
  CHECK(t.is_there());
  const auto seen =
      test::run(cli::define_store, t, {"approve", "2", "--dry-run", "--format", "json"},
                {.env = {{"PHARMACY_KEY_FILE", t.second_key}}});
  const std::string told = rows_in(seen.out);
  CHECK(told.find("\"contacts\",\"held\":3,\"fate\":\"goes\"") != std::string::npos);
  CHECK(told == rows_in(t.forget({"--dry-run", "--format", "json"}).out));
  const auto approved = test::run(cli::define_store, t, {"approve", "2", "--yes"},
                                  {.env = {{"PHARMACY_KEY_FILE", t.second_key}}});
  CHECK(approved.status == 0);
  CHECK(approved.err.find("all that is kept of M2 would be erased") != std::string::npos);

  const auto done = t.forget({"--confirm", name, "--approval", "2"});
  CHECK(done.status == 0);
  CHECK(done.err.find("erased M2\n") != std::string::npos);
  CHECK_FALSE(t.is_there());
  const auto verified = test::run(cli::define_store, t, {"audit", "verify"});
  CHECK(verified.status == 0);
  CHECK(verified.err.find("erased with the members they were about") != std::string::npos);
}
