// How programs end: exit statuses, and what they say when something went wrong.
#include <doctest/doctest.h>

#include "cli/errors.h"
#include "cli/probe.h"
#include "support/run.h"

namespace pharmacy::test {

TEST_CASE("every error has its exit status, its message and its hint") {
  const std::pair<Errc, int> statuses[] = {
      {Errc::invalid_input, 2},    {Errc::not_found, 1},      {Errc::refused, 3},
      {Errc::conflict, 4},         {Errc::bad_data, 65},      {Errc::input_missing, 66},
      {Errc::no_store, 69},        {Errc::cannot_create, 73}, {Errc::io, 74},
      {Errc::outcome_unknown, 74}, {Errc::busy, 75},          {Errc::damaged, 76},
      {Errc::not_permitted, 77},   {Errc::bad_config, 78}};
  for (const auto& [code, status] : statuses) {
    const auto ran = run(
        probe, {"fail", std::string(1, static_cast<char>('a' + static_cast<int>(code)))}, nowhere);
    CHECK(ran.status == status);
    CHECK(ran.out == "");
    CHECK(ran.err == "probe fail: it did not happen\ndo it otherwise\n");
  }
}

TEST_CASE("a bug says where to report it, and nothing of what it was working on") {
  const auto ran = run(probe, {"fail", "bug"}, nowhere);
  CHECK(ran.status == 70);
  CHECK(ran.err ==
        "probe fail: this is a bug in the program; nothing more was changed\n"
        "please report what you did and what `probe --version` prints: see BUGS in pharmacy(7)\n");
}

TEST_CASE("a lack of memory is said plainly") {
  const auto ran = run(probe, {"fail", "memory"}, nowhere);
  CHECK(ran.status == 74);
  CHECK(ran.err == "probe fail: there is not enough memory; nothing was changed\n");
}

TEST_CASE("a lack of memory after a change does not say that nothing was changed") {
  TestStore t{"2026-03-01"};
  const auto ran = run(probe, t, {"keep", "A1", "--lack"});
  CHECK(ran.status == 74);
  CHECK(ran.err ==
        "worked\nkept A1\n"
        "probe keep: there is not enough memory; the change was made all the same\n");
  CHECK(run(probe, t, {"keep", "A1"}).status == 4);
}

TEST_CASE("an output that cannot be written is a failure") {
  auto full = nowhere;
  full.output_fails = true;
  for (const auto& args : {std::vector<std::string>{"rows", "list"}, {"--version"}, {"--help"}}) {
    const auto ran = run(probe, args, full);
    CHECK(ran.status == 74);
    CHECK(ran.err.find("writing to the standard output failed") != std::string::npos);
  }
}

TEST_CASE("a question is asked on a terminal only, and its end is a no") {
  const auto nobody = run(probe, {"fail", "ask"}, nowhere);
  CHECK(nobody.status == 2);
  CHECK(nobody.err ==
        "probe fail: this must be answered, and nobody can be asked: sure?\n"
        "use --yes to answer yes\n");
  CHECK(run(probe, {"fail", "ask", "--yes"}, nowhere).status == 0);
  auto there = nowhere;
  there.terminal = true;
  const std::pair<const char*, int> answers[] = {
      {"y\n", 0},  {"Y\n", 0}, {"yes\n", 0}, {"ｙ\n", 0}, {"Ｙ\n", 0}, {"是\n", 0},
      {"好\n", 0}, {"n\n", 1}, {"\n", 1},    {"", 1},     {"yep\n", 1}};
  for (const auto& [answer, status] : answers) {
    CAPTURE(answer);
    there.in = answer;
    const auto ran = run(probe, {"fail", "ask"}, there);
    CHECK(ran.status == status);
    CHECK(ran.err.ends_with("nothing was changed\n") == (status == 1));
  }
  there.in = "y\n";
  CHECK(run(probe, {"fail", "ask", "--no-input"}, there).status == 2);
}

TEST_CASE("options that contradict each other are refused") {
  CHECK(run(probe, {"rows", "list", "--excel", "--format", "json"}, nowhere).status == 2);
}

}  // namespace pharmacy::test
