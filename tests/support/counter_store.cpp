#include "support/counter_store.h"

#include <doctest/doctest.h>

#include <set>

#include "pharmacy/members.h"
#include "pharmacy/staff.h"
#include "vault/access.h"

namespace pharmacy::test {

CounterStore::CounterStore(std::string_view day) : TestStore{day} {
  auto tx = begin();
  NewMember person;
  person.name = "张伟";
  person.card = "6001";
  member = add_member(tx, person);
  const auto list = [&](const char* code, const char* name, std::optional<UnitPrice> price,
                        bool earns = true) {
    NewProduct product;
    product.code = code;
    product.name = name;
    product.price = price;
    product.earns_points = earns;
    add_product(tx, product);
  };
  list("A", "苯磺酸氨氯地平片", UnitPrice{280'000});
  list("B", "维生素C片", UnitPrice{100'000});
  list("H", "黄芪", UnitPrice{350});
  list("N", "血压计", UnitPrice{50'000}, false);
  list("F", "样品", std::nullopt);
  tx.commit();
}

ReceiptId CounterStore::sell(const NewSale& sale) {
  auto tx = begin();
  const auto id = add_sale(tx, sale).receipt;
  tx.commit();
  return id;
}

ReceiptId CounterStore::sell(const std::vector<std::string>& items,
                             const std::vector<std::string>& payments) {
  NewSale sale;
  sale.member = member;
  sale.items = items_of(items);
  sale.payments = payments_of(payments);
  return sell(sale);
}

ReceiptId CounterStore::take_back(const NewRefund& refund) {
  auto tx = begin();
  const auto id = add_refund(tx, refund).refund;
  tx.commit();
  return id;
}

FullReceipt CounterStore::receipt(ReceiptId id) {
  auto reading = this->reading();
  return get_receipt(reading, id);
}

void CounterStore::set_point_value(int per_yuan) {
  auto tx = begin();
  vault::database(tx).run(
      "INSERT INTO policy (version, effective_on, document, recorded_at, recorded_by)"
      " VALUES ((SELECT max(version) FROM policy) + 1, ?1, ?2, 0, 1)",
      tx.today(), "[points]\nper_yuan_value = " + std::to_string(per_yuan) + "\n");
  tx.commit();
}

std::int64_t CounterStore::points() {
  auto reading = this->reading();
  return points_balance(reading, member, reading.today()).balance.count();
}

Store CounterStore::let_in(Role role) {
  auto tx = begin();
  auto key = add_staff(tx, {.login = to_word(role), .name = "员工", .roles = {role}});
  tx.commit();
  return Store::open(path(), KeyFile{std::move(key.key_file.value())}, {.clock = clock()});
}

std::vector<SaleItem> items_of(const std::vector<std::string>& texts) {
  std::vector<SaleItem> items;
  for (const auto& text : texts) {
    const auto item = parse_sale_item(text);
    REQUIRE_MESSAGE(item.has_value(), text);
    items.push_back(*item);
  }
  return items;
}

std::vector<PaymentPart> payments_of(const std::vector<std::string>& texts) {
  std::vector<PaymentPart> parts;
  for (const auto& text : texts) {
    const auto part = parse_payment(text);
    REQUIRE_MESSAGE(part.has_value(), text);
    parts.push_back(*part);
  }
  return parts;
}

std::string payments_text(const FullReceipt& receipt) {
  std::set<std::string> parts;
  for (const auto& [kind, amount] : receipt.payments) {
    parts.insert(std::string{to_word(kind)} + " " + to_string(amount));
  }
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return Error{Errc::io, "nothing was thrown"};
}

}  // namespace pharmacy::test
