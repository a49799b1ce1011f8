// Backups of another store, and keys that a backup was not made for.
#include <functional>
#include <map>
#include <set>

#include "backed_up.h"
#include "pharmacy/staff.h"

using namespace pharmacy;
using test::BackedUp;
using test::code_of;
using test::key_of;
using test::message_of;

namespace fs = std::filesystem;

namespace {

// Every byte of the files of a store that stands there, by name; but of its lock, which names who
// held it.
std::map<std::string, std::string> bytes_of_store(const fs::path& path) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::directory_iterator(path))
    if (entry.path().extension() != ".lock")
      all.emplace(entry.path().filename(), test::bytes_of(entry.path()));
  return all;
}

// Names of what lies beside a store.
std::set<std::string> names_beside(const fs::path& path) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(path.parent_path()))
    names.insert(entry.path().filename());
  return names;
}

}  // namespace

TEST_CASE("a store is replaced by no backup of another, whoever asks") {
  BackedUp s;
  BackedUp other;
  const auto own = [&] {
    auto reading = s.store().read();
    return *log_head(reading);
  }();
  s.close();
  const auto before = bytes_of_store(s.path());
  const auto beside = names_beside(s.path());
  const auto restore = [&](const Key& key, const RestoreOptions& options) {
    return restore_backup(other.file, s.path(), key, options, s.open_options());
  };
  const auto is_untouched = [&] {
    return bytes_of_store(s.path()) == before && names_beside(s.path()) == beside;
  };
  // With the key of the store that is there.
  CHECK(code_of([&] { restore(key_of(s), {.replace = true, .accept_older = true}); }) ==
        Errc::not_permitted);
  CHECK(is_untouched());
  // With that of the other, whose manager she is, with an anchor and without.
  const auto refusal = [&](const RestoreOptions& options) {
    return message_of([&] { restore(key_of(other), options); });
  };
  const std::string another = "this is a backup of another store than that at " + s.path().string();
  CHECK(refusal({.replace = true, .accept_older = true}) == another);
  CHECK(refusal({.replace = true, .anchors = {own}}) == another);
  CHECK(is_untouched());
}

TEST_CASE("a store that does not say any more whose it is is replaced by any, and kept") {
  BackedUp s;
  BackedUp other;
  s.close();
  const auto before = bytes_of_store(s.path());
  const auto restore = [&] {
    return restore_backup(other.file, s.path(), key_of(other), {.replace = true}, s.open_options());
  };
  // One whose keyring cannot be read says nothing of that.
  fs::remove(s.path() / "store.keys");
  fs::create_directory(s.path() / "store.keys");
  CHECK(code_of(restore).has_value());
  fs::remove(s.path() / "store.keys");
  test::put_bytes(s.path() / "store.keys", "");
  const auto restored = restore();
  REQUIRE(restored.aside);
  CHECK(bytes_of_store(*restored.aside).at("store.db") == before.at("store.db"));
  test::put_bytes(fs::path{*restored.aside} / "store.keys", before.at("store.keys"));
  CHECK(Store::open(*restored.aside, key_of(s), s.open_options()).check().empty());
  Store in_its_place = Store::open(s.path(), key_of(other), s.open_options());
  CHECK(in_its_place.check().empty());
}

TEST_CASE("whom a backup was not made for opens it nowhere, and it replaces nothing for her") {
  BackedUp s;
  auto tx = s.begin();
  NewStaffKey gone = add_staff(tx, {.login = "gone", .name = "gone", .roles = {Role::manager}});
  NewStaffKey reset = add_staff(tx, {.login = "reset", .name = "r", .roles = {Role::manager}});
  NewStaffKey kept = add_staff(tx, {.login = "kept", .name = "k", .roles = {Role::manager}});
  NewStaffKey brief = add_staff(tx, {.login = "brief",
                                     .name = "brief",
                                     .roles = {Role::manager},
                                     .expires = Instant{tx.now().seconds + 60}});
  tx.commit();
  auto later = s.begin();
  disable_staff(later, "gone");
  static_cast<void>(reset_staff(later, "reset", std::nullopt));
  later.commit();
  s.store().rotate_keys();
  test::drilled_backup(s.store(), s.file, Existing::replaced, [&s] { return key_of(s); });
  s.close();
  const auto before = bytes_of_store(s.path());
  const auto beside = names_beside(s.path());
  const BackedUp other;
  const auto is_refused = [&](const std::function<Key()>& key) {
    const auto verified = code_of([&] { static_cast<void>(verify_backup(s.file, key())); });
    const auto replaced = code_of([&] {
      restore_backup(s.file, s.path(), key(), {.replace = true, .accept_older = true},
                     s.open_options());
    });
    const bool is_untouched =
        bytes_of_store(s.path()) == before && names_beside(s.path()) == beside;
    return verified == Errc::not_permitted && replaced == Errc::not_permitted && is_untouched;
  };
  const auto with = [](const NewStaffKey& made) {
    return [text = std::string{made.key_file->view()}] { return Key{KeyFile{Secret{text}}}; };
  };
  CHECK(is_refused(with(gone)));
  CHECK(is_refused(with(reset)));
  CHECK(is_refused(with(brief)));
  CHECK(is_refused([&] { return key_of(other); }));
  CHECK(is_refused([&] { return Key{RecoveryCode{Secret{other.recovery_code()}}}; }));
  // The control.
  CHECK_FALSE(is_refused(with(kept)));
}
