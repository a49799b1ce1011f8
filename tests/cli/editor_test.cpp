// The editor of a person: what she writes comes back, and nothing of it stays behind.
#include "cli/editor.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "pharmacy/error.h"
#include "support/errors.h"
#include "support/temp_dir.h"
#include "support/test_store.h"

namespace pharmacy::test {

namespace {

namespace fs = std::filesystem;

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGUSR1};

// Where files are edited, with `editor` as the person's; both are put back at the end.
class Desk {
 public:
  explicit Desk(const std::string& editor) {
    fs::create_directory(place());
    ::setenv("XDG_RUNTIME_DIR", place().c_str(), 1);
    ::setenv("TMPDIR", place().c_str(), 1);
    ::setenv("VISUAL", editor.c_str(), 1);
  }
  ~Desk() {
    for (const char* name : {"XDG_RUNTIME_DIR", "TMPDIR", "VISUAL"}) ::unsetenv(name);
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  [[nodiscard]] fs::path place() const { return dir_.path() / "run"; }
  [[nodiscard]] std::string file(const std::string& name) const { return dir_.file(name); }
  // What is left where files are edited.
  [[nodiscard]] std::size_t left() const {
    std::size_t count = 0;
    for (const auto& each : fs::recursive_directory_iterator(place())) {
      static_cast<void>(each);
      ++count;
    }
    return count;
  }

 private:
  TempDir dir_;
};

// An editor made of shell: "$1" is the file.
std::string shell(const std::string& script) { return "sh -c '" + script + "' sh"; }

// Edits in a child; its wait status. `between` runs once the editor is open, which says so by
// making the file "open".
template <class Between>
int edit_in_child(const Desk& desk, Between&& between) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (const int number : signals) std::signal(number, SIG_DFL);  // not those of the tests
    const auto edited = cli::edit_in_editor("policy.toml", "secret words\n");
    ::_exit(edited ? 0 : 1);
  }
  for (int i = 0; i < 1000 && !fs::exists(desk.file("open")); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  REQUIRE(fs::exists(desk.file("open")));
  between(child);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

}  // namespace

TEST_CASE("what an editor makes of a text comes back, and nothing is left of it") {
  const Desk desk{shell("echo more >>\"$1\"; cp \"$1\" \"$1~\"; mkdir \"$1.d\"")};
  CHECK(cli::edit_in_editor("policy.toml", "text\n") == "text\nmore\n");
  CHECK(desk.left() == 0);
  // Editors that write a new file in the place of the old one, and that take a line of arguments.
  const Desk replaces{shell("mv \"$2\" \"$2.old\"; echo \"$1\" >\"$2\"") + " new"};
  CHECK(cli::edit_in_editor("policy.toml", "text\n") == "new\n");
  CHECK(replaces.left() == 0);
}

TEST_CASE("only its owner can read what is edited, and it is overwritten before it goes") {
  const Desk desk{"x"};
  const std::string kept = desk.file("kept");
  ::setenv("VISUAL",
           shell("stat -c %a \"$1\" \"$(dirname \"$1\")\" >" + kept + ".modes; ln \"$1\" " + kept)
               .c_str(),
           1);
  CHECK(cli::edit_in_editor("policy.toml", "secret words\n") == "secret words\n");
  CHECK(bytes_of(kept + ".modes") == "600\n700\n");
  CHECK(bytes_of(kept) == std::string(13, '\0'));  // the same file under another name
  CHECK(desk.left() == 0);
}

TEST_CASE("an editor that fails, cannot be started, or removes the file is no change") {
  {
    const Desk desk{shell("echo more >>\"$1\"; exit 1")};
    CHECK(cli::edit_in_editor("policy.toml", "text\n") == std::nullopt);
    CHECK(desk.left() == 0);
  }
  {
    const Desk desk{"/nonexistent/editor"};
    CHECK(code_of([] { return cli::edit_in_editor("policy.toml", "text\n"); }) ==
          Errc::invalid_input);
    CHECK(desk.left() == 0);
  }
  {
    const Desk desk{shell("rm \"$1\"")};
    CHECK(code_of([] { return cli::edit_in_editor("policy.toml", "text\n"); }) ==
          Errc::input_missing);
    CHECK(desk.left() == 0);
  }
}

TEST_CASE("signals have the effect after an editor that they had before") {
  const Desk desk{shell(":")};
  for (const int number : signals) {
    CAPTURE(number);
    const auto before = std::signal(number, SIG_IGN);
    cli::edit_in_editor("policy.toml", "text\n");
    CHECK((std::signal(number, before) == SIG_IGN));
  }
}

TEST_CASE("VISUAL comes before EDITOR") {
  const Desk desk{shell("echo visual >\"$1\"")};
  ::setenv("EDITOR", shell("echo editor >\"$1\"").c_str(), 1);
  CHECK(cli::edit_in_editor("policy.toml", "") == "visual\n");
  ::setenv("VISUAL", "", 1);
  CHECK(cli::edit_in_editor("policy.toml", "") == "editor\n");
  ::unsetenv("EDITOR");
}

// An editor that nobody closes; it holds the test's output until it is ended.
static std::string lasting_editor(const Desk& desk) {
  return shell("echo $$ >" + desk.file("pid") + "; touch " + desk.file("open") + "; exec sleep 60");
}
static void end_editor(const Desk& desk) {
  ::kill(static_cast<pid_t>(std::stol(bytes_of(desk.file("pid")))), SIGKILL);
}

TEST_CASE("a signal ends the program once the file is gone") {
  for (const int number : {SIGTERM, SIGHUP, SIGALRM, SIGUSR1}) {
    CAPTURE(number);
    const Desk desk{"x"};
    ::setenv("VISUAL", lasting_editor(desk).c_str(), 1);
    const int status = edit_in_child(desk, [&](pid_t child) {
      CHECK(desk.left() == 2);  // the file and its directory: what there is to clean up
      ::kill(child, number);
    });
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == number);
    CHECK(desk.left() == 0);
    end_editor(desk);
  }
}

TEST_CASE("an interrupt is the editor's, and does not end the program under it") {
  const Desk desk{"x"};
  ::setenv("VISUAL",
           shell("touch " + desk.file("open") + "; while [ ! -e " + desk.file("go") +
                 " ]; do sleep 0.05; done")
               .c_str(),
           1);
  const int status = edit_in_child(desk, [&](pid_t child) {
    ::kill(child, SIGINT);
    put_bytes(desk.file("go"), "");
  });
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(desk.left() == 0);
}

TEST_CASE("a program that is killed outright leaves the file, which the check would notice") {
  const Desk desk{"x"};
  ::setenv("VISUAL", lasting_editor(desk).c_str(), 1);
  const int status = edit_in_child(desk, [&](pid_t child) { ::kill(child, SIGKILL); });
  CHECK(WTERMSIG(status) == SIGKILL);
  CHECK(desk.left() == 2);
  end_editor(desk);
}

}  // namespace pharmacy::test
