// How well blind alerts keep a secret from a clerk who has the data key and can reach the files:
// not at all from one who tries every ingredient there is. The manual says so, with the time it
// takes.
#include <doctest/doctest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "base/substance_keys.h"
#include "members/health/seal.h"
#include "pharmacy/consent.h"
#include "pharmacy/health.h"
#include "pharmacy/members.h"
#include "support/test_store.h"
#include "vault/access.h"

using namespace pharmacy;
using test::TestStore;

namespace {

constexpr int member_count = 20;
constexpr int ingredients = 20'000;

std::string ingredient(int number) { return "成分" + std::to_string(number); }

// Members of whom each is allergic to one ingredient: the number 7 and upwards, 900 apart.
void fill(TestStore& t) {
  auto tx = t.begin();
  for (int i = 0; i < member_count; ++i) {
    NewMember person;
    person.name = "会员" + std::to_string(i);
    const MemberId id = add_member(tx, person);
    give_consent(tx, {.member = id, .purpose = Purpose::health});
    add_health_note(
        tx, {.member = id,
             .facts = {.kind = HealthKind::allergy, .ingredient = ingredient(7 + 900 * i)}});
  }
  tx.commit();
}

}  // namespace

TEST_CASE("whoever has the data key and the files finds an allergy by trying every ingredient") {
  TestStore t{"2026-03-01"};
  fill(t);
  auto reading = t.reading();
  auto& db = vault::database(reading);
  const auto key = members::tag_key(db);
  REQUIRE(key);
  const auto stored = db.values<db::Bytes>("SELECT tag FROM health_tag");
  const std::set<db::Bytes> tags{stored.begin(), stored.end()};

  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::string> found;
  for (int i = 0; i < member_count; ++i) {
    for (int tried = 0; tried < ingredients; ++tried) {
      const auto tag = members::tag_of(*key, MemberId{i + 1}, ingredient_key(ingredient(tried)));
      if (tags.contains(tag)) found.push_back(ingredient(tried));
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  MESSAGE(ingredients, " ingredients for each of ", member_count, " members: ", took.count(), " s");
  std::vector<std::string> expected;
  for (int i = 0; i < member_count; ++i) expected.push_back(ingredient(7 + 900 * i));
  CHECK(found == expected);

  // Without the key of the digests, which lies in the sealed database, trying finds nothing.
  const crypto::Key other{std::array<unsigned char, 32>{1}};
  std::size_t by_chance = 0;
  for (int tried = 0; tried < ingredients; ++tried)
    by_chance += tags.count(members::tag_of(other, MemberId{1}, ingredient_key(ingredient(tried))));
  CHECK(by_chance == 0);
}
