// The access log: what gets an entry, and when.
#include "pharmacy/audit.h"
#include "pharmacy/members.h"
#include "pharmacy/staff.h"
#include "support/counter_store.h"
#include "support/vault.h"
#include "vault/access.h"

using namespace pharmacy;
using test::code_of;
using test::CounterStore;

namespace {

// "change library M1" …, the newest first, without what looking at the log adds.
std::vector<std::string> entries(Store& store, const AccessFilter& filter = {}) {
  auto reading = store.impl().look_of_test();
  std::vector<std::string> all;
  for (const AccessEntry& entry : list_accesses(reading, filter)) {
    std::string text = std::string{to_word(entry.kind)} + ' ' + entry.staff;
    if (entry.member) text += ' ' + *entry.member;
    if (entry.members > 1) text += '+' + std::to_string(entry.members - 1);
    if (entry.detail) text += " (" + *entry.detail + ')';
    all.push_back(text);
  }
  return all;
}

std::int64_t count(Store& store) {
  auto reading = store.read();
  return log_head(reading)->seq;
}

std::string mac(Store& store) {
  auto reading = store.read();
  return log_head(reading)->mac;
}

std::vector<Finding> findings(Store& store, const std::vector<LogAnchor>& anchors = {}) {
  auto reading = store.read();
  return verify_log(reading, anchors);
}

// SQL that makes the entries anew in a table without rules, changed.
std::string loosened(const std::string& change) {
  return "PRAGMA defer_foreign_keys = ON; CREATE TABLE loose AS SELECT * FROM log_entry;" + change +
         "UPDATE operation SET log_entry = NULL; DROP TABLE log_entry;"
         "ALTER TABLE loose RENAME TO log_entry";
}

// Lets somebody in and closes the store; as whoever was let in opens it.
Store let_in(CounterStore& s, const std::string& login, const std::vector<Role>& roles) {
  auto tx = s.begin();
  NewStaffKey key = add_staff(tx, {.login = login, .name = login, .roles = roles});
  tx.commit();
  s.close();
  OpenOptions options;
  options.clock = s.clock();
  return Store::open(s.path(), KeyFile{std::move(*key.key_file)}, options);
}

}  // namespace

TEST_CASE("the making of a store, and each change of it, is in the log") {
  CounterStore s;
  s.sell({"A=2"}, {"cash"});
  const auto all = entries(s.store());
  REQUIRE(all.size() >= 3);
  CHECK(all.front() == "change wangli M1");  // the sale
  CHECK(all.back() == "change wangli");      // the store
  CHECK(findings(s.store()).empty());
  CHECK(s.store().check().empty());
}

TEST_CASE("a change that is not committed leaves no entry, a rehearsed one a view") {
  CounterStore s;
  const auto before = count(s.store());
  {
    auto tx = s.begin();
    edit_member(tx, s.member, {.note = "常客"});
  }
  CHECK(count(s.store()) == before);
  auto tx = s.begin();
  edit_member(tx, s.member, {.note = "常客"});
  tx.rehearsed();
  CHECK(entries(s.store()).front() == "view wangli M1 (rehearsal)");
}

TEST_CASE("a view of a person is in the log before it is over, a search that finds nobody too") {
  CounterStore s;
  s.store().view([&](Reading& reading) { CHECK(find_member(reading, "7777") == std::nullopt); });
  CHECK(entries(s.store()).front() == "view wangli (nobody)");
  const auto before = count(s.store());
  s.store().view([](Reading& reading) { static_cast<void>(reading.today()); });
  CHECK(count(s.store()) == before);
  s.store().view([&](Reading& reading) {
    get_member(reading, s.member, {.field = Revealed::phone, .reason = "call"});
  });
  CHECK(entries(s.store()).front() == "view wangli M1 (phone call)");
  CHECK(count(s.store()) == before + 1);
}

TEST_CASE("an export is a view of everybody") {
  CounterStore s;
  auto tx = s.begin();
  add_member(tx, {.name = "李娜"});
  tx.commit();
  s.store().view([](Reading& reading) { export_members(reading, MemberId{0}, 10); });
  CHECK(entries(s.store()).front() == "view wangli M1+1");
  CHECK(entries(s.store(), {.member = MemberId{2}}).front() == "view wangli M1+1");
  CHECK(entries(s.store(), {.member = MemberId{3}}).empty());
}

TEST_CASE("a view of two people is none of whoever stands between them") {
  CounterStore s;
  auto tx = s.begin();
  for (const char* name : {"李娜", "王芳"}) add_member(tx, {.name = name});
  tx.commit();
  s.store().view([](Reading& reading) {
    for (const int id : {3, 1}) get_member(reading, MemberId{id});
  });
  CHECK(entries(s.store()).front() == "view wangli M1+1");
  CHECK(entries(s.store(), {.member = MemberId{3}}).front() == "view wangli M1+1");
  CHECK(entries(s.store(), {.member = MemberId{2}}).front() == "change wangli M2+1");
}

TEST_CASE("what is asked once more by its operation is a view of whom it was about") {
  CounterStore s;
  const Operation operation{.id = "edit-1", .request = "edit"};
  auto tx = s.store().begin(operation);
  edit_member(tx, s.member, {.note = "常客"});
  tx.commit("changed");
  CHECK(s.store().result_of(operation) == "changed");
  CHECK(entries(s.store()).front() == "view wangli M1 (repeated)");
}

TEST_CASE("a refusal is in the log, and nothing of the change that it ended") {
  CounterStore s;
  Store clerk = let_in(s, "chenjing", {Role::clerk});
  {
    auto tx = clerk.begin({.id = new_operation_id(), .request = {}});
    edit_member(tx, s.member, {.note = "常客"});
    CHECK(code_of([&] { disable_staff(tx, "wangli"); }) == Errc::not_permitted);
  }
  CHECK(code_of([&] { static_cast<void>(clerk.check()); }) == Errc::not_permitted);
  CHECK(code_of([&] { clerk.rotate_keys(); }) == Errc::not_permitted);
  CHECK(code_of([&] {
          clerk.view([&](Reading& reading) {
            get_member(reading, s.member, {.field = Revealed::phone, .reason = "call"});
          });
        }) == Errc::not_permitted);
  clerk = s.open_again();
  const auto all = entries(clerk, {.staff = "chenjing"});
  CHECK(all == std::vector<std::string>{
                   "refusal chenjing (reveal)", "refusal chenjing (manage_staff)",
                   "refusal chenjing (check_store)", "refusal chenjing M1 (manage_staff)"});
  auto reading = clerk.impl().look_of_test();
  CHECK(get_member(reading, s.member).note == std::nullopt);
}

TEST_CASE("nobody is shown while the log cannot be written") {
  CounterStore s;
  Store other = s.open_again(std::chrono::milliseconds{1});
  const auto held = s.begin();
  bool seen = false;
  CHECK(code_of([&] {
          other.view([&](Reading& reading) {
            get_member(reading, s.member);
            seen = true;
          });
        }) == Errc::busy);
  CHECK(seen);  // looked at, but the answer is never given
}

TEST_CASE("who may not read the log is refused, and whoever reads it is in it") {
  CounterStore s;
  s.store().view([](Reading& reading) { list_accesses(reading, {}); });
  CHECK(entries(s.store()).front() == "view wangli (log)");
  Store pharmacist = let_in(s, "chenjing", {Role::pharmacist});
  CHECK(code_of([&] { pharmacist.view([](Reading& reading) { list_accesses(reading, {}); }); }) ==
        Errc::not_permitted);
}

TEST_CASE("the log is whole after a change of keys, and after somebody got new ones") {
  CounterStore s;
  let_in(s, "chenjing", {Role::clerk}).view([&](Reading& reading) {
    get_member(reading, s.member);
  });
  s.reopen();
  auto tx = s.begin();
  reset_staff(tx, "chenjing", std::nullopt);
  tx.commit();
  s.store().rotate_keys();
  s.sell({"A=1"}, {"cash"});
  CHECK(findings(s.store()).empty());
  CHECK(s.store().check().empty());

  SUBCASE("who vouched for the old ones left") {
    Store other = let_in(s, "lihua", {Role::manager, Role::pharmacist});
    auto leaving = other.begin({.id = new_operation_id(), .request = {}});
    disable_staff(leaving, "wangli");
    leaving.commit();
    CHECK(findings(other).empty());
  }
  SUBCASE("a key that nobody vouches for is none") {
    auto reading = s.begin();
    vault::database(reading).run("UPDATE retired_key SET voucher = 3");
    CHECK_FALSE(verify_log(reading).empty());
  }
}

TEST_CASE("an anchor is a number and the beginning of a MAC") {
  CounterStore s;
  const LogAnchor head{count(s.store()), mac(s.store())};
  CHECK(head.mac.size() == 64);
  const auto text = to_string(head);
  CHECK(parse_log_anchor(text)->seq == head.seq);
  CHECK(head.mac.starts_with(parse_log_anchor(text)->mac));
  CHECK(findings(s.store(), {head, *parse_log_anchor(text)}).empty());
  for (const char* wrong :
       {"", "1", "1:", "0:00000000000000000000000000000000", "x:y",
        "1:0000000000000000000000000000000", "1:0000000000000000000000000000000G",
        "1:00000000000000000000000000000000000000000000000000000000000000000"})
    CHECK_MESSAGE(!parse_log_anchor(wrong), wrong);
}

TEST_CASE("a command that fails tells in the log whom it was about") {
  CounterStore s;
  CHECK(code_of([&] {
          s.store().view([&](Reading& reading) {
            get_member(reading, s.member);
            get_member(reading, MemberId{9});
          });
        }) == Errc::not_found);
  CHECK(entries(s.store()).front() == "view wangli M1 (failed)");

  auto tx = s.begin();
  try {
    add_member(tx, {.name = "李娜", .card = "6001", .phone = "13800138000"});
  } catch (const Error& error) {
    tx.failed(error);
  }
  CHECK(entries(s.store()).front() == "view wangli M1 (failed)");
}

TEST_CASE("a look that takes another day for today is logged by the clock") {
  CounterStore s;
  const auto now = s.store().now();
  OpenOptions options;
  options.clock = s.clock();
  options.as_of = [] { return Instant{0}; };
  s.close();
  Store store{Store::open(s.path(), KeyFile{Secret{test::bytes_of(s.key_file_path())}}, options)};
  store.view([&](Reading& reading) {
    CHECK(reading.now() == Instant{0});
    get_member(reading, s.member);
  });
  auto reading = store.impl().look_of_test();
  CHECK(list_accesses(reading, {}).front().at == now);
}

TEST_CASE("an operation is repeated to nobody but whoever did it") {
  CounterStore s;
  const Operation operation{.id = "edit-1", .request = "edit"};
  auto tx = s.store().begin(operation);
  edit_member(tx, s.member, {.note = "常客"});
  tx.commit("changed");
  Store other = let_in(s, "chenjing", {Role::manager});
  CHECK(code_of([&] { static_cast<void>(other.result_of(operation)); }) == Errc::conflict);
}

TEST_CASE("no change of the keyring signs what nobody vouched for") {
  CounterStore s;
  static_cast<void>(let_in(s, "chenjing", {Role::clerk}));
  {
    test::KeyringInHand hand{s};
    hand.keyring().slots.back().certificate.roles = vault::role_bits({Role::manager});
    hand.write();
  }
  Store store = s.open_again();
  CHECK(code_of([&] { store.rotate_keys(); }) == Errc::damaged);
  auto change = store.begin({.id = new_operation_id(), .request = {}});
  CHECK(code_of([&] { revoke_health(change, "chenjing"); }) == Errc::damaged);
}

TEST_CASE("a key that nobody vouched for gets no other manager's signature, and is found") {
  CounterStore s;
  Store other = let_in(s, "lihua", {Role::manager, Role::pharmacist});
  {
    auto tx = other.begin({.id = new_operation_id(), .request = {}});
    vault::database(tx).run(
        "INSERT INTO retired_key (staff, sign_key, last_seq, voucher, signature)"
        " VALUES (3, zeroblob(32), 100, 1, zeroblob(64))");
    tx.commit();
  }
  CHECK_FALSE(findings(other).empty());
  auto tx = other.begin({.id = new_operation_id(), .request = {}});
  disable_staff(tx, "wangli");
  tx.commit();
  CHECK_FALSE(findings(other).empty());
}

TEST_CASE("a log whose tables were made anew or taken away is damaged, and ends nothing by a bug") {
  CounterStore s;
  s.sell({"A"}, {"cash"});
  // Whether it is found, by what is told or as damage of which nothing can be told.
  const auto is_found = [&](const std::string& script) {
    auto tx = s.begin();
    auto& database = vault::database(tx);
    database.run_script(script);
    std::vector<Finding> told;
    const auto code = code_of([&] { told = verify_log(tx); });
    CHECK((!code || code == Errc::damaged));
    return code.has_value() || !told.empty();
  };
  CHECK_FALSE(is_found(""));  // the controls
  CHECK_FALSE(is_found(loosened("")));
  for (const std::string column : {"seq", "at", "staff", "kind", "command", "operation", "epoch",
                                   "detail", "subjects", "mac", "signature", "keyring"}) {
    CAPTURE(column);
    CHECK(is_found(loosened("UPDATE loose SET " + column + " = 'x' WHERE seq = 1;")));
  }
  for (const std::string table :
       {"log_subject", "log_detail", "log_key", "retired_key", "log_entry"}) {
    CAPTURE(table);
    CHECK(is_found(
        "PRAGMA defer_foreign_keys = ON; UPDATE operation SET log_entry = NULL; ALTER TABLE " +
        table + " RENAME TO gone"));
  }
  CHECK(findings(s.store()).empty());
}

TEST_CASE(
    "of a log that is wrong throughout a hundred entries are told, and no end before its end") {
  CounterStore s;
  for (int i = 0; i < 110; ++i)
    s.store().view([&](Reading& reading) { get_member(reading, s.member); });
  auto tx = s.begin();
  const LogAnchor newest = log_head(tx).value();
  std::vector<std::pair<std::int64_t, std::int64_t>> steps;
  const auto step = [&](std::int64_t done, std::int64_t all) { steps.emplace_back(done, all); };
  CHECK(verify_log(tx, {newest}, step).empty());
  CHECK(steps == std::vector{std::pair<std::int64_t, std::int64_t>{0, newest.seq}});
  vault::database(tx).run_script(loosened("UPDATE loose SET command = 'x';"));
  const auto told = verify_log(tx, {newest});
  CHECK(told.size() == 100);
  for (const Finding& finding : told) CHECK(finding.problem.find(" ends at ") == std::string::npos);
}
