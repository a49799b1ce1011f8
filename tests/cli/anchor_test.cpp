// What only an anchor shows, of the access log and of a backup.
#include <doctest/doctest.h>

#include "store/store.h"
#include "support/drill.h"
#include "support/run.h"

namespace pharmacy::test {
namespace {

struct AnchoredStore : TestStore {
  std::string backup = (path().parent_path() / "made.backup").string();
  std::string anchors = (path().parent_path() / "anchors.txt").string();

  AnchoredStore() : TestStore{"2026-03-01"} {}

  Ran store(const std::vector<std::string>& args) { return run(cli::define_store, *this, args); }
  void back_up(const std::vector<std::string>& more) {
    std::vector<std::string> args{"backup", backup};
    args.insert(args.end(), more.begin(), more.end());
    drilled(path(), backup, key_file_path(), [&] { REQUIRE(store(args).status == 0); });
  }
};

constexpr const char* not_shown =
    "that the newest entries were cut off, or written anew by who holds the data key, shows only "
    "against an anchor kept outside: --anchor FILE\n";

}  // namespace

TEST_CASE("a log that is whole without an anchor is said to be so only as far as that shows") {
  AnchoredStore s;
  CHECK(s.store({"audit", "verify"}).err == not_shown);
  REQUIRE(s.store({"audit", "anchor", s.anchors}).status == 0);
  const auto compared = s.store({"audit", "verify", "--anchor", s.anchors});
  CHECK(compared.status == 0);
  CHECK(compared.err == "");
}

TEST_CASE("a file without an anchor, which would agree with everything, is refused") {
  AnchoredStore s;
  s.back_up({});
  const std::string elsewhere = (s.path().parent_path() / "elsewhere").string();
  const std::vector<std::vector<std::string>> compared{
      {"audit", "verify"}, {"verify", s.backup}, {"restore", s.backup, "--store", elsewhere}};
  for (const char* content : {"", "\n\n", "# none was taken yet\n"}) {
    put_bytes(s.anchors, content);
    for (auto args : compared) {
      CAPTURE(args.front());
      args.insert(args.end(), {"--anchor", s.anchors});
      const auto ran = s.store(args);
      CHECK(ran.status == 65);
      CHECK(ran.err.find("there is no anchor in this file") != std::string::npos);
      CHECK(ran.err.find("store audit anchor FILE") != std::string::npos);
      CHECK(ran.out == "");
    }
    // It is where an anchor may be put.
    CHECK(s.store({"audit", "anchor", s.anchors}).status == 0);
    CHECK(s.store({"audit", "verify", "--anchor", s.anchors}).status == 0);
    CHECK_FALSE(std::filesystem::exists(elsewhere));
  }
}

TEST_CASE("the anchors of another history are told from those of a later day") {
  AnchoredStore s;
  REQUIRE(s.store({"audit", "anchor", s.anchors}).status == 0);
  s.back_up({});
  auto another = bytes_of(s.anchors);
  char& digit = another[another.find(':') + 1];
  digit = digit == '0' ? '1' : '0';
  const std::string later = "999:" + std::string(32, '0') + '\n';
  const std::string elsewhere = (s.path().parent_path() / "elsewhere").string();
  struct Compared {
    std::string anchors, check, problem;
  };
  for (const auto& [anchors, check, problem] :
       {Compared{another, "other_log", "the backup is of another history, from entry "},
        Compared{later, "older_log", "the backup lacks what was done since: "}}) {
    put_bytes(s.anchors, anchors);
    const auto log = s.store({"audit", "verify", "--anchor", s.anchors, "--columns", "check"});
    CHECK(log.status == 76);
    CHECK(log.out.find(check) != std::string::npos);
    const auto verified = s.store({"verify", s.backup, "--anchor", s.anchors});
    CHECK(verified.status == 3);
    CHECK(verified.err.starts_with(problem));
    const auto restored =
        s.store({"restore", s.backup, "--store", elsewhere, "--anchor", s.anchors});
    CHECK(restored.status == 3);
    CHECK(restored.err.find(problem) != std::string::npos);
    CHECK(restored.err.find("--accept-older") != std::string::npos);
    const auto rehearsed =
        s.store({"restore", s.backup, "--store", elsewhere, "--anchor", s.anchors, "--dry-run"});
    CHECK(rehearsed.status == 3);
    CHECK(rehearsed.err == restored.err);
    CHECK_FALSE(std::filesystem::exists(elsewhere));
  }
  // What nothing stands against is said to be done, and is not.
  const auto rehearsed = s.store({"restore", s.backup, "--store", elsewhere, "--dry-run"});
  CHECK(rehearsed.status == 0);
  CHECK(rehearsed.out.find("2026-03-01") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(elsewhere));
  for (const char* more : {"--dry-run", "--no-input"}) {
    const auto ran = s.store({"restore", s.backup, more});
    CHECK(ran.status == 4);
    CHECK(ran.err.find("there is a store already at ") != std::string::npos);
  }
}

TEST_CASE("a file that takes no anchor is refused before one is taken, in a dry run too") {
  AnchoredStore s;
  put_bytes(s.anchors, "12:zz\n");
  const std::string none = (s.path().parent_path() / "absent" / "anchors.txt").string();
  for (const auto& [file, status] : {std::pair{s.anchors, 65}, std::pair{none, 73}}) {
    CAPTURE(file);
    CHECK(s.store({"audit", "anchor", file}).status == status);
    CHECK(s.store({"audit", "anchor", file, "--dry-run"}).status == status);
  }
  CHECK(bytes_of(s.anchors) == "12:zz\n");
}

TEST_CASE(
    "a backup that is older than an anchor is told with its day, and not taken for a good one") {
  AnchoredStore s;
  REQUIRE(s.store({"audit", "anchor", s.anchors}).status == 0);
  s.back_up({});
  const std::vector<std::string> verify{"verify",   s.backup,    "--anchor",    s.anchors,
                                        "--record", "--columns", "made,log_seq"};
  const auto good = s.store(verify);
  CHECK(good.status == 0);
  CHECK(good.err == "");
  const auto recorded = [&] { return s.store({"doctor", "--columns", "check"}).out; };
  CHECK(recorded().find("\nbackup\n") == std::string::npos);

  s.set_day("2026-03-02");
  s.back_up({"--force"});
  REQUIRE(s.store({"audit", "anchor", s.anchors}).status == 0);
  s.set_day("2026-03-20");
  const auto stale = s.store(verify);
  CHECK(stale.status == 3);
  CHECK(stale.out.find("2026-03-02") != std::string::npos);
  CHECK(
      stale.err.starts_with("the backup lacks what was done since: the access log ends at entry "));
  CHECK(recorded().find("\nbackup\n") != std::string::npos);
  // The control: without the anchor it is whole.
  const auto unasked = s.store({"verify", s.backup, "--columns", "made,log_seq"});
  CHECK(unasked.status == 0);
  CHECK(unasked.out == stale.out);
}

TEST_CASE("a file that holds no anchors is refused before a backup is read") {
  AnchoredStore s;
  s.back_up({});
  put_bytes(s.anchors, "12:zz\n");
  CHECK(s.store({"verify", s.backup, "--anchor", s.anchors}).status == 65);
  CHECK(s.store({"verify", s.backup, "--anchor", s.anchors + ".none"}).status == 66);
}

}  // namespace pharmacy::test
