// What a check of a cart foretells of special drugs: what the sale would say, and nothing written.
#include <doctest/doctest.h>

#include <algorithm>

#include "pharmacy/risk.h"
#include "support/errors.h"
#include "support/run.h"
#include "support/trials.h"
#include "vault/access.h"
#include "visit/visit.h"
#include "visits/special_store.h"

using namespace pharmacy;
using test::code_of;
using test::id_card;
using test::run;
using test::SpecialStore;

namespace {

// What speaks against the cart of special drugs, a line each.
std::string foretold(SpecialStore& t, const std::vector<std::string>& items,
                     const test::SpecialAsked& asked) {
  auto reading = t.reading();
  std::string text;
  for (const CounterAlert& alert : check_cart(reading, t.sale(items, asked)).alerts) {
    if (alert.kind != AlertKind::special_drug || alert.level != AlertLevel::refuse) continue;
    text += alert.text + "\n";
  }
  return text;
}

// What a sale says, in the form of foretold().
std::string refused(SpecialStore& t, const std::vector<std::string>& items,
                    const test::SpecialAsked& asked) {
  try {
    auto tx = t.begin();
    add_sale(tx, t.sale(items, asked));
  } catch (const Error& error) {
    if (error.code() != Errc::refused) throw;
    std::string text;
    for (const Fault& fault : error.faults())
      text += fault.message + (fault.hint.empty() ? "" : "; " + fault.hint) + "\n";
    return text;
  }
  return "";
}

std::int64_t rows_of_all(SpecialStore& t) {
  auto reading = t.reading();
  return vault::database(reading)
      .value<std::int64_t>(
          "SELECT (SELECT count(*) FROM receipt) + (SELECT count(*) FROM special_tag_key)"
          " + (SELECT count(*) FROM special_buyer)")
      .value();
}

bool foretells(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a check foretells in the words of the sale how much is too much, and writes nothing") {
  SpecialStore t;
  CHECK(foretold(t, {"E=2"}, {.member = 1}).empty());
  CHECK(foretold(t, {"E=1", "A=5", "R=2"}, {}) ==
        refused(t, {"E=1", "A=5", "R=2"}, {.number = id_card(1)}));
  CHECK(rows_of_all(t) == 0);
  t.sell_special({"E=2"}, {.member = 1, .number = id_card(1)});
  t.set_day("2026-03-26");
  const std::string text = foretold(t, {"E=1"}, {.member = 1});
  CHECK(text ==
        "at most 2 packs of compounds with ephedrine within 7 days; by this document or household"
        " there were 2 on 2026-03-20 (receipt 1); 1 can be sold again from 2026-03-27 on\n");
  CHECK(text == refused(t, {"E=1"}, {.member = 1, .number = id_card(1)}));
  CHECK(foretold(t, {"E=1"}, {}).empty());  // whose document it will be, nobody knows
  t.set_day("2026-03-27");
  CHECK(foretold(t, {"E=2"}, {.member = 1}).empty());
}

TEST_CASE("of her household a check tells the sum of each day, and no receipt and nobody") {
  SpecialStore t;
  t.live_together(1, 2);
  t.sell_special({"E=1"}, {.member = 2, .number = id_card(2)});
  t.sell_special({"E=1"}, {.number = id_card(2)});  // her document, without her number
  const std::string text = foretold(t, {"E=1"}, {.member = 1});
  CHECK(foretells(text, "there were 2 on 2026-03-20; "));
  CHECK_FALSE(foretells(text, "receipt"));
  CHECK(foretold(t, {"E=2"}, {.member = 3}).empty());
}

TEST_CASE("an imported sale of another is told without its receipt, too") {
  SpecialStore t;
  t.live_together(1, 2);
  const ReceiptId id = t.sell_special({"E=2"}, {.member = 2, .number = id_card(2)});
  auto tx = t.begin();
  vault::database(tx).run("DROP TRIGGER special_buyer_stays");
  vault::database(tx).run("DELETE FROM special_buyer WHERE receipt = ?1", id);
  tx.commit();
  CHECK_FALSE(foretells(foretold(t, {"E=1"}, {.member = 1}), "receipt"));
}

TEST_CASE("a prescription measures in a check as in the sale") {
  SpecialStore t;
  CHECK(foretells(foretold(t, {"R=5"}, {.member = 1}), "5 packs"));
  CHECK(foretold(t, {"R=5"}, {.member = 1, .prescription = "RX-1"}).empty());
}

TEST_CASE("a member who is to get none is foretold none") {
  SpecialStore t;
  {
    auto tx = t.begin();
    set_risk(tx, {.member = MemberId{1},
                  .kind = RiskKind::special_drugs,
                  .conditions = {RiskCondition::no_special_drugs},
                  .reason = "多次购买",
                  .review_on = tx.today() + std::chrono::days{30}});
    tx.commit();
  }
  CHECK(foretold(t, {"E"}, {.member = 1}) == refused(t, {"E"}, {.member = 1}));
  CHECK(foretells(foretold(t, {"E"}, {.member = 1}),
                  "nothing under a special rule is sold to M1: E"));
  CHECK(foretold(t, {"A"}, {.member = 1}).empty());
}

TEST_CASE("visit check ends as visit buy would, and says that a document will be asked for") {
  SpecialStore t;
  const std::string key = t.key_of(Role::clerk);
  const auto check = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "check");
    return run(cli::define_visit, t, words, {.env = {{"PHARMACY_KEY_FILE", key}}});
  };
  const auto fine = check({"M1", "E=2"});
  CHECK(fine.status == 0);
  CHECK(foretells(fine.out,
                  "氨酚伪麻那敏片: the sale asks for the name and number of the buyer's document"));
  CHECK(check({"M1", "A=2"}).out.find("special_drug") == std::string::npos);
  const auto many = check({"-", "E=2", "--item", "E", "--qty", "1"});
  CHECK(many.status == 3);
  CHECK(foretells(many.out, "3 packs of compounds with ephedrine in one sale: at most 2"));
  CHECK(check({"M1"}).status == 2);
  CHECK(check({"M1", "E=0"}).status == 2);
  CHECK(check({"M1", "nosuch", "E=9"}).status == 1);
  CHECK(check({"M1", "R=5", "--prescription", "RX-1"}).status == 0);
}

TEST_CASE("what a check foretells, the sale refuses, whatever document is shown") {
  test::Trials trials{"special drugs foretold", 6, 200};
  trials.each([&](std::int64_t, test::Random& random) {
    SpecialStore t;
    if (random.one_in(2)) t.live_together(1, 2);
    const Date first = parse_date("2026-04-01").value();
    int day = 0;
    for (int step = 0; step < 30; ++step) {
      if (random.one_in(3)) t.set_day(to_string(first + std::chrono::days{++day}));
      test::SpecialAsked asked{.number = id_card(static_cast<int>(random.below(4)))};
      if (!random.one_in(4)) asked.member = random.between(1, 3);
      const std::vector<std::string> items{"E=" + std::to_string(random.between(1, 3))};
      const std::string told = foretold(t, items, asked);
      const std::string refusal = refused(t, items, asked);
      if (!told.empty()) {
        CHECK_FALSE(refusal.empty());
        trials.tally("foretold");
      } else if (refusal.empty()) {
        t.sell_special(items, asked);
        trials.tally("sold");
      } else {
        trials.tally("by the document alone");
      }
    }
  });
  CHECK(trials.tallied("foretold") > 0);
  CHECK(trials.tallied("sold") > 0);
  CHECK(trials.tallied("by the document alone") > 0);
}
