// Backups: what is made is whole, and comes back as it was; what is not whole is found.
#include <fcntl.h>
#include <sched.h>

#include <algorithm>

#include "backed_up.h"
#include "base/passing.h"
#include "pharmacy/members.h"
#include "pharmacy/staff.h"
#include "support/child.h"
#include "support/drill.h"
#include "support/sealed.h"
#include "support/trials.h"
#include "support/vault.h"
#include "vault/access.h"
#include "vault/backup/format.h"
#include "vault/backup/read.h"

using namespace pharmacy;
using test::BackedUp;
using test::code_of;
using test::key_of;
using test::message_of;
using test::Random;
using test::Trials;

namespace fs = std::filesystem;

namespace {

// A backup that lacks the pages beyond this size, one at least, and whose header counts those that
// are left.
std::string cut_to_suit(const std::string& good, std::size_t size) {
  auto header = vault::parse_backup_header(good.substr(0, vault::backup_header_size)).value();
  const std::size_t pages_from = vault::backup_header_size + header.keyring_bytes;
  const std::size_t left = size < pages_from ? 0 : (size - pages_from) / db::page_size;
  header.pages = static_cast<std::uint32_t>(std::clamp<std::size_t>(left, 1, header.pages - 1));
  return vault::encode(header) +
         good.substr(vault::backup_header_size,
                     header.keyring_bytes + header.pages * db::page_size) +
         good.substr(good.size() - 32);
}

}  // namespace

TEST_CASE("a backup comes back row by row, and its store is sound") {
  BackedUp s;
  CHECK(verify_backup(s.file, key_of(s)).pages == s.made.pages);
  CHECK(s.made.bytes == static_cast<std::int64_t>(fs::file_size(s.file)));
  CHECK((fs::status(s.file).permissions() & fs::perms{0777}) == fs::perms{0600});
  s.sell({"A=1"}, {"cash"});  // not in it
  CHECK_FALSE(s.restore().aside);
  Store other = s.open_elsewhere();
  CHECK(other.check().empty());
  CHECK(test::rows_of(other, s.made.log_seq) == s.rows);
  const auto key = [&s] { return key_of(s); };
  CHECK(test::drill(s.file, key, s.rows) == "");
  // Of the store as it is now it is no backup.
  CHECK(test::drill(s.file, key, test::rows_of(s.store())).starts_with("its rows are others"));
}

TEST_CASE("a backup comes back below directories that are not there yet") {
  BackedUp s;
  for (const char* place : {"new/machine/store", "with/a/slash/"}) {
    const auto path = s.path().parent_path() / place;
    restore_backup(s.file, path, key_of(s), {}, s.open_options());
    CHECK(Store::open(path, key_of(s), s.open_options()).check().empty());
  }
}

TEST_CASE("the recovery code opens a backup") {
  BackedUp s;
  CHECK(verify_backup(s.file, RecoveryCode{Secret{s.recovery_code()}}).store_id == s.made.store_id);
}

TEST_CASE("whoever came later has no key to a backup") {
  BackedUp s;
  auto tx = s.begin();
  NewStaffKey late = add_staff(tx, {.login = "late", .name = "late", .roles = {Role::manager}});
  tx.commit();
  CHECK(code_of([&] {
          static_cast<void>(verify_backup(s.file, KeyFile{std::move(*late.key_file)}));
        }) == Errc::not_permitted);
}

TEST_CASE("a bit that is flipped in a backup is found") {
  BackedUp s;
  const std::string good = test::bytes_of(s.file);
  Trials trials("bits of a backup", 1'500, static_cast<std::int64_t>(good.size()) * 8);
  trials.tally("missed", 0);
  trials.each([&](std::int64_t bit, Random&) {
    const auto at = static_cast<std::uint64_t>(bit);
    db::test::flip_bit(s.file, at);
    if (s.is_whole()) trials.tally("missed");
    if (s.has_structure()) trials.tally("missed by its structure");
    db::test::flip_bit(s.file, at);
  });
  CHECK(trials.tallied("missed") == 0);
  CHECK(trials.tallied("missed by its structure") >= trials.done() / 2);
  CHECK(test::bytes_of(s.file) == good);
  CHECK(s.is_whole());
}

TEST_CASE("a keyring that is damaged in a backup is not taken for a wrong key") {
  BackedUp s;
  const std::string good = test::bytes_of(s.file);
  constexpr std::size_t looked_at = 400;  // the header, the keyring's head, and its first slot
  for (std::size_t at = 0; at < looked_at; ++at) {
    CAPTURE(at);
    std::string bytes = good;
    bytes[at] ^= 1;
    test::put_bytes(s.file, bytes);
    CHECK_FALSE(s.is_whole());  // and damaged or no backup, whatever was flipped
  }
  // A wrong key is still told as one.
  test::put_bytes(s.file, good);
  const BackedUp other;
  CHECK(test::code_of([&] { static_cast<void>(verify_backup(s.file, key_of(other))); }) ==
        Errc::not_permitted);
}

TEST_CASE("a backup that is cut, or longer, or of two, is found") {
  BackedUp s;
  const std::string good = test::bytes_of(s.file);
  const auto put = [&](const std::string& bytes) {
    test::put_bytes(s.file, bytes);
    return s.is_whole();
  };
  Trials trials("lengths of a backup", 400, static_cast<std::int64_t>(good.size()));
  trials.tally("missed", 0);
  std::int64_t suited = 0;
  trials.each([&](std::int64_t number, Random& random) {
    const auto size = static_cast<std::size_t>(number);
    if (put(good.substr(0, size))) trials.tally("missed");
    if (!random.one_in(10)) return;
    // And its head says so: its structure alone shows nothing.
    if (put(cut_to_suit(good, size))) trials.tally("missed");
    if (s.has_structure()) trials.tally("missed by its structure");
    ++suited;
  });
  CHECK(trials.tallied("missed") == 0);
  CHECK((suited > 0 || trials.done() < 100));
  CHECK(trials.tallied("missed by its structure") == suited);
  for (std::size_t size = 0; size < 200; ++size) CHECK_FALSE(put(good.substr(0, size)));
  CHECK_FALSE(put(good.substr(0, good.size() - 1)));
  CHECK_FALSE(put(good + '\0'));
  CHECK_FALSE(put(good + good));

  // Pages of another backup of the same store.
  s.sell({"A=1"}, {"cash"});
  const auto other = s.file + ".other";
  test::drilled_backup(s.store(), other, Existing::refused, [&s] { return key_of(s); });
  std::string mixed = test::bytes_of(other);
  const std::size_t pages = good.size() - 32 - static_cast<std::size_t>(s.made.pages) * 4096;
  for (std::size_t page = 0; page < static_cast<std::size_t>(s.made.pages); ++page) {
    std::string one = good;
    one.replace(pages + page * 4096, 4096, mixed, pages + page * 4096, 4096);
    if (one != good) CHECK_FALSE(put(one));
  }
  CHECK(put(good));
}

TEST_CASE("a file that is there is kept until a backup is whole") {
  BackedUp s;
  CHECK(code_of([&] { make_backup(s.store(), s.file, Existing::refused); }) == Errc::cannot_create);
  // A page that does not authenticate.
  s.close();
  std::string bytes = test::bytes_of(s.path() / "store.db");
  bytes[5 * 4096 + 100] ^= 1;
  test::put_bytes(s.path() / "store.db", bytes);
  Store store = s.open_again();
  CHECK(code_of([&] { make_backup(store, s.file, Existing::replaced); }) == Errc::damaged);
  CHECK(s.is_whole());
  for (const auto& entry : fs::directory_iterator(s.path().parent_path()))
    CHECK_MESSAGE(entry.path().extension() != ".tmp", entry.path());
}

TEST_CASE("what a restore left that was cut off goes with the next, and no store put aside") {
  BackedUp s;
  const auto beside = [&](const std::string& ending) { return s.elsewhere.string() + ending; };
  for (const char* ending :
       {".made-0123456789abcdef", ".made-1123456789abcdef", ".aside-01234567"}) {
    fs::create_directory(beside(ending));
    test::put_bytes(beside(ending) + "/store.keys", "x");
  }
  const Fd held{::open(beside(".made-1123456789abcdef").c_str(), O_RDONLY | O_DIRECTORY)};
  REQUIRE(lock_made(held));
  s.restore();
  CHECK_FALSE(fs::exists(beside(".made-0123456789abcdef")));
  CHECK(fs::exists(beside(".made-1123456789abcdef") + "/store.keys"));
  CHECK(fs::exists(beside(".aside-01234567") + "/store.keys"));
  CHECK(s.open_elsewhere().check().empty());
}

TEST_CASE("of many places that are made beside one path at once each stays its maker's") {
  constexpr int makers = 6, places = 300;
  const test::TempDir dir;
  std::vector<test::Child> children;
  for (int i = 0; i < makers; ++i) {
    children.emplace_back([&] {
      int lost = 0;
      for (int n = 0; n < places; ++n) {
        const vault::TemporaryPlace made{dir.path() / "store"};
        test::put_bytes(made.place().keyring(), "x");
        ::sched_yield();
        if (test::bytes_of(made.place().keyring()) != "x") ++lost;
      }
      return std::min(lost, 100);
    });
  }
  for (test::Child& child : children) CHECK(child.end() == 0);
  CHECK(fs::is_empty(dir.path()));
}

TEST_CASE("a store is replaced only where that is asked, and kept beside") {
  BackedUp s;
  s.close();
  const auto restore = [&](const RestoreOptions& options) {
    return restore_backup(s.file, s.path(), key_of(s), options, s.open_options());
  };
  CHECK(code_of([&] { restore({}); }) == Errc::conflict);
  // What was done since, the making of the backup among it, is not in it.
  CHECK(code_of([&] { restore({.replace = true}); }) == Errc::refused);
  const auto restored = restore({.replace = true, .accept_older = true});
  REQUIRE(restored.aside);
  CHECK(s.open_again().check().empty());
  CHECK(Store::open(*restored.aside, key_of(s)).check().empty());
  std::size_t stores = 0;
  for (const auto& entry : fs::directory_iterator(s.path().parent_path()))
    stores += fs::exists(entry.path() / "store.db") ? 1 : 0;
  CHECK(stores == 2);
}

TEST_CASE("a backup that lacks what an anchor knows is refused, and leaves nothing") {
  BackedUp s;
  s.sell({"A=1"}, {"cash"});
  auto reading = s.store().read();
  const LogAnchor anchor = *log_head(reading);
  CHECK(code_of([&] { s.restore({.anchors = {anchor}}); }) == Errc::refused);
  for (const auto& entry : fs::directory_iterator(s.path().parent_path()))
    CHECK(entry.path().filename().string().find("elsewhere") == std::string::npos);
  s.restore({.accept_older = true, .anchors = {anchor}});
  CHECK(fs::exists(s.elsewhere / "store.db"));
}

TEST_CASE("a backup of what a store became before it was put back is of another history") {
  BackedUp s;
  const std::string newer = (s.path().parent_path() / "newer.backup").string();
  s.sell({"A=1"}, {"cash"});
  test::drilled(
      s.path(), newer, [&] { return key_of(s); },
      [&] { make_backup(s.store(), newer, Existing::refused); });
  s.close();
  const auto restore = [&](const std::string& file, bool accept_older) {
    restore_backup(file, s.path(), key_of(s), {.replace = true, .accept_older = accept_older},
                   s.open_options());
  };
  const auto refusal = [&](const std::string& file) {
    return message_of([&] { restore(file, false); });
  };
  CHECK(refusal(s.file).starts_with("the backup lacks what was done since: "));
  restore(s.file, true);
  s.reopen();
  s.sell({"B=1"}, {"cash"});  // the entry has the number of one that the newer backup has
  s.close();
  CHECK(refusal(newer).starts_with("the backup is of another history, from entry "));
  CHECK(refusal(s.file).starts_with("the backup lacks what was done since: "));
  restore(newer, true);
  CHECK(s.open_again().check().empty());
}

TEST_CASE("a backup is compared with anchors, and tells what it is also where it is too old") {
  BackedUp s;
  const auto compared = [&](const LogAnchor& anchor) {
    return compare_backup(s.file, key_of(s), {anchor}, s.open_options());
  };
  const LogAnchor own{s.made.log_seq, s.made.log_mac.substr(0, 32)};
  CHECK_FALSE(compared(own).difference);
  LogAnchor other = own;
  other.mac.front() = other.mac.front() == '0' ? '1' : '0';
  const auto differs = compared(other).difference;  // of another end of the log
  REQUIRE(differs);
  CHECK(differs->check == "other_log");
  CHECK(differs->problem.starts_with("the backup is of another history, from entry " +
                                     differs->subject + ' '));

  s.sell({"A=1"}, {"cash"});
  auto reading = s.store().read();
  const auto older = compared(*log_head(reading));
  REQUIRE(older.difference);
  CHECK(older.difference->check == "older_log");
  CHECK(older.difference->problem.starts_with(
      "the backup lacks what was done since: the access log ends at entry " +
      std::to_string(s.made.log_seq)));
  CHECK(older.backup.made == s.made.made);
  CHECK(older.backup.log_seq == s.made.log_seq);
  CHECK(older.backup.log_mac == s.made.log_mac);
}

TEST_CASE("a backup whose access log was changed is damaged, whatever the anchors say") {
  BackedUp s;
  {
    auto tx = s.begin();
    vault::database(tx).run("DROP TRIGGER log_entry_is_fixed");
    vault::database(tx).run("UPDATE log_entry SET at = at + 1 WHERE seq = 2");
    tx.commit();
  }
  const auto made = make_backup(s.store(), s.file, Existing::replaced);
  const LogAnchor own{made.log_seq, made.log_mac.substr(0, 32)};
  CHECK(s.is_whole());  // every byte is as the store wrote it
  CHECK(code_of([&] { compare_backup(s.file, key_of(s), {own}, s.open_options()); }) ==
        Errc::damaged);
}

TEST_CASE("only managers and jobs make a backup, and only managers make a store of one") {
  BackedUp s;
  auto tx = s.begin();
  NewStaffKey clerk = add_staff(tx, {.login = "clerk", .name = "clerk", .roles = {Role::clerk}});
  NewStaffKey job = add_staff(tx, {.login = "job", .name = "job", .roles = {Role::job}});
  tx.commit();
  const std::string clerk_key{clerk.key_file->view()}, job_key{job.key_file->view()};
  const auto make_as = [&](const std::string& key) {
    Store store = Store::open(s.path(), KeyFile{Secret{key}}, s.open_options());
    make_backup(store, s.file, Existing::replaced);
  };
  s.close();
  CHECK(code_of([&] { make_as(clerk_key); }) == Errc::not_permitted);
  test::drilled(
      s.path(), s.file, [&s] { return key_of(s); }, [&] { make_as(job_key); });
  CHECK(code_of([&] {
          restore_backup(s.file, s.elsewhere, KeyFile{Secret{job_key}}, {}, s.open_options());
        }) == Errc::not_permitted);
  CHECK_FALSE(fs::exists(s.elsewhere));
  // So says what is asked before, of whoever it is.
  for (const auto& key : {job_key, clerk_key})
    CHECK(code_of([&] { check_may_restore(s.file, KeyFile{Secret{key}}); }) == Errc::not_permitted);
  CHECK_NOTHROW(check_may_restore(s.file, key_of(s)));
  s.restore();
}
