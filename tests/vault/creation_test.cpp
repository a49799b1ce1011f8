// A creation that fails at its last steps.
#include <sys/stat.h>

#include "support/vault.h"
#include "vault/opening/place.h"

using namespace pharmacy;
using test::code_of;
using test::TempDir;
using test::TestStore;

namespace {

// A store that lies in a workshop, whole, and has not been moved in yet.
struct BeforeMoving {
  TestStore store{"2026-03-01"};
  vault::Place home{store.path()};
  vault::Place workshop{store.path() / "store.new-0011"};

  BeforeMoving() {
    store.close();
    REQUIRE(::mkdir(workshop.directory.c_str(), 0700) == 0);
    std::filesystem::rename(home.database(), workshop.database());
    std::filesystem::rename(home.keyring(), workshop.keyring());
    std::filesystem::remove(home.log());
    std::filesystem::remove(home.index());
  }
};

}  // namespace

TEST_CASE("what is moved in is there, and opens") {
  BeforeMoving s;
  vault::move_in(s.workshop, s.home);
  std::filesystem::remove(s.workshop.directory);
  CHECK(Store::exists(s.home.directory));
  CHECK_NOTHROW(s.store.reopen());
}

TEST_CASE("a creation whose keyring cannot get its name leaves no database behind") {
  BeforeMoving s;
  SUBCASE("something has it") { REQUIRE(::mkdir(s.home.keyring().c_str(), 0700) == 0); }
  SUBCASE("the keyring is not there") { std::filesystem::remove(s.workshop.keyring()); }
  CHECK(code_of([&] { vault::move_in(s.workshop, s.home); }) == Errc::cannot_create);
  CHECK_FALSE(std::filesystem::exists(s.home.database()));
  // As the creation itself does on its way out; the next one finds a free place.
  std::filesystem::remove_all(s.workshop.directory);
  std::filesystem::remove(s.home.keyring());
  CHECK_FALSE(Store::exists(s.home.directory));
  CHECK_NOTHROW(Store::create(s.home.directory, test::wangli()));
}

TEST_CASE("nothing is moved over a database that is there") {
  BeforeMoving s;
  test::put_bytes(s.home.database(), "another");
  CHECK(code_of([&] { vault::move_in(s.workshop, s.home); }) == Errc::cannot_create);
  CHECK(test::bytes_of(s.home.database()) == "another");
}
