// Bytes of any kind through the imports.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "pharmacy/error.h"
#include "pharmacy/imports.h"
#include "pharmacy/text.h"
#include "support/test_store.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// A good file, and what reads it.
struct ImportOf {
  std::string file;
  ImportPlan (*plan)(Reading&, const std::string&, const ImportOptions&);
};

const std::array imports{
    ImportOf{"name,card,note\n张伟,6001,\"常客,\n老人\"\n李娜,6002,\"说\"\"好\"\"\"\n王丽,6003,\n",
             plan_member_import},
    ImportOf{"code,name,price\n69,氨氯地平片,28.00\n70,\"甲,乙\",1.5\n71,丙,\n",
             plan_product_import},
    ImportOf{"receipt,at,product,quantity,amount\nR1,2026-01-02 10:00,69,1,28.00\n"
             "R2,2026-01-03 11:30,69,2,56.00\n",
             plan_purchase_import},
    ImportOf{"reference,received_at,text\nK1,2026-01-02 "
             "10:00,药盒少一板\nK2,2026-01-03,\"两行\n文字\"\n",
             plan_complaint_import}};

std::string random_bytes(std::size_t most, Random& random) {
  std::string bytes(random.below(static_cast<std::uint32_t>(most)), '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.below(256));
  return bytes;
}

// With up to three bytes changed, put in, or taken out.
std::string damaged(std::string bytes, Random& random) {
  for (auto times = random.below(4); times > 0 && !bytes.empty(); --times) {
    const auto at = random.below(static_cast<std::uint32_t>(bytes.size()));
    const auto byte = static_cast<char>(random.below(256));
    switch (random.below(3)) {
      case 0:
        bytes[at] = byte;
        break;
      case 1:
        bytes.insert(at, 1, byte);
        break;
      default:
        bytes.erase(at, 1 + random.below(3));
    }
  }
  return bytes;
}

// The first line that is no UTF-8; 0 where all are.
std::size_t first_bad_line(const std::string& bytes) {
  std::istringstream in{bytes};
  std::size_t number = 1;
  for (std::string line; std::getline(in, line); ++number) {
    if (!is_valid_utf8(line)) return number;
  }
  return 0;
}

}  // namespace

TEST_CASE("bytes of any kind are imported, or refused with their line") {
  TestStore t{"2026-03-02"};
  auto reading = t.reading();
  Trials trials("bytes through the imports", 500, 10'000);
  trials.each([&](std::int64_t, Random& random) {
    const ImportOf& import = imports.at(random.below(imports.size()));
    const std::string bytes =
        random.one_in(4) ? random_bytes(4096, random) : damaged(import.file, random);
    try {
      const ImportPlan plan = import.plan(reading, bytes, {});
      CHECK(first_bad_line(bytes) == 0);
      for (const auto& row : plan.rejected()) CHECK((row.line > 0 && !row.error.empty()));
      trials.tally(plan.summary().rejected == 0 ? "taken" : "with rows rejected");
    } catch (const Error& error) {
      CHECK((error.code() == Errc::bad_data || error.code() == Errc::invalid_input));
      const std::string message = error.what();
      CHECK(message != "");
      if (message.find("the text is not utf-8") != std::string::npos) {
        CHECK(message == fmt::format("line {}: the text is not utf-8", first_bad_line(bytes)));
        trials.tally("no text");
      }
      trials.tally("refused");
    }
  });
  CHECK(trials.tallied("taken") > 0);
  CHECK(trials.tallied("with rows rejected") > 0);
  CHECK(trials.tallied("no text") > trials.done() / 4);
}

TEST_CASE("the files that bytes are changed in are good") {
  TestStore t{"2026-03-02"};
  auto reading = t.reading();
  ImportOptions options;
  options.create_products = true;
  for (const auto& import : imports) {
    const ImportPlan plan = import.plan(reading, import.file, options);
    CHECK(plan.summary().rejected == 0);
    CHECK(plan.summary().added > 0);
  }
  CHECK(first_bad_line("a\nb\xff\nc") == 2);
  CHECK(first_bad_line("甲\n乙\n") == 0);
}

}  // namespace pharmacy::test
