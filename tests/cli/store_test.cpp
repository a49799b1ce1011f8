// store: describing and checking.
#include "store/store.h"

#include <doctest/doctest.h>

#include "cli/probe.h"
#include "support/run.h"

namespace pharmacy::test {

TEST_CASE("a sound store is checked without findings") {
  TestStore t{"2026-03-01"};
  const auto ran = run(cli::define_store, t, {"check"});
  CHECK(ran.status == 0);
  CHECK(ran.out == "");
  CHECK(ran.err == "");
  CHECK(run(cli::define_store, t, {"check"}, {.terminal = true}).err == "all is well\n");
}

// The store with one bit of the page changed.
static Ran check_with_damage(std::size_t page, const std::string& format = "tsv") {
  constexpr std::size_t page_size = 4096;
  TestStore t{"2026-03-01"};
  t.close();
  const auto file = t.path() / "store.db";
  auto bytes = bytes_of(file);
  char& byte = bytes.at((page - 1) * page_size + 100);
  byte = static_cast<char>(byte ^ 1);
  put_bytes(file, bytes);
  return run(cli::define_store, t, {"check", "--format", format});
}

TEST_CASE("a damaged page ends the check with 76 and what can be done") {
  const auto found = check_with_damage(40);
  CHECK(found.status == 76);
  CHECK(found.out.starts_with("check\tsubject\tproblem\tadvice\npages\t40\t"));
  CHECK(found.out.find("\t\n") == std::string::npos);  // each says what to do
  // What a finding lacks is null.
  CHECK(check_with_damage(40, "json").out.find(":\"\"") == std::string::npos);
  // One that is needed to open the store at all.
  const auto unopened = check_with_damage(1);
  CHECK(unopened.status == 76);
  CHECK(unopened.err.find("\nnothing can mend it: put a whole copy") != std::string::npos);
  for (const auto& said : {found.out + found.err, unopened.err}) {
    CHECK(said.find("malformed") == std::string::npos);
    CHECK(said.find("store restore") == std::string::npos);
  }
}

}  // namespace pharmacy::test
