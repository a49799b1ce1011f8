// Help, version and completion: always there, for any terminal.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "cli/probe.h"
#include "pharmacy/text.h"
#include "store/store.h"
#include "support/run.h"

namespace pharmacy::test {

static Ran show_help(std::vector<std::string> args, int columns = 80) {
  return run(probe, args, {.terminal = true, .columns = columns});
}

TEST_CASE("the help of a verb, whole") {
  CHECK(show_help({"take", "--help"}).out ==
        "probe take - Take values of every kind\n"
        "\n"
        "Usage:\n"
        "  probe take [options] NAME [WORDS...]\n"
        "\n"
        "Arguments:\n"
        "  NAME      who it is; a long text, so that it must be wrapped where the\n"
        "            terminal is narrow\n"
        "  WORDS...  more words\n"
        "\n"
        "Options:\n"
        "  --kind sale|refund  a word\n"
        "  -b, --birth DATE    a day\n"
        "  --period PERIOD     a period\n"
        "  --money YUAN        an amount\n"
        "  --limit NUMBER      a count\n"
        "  --tag TEXT          text, more than once\n"
        "  --loud              a flag\n"
        "\n"
        "Options of every verb (see `probe --help`):\n"
        "  --store --login --key-file --key-fd --wait --op --format --columns --excel\n"
        "  --fail-if-empty --color --no-pager --quiet --verbose --yes --dry-run\n"
        "  --no-input --allow-network-fs --today --help --version\n"
        "\n"
        "Examples:\n"
        "  probe take 张伟 --birth 1980-02-03\n"
        "  probe take --tag a -- -b\n"
        "\n"
        "Exit status:\n"
        "  0 done, 1 not there or answered no, 2 wrong usage, 3 refused by a rule, 4\n"
        "  there already, 65 bad data, 69 no store, 74 reading or writing failed, 75\n"
        "  busy, 76 damaged, 77 key wrong or missing; all of them in pharmacy(7)\n"
        "\n"
        "Manual: man probe, man 7 pharmacy\n");
}

TEST_CASE("help is the same however it is asked for, and needs neither store nor configuration") {
  const auto help = show_help({"take", "--help"}).out;
  CHECK(show_help({"help", "take"}).out == help);
  CHECK(show_help({"-h", "take"}).out == help);
  CHECK(show_help({"take", "--limit", "wrong", "-h"}).out == help);
  CHECK(show_help({"take", "--help"}).status == 0);
  CHECK(show_help({"rows", "--help"}).out.starts_with("probe rows - Lists of things\n"));
  CHECK(show_help({"help", "rows", "list"}).out == show_help({"rows", "list", "-h"}).out);
  CHECK(show_help({"--help"}).out == show_help({"help"}).out);
  CHECK(show_help({"help", "tkae"}).err == "probe help: unknown verb: tkae\ndid you mean take?\n");
}

TEST_CASE("the verbs that every program has are listed, and have help too") {
  const auto help = show_help({"--help"}).out;
  CHECK(help.find("\nVerbs of every program:\n"
                  "  help        Show help for the program or for one verb\n"
                  "  completion  Print a completion script for a shell\n") != std::string::npos);
  CHECK(help.find("--store DIR ") != std::string::npos);
  CHECK(show_help({"help", "completion"}).out.starts_with("probe completion - "));
  CHECK(show_help({"completion", "--help"}).out == show_help({"help", "completion"}).out);
  CHECK(show_help({"help", "help"}).out.starts_with("probe help - "));
  CHECK(show_help({"--color", "never", "help", "take"}).out == show_help({"help", "take"}).out);
  CHECK(show_help({"rows", "--help"}).out.find("completion script") == std::string::npos);
  CHECK(show_help({"hepl"}).err == "probe: unknown verb: hepl\ndid you mean help?\n");
  CHECK(show_help({"completion"}).status == 2);
  CHECK(show_help({"completion", "bash", "zsh"}).status == 2);
}

// The widest line of what the program prints.
static std::size_t widest(cli::Define define, const std::vector<std::string>& args, int columns) {
  std::istringstream lines{run(define, args, {.terminal = true, .columns = columns}).out};
  std::size_t most = 0;
  for (std::string line; std::getline(lines, line);) most = std::max(most, display_width(line));
  return most;
}

TEST_CASE("no line of help is wider than the terminal") {
  for (const int columns : {60, 80, 100}) {
    const auto room = static_cast<std::size_t>(columns);
    CHECK(widest(probe, {"help"}, columns) <= room);
    CHECK(widest(probe, {"help", "take"}, columns) <= room);
    CHECK(widest(probe, {"help", "rows", "list"}, columns) <= room);
    for (const char* verb : {"init", "info", "check", "help", "completion"}) {
      CAPTURE(verb);
      CHECK(widest(cli::define_store, {"help", verb}, columns) <= room);
    }
    CHECK(widest(cli::define_store, {"help"}, columns) <= room);
  }
}

TEST_CASE("an example that is wider than the terminal goes on in a further line") {
  const auto help = run(cli::define_store, {"help", "init"}, {.terminal = true, .columns = 60}).out;
  CHECK(help.find("\n  store init --login wangli --name 王丽\n") != std::string::npos);
  CHECK(help.find("\n  store init --store /srv/pharmacy --login wangli \\\n"
                  "    --name 王丽 --new-key k\n") != std::string::npos);
}

TEST_CASE("the version names the suite, SQLite and libsodium") {
  for (const char* option : {"--version", "-V"}) {
    const auto ran = show_help({option});
    CHECK(ran.status == 0);
    CHECK(ran.out.starts_with("probe 0."));
    CHECK(ran.out.find("\nSQLite 3.") != std::string::npos);
    CHECK(ran.out.find("\nlibsodium 1.") != std::string::npos);
  }
  CHECK(show_help({"take", "--version"}).status == 0);
}

static int shell_status(const std::string& shell, const std::string& script,
                        const std::string& arguments) {
  std::FILE* pipe = ::popen((shell + " " + arguments).c_str(), "w");
  REQUIRE(pipe != nullptr);
  std::fwrite(script.data(), 1, script.size(), pipe);
  return ::pclose(pipe);
}

TEST_CASE("completion scripts are well formed and know verbs, options and words") {
  const auto bash = show_help({"completion", "bash"}).out;
  CHECK(shell_status("bash", bash, "-n") == 0);
  const auto completed = [&bash](const std::string& words, int current) {
    const auto script = bash + "\nCOMP_WORDS=(" + words +
                        "); COMP_CWORD=" + std::to_string(current) +
                        "; _probe; [[ \" ${COMPREPLY[*]} \" == *\" $1 \"* ]]\n";
    return [script](const std::string& wanted) {
      return shell_status("bash", script, "-s -- " + wanted) == 0;
    };
  };
  CHECK(completed("probe ta", 1)("take"));
  CHECK(completed("probe rows l", 2)("list"));
  CHECK(completed("probe take --lo", 2)("--loud"));
  CHECK(completed("probe report --format j", 3)("jsonl"));
  CHECK(completed("probe help ta", 2)("take"));
  CHECK(completed("probe completion f", 2)("fish"));
  CHECK_FALSE(completed("probe rows list --lo", 3)("--loud"));
  CHECK(show_help({"completion", "fish"}).out.find("complete -c probe") != std::string::npos);
  CHECK(show_help({"completion", "zsh"}).out.starts_with("#compdef probe\n"));
  CHECK(show_help({"completion", "csh"}).status == 2);
}

}  // namespace pharmacy::test
