// store: making, describing and checking.
#include "store/store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "cli/probe.h"
#include "support/run.h"

namespace pharmacy::test {

namespace {
struct Place {
  TemporaryDirectory folder;
  [[nodiscard]] std::string store() const { return (folder.path() / "store").string(); }
  [[nodiscard]] std::string key() const { return (folder.path() / "wangli.key").string(); }

  [[nodiscard]] Ran make(std::vector<std::string> options, Surroundings around = {}) const {
    std::vector<std::string> args{"init", "--login", "wangli", "--name",
                                  "王丽", "--store", store()};
    args.insert(args.end(), options.begin(), options.end());
    return run(cli::define_store, args, std::move(around));
  }
};
}  // namespace

TEST_CASE("a store is made with a key file that only its owner can read") {
  const Place place;
  const auto ran = place.make({"--new-key", place.key(), "--format", "csv"});
  REQUIRE(ran.status == 0);
  CHECK(ran.out.starts_with("store,login,recovery_code\n" + place.store() + ",wangli,"));
  CHECK(ran.err.starts_with("made the store " + place.store() + "\n"));
  struct stat info {};
  REQUIRE(::stat(place.key().c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  const auto shown = run(cli::define_store, {"info", "--store", place.store(), "--key-file",
                                             place.key(), "--columns", "zone", "--format", "csv"});
  CHECK(shown.out == "zone\nAsia/Shanghai\n");
}

TEST_CASE("a passphrase is asked twice, and opens the store afterwards") {
  const Place place;
  Surroundings person{.terminal = true, .secrets = {"correct horse", "correct horse"}};
  CHECK(place.make({}, person).status == 0);
  const auto open = [&](std::vector<std::string> secrets) {
    return run(probe, {"sold", "--store", place.store()},
               {.terminal = true, .secrets = std::move(secrets)});
  };
  CHECK(open({"correct horse"}).status == 0);
  CHECK(open({"wrong horse", "correct horse"}).status == 0);
  CHECK(open({"wrong", "wrong", "wrong", "correct horse"}).status == 77);
}

TEST_CASE("two passphrases that differ make no store") {
  const Place place;
  Surroundings person{.terminal = true, .secrets = {"one horse", "two horses", "a", "b", "c", "d"}};
  CHECK(place.make({}, person).status == 2);
  CHECK(!std::filesystem::exists(place.store()));
}

TEST_CASE("without a terminal a passphrase cannot be asked, and a key file can be made") {
  const Place place;
  const auto ran = place.make({});
  CHECK(ran.status == 77);
  CHECK(ran.err.find("use --new-key FILE") != std::string::npos);
  CHECK(!std::filesystem::exists(place.store()));
}

TEST_CASE("neither a store nor a key file is ever written over") {
  const Place place;
  put_bytes(place.key(), "precious");
  CHECK(place.make({"--new-key", place.key()}).status == 73);
  CHECK(bytes_of(place.key()) == "precious");
  CHECK(!std::filesystem::exists(place.store()));
  std::filesystem::remove(place.key());
  CHECK(place.make({"--new-key", place.key()}).status == 0);
  CHECK(place.make({"--new-key", place.key() + "2"}).status == 4);
  CHECK(!std::filesystem::exists(place.key() + "2"));
}

TEST_CASE("what is wrong with the first person is said before anything is made") {
  const Place place;
  const auto ran = place.make({"--new-key", place.key(), "--zone", "Mars/Base"});
  CHECK(ran.status == 2);
  CHECK(!std::filesystem::exists(place.store()));
  CHECK(!std::filesystem::exists(place.key()));
}

TEST_CASE("a dry run makes nothing") {
  const Place place;
  const auto ran = place.make({"--new-key", place.key(), "-n"});
  CHECK(ran.status == 0);
  CHECK(ran.err == "would have: made the store " + place.store() + "\n");
  CHECK(!std::filesystem::exists(place.store()));
  CHECK(!std::filesystem::exists(place.key()));
}

TEST_CASE("a sound store is checked without findings") {
  TestStore t{"2026-03-01"};
  const auto ran = run(cli::define_store, t, {"check"});
  CHECK(ran.status == 0);
  CHECK(ran.out == "check\tsubject\tproblem\n");
  CHECK(ran.err == "");
  CHECK(run(cli::define_store, t, {"check"}, {.terminal = true}).err == "all is well\n");
}

TEST_CASE("a damaged page ends the check with 76") {
  TestStore t{"2026-03-01"};
  const auto file = t.path() / "store.db";
  run(probe, t, {"sell", "A1"});
  auto bytes = bytes_of(file);
  bytes[bytes.size() - 100] = static_cast<char>(bytes[bytes.size() - 100] ^ 1);
  put_bytes(file, bytes);
  const auto ran = run(cli::define_store, t, {"check"});
  CHECK(ran.status == 76);
}

}  // namespace pharmacy::test
