// Whose purchases of special drugs count for whom: households, documents, and what is told of them.
#include <doctest/doctest.h>

#include "pharmacy/household.h"
#include "pharmacy/merge.h"
#include "pharmacy/risk.h"
#include "pharmacy/special.h"
#include "vault/access.h"
#include "visits/special_store.h"

using namespace pharmacy;
using test::id_card;
using test::SpecialStore;

namespace {

bool tells(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a household, and a document, count as one, and a stranger's does not") {
  SpecialStore t;
  t.live_together(2, 1);
  t.sell_special({"E=1"}, {.member = 1, .number = id_card(1)});
  t.sell_special({"E=1"}, {.member = 2, .number = id_card(2)});
  CHECK(tells(t.refusal({"E=1"}, {.member = 1, .number = id_card(3)}), "at most 2"));
  t.sell_special({"E=1"}, {.member = 3, .number = id_card(3)});
  // Her neighbour's card does not help who bought two by her own.
  CHECK(tells(t.refusal({"E=2"}, {.member = 4, .number = id_card(3)}), "at most 2"));
  t.sell_special({"E=1"}, {.number = id_card(3)});
  CHECK(tells(t.refusal({"E=1"}, {.member = 5, .number = id_card(3)}), "at most 2"));
  // Whoever moves in brings along what she bought, by whichever document.
  t.live_together(3, 5);
  CHECK(tells(t.refusal({"E=2"}, {.member = 5, .number = id_card(5)}), "2 on 2026-03-20 /"));
}

TEST_CASE("who left a household counts with it until a window is over") {
  SpecialStore t;
  t.live_together(3, 5);
  t.set_day("2026-03-25");
  t.sell_special({"E=2"}, {.member = 3, .number = id_card(3)});
  {
    auto tx = t.begin();
    leave_household(tx, MemberId{3});
    tx.commit();
  }
  CHECK(tells(t.refusal({"E=1"}, {.member = 5, .number = id_card(5)}), "2 on 2026-03-25 /"));
  t.set_day("2026-03-31");
  CHECK(tells(t.refusal({"E=1"}, {.member = 5, .number = id_card(5)}), "2 on 2026-03-25 /"));
  t.set_day("2026-04-01");
  t.sell_special({"E=2"}, {.member = 3, .number = id_card(3)});
  t.sell_special({"E=2"}, {.member = 5, .number = id_card(5)});
}

TEST_CASE("a document links whom it was shown for, with her household and her other documents") {
  SpecialStore t;
  t.live_together(1, 2);
  t.sell_special({"R=1"}, {.member = 1, .number = id_card(1), .prescription = "RX-1"});
  t.sell_special({"E=1"}, {.member = 2, .number = id_card(2)});
  CHECK(tells(t.refusal({"E=2"}, {.number = id_card(1)}), "1 on 2026-03-20 /"));  // M2's
  t.sell_special({"E=1"}, {.number = id_card(1)});
  // What was bought as nobody by a document of hers counts for the household.
  CHECK(tells(t.refusal({"E=1"}, {.member = 2, .number = id_card(3)}), "1 on 2026-03-20 (receipt"));
  CHECK(tells(t.refusal({"E=1"}, {.number = id_card(2)}), "at most 2"));
  t.sell_special({"E=2"}, {.number = id_card(3)});
}

TEST_CASE("whoever may buy no special drug gets none as nobody by her document") {
  SpecialStore t;
  t.sell_special({"E=1"}, {.member = 1, .number = id_card(1)});
  {
    auto tx = t.begin();
    set_risk(tx, {.member = MemberId{1},
                  .kind = RiskKind::special_drugs,
                  .conditions = {RiskCondition::no_special_drugs},
                  .reason = "频繁购买",
                  .review_on = parse_date("2026-09-01").value()});
    tx.commit();
  }
  t.set_day("2026-04-20");
  const std::string refused =
      "no special drug is sold to this document's buyer / leave it out, or"
      " ask a pharmacist or manager\n";
  CHECK(t.refusal({"E=1"}, {.number = id_card(1)}) == refused);
  CHECK(t.refusal({"E=1"}, {.member = 2, .number = id_card(1)}) == refused);
  t.sell_special({"E=1"}, {.number = id_card(2)});
}

TEST_CASE("what others bought is told to nobody without a document, and never by their receipts") {
  SpecialStore t;
  t.live_together(1, 2);
  t.sell_special({"E=2"}, {.member = 1, .number = id_card(1)});
  CHECK(t.refusal({"E=1"}, {.member = 2}) ==
        "a special drug is sold to nobody without a name and the number of a document / look at the"
        " ID card, and give --buyer NAME --id-number NUMBER\n");
  const NewSale sale = t.sale({"E=1"}, {.member = 2, .number = id_card(2)});
  {
    auto tx = t.begin();
    const Error error = test::error_of([&] { add_sale(tx, sale); });
    CHECK(tells(error.what(), "there were 2 on 2026-03-20"));
    CHECK_FALSE(tells(error.what(), "receipt"));
    tx.failed(error);
  }
  auto reading = t.reading();
  CHECK(vault::database(reading).value<std::int64_t>(
            "SELECT count(*) FROM log_detail"
            " WHERE text LIKE 'special drug refused, told sum of 2026-03-20%'") == 1);
}

TEST_CASE("two numbers of one person count as one") {
  SpecialStore t;
  t.sell_special({"E=1"}, {.member = 1, .number = id_card(1)});
  t.sell_special({"E=1"}, {.member = 2, .number = id_card(2)});
  {
    auto tx = t.begin();
    merge_members(tx, {.from = MemberId{2}, .into = MemberId{1}});
    tx.commit();
  }
  CHECK(tells(t.refusal({"E=1"}, {.member = 1, .number = id_card(3)}), "at most 2"));
}
