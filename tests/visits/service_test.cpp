// The service standard: which steps a sale takes, and what becomes of one that lacks some.
#include "pharmacy/service.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "pharmacy/policy.h"
#include "pharmacy/staff.h"
#include "policy/document.h"
#include "support/counter_store.h"
#include "support/errors.h"

namespace pharmacy::test {

namespace {

// A store with a product of each class, code and class alike, and sellers of each role.
struct StandardStore : CounterStore {
  StandardStore() {
    auto tx = begin();
    for (const auto& [of_class, word] : EnumNames<ProductClass>::table) {
      add_product(tx, {.code = word, .price = UnitPrice{100'000}, .product_class = of_class});
    }
    add_product(tx, {.code = "special",
                     .price = UnitPrice{100'000},
                     .product_class = ProductClass::otc_b,
                     .special = SpecialDrug::ephedrine});
    add_product(tx, {.code = "long", .price = UnitPrice{100'000}, .long_term = true});
    add_product(
        tx, {.code = "long30", .price = UnitPrice{100'000}, .days_supply = 30, .long_term = true});
    clerk_key =
        add_staff(tx, {.login = "lina", .name = "李娜", .roles = {Role::clerk}}).key_file.value();
    add_staff(tx, {.login = "chen", .name = "陈明", .roles = {Role::pharmacist}});
    tx.commit();
    clerk.emplace(Store::open(path(), KeyFile{std::move(*clerk_key)}, {.clock = clock()}));
  }

  void set_standard(const std::string& document) {
    auto tx = begin();
    set_policy(tx, {.document = document, .name = "p.toml", .effective_on = tx.today()});
    tx.commit();
  }
  Sold sell_as(Store& by, const NewSale& sale) {
    auto tx = by.begin({.id = new_operation_id(), .request = "buy"});
    Sold sold = add_sale(tx, sale);
    tx.commit();
    return sold;
  }
  // "pharmacist 1 2, batch 2": what a clerk's sale of these lacks, and on which lines.
  std::string lacking(
      const std::vector<std::string>& items,
      const std::function<void(NewSale&)>& change = [](NewSale&) {}) {
    NewSale sale{.items = items_of(items)};
    const bool is_special = std::ranges::any_of(
        sale.items, [](const SaleItem& item) { return item.code == "special"; });
    if (is_special) {  // each time somebody else, who may have some
      sale.buyer = BuyerIdentity{.name = "李晓",
                                 .document = IdDocument::passport,
                                 .number = "E" + std::to_string(++buyers)};
    }
    change(sale);
    const Sold sold = sell_as(*clerk, sale);
    std::string told;
    std::map<ServiceStep, std::vector<std::int64_t>> kept;
    for (const MissedStep& step : sold.missed) {
      told += (told.empty() ? "" : ", ") + std::string{to_word(step.step)};
      for (const auto line : step.lines) told += ' ' + std::to_string(line);
    }
    for (const MissedLine& line : receipt(sold.receipt).missed)
      kept[line.step].push_back(line.line);
    CHECK(kept.size() == sold.missed.size());
    for (const MissedStep& step : sold.missed) CHECK(kept[step.step] == step.lines);
    return told;
  }

  int buyers = 0;
  std::optional<Secret> clerk_key;
  std::optional<Store> clerk;
};

}  // namespace

TEST_CASE("the steps that a policy may name are those that there are") {
  std::vector<std::string_view> words;
  for (const auto& [step, word] : EnumNames<ServiceStep>::table) words.emplace_back(word);
  CHECK(std::ranges::equal(words, policy::service_steps));
}

TEST_CASE("what a sale lacks follows from what is sold") {
  StandardStore t;
  CHECK(t.lacking({"rx"}) == "prescription 1, pharmacist 1");
  CHECK(t.lacking({"otc_a"}) == "pharmacist 1");
  CHECK(t.lacking({"otc_b", "not_medicine", "A"}) == "");
  CHECK(t.lacking({"special"}) == "pharmacist 1, batch 1");
  CHECK(t.lacking({"special#B1"}) == "pharmacist 1");
  CHECK(t.lacking({"long"}) == "days_supply 1");
  CHECK(t.lacking({"long30"}) == "");  // the catalog knows it
  CHECK(t.lacking({"otc_b", "rx", "special"}) == "prescription 2, pharmacist 2 3, batch 3");
}

TEST_CASE("a step that is done is not asked for") {
  StandardStore t;
  const auto with = [](NewSale& sale) {
    sale.prescription = "Rx1";
    sale.pharmacist = "chen";
  };
  CHECK(t.lacking({"rx"}, with) == "");
  CHECK(t.lacking({"long"}, [](NewSale& sale) { sale.items[0].days_supply = 7; }) == "");
  t.set_standard("[service]\notc_b = [\"expiry\", \"batch\"]\nrx = []\n");
  CHECK(t.lacking({"otc_b", "rx"}) == "batch 1, expiry 1");
  CHECK(t.lacking({"otc_b#B1"},
                 [](NewSale& sale) { sale.items[0].expiry = parse_date("2027-01-01"); }) == "");
}

TEST_CASE("who sells as a pharmacist released it, and nobody is named who is none") {
  StandardStore t;
  const Sold own = t.sell_as(t.store(), {.items = items_of({"otc_a"})});
  CHECK(own.missed.empty());
  CHECK(t.receipt(own.receipt).receipt.pharmacist == "wangli");

  NewSale sale{.items = items_of({"otc_a"})};
  sale.pharmacist = "chen";
  const Sold released = t.sell_as(*t.clerk, sale);
  CHECK(t.receipt(released.receipt).receipt.pharmacist == "chen");
  CHECK(t.receipt(released.receipt).receipt.staff == "lina");

  sale.pharmacist = "lina";
  CHECK(code_of([&] { t.sell_as(*t.clerk, sale); }) == Errc::invalid_input);
  sale.pharmacist = "nobody";
  CHECK(code_of([&] { t.sell_as(*t.clerk, sale); }) == Errc::not_found);
  {
    auto tx = t.begin();
    disable_staff(tx, "chen");
    tx.commit();
  }
  sale.pharmacist = "chen";
  CHECK(code_of([&] { t.sell_as(*t.clerk, sale); }) == Errc::invalid_input);
}

TEST_CASE("without a step that is a condition nothing is sold") {
  StandardStore t;
  t.set_standard("[service]\nrefused_without = [\"prescription\"]\n");
  const Error refused = error_of([&] {
    t.sell_as(*t.clerk, {.items = items_of({"A", "rx", "rx"})});
  });
  CHECK(refused.code() == Errc::refused);
  REQUIRE(refused.faults().size() == 1);
  CHECK(refused.faults()[0].message == "no prescription is recorded for rx");
  CHECK(refused.faults()[0].hint == "give its number with --prescription");
  CHECK(t.lacking({"rx"}, [](NewSale& sale) { sale.prescription = "Rx1"; }) == "pharmacist 1");
}

TEST_CASE("what takes a sale back names its pharmacist, and lacks nothing") {
  StandardStore t;
  const Sold sold = t.sell_as(t.store(), {.items = items_of({"rx"})});
  CHECK(sold.missed.size() == 1);
  const ReceiptId refund = t.take_back({.receipt = sold.receipt, .all = true, .reason = "quality"});
  CHECK(t.receipt(refund).receipt.pharmacist == "wangli");
  CHECK(t.receipt(refund).missed.empty());
}

}  // namespace pharmacy::test
