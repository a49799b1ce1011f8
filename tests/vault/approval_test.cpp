// What takes two people: nobody does it alone, and it is done once, as it was approved.
#include "pharmacy/approval.h"

#include <functional>
#include <map>

#include "pharmacy/audit.h"
#include "pharmacy/members.h"
#include "pharmacy/review.h"
#include "pharmacy/staff.h"
#include "support/vault.h"

using namespace pharmacy;
using test::code_of;
using test::message_of;
using test::TestStore;

namespace {

const ApprovalRequest wanted{.action = Approvable::show_many,
                             .request = "member export a.csv",
                             .summary = "all members would be written to a.csv"};

// A store of more people than one person may take along, with a second manager, a pharmacist and
// a clerk.
struct CrowdedStore : TestStore {
  explicit CrowdedStore(std::size_t people = people_shown_max + 1) : TestStore{"2026-03-01"} {
    auto tx = begin();
    for (std::size_t i = 0; i < people; ++i) add_member(tx, {.name = "会员" + std::to_string(i)});
    tx.commit();
  }

  Store let_in(const std::string& login, std::vector<Role> roles) {
    auto tx = begin();
    auto key = add_staff(tx, {.login = login, .name = login, .roles = std::move(roles)});
    tx.commit();
    keys[login] = std::string{key.key_file.value().view()};
    return open(login);
  }
  [[nodiscard]] Store open(const std::string& login) const {
    return Store::open(path(), KeyFile{Secret{keys.at(login)}}, {.clock = clock()});
  }
  [[nodiscard]] Key own_key() const { return KeyFile{Secret{test::bytes_of(key_file_path())}}; }

  ApprovalId ask(const ApprovalRequest& request = wanted) {
    auto tx = begin();
    const auto id = ask_approval(tx, request);
    tx.commit();
    return id;
  }
  static std::optional<Errc> approve_by(Store& by, ApprovalId id) {
    return code_of([&] {
      auto tx = by.begin({.id = new_operation_id(), .request = "approve"});
      approve(tx, id, review_approval(tx, id));
      tx.commit();
    });
  }
  // Exports all, after `prepare`; how many came.
  std::size_t export_after(const std::function<void(Reading&)>& prepare) {
    std::size_t count = 0;
    store().view([&](Reading& reading) {
      prepare(reading);
      count = export_members(reading, MemberId{0}, 1000).size();
    });
    return count;
  }
  std::optional<Errc> code_of_using(ApprovalId id, const ApprovalRequest& request = wanted) {
    return code_of(
        [&] { export_after([&](Reading& reading) { use_approval(reading, id, request); }); });
  }
  Approval approval(ApprovalId id) {
    auto now = reading();
    return get_approval(now, id);
  }

  std::map<std::string, std::string> keys;
};

}  // namespace

TEST_CASE("more people than a policy lets go are shown only with an approval") {
  CrowdedStore s;
  CHECK_THROWS_AS(s.export_after([](Reading&) {}), ApprovalNeeded);
  CHECK(code_of([&] {
          s.store().view([](Reading& r) { list_members(r, {.limit = people_shown_max + 1}); });
        }) == Errc::refused);
  CHECK(code_of([&] {
          s.store().view(
              [](Reading& r) { find_members(r, {.text = "会", .limit = people_shown_max + 1}); });
        }) == Errc::refused);
  s.store().view([](Reading& r) {
    const auto part = list_members(r, {.limit = people_shown_max});
    CHECK(part.lines.size() == people_shown_max);
    CHECK(part.more);
  });
  // Few enough need none.
  CrowdedStore small{people_shown_max};
  CHECK(small.export_after([](Reading&) {}) == people_shown_max);
}

TEST_CASE("whoever sees masked names may list as many as there are") {
  CrowdedStore s;
  Store auditor = s.let_in("auditor", {Role::auditor});
  auditor.view([](Reading& r) {
    CHECK(list_members(r, {.limit = 1000}).lines.size() == people_shown_max + 1);
  });
}

TEST_CASE("another person approves, and then it is done once") {
  CrowdedStore s;
  const ApprovalId id = s.ask();
  Store pharmacist = s.let_in("zhaomin", {Role::pharmacist});
  CHECK(s.approval(id).status == ApprovalStatus::waiting);
  CHECK(s.code_of_using(id) == Errc::refused);  // not approved yet
  CHECK_FALSE(CrowdedStore::approve_by(pharmacist, id));
  CHECK(CrowdedStore::approve_by(pharmacist, id) == Errc::refused);  // once is enough
  const Approval approved = s.approval(id);
  CHECK(approved.status == ApprovalStatus::approved);
  CHECK(approved.approved_by == "zhaomin");
  CHECK(approved.summary == wanted.summary);

  CHECK_FALSE(s.code_of_using(id));
  CHECK(s.approval(id).status == ApprovalStatus::done);
  CHECK(s.code_of_using(id) == Errc::refused);  // used up
  CHECK(s.store().check().empty());
}

TEST_CASE("the log shows that what was approved was asked for, and done") {
  CrowdedStore s;
  Store boss = s.let_in("boss", {Role::manager});
  const auto of_newest = [&] {
    auto look = s.reading();
    const std::string detail = list_accesses(look, {.limit = 1}).front().detail.value();
    const auto of = detail.find(" of ");
    REQUIRE(of != std::string::npos);
    CHECK(detail.size() >= of + 4 + 32);
    return detail.substr(of + 4, 32);
  };
  const auto id = s.ask();
  const std::string asked = of_newest();
  CHECK(asked.find_first_not_of("0123456789abcdef") == std::string::npos);
  REQUIRE_FALSE(CrowdedStore::approve_by(boss, id).has_value());
  CHECK(of_newest() == asked);
  REQUIRE_FALSE(s.code_of_using(id).has_value());
  CHECK(of_newest() == asked);
  ApprovalRequest another = wanted;
  another.request += "2";
  s.ask(another);
  CHECK(of_newest() != asked);
}

TEST_CASE("nobody approves what they asked for, nor whoever may not approve") {
  CrowdedStore s;
  const ApprovalId id = s.ask();
  CHECK(CrowdedStore::approve_by(s.store(), id) == Errc::refused);
  Store clerk = s.let_in("chenjing", {Role::clerk});
  Store auditor = s.let_in("auditor", {Role::auditor});
  CHECK(CrowdedStore::approve_by(clerk, id) == Errc::not_permitted);
  CHECK(CrowdedStore::approve_by(auditor, id) == Errc::not_permitted);
  CHECK(CrowdedStore::approve_by(s.store(), ApprovalId{99}) == Errc::not_found);
  CHECK(s.approval(id).status == ApprovalStatus::waiting);
}

TEST_CASE("an approval is for one person and for exactly what was asked") {
  CrowdedStore s;
  Store other = s.let_in("lina", {Role::manager});
  const ApprovalId id = s.ask();
  CHECK_FALSE(CrowdedStore::approve_by(other, id));
  ApprovalRequest else_where = wanted;
  else_where.request += "x";
  CHECK(s.code_of_using(id, else_where) == Errc::refused);
  CHECK(code_of([&] {
          other.view([&](Reading& reading) {
            use_approval(reading, id, wanted);
            export_members(reading, MemberId{0}, 1000);
          });
        }) == Errc::refused);
  CHECK(s.approval(id).status == ApprovalStatus::approved);
}

TEST_CASE("a request lives a day, and is the same one while it lives") {
  CrowdedStore s;
  Store other = s.let_in("lina", {Role::manager});
  const ApprovalId first = s.ask();
  CHECK(s.ask() == first);
  s.set_day("2026-03-02");  // 24 hours on
  CHECK(CrowdedStore::approve_by(other, first) == Errc::refused);
  CHECK(s.approval(first).status == ApprovalStatus::ended);
  const ApprovalId second = s.ask();
  CHECK(second != first);
  CHECK_FALSE(CrowdedStore::approve_by(other, second));
  s.set_day("2026-03-03");
  CHECK(s.code_of_using(second) == Errc::refused);
}

TEST_CASE("a failure uses no approval up, and neither does a dry run") {
  CrowdedStore s;
  Store other = s.let_in("lina", {Role::manager});
  const ApprovalId id = s.ask();
  CHECK_FALSE(CrowdedStore::approve_by(other, id));
  CHECK(code_of([&] {
          s.store().view([&](Reading& reading) {
            use_approval(reading, id, wanted);
            get_member_id(reading, "nobody");
          });
        }) == Errc::not_found);
  auto tx = s.begin();
  use_approval(tx, id, wanted);
  tx.rehearsed();
  CHECK(s.approval(id).status == ApprovalStatus::approved);
  CHECK_FALSE(s.code_of_using(id));
}

TEST_CASE("who is alone proves who she is once more, and says why") {
  CrowdedStore s;
  CHECK([&] {
    auto now = s.reading();
    return approved_by(now);
  }() == ApprovedBy::one);
  const auto alone = [&](Key key, const std::string& reason) {
    return code_of([&] {
      s.export_after([&](Reading& reading) {
        approve_alone(reading, Approvable::show_many, std::move(key), reason);
      });
    });
  };
  CHECK(alone(s.own_key(), "") == Errc::invalid_input);
  CHECK_FALSE(alone(s.own_key(), "换系统"));
  CHECK(alone(SessionKey{.file = "/nowhere", .invoker = 0}, "换系统") == Errc::not_permitted);
  // Another one's key is no proof; and as soon as another could approve, one is not enough.
  Store clerk = s.let_in("chenjing", {Role::clerk});
  CHECK(alone(KeyFile{Secret{s.keys.at("chenjing")}}, "换系统") == Errc::not_permitted);
  Store other = s.let_in("lina", {Role::manager});
  CHECK(alone(s.own_key(), "换系统") == Errc::refused);
}
