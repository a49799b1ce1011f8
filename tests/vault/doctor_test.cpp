// What the doctor sees of a store and of its staff: bad, and good again.
#include "pharmacy/audit.h"
#include "pharmacy/backup.h"
#include "pharmacy/calendar.h"
#include "pharmacy/staff.h"
#include "support/drill.h"
#include "vault/access.h"
#include "vault/doctor/catalogue.h"
#include "vault/examined.h"

using namespace pharmacy;
using test::code_of;
using test::ExaminedStore;
using test::KeyringInHand;

namespace {

NewStaffKey let_in(ExaminedStore& s, const NewStaff& person) {
  auto tx = s.begin();
  NewStaffKey key = add_staff(tx, person);
  tx.commit();
  return key;
}

void disable(ExaminedStore& s, const std::string& login) {
  auto tx = s.begin();
  disable_staff(tx, login);
  tx.commit();
}

// Changes the slot of a login as no program does, and opens the store anew.
void edit_slot(ExaminedStore& s, const std::string& login,
               const std::function<void(vault::Slot&)>& edit) {
  s.close();
  KeyringInHand hand{s};
  for (vault::Slot& slot : hand.keyring().slots) {
    if (slot.certificate.login != login) continue;
    edit(slot);
    vault::certify(hand.keyring(), slot.certificate, {hand.who.slot, hand.who.secrets.sign});
  }
  hand.write();
  s.reopen();
}

std::string backup_of(const ExaminedStore& s) { return (s.path().parent_path() / "b").string(); }

}  // namespace

TEST_CASE("every check of the list is made once, and has words of its own") {
  ExaminedStore s{"2026-03-01"};
  std::vector<std::string> made;
  for (const CheckSeen& seen : s.look().checks) made.push_back(seen.check);
  std::vector<std::string> listed;
  std::vector<std::string> of_security;
  for (const auto& rule : vault::check_rules()) {
    listed.emplace_back(rule.name);
    if (rule.part == CheckupPart::security) of_security.emplace_back(rule.name);
    CHECK(vault::problem_text({.check = rule.name, .detail = "7"}) ==
          std::string{rule.problem} + ": 7");
    CHECK(vault::advice_text(rule.name).has_value());
  }
  std::ranges::sort(made);
  std::ranges::sort(listed);
  CHECK(made == listed);
  made.clear();
  for (const CheckSeen& seen : s.look(CheckupPart::security).checks) made.push_back(seen.check);
  std::ranges::sort(made);
  std::ranges::sort(of_security);
  CHECK(made == of_security);
  CHECK(of_security.size() < listed.size());
}

TEST_CASE("a backup counts once it was read whole, and for six days") {
  ExaminedStore s{"2026-03-01"};
  CHECK(s.told("backup") == "bad");
  CHECK(s.told("backup_place") == "unknown");
  test::drilled_backup(s.store(), backup_of(s), Existing::refused,
                       [&s] { return KeyringInHand::key_of(s); });
  CHECK(s.told("backup") == "bad");
  CHECK(s.told("backup_place") == "bad");  // a directory beside the store's
  record_verified_backup(s.store(), verify_backup(backup_of(s), KeyringInHand::key_of(s)));
  CHECK(s.told("backup") == "");
  s.set_day("2026-03-07");
  CHECK(s.told("backup") == "");
  s.set_day("2026-03-08");
  CHECK(s.told("backup") == "2026-03-01");
  // What was made then is not younger for being read now.
  record_verified_backup(s.store(), verify_backup(backup_of(s), KeyringInHand::key_of(s)));
  CHECK(s.told("backup") == "2026-03-01");
  test::drilled_backup(s.store(), backup_of(s), Existing::replaced,
                       [&s] { return KeyringInHand::key_of(s); });
  record_verified_backup(s.store(), verify_backup(backup_of(s), KeyringInHand::key_of(s)));
  CHECK(s.told("backup") == "");
}

TEST_CASE("whoever imported the holidays of a year is told when those of the next are due") {
  ExaminedStore s{"2026-12-01"};
  CHECK(s.told("calendar") == "");
  const auto import = [&s](const std::string& year) {
    auto tx = s.begin();
    import_calendar(tx,
                    std::vector<CalendarFile>{{.name = "c",
                                               .content = "{\"holidays\":{\"" + year +
                                                          "-01-01\":\"New Year's Day,元旦,1\"},"
                                                          "\"workdays\":{},\"inLieuDays\":{}}"}});
    tx.commit();
  };
  import("2026");
  CHECK(s.told("calendar") == "2027");
  s.set_day("2026-11-30");
  CHECK(s.told("calendar") == "");
  s.set_day("2027-02-01");
  CHECK(s.told("calendar") == "2027");
  import("2027");
  CHECK(s.told("calendar") == "");
  s.set_day("2029-02-01");  // whoever goes without for a year does so
  CHECK(s.told("calendar") == "");
}

TEST_CASE("a backup on another file system is none beside the store") {
  // The system's memory is one, wherever the tests' directories are.
  const std::string elsewhere = "/dev/shm/pharmacy-test-" + new_operation_id();
  if (!std::filesystem::exists("/dev/shm")) return;
  ExaminedStore s{"2026-03-01"};
  test::drilled_backup(s.store(), elsewhere, Existing::refused,
                       [&s] { return KeyringInHand::key_of(s); });
  std::filesystem::remove(elsewhere);
  CHECK(s.told("backup_place") == "");
  test::drilled_backup(s.store(), backup_of(s), Existing::refused,
                       [&s] { return KeyringInHand::key_of(s); });
  CHECK(s.told("backup_place") == "bad");
}

TEST_CASE("a backup of another store is not noted") {
  ExaminedStore s{"2026-03-01"};
  ExaminedStore other{"2026-03-01"};
  test::drilled_backup(other.store(), backup_of(other), Existing::refused,
                       [&other] { return KeyringInHand::key_of(other); });
  const auto whole = verify_backup(backup_of(other), KeyringInHand::key_of(other));
  CHECK(code_of([&] { record_verified_backup(s.store(), whole); }) == Errc::invalid_input);
  CHECK(s.told("backup") == "bad");
}

TEST_CASE("an anchor of the access log counts for 34 days") {
  ExaminedStore s{"2026-03-01"};
  CHECK(s.told("anchor") == "bad");
  const auto take = [&] {
    auto reading = std::make_optional(s.store().read());
    const LogAnchor head = *log_head(*reading);
    reading.reset();
    record_anchor(s.store(), head);
  };
  take();
  CHECK(s.told("anchor") == "");
  s.set_day("2026-04-04");
  CHECK(s.told("anchor") == "");
  s.set_day("2026-04-05");
  CHECK(s.told("anchor") == "2026-03-01");
  take();
  CHECK(s.told("anchor") == "");
}

TEST_CASE("a clock that went back is found, and stays found when more was logged by it") {
  ExaminedStore s{"2026-03-02"};
  s.begin().commit();
  s.set_day("2026-03-01");
  CHECK(s.told("clock") == "2026-03-02T10:00:00+08:00");
  s.begin().commit();
  CHECK(s.told("clock") == "2026-03-02T10:00:00+08:00");
  s.set_day("2026-03-02");
  CHECK(s.told("clock") == "");
}

TEST_CASE("files that are open to others, and strange ones, are found by their names") {
  ExaminedStore s{"2026-03-01"};
  CHECK(s.told("files") == "");
  const auto stray = s.path() / "copy.db";
  test::put_bytes(stray, "");
  std::filesystem::permissions(stray, std::filesystem::perms{0644});
  std::filesystem::create_symlink(stray, s.path() / "link");
  CHECK(s.told("files") == "copy.db; link");
  std::filesystem::permissions(s.path(), std::filesystem::perms{0755});
  CHECK(s.told("files") == "copy.db; link; store");
  std::filesystem::permissions(s.path(), std::filesystem::perms{0700});
  std::filesystem::permissions(stray, std::filesystem::perms{0600});
  std::filesystem::remove(s.path() / "link");
  CHECK(s.told("files") == "");
}

TEST_CASE("a store whose sums do not agree is found as one thing, with how many") {
  ExaminedStore s{"2026-03-01"};
  CHECK(s.told("store_check") == "");
  const auto run = [&](const char* sql) {
    auto tx = s.begin();
    vault::database(tx).run(sql);
    tx.commit();
  };
  run("INSERT INTO product (id, code, name, recorded_at, recorded_by) VALUES (1, 'A', 'A', 0, 1)");
  {
    auto tx = s.begin();
    auto& database = vault::database(tx);
    database.run(
        "INSERT INTO receipt (id, kind, at, day, amount, channel, staff, policy, recorded_at)"
        " VALUES (1, 'sale', 0, 0, 500, 'counter', 1, 1, 0)");
    database.run(
        "INSERT INTO line (receipt, line, product, quantity, amount) VALUES (1, 1, 1, 1000, 500)");
    database.run("INSERT INTO payment (receipt, kind, amount) VALUES (1, 'cash', 300)");
    tx.commit();
  }
  CHECK(s.told("store_check") == "1");
  run("INSERT INTO payment (receipt, kind, amount) VALUES (1, 'wechat', 200)");
  CHECK(s.told("store_check") == "");
}

TEST_CASE("one manager alone is found, whoever else has a key") {
  ExaminedStore s{"2026-03-01"};
  CHECK(s.told("managers") == "bad");
  let_in(s, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
  CHECK(s.told("managers") == "bad");
  let_in(s, {.login = "lihua", .name = "李华", .roles = {Role::manager}});
  CHECK(s.told("managers") == "");
  disable(s, "lihua");
  CHECK(s.told("managers") == "bad");
}

TEST_CASE("a keyring without a recovery code is found") {
  ExaminedStore s{"2026-03-01"};
  CHECK(s.told("recovery_code") == "");
  s.close();
  KeyringInHand hand{s};
  std::erase_if(hand.keyring().slots, [](const vault::Slot& slot) {
    return slot.certificate.method == vault::Method::recovery;
  });
  hand.write();
  s.reopen();
  CHECK(s.told("recovery_code") == "bad");
}

TEST_CASE("a key file of a person is found, one of a job is not") {
  ExaminedStore s{"2026-03-01"};
  CHECK(s.told("key_file") == "wangli");
  let_in(s, {.login = "nightly", .name = "夜间任务", .roles = {Role::job}});
  CHECK(s.told("key_file") == "wangli");
  let_in(s, {.login = "chenjing", .name = "陈静", .roles = {Role::job, Role::clerk}});
  CHECK(s.told("key_file") == "wangli; chenjing");
  auto tx = s.begin();
  reset_staff(tx, "chenjing", Secret{test::good_passphrase});
  tx.commit();
  CHECK(s.told("key_file") == "wangli");
}

TEST_CASE("a passphrase that is cheap to guess is found, with what a guess costs") {
  ExaminedStore s{"2026-03-01"};
  let_in(s, {.login = "chenjing",
             .name = "陈静",
             .roles = {Role::clerk},
             .passphrase = Secret{test::good_passphrase}});
  CHECK(s.told("passphrase_cost") == "");
  const auto cost = [&](crypto::KdfCost of) {
    edit_slot(s, "chenjing", [&](vault::Slot& slot) { slot.owner.cost = of; });
    return s.told("passphrase_cost");
  };
  CHECK(cost(crypto::kdf_interactive) == "chenjing 65536 KiB, 2");
  CHECK(cost({.memory_kib = 256 * 1024, .passes = 2}) == "chenjing 262144 KiB, 2");
  CHECK(cost({.memory_kib = 512 * 1024, .passes = 4}) == "");
  CHECK(cost(crypto::kdf_moderate) == "");
}

TEST_CASE("a login that nobody used for 90 days is found, until it is used or taken") {
  ExaminedStore s{"2026-03-01"};
  const std::string key{
      let_in(s, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}}).key_file->view()};
  s.set_day("2026-05-29");
  s.begin().commit();  // wangli is there
  CHECK(s.told("unused_login") == "");
  s.set_day("2026-05-30");
  CHECK(s.told("unused_login") == "chenjing 2026-03-01");
  OpenOptions options;
  options.clock = s.clock();
  s.close();
  Store::open(s.path(), KeyFile{Secret{key}}, options)
      .begin({.id = new_operation_id(), .request = "test"})
      .commit();
  s.reopen();
  CHECK(s.told("unused_login") == "");
  s.set_day("2026-08-29");
  s.begin().commit();
  CHECK(s.told("unused_login") == "chenjing 2026-05-30");
  disable(s, "chenjing");
  CHECK(s.told("unused_login") == "");
}

TEST_CASE("a login whose time has run out is found until it is disabled") {
  ExaminedStore s{"2026-03-01"};
  let_in(s, {.login = "chenjing",
             .name = "陈静",
             .roles = {Role::clerk},
             .expires = s.store().zone().at_local(*parse_date("2026-04-01"), {})});
  s.set_day("2026-03-31");
  CHECK(s.told("expired_login") == "");
  s.set_day("2026-04-01");
  CHECK(s.told("expired_login") == "chenjing 2026-04-01");
  disable(s, "chenjing");
  CHECK(s.told("expired_login") == "");
}

TEST_CASE("a login that got a key after it was disabled is found") {
  ExaminedStore s{"2026-03-01"};
  let_in(s, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
  disable(s, "chenjing");
  CHECK(s.told("disabled_grant") == "");
  {
    // As programs before granted it.
    auto tx = s.begin();
    auto& keyring = tx.impl().new_keyring().keyring;
    const auto& who = tx.impl().store.who;
    const auto key = vault::open_health_grant(keyring, *keyring.find(who.slot), who.secrets, 1);
    vault::grant(keyring, keyring.slots.back(), vault::KeyKind::health, 1, key.value().secret,
                 {who.slot, who.secrets.sign});
    tx.commit();
  }
  CHECK(s.told("disabled_grant") == "chenjing");
  disable(s, "chenjing");
  CHECK(s.told("disabled_grant") == "");
}

TEST_CASE("keys that were not changed since somebody left are found") {
  ExaminedStore s{"2026-03-01"};
  let_in(s, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
  CHECK(s.told("rotation") == "");
  disable(s, "chenjing");
  CHECK(s.told("rotation") == "bad");
  s.store().rotate_keys();
  CHECK(s.told("rotation") == "");
}

TEST_CASE("a store that nobody looked at for 30 days is found at the next look") {
  ExaminedStore s{"2026-03-01"};
  s.set_day("2026-03-30");
  CHECK(s.told("checkup") == "");
  s.set_day("2026-03-31");  // of a store that never was
  CHECK(s.told("checkup") == "2026-03-01");
  s.run();
  CHECK(s.told("checkup") == "");
  s.set_day("2026-04-29");
  s.run(CheckupPart::security);  // which is not all
  s.set_day("2026-04-30");
  CHECK(s.told("checkup") == "2026-03-31");
}

TEST_CASE("the versions of SQLite that can lose commits are known") {
  for (const char* bad : {"3.7.0", "3.40.1", "3.46", "3.51.2"}) CHECK(has_wal_reset_bug(bad));
  for (const char* good : {"3.6.23", "3.51.3", "3.52.0", "4.0.0", "", "3.x.1", "99999999999.1"})
    CHECK_FALSE(has_wal_reset_bug(good));
}
