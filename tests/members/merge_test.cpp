// Two numbers of one person: merged, found by either, and taken back.
#include "pharmacy/merge.h"

#include <doctest/doctest.h>

#include <string>

#include "member/member.h"
#include "members/file/child_tables.h"
#include "members/person.h"
#include "pharmacy/consent.h"
#include "pharmacy/health.h"
#include "pharmacy/members.h"
#include "pharmacy/person_copy.h"
#include "pharmacy/points.h"
#include "pharmacy/rights.h"
#include "support/errors.h"
#include "support/run.h"
#include "vault/access.h"

using namespace pharmacy;
using test::code_of;
using test::PersonStore;

namespace {

// All rows of all tables but the log's, the operations' and the merges' themselves.
std::string dump(test::TestStore& t) {
  auto tx = t.begin();
  auto& db = vault::database(tx);
  std::string text;
  for (const std::string& table : db.values<std::string>(
           "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
           " AND name NOT LIKE 'log_%' AND name NOT IN ('operation', 'member_merge') ORDER BY "
           "name")) {
    const auto columns = db.value<std::string>(
        "SELECT group_concat('quote(\"' || name || '\")', '||''|''||') FROM pragma_table_info(?1)",
        table);
    text += table + ":\n";
    for (const auto& row :
         db.values<std::string>("SELECT " + *columns + " FROM " + table + " ORDER BY 1"))
      text += row + '\n';
  }
  return text;
}

MergeId merge(PersonStore& t, MemberId from, MemberId into) {
  auto tx = t.begin();
  const MergeId id = merge_members(tx, {.from = from, .into = into, .reason = "重复登记"});
  tx.commit();
  return id;
}

void unmerge(PersonStore& t, MergeId id) {
  auto tx = t.begin();
  unmerge_members(tx, id);
  tx.commit();
}

std::optional<MemberId> named(PersonStore& t, const std::string& text) {
  auto reading = t.reading();
  return find_member(reading, text);
}

Points balance(PersonStore& t, MemberId id) {
  auto reading = t.reading();
  return points_balance(reading, id, reading.today()).balance;
}

void sell_to(PersonStore& t, MemberId id, const std::vector<std::string>& payments = {}) {
  NewSale sale;
  sale.member = id;
  sale.items = test::items_of({"B=1"});
  sale.payments = test::payments_of(payments);
  t.sell(sale);
}

}  // namespace

TEST_CASE("a merge that is taken back leaves every row as it was") {
  PersonStore t{10};
  sell_to(t, t.member);
  const std::string before = dump(t);
  const MergeId id = merge(t, t.person, t.member);
  {
    // Every kind of row moved, or the comparison says nothing about it.
    auto tx = t.begin();
    for (const members::ChildTable& child : members::child_tables()) {
      if (child.merge != members::OnMerge::move) continue;
      CAPTURE(child.table);
      CAPTURE(child.column);
      CHECK(vault::database(tx).value<std::int64_t>(
                "SELECT count(*) FROM member_merge_row WHERE table_name = ?1 AND of_column = ?2",
                child.table, child.column) > 0);
    }
  }
  CHECK(t.store().check().empty());
  CHECK(dump(t) != before);
  unmerge(t, id);
  CHECK(dump(t) == before);
  CHECK(t.store().check().empty());
}

TEST_CASE("both numbers, names, cards and phones find who was merged") {
  PersonStore t{10};
  const Points both = balance(t, t.person) + balance(t, t.member);
  const MergeId id = merge(t, t.person, t.member);
  for (const char* text : {"M2", "M1", "canarycard", "6001", "13912344321"}) {
    CAPTURE(text);
    CHECK(named(t, text) == t.member);
  }
  {
    auto reading = t.reading();
    for (const char* text : {"canaryname", "zhangwei", "M2", "4321"}) {
      const auto lines = find_members(reading, {.text = text}).lines;
      REQUIRE(lines.size() == 1);
      CHECK(lines[0].id == t.member);
    }
    // Sealed for her earlier number, and readable still.
    const auto notes = health_notes(reading, t.member);
    REQUIRE(notes.notes.size() == 1);
    CHECK(notes.notes[0].ingredient == "青霉素");
    CHECK(notes.not_ours.empty());
    CHECK(copy_person(reading, t.member).earlier.size() == 2);
  }
  CHECK(balance(t, t.member) == both);
  // A later change of the name keeps the other one.
  {
    auto tx = t.begin();
    edit_member(tx, t.member, {.name = "张伟明"});
    tx.commit();
    auto reading = t.reading();
    CHECK(find_members(reading, {.text = "canaryname"}).lines.size() == 1);
  }
  unmerge(t, id);
  CHECK(named(t, "M2") == t.person);
  CHECK(named(t, "canarycard") == t.person);
}

TEST_CASE("points that came together and were used hold a merge together") {
  PersonStore t{10};
  const MergeId id = merge(t, t.person, t.member);
  SUBCASE("an earning of her own does not") {
    sell_to(t, t.member);
    CHECK_NOTHROW(unmerge(t, id));
  }
  SUBCASE("paying with them does") {
    sell_to(t, t.member, {"points=5.00", "cash"});
    CHECK(t.store().check().empty());
    CHECK(code_of([&] { unmerge(t, id); }) == Errc::refused);
  }
  SUBCASE("so does bringing back what she had bought") {
    auto tx = t.begin();
    const ReceiptId sale{*vault::database(tx).value<std::int64_t>(
        "SELECT min(id) FROM receipt WHERE kind = 'sale' AND member = 1")};
    add_refund(tx, {.receipt = sale, .all = true, .reason = "quality"});
    tx.commit();
    CHECK(code_of([&] { unmerge(t, id); }) == Errc::refused);
  }
  CHECK(t.store().check().empty());
}

TEST_CASE("what was taken back of consent while the two were one stays taken back for both") {
  PersonStore t{10};
  auto tx = t.begin();
  give_consent(tx, {.member = t.person, .purpose = Purpose::marketing});
  give_consent(tx, {.member = t.person, .purpose = Purpose::follow_up});
  const MergeId id = merge_members(tx, {.from = t.person, .into = t.member});
  withdraw_consent(tx, t.member, Purpose::marketing, ConsentChannel::phone);
  unmerge_members(tx, id);
  tx.commit();
  auto reading = t.reading();
  for (const Consent& consent : list_consents(reading, t.person)) {
    if (consent.purpose == Purpose::marketing) CHECK(consent.status == ConsentStatus::withdrawn);
    if (consent.purpose == Purpose::follow_up) CHECK(consent.status == ConsentStatus::given);
  }
}

TEST_CASE("merges are taken back from the last one on, and once") {
  PersonStore t{10};
  const MergeId first = merge(t, t.person, t.member);
  const MergeId second = merge(t, t.member, MemberId{9});
  CHECK(named(t, "M2") == MemberId{9});
  CHECK(code_of([&] { unmerge(t, first); }) == Errc::refused);
  unmerge(t, second);
  unmerge(t, first);
  CHECK(code_of([&] { unmerge(t, first); }) == Errc::conflict);
  CHECK(code_of([&] { unmerge(t, MergeId{99}); }) == Errc::not_found);
  CHECK(named(t, "M2") == t.person);
}

TEST_CASE("nobody is merged with herself, or while she is restricted") {
  PersonStore t{10};
  CHECK(code_of([&] { merge(t, t.person, t.person); }) == Errc::invalid_input);
  CHECK(code_of([&] { merge(t, t.person, MemberId{999}); }) == Errc::not_found);
  auto tx = t.begin();
  restrict_member(tx, t.person, "本人要求");
  tx.commit();
  CHECK(code_of([&] { merge(t, t.person, t.member); }) == Errc::refused);
}

TEST_CASE("likely duplicates are told with what speaks for them") {
  PersonStore t{10};
  const auto add = [&t](NewMember one) {
    auto tx = t.begin();
    one.shared_phone = true;
    const MemberId id = add_member(tx, one);
    tx.commit();
    return id;
  };
  NewMember one;
  one.name = "李晓燕";
  one.phone = "13600136000";
  one.birth = parse_date("1990-05-06");
  const MemberId a = add(one);
  one.phone = "13600136001";
  one.name = "李小燕";
  const MemberId same_sound = add(one);
  one.phone = "13600136000";
  one.name = "李 晓燕";
  const MemberId b = add(one);
  one.name = "王强";
  one.birth = parse_date("1960-01-01");
  add(one);  // of the family: the phone alone, another day of birth

  auto reading = t.reading();
  const auto pairs = find_duplicates(reading, 50);
  REQUIRE(pairs.size() >= 3);
  CHECK(pairs[0].first == a);
  CHECK(pairs[0].second == b);
  CHECK(pairs[0].evidence == "same_phone,same_name,same_birth");
  CHECK(pairs[0].score == 90);
  CHECK(pairs[1].evidence == "same_sound,same_birth");
  CHECK(pairs[1].score == 35);
  CHECK((pairs[1].first == a || pairs[1].first == same_sound));
  for (const Duplicate& pair : pairs) CHECK(pair.second_name != "王强");
}

TEST_CASE("member merge tells what it did, and how to take it back") {
  PersonStore t{10};
  const auto merged = test::run(cli::member, t, {"merge", "M2", "6001", "--reason", "重复登记"});
  CHECK(merged.status == 0);
  CHECK(merged.err == "merged M2 into M1 (undo: member unmerge 3)\n");
  const auto shown = test::run(cli::member, t, {"show", "M2", "--format", "csv"});
  CHECK(shown.out.find("\nM1,") != std::string::npos);
  const auto back = test::run(cli::member, t, {"unmerge", "3"});
  CHECK(back.status == 0);
  CHECK(back.err ==
        "took back merge 3: M2 is a member of her own again (undo: member merge M2 M1)\n");
}
