// Medicines come back for what GSP lets them come back for, and for nothing else without a manager.
#include <doctest/doctest.h>

#include "pharmacy/staff.h"
#include "support/counter_store.h"
#include "support/errors.h"
#include "vault/access.h"

namespace pharmacy::test {

namespace {

// A store with a medicine, and the sale of it together with something else.
struct MedicineStore : CounterStore {
  MedicineStore() {
    auto tx = begin();
    NewProduct product;
    product.code = "M";
    product.name = "阿莫西林胶囊";
    product.price = UnitPrice{125'000};
    product.approval = "国药准字H20054321";
    add_product(tx, product);
    tx.commit();
    sale = sell({"M", "N"});
  }

  std::optional<Errc> refund(Store& by, std::int64_t line, const std::string& reason,
                             bool overrides = false) {
    return code_of([&] {
      auto tx = by.begin({.id = new_operation_id(), .request = "refund"});
      add_refund(
          tx,
          {.receipt = sale, .items = {{.line = line}}, .reason = reason, .overrides = overrides});
      tx.commit();
    });
  }
  Store let_in(Role role) {
    auto tx = begin();
    auto key = add_staff(
        tx, {.login = std::string{"r-"} + to_word(role), .name = "员工", .roles = {role}});
    tx.commit();
    return Store::open(path(), KeyFile{std::move(key.key_file.value())}, {.clock = clock()});
  }

  ReceiptId sale;
};

constexpr std::int64_t medicine = 1;
constexpr std::int64_t other = 2;

}  // namespace

TEST_CASE("a medicine comes back for quality and for a recall, on any day") {
  MedicineStore t;
  t.set_day("2026-03-20");
  SUBCASE("quality") { CHECK_FALSE(t.refund(t.store(), medicine, "quality")); }
  SUBCASE("recall") { CHECK_FALSE(t.refund(t.store(), medicine, "recall")); }
}

TEST_CASE("a medicine comes back for nothing else, and all that is none does") {
  MedicineStore t;
  CHECK(t.refund(t.store(), medicine, "顾客不要了") == Errc::refused);
  CHECK(t.refund(t.store(), medicine, "Quality") == Errc::refused);
  CHECK_FALSE(t.refund(t.store(), other, "顾客不要了"));
  const Error refused =
      error_of([&] { t.take_back({.receipt = t.sale, .all = true, .reason = "顾客不要了"}); });
  REQUIRE(refused.faults().size() == 1);
  CHECK(refused.faults()[0].message ==
        "line 1: 阿莫西林胶囊 is a medicine, and comes back for quality or a recall only");
  CHECK(refused.faults()[0].hint ==
        "--reason quality or recall; typing on the day it was recorded; a manager: --override");
}

TEST_CASE("what was mistyped is put right on the day it was recorded, and not later") {
  MedicineStore t;
  SUBCASE("that day") { CHECK_FALSE(t.refund(t.store(), medicine, "typing")); }
  SUBCASE("the next") {
    t.set_day("2026-03-02");
    CHECK(t.refund(t.store(), medicine, "typing") == Errc::refused);
    CHECK_FALSE(t.refund(t.store(), other, "typing"));
  }
  SUBCASE("a sale that was dated back counts by the day of its record") {
    NewSale late;
    late.member = t.member;
    late.items = items_of({"M"});
    late.on = Instant{t.store().zone().at_local(*parse_date("2026-02-27"), std::chrono::hours{12})};
    t.sale = t.sell(late);
    CHECK_FALSE(t.refund(t.store(), medicine, "typing"));
  }
}

TEST_CASE("a manager takes a medicine back for any reason, and the log says so") {
  MedicineStore t;
  t.set_day("2026-03-05");
  CHECK_FALSE(t.refund(t.store(), medicine, "顾客不要了", true));
  auto reading = t.reading();
  CHECK(vault::database(reading).value<std::int64_t>(
            "SELECT count(*) FROM log_detail WHERE text LIKE '%override%'") == 1);
}

TEST_CASE("nobody but a manager overrides the rule on medicines") {
  for (const Role role : {Role::clerk, Role::pharmacist}) {
    MedicineStore t;
    Store store = t.let_in(role);
    CHECK(t.refund(store, medicine, "顾客不要了", true) == Errc::not_permitted);
    CHECK(t.refund(store, other, "顾客不要了", true) == Errc::not_permitted);
    CHECK_FALSE(t.refund(store, medicine, "quality"));
  }
}

TEST_CASE("the number of a prescription stays with its sale, and with what takes that back") {
  MedicineStore t;
  NewSale sale;
  sale.member = t.member;
  sale.items = items_of({"M"});
  sale.prescription = " Rx 2026-0042 ";
  t.sale = t.sell(sale);
  CHECK(t.receipt(t.sale).receipt.prescription == "Rx 2026-0042");
  CHECK_FALSE(t.refund(t.store(), medicine, "quality"));
  {
    auto reading = t.reading();
    CHECK(list_receipts(reading, {}).front().prescription == "Rx 2026-0042");
  }
  sale.prescription = std::string(65, 'x');
  CHECK(code_of([&] { t.sell(sale); }) == Errc::invalid_input);
  sale.prescription = "";
  CHECK(code_of([&] { t.sell(sale); }) == Errc::invalid_input);
}

}  // namespace pharmacy::test
