// What is exported is imported as it was, and nothing in it is run.
#include <doctest/doctest.h>

#include <algorithm>

#include "member/member.h"
#include "pharmacy/catalog.h"
#include "pharmacy/csv.h"
#include "pharmacy/members.h"
#include "pharmacy/text.h"
#include "support/formulas.h"
#include "texts/fields.h"
#include "texts/texts.h"
#include "visit/visit.h"

namespace pharmacy::test {
namespace {

constexpr std::size_t shortest_most = 60;  // bytes that every column here takes

// All texts that a store keeps, as it keeps them, each once.
std::vector<std::string> kept_texts() {
  auto all = naughty_texts();
  const auto formulas = formula_texts();
  all.insert(all.end(), formulas.begin(), formulas.end());
  std::vector<std::string> kept;
  for (const auto& text : all) {
    const auto normal = normalise(text);
    if (normal && !normal->empty() && normal->size() <= shortest_most) kept.push_back(*normal);
  }
  std::ranges::sort(kept);
  const auto rest = std::ranges::unique(kept);
  kept.erase(rest.begin(), rest.end());
  return kept;
}

// With each text in each column once.
void add_members(TestStore& t, const std::vector<std::string>& texts) {
  auto tx = t.begin();
  const auto text = [&](std::size_t i) { return texts.at(i % texts.size()); };
  for (std::size_t i = 0; i < texts.size(); ++i) {
    add_member(
        tx, {.name = text(i), .address = text(i + 1), .note = text(i + 2), .call_as = text(i + 3)});
  }
  tx.commit();
}

// The file that the program makes of all members.
std::string exported(TestStore& t) {
  const Ran ran = run(cli::member, t, {"export", "--reason", "换系统"});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  return ran.out;
}

// What a column of a file says, in order.
std::vector<std::string> column_of(const std::string& csv, std::string_view name) {
  CsvReader reader{csv};
  const auto header = reader.next().value();
  const auto at = static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
  std::vector<std::string> texts;
  while (const auto cells = reader.next()) texts.emplace_back(without_formula_guard((*cells)[at]));
  return texts;
}

// The cells of a file that would be run.
std::int64_t run_cells(const std::string& csv) {
  CsvReader reader{csv};
  std::int64_t count = 0;
  while (const auto cells = reader.next()) count += std::ranges::count_if(*cells, is_run);
  return count;
}

}  // namespace

TEST_CASE("members with any text are imported as they were exported") {
  const auto texts = kept_texts();
  CHECK(texts.size() >= 500);
  TestStore from{"2026-03-02"}, to{"2026-03-02"};
  add_members(from, texts);
  const std::string file = exported(from);
  CHECK(run_cells(file) == 0);
  for (const char* name : {"name", "address", "note", "call_as"}) {
    CAPTURE(name);
    auto said = column_of(file, name);
    std::ranges::sort(said);
    CHECK((said == texts));
  }
  const Ran imported = run(cli::member, to, {"import", "-"}, {.in = file});
  REQUIRE_MESSAGE(imported.status == 0, imported.err);
  CHECK((exported(to) == file));
}

TEST_CASE("products with any text are imported as they were listed") {
  const auto texts = kept_texts();
  TestStore from{"2026-03-02"}, to{"2026-03-02"};
  {
    auto tx = from.begin();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto text = [&](std::size_t further) { return texts.at((i + further) % texts.size()); };
      add_product(tx, {.code = "P" + std::to_string(i),
                       .name = text(0),
                       .form = text(1),
                       .strength = text(2),
                       .maker = text(3),
                       .generic_name = text(4)});
    }
    tx.commit();
  }
  const auto listed = [](TestStore& t) {
    return run(cli::define_visit, t, {"product", "list", "--limit", "100000", "--format", "csv"});
  };
  const Ran before = listed(from);
  CHECK(run_cells(before.out) == 0);
  const Ran imported = run(cli::define_visit, to, {"product", "import", "-"}, {.in = before.out});
  REQUIRE_MESSAGE(imported.status == 0, imported.err);
  CHECK((listed(to).out == before.out));
  CHECK(static_cast<std::size_t>(std::ranges::count(before.out, '\n')) > texts.size());
}

TEST_CASE("a file without guards is found, and comes back as something else") {
  const std::string raw = "id,name\n1,=1+1\n2,\"\"\"=1\"\n3, +1\n4,'=1\n";
  CHECK(run_cells(raw) == 3);
  TestStore to{"2026-03-02"};
  REQUIRE(run(cli::member, to, {"import", "-"}, {.in = "name\n'=1\n"}).status == 0);
  CHECK(column_of(exported(to), "name") == std::vector<std::string>{"=1"});
}

}  // namespace pharmacy::test
