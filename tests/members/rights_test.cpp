// Restricting a member, and the copy of what is kept of her.
#include "pharmacy/rights.h"

#include <doctest/doctest.h>

#include <map>

#include "member/member.h"
#include "members/file/child_tables.h"
#include "members/person.h"
#include "pharmacy/consent.h"
#include "pharmacy/health.h"
#include "pharmacy/imports.h"
#include "pharmacy/members.h"
#include "pharmacy/person_copy.h"
#include "pharmacy/points.h"
#include "pharmacy/preference.h"
#include "support/colleague.h"
#include "support/errors.h"
#include "support/run.h"

using namespace pharmacy;
using test::code_of;
using test::PersonStore;
using test::run;

namespace {

template <class Verb>
void change(test::TestStore& t, const Verb& verb) {
  auto tx = t.begin();
  verb(tx);
  tx.commit();
}

void restrict_her(PersonStore& t) {
  change(t, [&](Transaction& tx) { CHECK(restrict_member(tx, t.person, "本人要求")); });
}

// Every use of a member, by what it throws.
void check_uses(PersonStore& t, std::optional<Errc> expected) {
  const auto check = [&](const char* what, const std::function<void()>& use) {
    CAPTURE(what);
    if (expected) {
      CHECK(code_of(use) == *expected);
    } else {
      CHECK_NOTHROW(use());
    }
  };
  const MemberId id = t.person;
  auto look = [&t](const auto& verb) {
    auto reading = t.reading();
    verb(reading);
  };
  check("show", [&] { look([&](Reading& r) { get_member(r, id); }); });
  check("history", [&] { look([&](Reading& r) { member_history(r, id); }); });
  check("points", [&] { look([&](Reading& r) { points_balance(r, id, r.today()); }); });
  check("entries", [&] { look([&](Reading& r) { points_entries(r, id); }); });
  check("notes", [&] { look([&](Reading& r) { health_notes(r, id); }); });
  check("edit", [&] { change(t, [&](Transaction& tx) { edit_member(tx, id, {.note = "新"}); }); });
  check("note", [&] {
    NewHealthNote note{.member = id, .facts = {}, .alerts = {}};
    note.facts.kind = HealthKind::other;
    note.facts.text = "忌酒";
    change(t, [&](Transaction& tx) { add_health_note(tx, note); });
  });
  check("sale", [&] {
    NewSale sale;
    sale.member = id;
    sale.items = test::items_of({"A=1"});
    t.sell(sale);
  });
}

std::size_t found(PersonStore& t, const std::string& text) {
  auto reading = t.reading();
  return find_members(reading, {.text = text}).lines.size();
}

bool is_exported(PersonStore& t) {
  auto reading = t.reading();
  for (const Member& one : export_members(reading, MemberId{0}, 1000)) {
    if (one.id == t.person) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("who is restricted is kept and not used, until that is lifted") {
  PersonStore t{10};
  check_uses(t, std::nullopt);
  CHECK(found(t, "canaryname") == 1);
  CHECK(is_exported(t));
  restrict_her(t);
  check_uses(t, Errc::refused);
  for (const char* text : {"canaryname", "canarycard", "13912344321", "4321", "M2", "canaryca"})
    CHECK(found(t, text) == 0);
  CHECK_FALSE(is_exported(t));
  {
    auto reading = t.reading();
    const auto lines = list_members(reading, {}).lines;
    REQUIRE_FALSE(lines.empty());
    for (const MemberLine& line : lines) CHECK(line.id != t.person);
    const std::vector<std::string> keys{"i:青霉素"};
    CHECK_FALSE(match_health_notes(reading, t.person, keys).agrees);
    // Named exactly she is told to be restricted; her copy goes on.
    CHECK(find_member(reading, "canarycard") == t.person);
    CHECK(copy_person(reading, t.person).facts.status == MemberStatus::restricted);
  }
  change(t, [&](Transaction& tx) { CHECK_FALSE(restrict_member(tx, t.person, "又一次")); });
  change(t, [&](Transaction& tx) { CHECK(lift_restriction(tx, t.person)); });
  change(t, [&](Transaction& tx) { CHECK_FALSE(lift_restriction(tx, t.person)); });
  check_uses(t, std::nullopt);
  CHECK(found(t, "canaryname") == 1);
}

TEST_CASE("withdrawing consent to membership restricts at once, and giving it again lifts that") {
  PersonStore t{10};
  const auto withdraw = [&](Transaction& tx) {
    CHECK(withdraw_consent(tx, t.person, Purpose::membership, ConsentChannel::phone));
  };
  const auto give = [&](Transaction& tx) { CHECK(give_consent(tx, {.member = t.person})); };
  change(t, withdraw);
  check_uses(t, Errc::refused);
  CHECK(code_of([&] { change(t, [&](Transaction& tx) { lift_restriction(tx, t.person); }); }) ==
        Errc::refused);
  change(t, give);
  check_uses(t, std::nullopt);
  // What was asked for beside it stays.
  restrict_her(t);
  change(t, withdraw);
  change(t, give);
  check_uses(t, Errc::refused);
  change(t, [&](Transaction& tx) { CHECK(lift_restriction(tx, t.person)); });
  check_uses(t, std::nullopt);
}

TEST_CASE("a sale to nobody and a refund go on while she is restricted") {
  PersonStore t{10};
  NewSale sale;
  sale.member = t.person;
  sale.items = test::items_of({"A=1"});
  const ReceiptId before = t.sell(sale);
  restrict_her(t);
  sale.member.reset();
  CHECK_NOTHROW(t.sell(sale));
  CHECK_NOTHROW(t.take_back({.receipt = before, .all = true, .reason = "quality"}));
}

TEST_CASE("imports take no row of who is restricted") {
  PersonStore t{10};
  restrict_her(t);
  auto reading = t.reading();
  ImportOptions options;
  options.source = "old";
  const auto plan =
      plan_member_import(reading, "name,card,note\n新名,canarycard,新\n别人,7001,\n", options);
  CHECK(plan.summary().rejected == 1);
  CHECK(plan.summary().added == 1);
}

TEST_CASE("managers are told why, others that a sale needs no member") {
  PersonStore t{10};
  const auto restricted = run(cli::member, t, {"restrict", "M2", "--reason", "本人要求"});
  CHECK(restricted.status == 0);
  CHECK(restricted.err == "restricted M2: kept, and not used (undo: member restrict M2 --lift)\n");
  const auto shown = run(cli::member, t, {"show", "M2"});
  CHECK(shown.status == 3);
  CHECK(shown.out == "");
  CHECK(shown.err.find("M2 is restricted") != std::string::npos);
  CHECK(shown.err.find("by wangli: 本人要求") != std::string::npos);

  const std::string file =
      test::let_in_by_key_file(t, {.login = "liuyang", .name = "刘洋", .roles = {Role::clerk}});
  const auto clerk = run(cli::member, t, {"show", "M2"}, {.env = {{"PHARMACY_KEY_FILE", file}}});
  CHECK(clerk.status == 3);
  CHECK(clerk.err.find("本人要求") == std::string::npos);
  CHECK(clerk.err.find("a sale needs no member") != std::string::npos);
  CHECK(run(cli::member, t, {"restrict", "M2", "--lift"}).status == 0);
  CHECK(run(cli::member, t, {"show", "M2"}).status == 0);
  CHECK(run(cli::member, t, {"restrict", "M2"}).status == 2);
}

TEST_CASE("people read a copy's facts as they call them, machines as they are stored") {
  test::TestStore t{"2026-03-01"};
  {
    auto tx = t.begin();
    const MemberId id = add_member(tx, {.name = "张伟",
                                        .phone = "13800138000",
                                        .kind = MemberKind::research,
                                        .relation = Relation::special_contact,
                                        .contact_by = ContactBy::post});
    edit_member(tx, id, {.relation = Relation::transaction});
    add_preference(tx, {.member = id, .key = PreferenceKey::brand, .value = "同仁堂"});
    tx.commit();
  }
  const auto copy = [&](const char* format) {
    return run(cli::member, t, {"copy", "M1", "--format", format}).out;
  };
  const std::string table = copy("table"), json = copy("json");
  for (const auto& [word, said] :
       {std::pair{"special_contact", "personal care"}, std::pair{"contact_by", "reach her by"},
        std::pair{"preference_brand", "brand liked"}}) {
    CAPTURE(word);
    CHECK(table.find(word) == std::string::npos);
    CHECK(table.find(said) != std::string::npos);
    CHECK(json.find('"' + std::string{word} + '"') != std::string::npos);
    CHECK(json.find(said) == std::string::npos);
  }
}

TEST_CASE("a copy has something of every table that holds something of her") {
  PersonStore t{10};
  auto reading = t.reading();
  const PersonCopy copy = copy_person(reading, t.person);
  const std::map<std::string, std::size_t> parts{
      {"card.member", copy.cards.size()},
      {"contact.member", copy.contacts.size()},
      {"member_change.member", copy.history.size()},
      {"member_fact.member", copy.standing.facts.size()},
      {"member_risk.member", copy.standing.risks.size()},
      {"member_keeper.member", copy.standing.keepers.size()},
      {"member_licence.member", copy.standing.licences.size()},
      {"member_group.account", copy.standing.groups.size()},
      {"member_group.member", copy.standing.groups.size()},
      {"member_preference.member", copy.standing.preferences.size()},
      {"consent.member", copy.consents.size()},
      {"consent.guardian", copy.guardianships.size()},
      {"restriction.member", copy.restrictions.size()},
      {"member_merge.from_member", copy.merges.size()},
      {"member_merge.into_member", copy.merges.size()},
      {"health_note.member", copy.health_notes.size()},
      {"household_member.member", copy.households.size()},
      {"recall_call.member", copy.recall_calls.size()},
      {"counsel.member", copy.counsels.size()},
      {"stock_request.member", copy.stock_requests.size()},
      {"complaint.member", copy.complaints.size()},
      {"lead.member", copy.leads.size()},
      {"receipt.member", copy.receipts.size()},
      {"account_payment.member", copy.account_payments.size()},
      {"points_lot.member", copy.points.size()},
      {"points_debit.member", copy.points.size()},
      {"points_return.member", copy.points.size()},
      {"log_subject.first", copy.accesses.size()}};
  for (const members::ChildTable& child : members::child_tables()) {
    if (!child.is_copied) continue;
    const std::string name = std::string{child.table} + '.' + std::string{child.column};
    CAPTURE(name);
    REQUIRE(parts.contains(name));
    CHECK(parts.at(name) > 0);
  }
  CHECK(copy.facts.name == "canaryname");
  CHECK(copy.contacts.front().value == "+8613912340000");
  CHECK(copy.contacts.front().source == "counter");
  CHECK(copy.lines.size() == 4);
  CHECK(copy.payments.size() >= 3);
  CHECK(copy.restrictions.front().reason == "canaryreason");
  CHECK(copy.health_notes.front().ingredient == "青霉素");
  CHECK(copy.health_notes_unread == 0);
  Points sum;
  for (const CopiedPoints& one : copy.points) sum += one.points;
  CHECK(sum == points_balance(reading, t.person, reading.today()).balance);
}

TEST_CASE("a copy is one document, for pharmacists and managers, and is logged") {
  PersonStore t{10};
  const auto json = run(cli::member, t, {"copy", "canarycard", "--format", "json"});
  CHECK(json.status == 0);
  CHECK(json.out.find("\"schema\":\"pharmacy.member.copy/1\"") != std::string::npos);
  for (const char* part :
       {"canaryoldname", "+8613912344321", "canaryaddress", "青霉素", "\"lines\""})
    CHECK(json.out.find(part) != std::string::npos);
  const auto log = run(cli::member, t, {"copy", "M2", "--format", "csv"});
  CHECK(log.out.find("member copy") != std::string::npos);
}
