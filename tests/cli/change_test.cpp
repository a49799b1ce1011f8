// Changes: dry runs, operations and their repetition.
#include <doctest/doctest.h>

#include <algorithm>

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
  CHECK(dry.err == "would have: listed A1 (undo: probe unsell A1)\n");
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

// Keeps `code` under the name "keep-1"; 0, or 4 where that was another request.
static int keep(TestStore& t, std::vector<std::string> args, const std::string& in = {}) {
  args.insert(args.begin(), {"keep", "A1", "--op", "keep-1"});
  return run(probe, t, args, {.in = in, .terminal = !in.empty()}).status;
}

TEST_CASE("options that belong to the one before them tell operations apart by their order") {
  TestStore t{"2026-03-01"};
  CHECK(keep(t, {"--part", "a", "--size", "2", "--part", "b"}) == 0);
  CHECK(keep(t, {"--part", "a", "--size", "2", "--part", "b"}) == 0);
  CHECK(keep(t, {"--part", "a", "--part", "b", "--size", "2"}) == 4);
  CHECK(keep(t, {"--part", "b", "--part", "a", "--size", "2"}) == 4);
  CHECK(keep(t, {"--part", "a", "--size", "2", "--part", "b", "--note", "c"}) == 4);
  CHECK(products(t) == 1);
}

TEST_CASE("the order of options that stand for themselves is the same request") {
  TestStore t{"2026-03-01"};
  CHECK(keep(t, {"--note", "c", "--part", "a"}) == 0);
  CHECK(keep(t, {"--part", "a", "--note", "c"}) == 0);
  CHECK(keep(t, {"--part", "a", "--note", "c\n--part 1 a"}) == 2);
  CHECK(products(t) == 1);
}

TEST_CASE("a file that changed is another request, even under its old name") {
  TestStore t{"2026-03-01"};
  const auto file = (t.path().parent_path() / "rows.csv").string();
  put_bytes(file, "one\n");
  CHECK(keep(t, {"--file", file}) == 0);
  CHECK(keep(t, {"--file", file}) == 0);
  put_bytes(file, "two\n");
  CHECK(keep(t, {"--file", file}) == 4);
}

TEST_CASE("what was answered is part of the request, but not whether to go on") {
  TestStore t{"2026-03-01"};
  CHECK(keep(t, {"--ask", "--sure"}, "P2\ny\n") == 0);
  CHECK(keep(t, {"--ask", "--sure"}, "P2\nyes\n") == 0);
  CHECK(keep(t, {"--ask", "--sure"}, "P3\ny\n") == 4);
}

TEST_CASE("a repeated operation of several steps is answered before the work") {
  TestStore t{"2026-03-01"};
  const std::vector<std::string> args{"keep", "A1", "--op", "keep-1"};
  const auto first = run(probe, t, args);
  CHECK(first.err == "worked\nkept A1\n");
  const auto again = run(probe, t, args);
  CHECK(again.status == 0);
  CHECK(again.err == "kept A1\n");
  CHECK(run(probe, t, {"keep", "A2"}).err == "worked\nkept A2\n");
}

TEST_CASE("a dry run's record says that it is none") {
  TestStore t{"2026-03-01"};
  const auto ends_marked = [&](const char* format) {
    return run(probe, t, {"sell", "A1", "-n", "--format", format})
        .out.ends_with(",\"dry_run\":true}\n");
  };
  CHECK(ends_marked("json"));
  CHECK(ends_marked("jsonl"));
  CHECK(run(probe, t, {"sold", "-n", "--format", "json"}).out.find("dry_run") == std::string::npos);
  const auto seen = run(probe, t, {"sell", "A1", "-n", "--format", "table"}, {.terminal = true});
  CHECK(seen.out.starts_with("code"));
  CHECK(seen.err.starts_with("dry run: nothing is written\n"));
  CHECK(run(probe, t, {"sell", "A1", "--format", "json"}).out.find("dry_run") == std::string::npos);
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

TEST_CASE("no store at the place is said with the way to make one") {
  const auto ran = run(probe, {"sold"}, {.env = {{"PHARMACY_STORE", "/nonexistent/store"}}});
  CHECK(ran.status == 69);
  CHECK(ran.err.starts_with("probe sold: there is no store at /nonexistent/store\n"));
}

}  // namespace pharmacy::test
