// Changes: keys, dry runs, operations and their repetition.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "cli/probe.h"
#include "support/run.h"

namespace pharmacy::test {

static int products(TestStore& t) {
  const auto lines = run(probe, t, {"sold", "--format", "jsonl"}).out;
  return static_cast<int>(std::count(lines.begin(), lines.end(), '\n'));
}

TEST_CASE("a change says what it did and how to take it back, and prints its record to machines") {
  TestStore t{"2026-03-01"};
  const auto piped = run(probe, t, {"sell", "A1", "--format", "jsonl"});
  CHECK(piped.status == 0);
  CHECK(piped.out.starts_with("{\"code\":\"A1\""));
  CHECK(piped.err == "listed A1 (undo: probe unsell A1)\n");
  const auto seen = run(probe, t, {"sell", "A2"}, {.terminal = true});
  CHECK(seen.out == "");
  CHECK(seen.err == "listed A2 (undo: probe unsell A2)\n");
  CHECK(run(probe, t, {"sell", "A3", "-q"}).err == "");
  CHECK(run(probe, t, {"sell", "A3"}).status == 4);
  CHECK(products(t) == 3);
}

TEST_CASE("a dry run ends like the real one and changes nothing") {
  TestStore t{"2026-03-01"};
  const auto dry = run(probe, t, {"sell", "A1", "-n"});
  CHECK(dry.status == 0);
  CHECK(dry.err == "would have: listed A1\n");
  CHECK(products(t) == 0);
  CHECK(run(probe, t, {"sell", "A1"}).status == 0);
  CHECK(run(probe, t, {"sell", "A1", "-n"}).status == 4);
}

TEST_CASE("a repeated operation has one effect and prints what the first one did") {
  TestStore t{"2026-03-01"};
  const auto first = run(probe, t, {"sell", "A1", "--op", "till-1"});
  const auto again = run(probe, t, {"sell", "A1", "--op", "till-1", "--format", "json"});
  CHECK(first.status == 0);
  CHECK(again.status == 0);
  CHECK(again.out == first.out);
  CHECK(again.err == first.err);
  CHECK(products(t) == 1);
  CHECK(run(probe, t, {"sell", "A2", "--op", "till-1"}).status == 4);
  CHECK(products(t) == 1);
}

TEST_CASE("a fault in what is printed leaves the store as it was") {
  TestStore t{"2026-03-01"};
  CHECK(run(probe, t, {"sell", "A1", "--columns", "cdoe"}).status == 2);
  CHECK(products(t) == 0);
}

TEST_CASE("what is recorded carries its own time, so a change takes no other day for today") {
  TestStore t{"2026-03-01"};
  CHECK(run(probe, t, {"sell", "A1", "--today", "2026-02-01"}).status == 2);
  CHECK(run(probe, t, {"sell", "A1", "--today", "2026-02-01", "-n"}).status == 0);
}

TEST_CASE("a key file that others can read is refused with the command that mends it") {
  TestStore t{"2026-03-01"};
  const auto key = t.key_file_path();
  REQUIRE(::chmod(key.c_str(), 0640) == 0);
  const auto ran = run(probe, t, {"sold"});
  CHECK(ran.status == 77);
  CHECK(ran.err ==
        "probe sold: others can read the key file " + key + "\nrun: chmod 600 " + key + "\n");
}

TEST_CASE("a key file must be a file, there, and not a link") {
  TestStore t{"2026-03-01"};
  const auto link = t.path().parent_path() / "link";
  std::filesystem::create_symlink(t.key_file_path(), link);
  for (const std::string& path :
       {link.string(), t.path().string(), std::string{"/dev/null"}, std::string{"/nonexistent"}}) {
    CAPTURE(path);
    const auto ran = run(probe, t, {"sold", "--key-file", path});
    CHECK(ran.status == 66);
    CHECK(ran.out == "");
  }
}

TEST_CASE("the key comes from the standard input or a service's credential too") {
  TestStore t{"2026-03-01"};
  CHECK(run(probe, t, {"sold", "--key-file", "-"}, {.in = bytes_of(t.key_file_path())}).status ==
        0);
  const auto folder = t.path().parent_path();
  std::filesystem::copy_file(t.key_file_path(), folder / "store.key");
  CHECK(run(probe, t, {"sold"},
            {.env = {{"PHARMACY_KEY_FILE", ""}, {"CREDENTIALS_DIRECTORY", folder.string()}}})
            .status == 0);
}

TEST_CASE("without a key and a terminal it says which options there are") {
  TestStore t{"2026-03-01"};
  for (const bool terminal : {false, true}) {
    const auto ran = run(probe, t, {"sold", "--no-input"},
                         {.terminal = terminal, .env = {{"PHARMACY_KEY_FILE", ""}}});
    CHECK(ran.status == 77);
    CHECK(ran.err ==
          "probe sold: a key is needed to open the store, and nobody can be asked\n"
          "use --key-file FILE, --key-fd N or PHARMACY_KEY_FILE\n");
  }
}

TEST_CASE("a key that belongs to someone else than the login given is refused") {
  TestStore t{"2026-03-01"};
  CHECK(run(probe, t, {"sold", "--login", "wangli"}).status == 0);
  const auto ran = run(probe, t, {"sold", "--login", "lina"});
  CHECK(ran.status == 77);
  CHECK(ran.err == "probe sold: the key belongs to wangli, not to lina\n");
}

TEST_CASE("no store at the place is said with the way to make one") {
  const auto ran = run(probe, {"sold"}, {.env = {{"PHARMACY_STORE", "/nonexistent/store"}}});
  CHECK(ran.status == 69);
  CHECK(ran.err.starts_with("probe sold: there is no store at /nonexistent/store\n"));
}

}  // namespace pharmacy::test
