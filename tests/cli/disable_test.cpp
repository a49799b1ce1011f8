// store staff disable: two steps, of which the second may fail.
#include <doctest/doctest.h>

#include <optional>

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

}  // namespace pharmacy::test
