// The register of findings, from the checkup that finds one to what ends it.
#include "pharmacy/audit.h"
#include "pharmacy/staff.h"
#include "vault/access.h"
#include "vault/examined.h"

using namespace pharmacy;
using test::code_of;
using test::ExaminedStore;

namespace {

Date day(const char* text) { return parse_date(text).value(); }

RegisteredFinding finding(ExaminedStore& s, std::int64_t id) {
  auto reading = s.reading();
  return get_finding(reading, FindingId{id});
}

template <class Change>
void change(ExaminedStore& s, Change&& what) {
  auto tx = s.begin();
  what(tx);
  tx.commit();
}

std::string refusal(ExaminedStore& s, const char* sql) {
  auto tx = s.begin();
  try {
    vault::database(tx).run(sql);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// Of the findings, the only one of this check.
FindingId id_of(ExaminedStore& s, const std::string& check) {
  auto reading = s.reading();
  std::vector<FindingId> ids;
  for (const auto& one : list_findings(reading)) {
    if (one.check == check) ids.push_back(one.id);
  }
  REQUIRE(ids.size() == 1);
  return ids.front();
}

}  // namespace

TEST_CASE("what is found keeps its number while it is there, and is gone when it is not") {
  ExaminedStore s{"2026-03-01"};
  s.here.put("proc/sys/fs/protected_symlinks", "0\n");
  CHECK(s.run().front().starts_with("backup"));  // what is worst comes first
  CHECK(s.has("kernel fs.protected_symlinks"));
  const FindingId id = id_of(s, "kernel");
  s.set_day("2026-03-02");
  s.run();
  CHECK(id_of(s, "kernel") == id);
  CHECK(finding(s, id.number()).since == day("2026-03-01"));

  s.here.put("proc/sys/fs/protected_symlinks", "1\n");
  s.set_day("2026-03-03");
  s.run();
  CHECK_FALSE(s.has("kernel fs.protected_symlinks"));
  const auto gone = finding(s, id.number());
  CHECK(gone.status == FindingStatus::gone);
  CHECK(gone.ended == day("2026-03-03"));

  s.here.put("proc/sys/fs/protected_symlinks", "0\n");
  s.run();
  const auto again = finding(s, id_of(s, "kernel").number());
  CHECK(again.id != id);
  CHECK(again.earlier == id);
  CHECK(again.since == day("2026-03-03"));
}

TEST_CASE("what cannot be seen, or is not looked at, ends nothing") {
  ExaminedStore s{"2026-03-01"};
  s.here.put("proc/sys/fs/protected_symlinks", "0\n");
  s.run();
  s.here.remove("proc/sys");
  s.run();
  CHECK(s.has("kernel fs.protected_symlinks"));
  s.run(CheckupPart::security);
  CHECK(s.has("backup"));
  const auto of_security = s.open({.part = CheckupPart::security});
  CHECK(std::ranges::find(of_security, "backup") == of_security.end());
  CHECK(std::ranges::find(of_security, "managers") != of_security.end());
}

TEST_CASE("what was closed and is still there comes back as another finding that names the first") {
  ExaminedStore s{"2026-03-01"};
  s.run();
  const FindingId id = id_of(s, "managers");
  change(s, [&](Transaction& tx) { close_finding(tx, id, "李华现在也是店长"); });
  CHECK_FALSE(s.has("managers"));
  CHECK(finding(s, id.number()).status == FindingStatus::closed);
  CHECK(finding(s, id.number()).note == "李华现在也是店长");
  s.run();
  CHECK(s.has("managers"));
  CHECK(finding(s, id_of(s, "managers").number()).earlier == id);
  // Nothing of the first is lost.
  CHECK(finding(s, id.number()).status == FindingStatus::closed);
}

TEST_CASE("a finding has an owner and a day, and is overdue after it") {
  ExaminedStore s{"2026-03-01"};
  s.run();
  const FindingId id = id_of(s, "managers");
  change(s, [&](Transaction& tx) {
    add_staff(tx, {.login = "lihua", .name = "李华", .roles = {Role::clerk}});
    assign_finding(tx, id, {.login = "wangli", .due = day("2026-03-05")});
    assign_finding(tx, id, {.login = "lihua", .due = day("2026-03-10")});
  });
  CHECK(finding(s, id.number()).owner == "lihua");
  CHECK(finding(s, id.number()).due == day("2026-03-10"));
  s.set_day("2026-03-10");
  CHECK(finding(s, id.number()).status == FindingStatus::open);
  s.set_day("2026-03-11");
  CHECK(finding(s, id.number()).status == FindingStatus::overdue);
  CHECK(finding(s, id.number()).is_open());

  auto reading = s.reading();
  const auto steps = list_finding_steps(reading, id);
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].owner == "wangli");
  CHECK(steps[1].owner == "lihua");
}

TEST_CASE("what is accepted is not open until its day is over") {
  ExaminedStore s{"2026-03-01"};
  s.run();
  const FindingId id = id_of(s, "managers");
  change(s, [&](Transaction& tx) {
    accept_finding(tx, id, {.until = day("2026-03-10"), .note = "只有一个人"});
  });
  CHECK_FALSE(s.has("managers"));
  const auto accepted = finding(s, id.number());
  CHECK(accepted.status == FindingStatus::accepted);
  CHECK(accepted.due == day("2026-03-10"));
  CHECK(accepted.note == "只有一个人");
  s.set_day("2026-03-10");
  s.run();
  CHECK_FALSE(s.has("managers"));
  s.set_day("2026-03-11");
  CHECK(s.has("managers"));
  CHECK(id_of(s, "managers") == id);
}

TEST_CASE("nothing is done about a finding that has ended, that is not there, or in the past") {
  ExaminedStore s{"2026-03-02"};
  s.run();
  const FindingId id = id_of(s, "managers");
  auto tx = s.begin();
  const auto assign = [&](FindingId to, const char* login, const char* due) {
    return code_of([&] { assign_finding(tx, to, {.login = login, .due = day(due)}); });
  };
  CHECK(assign(FindingId{99}, "wangli", "2026-03-03") == Errc::not_found);
  CHECK(assign(id, "wangli", "2026-03-01") == Errc::invalid_input);
  CHECK(assign(id, "nobody", "2026-03-03") == Errc::not_found);
  CHECK(assign(id, "recovery", "2026-03-03") == Errc::refused);
  const auto accept = [&](const char* until, const char* note) {
    return code_of([&] { accept_finding(tx, id, {.until = day(until), .note = note}); });
  };
  CHECK(accept("2026-03-01", "x") == Errc::invalid_input);
  CHECK(accept("2027-03-04", "x") == Errc::invalid_input);
  CHECK(accept("2026-03-03", "") == Errc::invalid_input);
  CHECK(code_of([&] { close_finding(tx, id, std::string(501, 'x')); }) == Errc::invalid_input);
  close_finding(tx, id, std::string(500, 'x'));
  CHECK(assign(id, "wangli", "2026-03-03") == Errc::refused);
  CHECK(code_of([&] { close_finding(tx, id, "x"); }) == Errc::refused);
}

TEST_CASE("a login that is disabled sees to nothing") {
  ExaminedStore s{"2026-03-01"};
  s.run();
  auto tx = s.begin();
  add_staff(tx, {.login = "lihua", .name = "李华", .roles = {Role::clerk}});
  disable_staff(tx, "lihua");
  CHECK(code_of([&] {
          assign_finding(tx, FindingId{1}, {.login = "lihua", .due = day("2026-03-03")});
        }) == Errc::refused);
}

TEST_CASE("each run stands in the register with who, when, by which versions, and what it saw") {
  ExaminedStore s{"2026-03-01"};
  const auto open = s.run();
  s.set_day("2026-03-02");
  s.here.put("proc/sys/fs/protected_symlinks", "0\n");
  s.here.remove("proc/swaps");
  s.run();
  auto reading = s.reading();
  const auto checkups = list_checkups(reading);
  REQUIRE(checkups.size() == 2);
  CHECK(checkups[0].id == CheckupId{2});  // the newest first
  CHECK(checkups[0].found == 1);
  CHECK(checkups[0].unknown == checkups[1].unknown + 1);
  CHECK(checkups[1].found == static_cast<std::int64_t>(open.size()));
  CHECK(checkups[1].at ==
        Zone{"Asia/Shanghai"}.at_local(day("2026-03-01"), std::chrono::hours{10}));
  CHECK(checkups[1].staff == "wangli");
  CHECK(checkups[1].part == CheckupPart::all);
  CHECK_FALSE(checkups[1].sqlite.empty());
  CHECK(list_checkups(reading, 1).size() == 1);
  CHECK(code_of([&] { list_checkups(reading, 0); }) == Errc::invalid_input);

  const auto items = list_checkup_items(reading, CheckupId{2});
  CHECK(static_cast<std::int64_t>(items.size()) == checkups[0].checks);
  const auto kernel = std::ranges::find(items, "kernel", &CheckupItem::check);
  REQUIRE(kernel != items.end());
  CHECK(kernel->result == CheckResult::bad);
  CHECK(kernel->found == 1);
  const auto swap = std::ranges::find(items, "swap", &CheckupItem::check);
  REQUIRE(swap != items.end());
  CHECK(swap->result == CheckResult::unknown);
  CHECK(code_of([&] { get_checkup(reading, CheckupId{3}); }) == Errc::not_found);
}

TEST_CASE("what others named a file does not upset the register") {
  ExaminedStore s{"2026-03-01"};
  const std::vector<std::string> names{"bad\xff\xfe", "a\nb", std::string(250, 'x')};
  for (const std::string& name : names) {
    std::ofstream{s.path() / name} << "x";
    std::filesystem::permissions(s.path() / name, std::filesystem::perms{0644});
  }
  s.run();
  CHECK(s.has("files bad��"));
  CHECK(s.has("files a�b"));
  const auto before = s.open();
  CHECK(s.run() == before);
}

TEST_CASE("the tables take no second open finding of the same, and nothing after its end") {
  ExaminedStore s{"2026-03-01"};
  s.run();
  const std::string again =
      "INSERT INTO finding (checkup, name, subject, detail, severity)"
      " SELECT checkup, name, subject, detail, severity FROM finding WHERE name = 'managers'";
  CHECK(refusal(s, again.c_str()) != "");
  const FindingId id = id_of(s, "managers");
  change(s, [&](Transaction& tx) { close_finding(tx, id, "x"); });
  CHECK(refusal(s, again.c_str()) == "");
  const std::string step = "INSERT INTO finding_step (finding, kind, at, staff, note) VALUES (" +
                           std::to_string(id.number()) + ", 'closed', 0, 1, 'x')";
  CHECK(refusal(s, step.c_str()) != "");
}

TEST_CASE("managers and jobs run the doctor, auditors look on, others do neither") {
  ExaminedStore s{"2026-03-01"};
  const auto let_in = [&](const std::string& login, Role role) {
    auto tx = s.begin();
    NewStaffKey key = add_staff(tx, {.login = login, .name = login, .roles = {role}});
    tx.commit();
    return std::string{key.key_file->view()};
  };
  const std::string clerk = let_in("clerk", Role::clerk);
  const std::string auditor = let_in("auditor", Role::auditor);
  const std::string job = let_in("job", Role::job);
  s.run();
  s.close();
  const auto as = [&](const std::string& key, auto&& action) {
    Store store = Store::open(s.path(), KeyFile{Secret{key}});
    return code_of([&] { action(store); });
  };
  const auto run = [&](Store& store) {
    const Examination seen = examine(store, CheckupPart::security);
    auto tx = store.begin({.id = new_operation_id(), .request = "test"});
    record_checkup(tx, seen);
    tx.commit();
  };
  const auto look = [](Store& store) {
    auto reading = store.read();
    static_cast<void>(list_findings(reading));
    static_cast<void>(list_checkups(reading));
  };
  const auto close = [](Store& store) {
    auto tx = store.begin({.id = new_operation_id(), .request = "test"});
    close_finding(tx, FindingId{1}, "x");
  };
  for (const std::string* key : {&clerk, &auditor}) CHECK(as(*key, run) == Errc::not_permitted);
  CHECK(as(clerk, look) == Errc::not_permitted);
  for (const std::string* key : {&clerk, &auditor, &job})
    CHECK(as(*key, close) == Errc::not_permitted);
  Store as_job = Store::open(s.path(), KeyFile{Secret{job}});
  run(as_job);
  look(as_job);
  Store as_auditor = Store::open(s.path(), KeyFile{Secret{auditor}});
  look(as_auditor);
}

TEST_CASE("a run of the doctor is in the access log, and the store is sound after it") {
  ExaminedStore s{"2026-03-01"};
  s.run();
  auto reading = s.reading();
  CHECK(list_accesses(reading, {.limit = 1}).front().detail == "checkup 1");
  CHECK(verify_log(reading).empty());
}
