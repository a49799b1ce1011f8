// store init: a store is made whole with its keys handed out, or not at all.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "cli/probe.h"
#include "store/store.h"
#include "support/run.h"

namespace pharmacy::test {

namespace {
struct Place {
  TempDir folder = {};
  std::string at = (folder.path() / "store").string();
  [[nodiscard]] const std::string& store() const { return at; }
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

TEST_CASE("a store is made with blind alerts or without them, and tells which") {
  for (const bool without : {false, true}) {
    const Place place;
    std::vector<std::string> options{"--new-key", place.key()};
    if (without) options.emplace_back("--no-blind-alerts");
    REQUIRE(place.make(options).status == 0);
    const auto shown =
        run(cli::define_store, {"info", "--store", place.store(), "--key-file", place.key(),
                                "--columns", "blind_alerts", "--format", "csv"});
    CHECK(shown.out == (without ? "blind_alerts\nfalse\n" : "blind_alerts\ntrue\n"));
  }
}

TEST_CASE("a passphrase is asked twice, and opens the store afterwards") {
  const Place place;
  Surroundings person{.terminal = true, .secrets = {"amber lantern", "amber lantern"}};
  const auto made = place.make({}, person);
  CHECK(made.status == 0);
  CHECK(made.err.find("new passphrase of wangli 王丽") != std::string::npos);
  const auto open = [&](std::vector<std::string> secrets) {
    return run(probe, {"sold", "--store", place.store()},
               {.terminal = true, .secrets = std::move(secrets)});
  };
  CHECK(open({"amber lantern"}).status == 0);
  CHECK(open({"wrong horse", "amber lantern"}).status == 0);
  CHECK(open({"wrong", "wrong", "wrong", "amber lantern"}).status == 77);
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

TEST_CASE("a dry run makes nothing, and asks for no passphrase") {
  const Place place;
  for (const auto& ran : {place.make({"--new-key", place.key(), "-n"}),
                          place.make({"-n"}, {.terminal = true, .secrets = {"amber lantern"}})}) {
    CHECK(ran.status == 0);
    CHECK(ran.err == "would have: made the store " + place.store() + "\n");
  }
  CHECK(!std::filesystem::exists(place.store()));
  CHECK(!std::filesystem::exists(place.key()));
}

TEST_CASE("a dry run ends as the real one would, whatever is wrong") {
  const Place place;
  const auto both_end_with = [&](int status, std::vector<std::string> options) {
    CAPTURE(options.back());
    const auto real = place.make(options);
    options.emplace_back("-n");
    const auto dry = place.make(options);
    CHECK(real.status == status);
    CHECK(dry.status == status);
    CHECK(dry.err == real.err);
  };
  const auto file = (place.folder.path() / "file").string();
  put_bytes(file, "");
  both_end_with(77, {});
  both_end_with(2, {"--new-key", place.key(), "--zone", "Mars/Base"});
  both_end_with(2, {"--new-key", place.key(), "--columns", "nothing"});
  both_end_with(2, {"--new-key", "-"});
  both_end_with(2, {"--new-key", place.store() + "/key"});
  both_end_with(73, {"--new-key", file});
  both_end_with(73, {"--new-key", file + "/key"});
  both_end_with(73, {"--new-key", "/nonexistent/key"});
  const Place below{.at = file + "/store"};
  for (const bool dry : {false, true}) {
    CAPTURE(dry);
    CHECK(below.make({"--new-key", place.key(), dry ? "-n" : "-q"}).status == 73);
    CHECK(run(cli::define_store, {"init", "--login", "recovery", "--name", "王丽", "--new-key",
                                  place.key(), "--store", place.store(), dry ? "-n" : "-q"})
              .status == 2);
  }
  CHECK(!std::filesystem::exists(place.key()));
  CHECK(place.make({"--new-key", place.key()}).status == 0);
  both_end_with(4, {"--new-key", file + "2"});
}

TEST_CASE("a store is made at its own time, and at no other") {
  const Place place;
  CHECK(place.make({"--new-key", place.key(), "--today", "2026-01-01"}).status == 2);
  CHECK(!std::filesystem::exists(place.store()));
}

TEST_CASE("a passphrase that is too short or mistyped is asked for again, three times in all") {
  const Place place;
  const auto said = [&](std::vector<std::string> secrets) {
    return place.make({}, {.terminal = true, .secrets = std::move(secrets)});
  };
  const auto ran = said({"short", "short again", "mistyped", "short"});
  CHECK(ran.status == 2);
  CHECK(ran.err.find("the passphrase is too short: it needs 8 characters\nseveral words") !=
        std::string::npos);
  CHECK(ran.err.find("the two are not the same\n") != std::string::npos);
  CHECK(said({"short"}).status == 1);
  CHECK(said({"amber lantern"}).status == 1);
  CHECK(!std::filesystem::exists(place.store()));
  CHECK(said({"short", "amber lantern", "amber lantern"}).status == 0);
}

TEST_CASE("where the recovery code cannot be shown, it is said how to begin again") {
  const Place place;
  const auto ran = place.make({"--new-key", place.key()}, {.output_fails = true});
  CHECK(ran.status == 74);
  CHECK(
      ran.err ==
      "store init: writing to the standard output failed\n"
      "the store was made, but its keys were not handed out: remove it and make it again: rm -r " +
          place.store() + ' ' + place.key() + '\n');
}

}  // namespace pharmacy::test
