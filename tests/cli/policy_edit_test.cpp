// store policy edit: what is written in an editor is checked, shown, and set.
#include <doctest/doctest.h>

#include <filesystem>

#include "cli/policy_support.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

// The file in which what was written is kept.
static fs::path kept_in(const Ran& ran) {
  const std::string before = "what you wrote is kept in ";
  const auto at = ran.err.find(before);
  REQUIRE(at != std::string::npos);
  const auto from = at + before.size();
  return ran.err.substr(from, ran.err.find('\n', from) - from);
}

TEST_CASE("a policy that was edited is checked, shown, and set on a yes") {
  TestStore t{"2026-03-01"};
  const auto edited = store(t, {"policy", "edit"}, editor(two, "y\n"));
  CHECK(edited.status == 0);
  CHECK(edited.err ==
        "points for each yuan: 1 -> 2\n"
        "set this policy from 2026-03-01 on? [y/N] "
        "policy 2 holds from 2026-03-01 (undo: store policy set 1 --effective 2026-03-01)\n");
  CHECK(store(t, {"policy", "show"}).out == two);
  const auto refused = store(t, {"policy", "edit"}, editor(three, "n\n"));
  CHECK(refused.status == 1);
  CHECK(newest(t) == 2);
  const auto dry = store(t, {"policy", "edit", "-n"}, editor(three));
  CHECK(dry.status == 0);
  CHECK(has(dry.err, "would have: policy 3 holds from 2026-03-01"));
  CHECK(newest(t) == 2);
}

TEST_CASE("the editor gets the policy of the day on which the new one begins") {
  TestStore t{"2026-03-01"};
  store(t, {"policy", "set", file(t, two), "--effective", "2026-04-01", "--yes"});
  std::string given;
  auto around = terminal();
  around.edit = [&](const std::string& text) {
    given = text;
    return std::optional{text};
  };
  const auto same = store(t, {"policy", "edit", "--effective", "2026-05-01"}, around);
  CHECK(given == two);
  CHECK(same.status == 0);
  CHECK(same.err == "policy 2 says this already, so nothing was set\n");
  CHECK(newest(t) == 2);
}

TEST_CASE("faults that were edited in are told, and the editor opens again on them") {
  TestStore t{"2026-03-01"};
  int opened = 0;
  std::string second;
  auto around = terminal("y\ny\n");
  around.edit = [&](const std::string& text) {
    if (++opened == 2) second = text;
    return std::optional<std::string>{opened == 1 ? "[points]\nper_yuna = \"2\"\n" : two};
  };
  const auto edited = store(t, {"policy", "edit"}, around);
  CHECK(edited.status == 0);
  CHECK(
      edited.err.starts_with("store policy edit: policy.toml:2:1: unknown key per_yuna\n"
                             "did you mean per_yuan?\n"
                             "open the editor again? [y/N] "));
  CHECK(opened == 2);
  CHECK(second == "[points]\nper_yuna = \"2\"\n");
  CHECK(store(t, {"policy", "show"}).out == two);
  const auto given_up = store(t, {"policy", "edit"}, editor("x = 1\n", "n\n"));
  CHECK(given_up.status == 1);
  CHECK(given_up.err.ends_with("open the editor again? [y/N] nothing was changed\n"));
  // An editor that nobody sits at is not opened for ever.
  const auto endless = store(t, {"policy", "edit", "--yes"}, editor("x = 1\n"));
  CHECK(endless.status == 65);
  CHECK(newest(t) == 2);
}

TEST_CASE("while the editor is open others set policies, and are not overwritten") {
  TestStore t{"2026-03-01"};
  auto around = terminal("y\n");
  around.edit = [&](const std::string&) {
    // Nothing is held: this neither waits nor is refused.
    CHECK(store(t, {"policy", "set", file(t, three), "--effective", "2026-09-01", "--yes", "--wait",
                    "0"})
              .status == 0);
    return std::optional{two};
  };
  const auto edited = store(t, {"policy", "edit"}, around);
  CHECK(edited.status == 4);
  const auto kept = kept_in(edited);
  CHECK(edited.err ==
        "store policy edit: another policy was recorded meanwhile: policy 2\n"
        "see what it says with: store policy diff 2\n"
        "store policy edit: what you wrote is kept in " +
            kept.string() + "\nto try again: store policy set " + kept.string() +
            " --effective 2026-03-01\n");
  CHECK(bytes_of(kept) == two);
  CHECK((fs::status(kept).permissions() & fs::perms::mask) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  fs::remove_all(kept.parent_path());
  CHECK(newest(t) == 2);
}

TEST_CASE("an editor opens on a terminal only, for those who may, and not through sudo") {
  TestStore t{"2026-03-01"};
  auto piped = editor(two);
  piped.terminal = false;
  CHECK(store(t, {"policy", "edit"}, piped).status == 2);
  CHECK(store(t, {"policy", "edit", "--no-input"}, editor(two)).status == 2);
  CHECK(store(t, {"policy", "edit"}, terminal()).status == 2);  // there is none
  auto through_sudo = editor(two, "y\n");
  through_sudo.env = {{"SUDO_UID", "4711"}};
  const auto refused = store(t, {"policy", "edit"}, through_sudo);
  CHECK(refused.status == 3);
  CHECK(refused.err.starts_with("store policy edit: through sudo no editor is opened\n"));
  auto failing = terminal();
  failing.edit = [](const std::string&) { return std::nullopt; };
  const auto failed = store(t, {"policy", "edit"}, failing);
  CHECK(failed.status == 1);
  CHECK(failed.err == "the editor failed, so nothing was changed\n");
  CHECK(store(t, {"policy", "edit", "--effective", "yesterday"}, editor(two, "y\n")).status == 2);
  CHECK(newest(t) == 1);
}

TEST_CASE("an operation that was edited is repeated by its --op") {
  TestStore t{"2026-03-01"};
  const auto first = store(t, {"policy", "edit", "--op", "e-1"}, editor(two, "y\n"));
  CHECK(first.status == 0);
  const auto again = store(t, {"policy", "edit", "--op", "e-1"}, editor(two));
  CHECK(again.status == 0);
  CHECK(again.err ==
        "policy 2 holds from 2026-03-01 (undo: store policy set 1 --effective 2026-03-01)\n");
  const auto other = store(t, {"policy", "edit", "--op", "e-1"}, editor(three, "y\n"));
  CHECK(other.status == 4);
  fs::remove_all(kept_in(other).parent_path());
  CHECK(newest(t) == 2);
}

}  // namespace pharmacy::test
