// Changes of staff that are repeated under their operation, since it is not known how far they
// came.
#include <doctest/doctest.h>

#include "store/store.h"
#include "support/colleague.h"
#include "support/run.h"

namespace pharmacy::test {
namespace {

struct Leaving : TestStore {
  Leaving() : TestStore{"2026-03-01"} { let_zhaomin_in(*this); }

  Ran disable(std::vector<std::string> more) {
    std::vector<std::string> args{"staff", "disable", "zhaomin", "--op", "leaving", "--wait", "0"};
    args.insert(args.end(), more.begin(), more.end());
    return run(cli::define_store, *this, args);
  }
};

}  // namespace

TEST_CASE("somebody disabled whose keys could not be changed has them changed the next time") {
  Leaving t;
  const auto first = t.store().info().key_epoch;
  {
    auto elsewhere = t.open_again();
    const Reading older = elsewhere.read();
    const auto ran = t.disable({});
    CHECK(ran.status == 75);
    CHECK(ran.err.find("zhaomin is disabled, but the keys are the old ones still") !=
          std::string::npos);
  }
  t.reopen();
  CHECK(t.store().check().size() == 1);
  CHECK(t.store().info().key_epoch == first);

  CHECK(t.disable({"--dry-run"}).status == 0);
  t.reopen();
  CHECK(t.store().info().key_epoch == first);

  CHECK(t.disable({}).status == 0);
  t.reopen();
  CHECK(t.store().info().key_epoch == first + 1);
  CHECK(t.store().check().empty());

  // And once more nothing.
  CHECK(t.disable({}).status == 0);
  t.reopen();
  CHECK(t.store().info().key_epoch == first + 1);
}

TEST_CASE("somebody let in with a key file is let in once, and her key stays hers") {
  TestStore t{"2026-03-01"};
  const std::string file = t.path().string() + ".nightly";
  const auto add = [&](const char* operation) {
    return run(cli::define_store, t,
               {"staff", "add", "nightly", "--name", "夜间任务", "--role", "job", "--new-key", file,
                "--op", operation});
  };
  REQUIRE(add("nightly").status == 0);
  const std::string key = bytes_of(file);
  CHECK(add("nightly").status == 0);
  CHECK(bytes_of(file) == key);
  CHECK(add("another").status != 0);
  CHECK(bytes_of(file) == key);
  t.close();
  CHECK(Store::open(t.path(), KeyFile{Secret{key}}).actor().login == "nightly");
}

}  // namespace pharmacy::test
