// store key recovery: a code that is shown once.
#include <doctest/doctest.h>

#include "store/store.h"
#include "support/errors.h"
#include "support/run.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

struct CodeStore : TestStore {
  CodeStore() : TestStore{"2026-03-01"} {}

  Ran store(std::vector<std::string> args, Surroundings around = {}) {
    return run(cli::define_store, *this, args, std::move(around));
  }
  Ran renew(const std::vector<std::string>& options = {}, Surroundings around = {}) {
    std::vector<std::string> args{"key", "recovery", "--confirm", path().filename()};
    args.insert(args.end(), options.begin(), options.end());
    return store(std::move(args), std::move(around));
  }
  [[nodiscard]] bool opens(const std::string& code) {
    close();
    return !code_of([&] { return Store::open(path(), RecoveryCode{Secret{code}}); }).has_value();
  }
  // What is kept of the changes' answers.
  std::string kept_answers() {
    auto look = reading();
    return vault::database(look)
        .value<std::string>("SELECT group_concat(result, '') FROM operation")
        .value_or("");
  }
};

bool tells(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a new recovery code is shown once, and the old one opens the store no more") {
  CodeStore s;
  const auto ran = s.renew({"--format", "csv", "--op", "sheet"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out.starts_with("recovery_code\n"));
  const std::string code = ran.out.substr(14, 44);
  CHECK(ran.out == "recovery_code\n" + code + '\n');
  CHECK(
      ran.err.starts_with("changed the recovery code: the old one opens the store no more\n"
                          "The recovery code opens the store when the key is lost. "));
  CHECK(tells(ran.err, "store key rotate --health"));

  const auto again = s.renew({"--format", "csv", "--op", "sheet"});
  CHECK(again.status == 0);
  CHECK(again.out == "");
  CHECK_FALSE(tells(again.err, code));
  CHECK(tells(again.err, "make another with: store key recovery"));
  CHECK(tells(s.kept_answers(), "changed the recovery code"));
  CHECK_FALSE(tells(s.kept_answers(), code));

  CHECK(s.opens(code));
  CHECK_FALSE(s.opens(s.recovery_code()));
}

TEST_CASE("the log tells who made a new recovery code, and the doctor when it was used") {
  CodeStore s;
  const auto findings = [&] { return s.store({"doctor", "--columns", "check"}).out; };
  CHECK_FALSE(tells(findings(), "recovery_used"));
  s.set_day("2026-03-02");
  const auto by_code = [&](const std::string& code) {
    return s.store({"audit", "list", "--login", "recovery"}, {.terminal = true, .secrets = {code}});
  };
  CHECK(by_code(s.recovery_code()).status == 0);
  CHECK(tells(findings(), "recovery_used"));
  s.set_day("2026-03-03");
  CHECK(s.renew().status == 0);
  CHECK_FALSE(tells(findings(), "recovery_used"));
  CHECK(by_code(s.recovery_code()).status == 77);
  const auto log = s.store({"audit", "list", "--format", "csv", "--kind", "change"}).out;
  CHECK(tells(log, "store key recovery"));
}

TEST_CASE("a recovery code is ended only on the name of the store, and never in a rehearsal") {
  CodeStore s;
  const auto unsaid = s.store({"key", "recovery"});
  CHECK(unsaid.status == 2);
  CHECK(tells(unsaid.err, "--confirm"));
  CHECK(s.store({"key", "recovery", "--confirm", "other"}).status == 2);
  CHECK(s.store({"key", "recovery"}, {.in = "other\n", .terminal = true}).status == 1);
  const auto rehearsed = s.renew({"--dry-run"});
  CHECK(rehearsed.status == 0);
  CHECK(rehearsed.out == "");
  CHECK(s.renew({"--columns", "code"}).status == 2);  // nothing is done that could not be shown
  CHECK(s.opens(s.recovery_code()));
}

TEST_CASE("where the new recovery code cannot be shown, it is said how to get another") {
  CodeStore s;
  const auto ran = s.renew({}, {.output_fails = true});
  CHECK(ran.status == 74);
  CHECK(ran.err ==
        "changed the recovery code: the old one opens the store no more\n"
        "store key recovery: writing to the standard output failed\n"
        "the new recovery code was not handed out, and the old one is no more: make another with: "
        "store key recovery\n");
  CHECK_FALSE(s.opens(s.recovery_code()));
  s.reopen();
  CHECK(s.renew().status == 0);
}

}  // namespace pharmacy::test
