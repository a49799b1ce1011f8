#include "visits/special_store.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/id_number.h"
#include "pharmacy/household.h"
#include "pharmacy/members.h"
#include "pharmacy/policy.h"
#include "pharmacy/staff.h"

namespace pharmacy::test {

std::string id_card(int n) {
  const std::string first = fmt::format("11010119900307{:03}", n);
  return first + id_check_digit(first);
}

SpecialStore::SpecialStore(std::string_view day) : CounterStore{day} {
  auto tx = begin();
  NewProduct product;
  product.code = "E";
  product.name = "氨酚伪麻那敏片";
  product.strength = "24 片";
  product.maker = "某药厂";
  product.price = UnitPrice{150'000};
  product.product_class = ProductClass::otc_a;
  product.special = SpecialDrug::ephedrine;
  add_product(tx, product);
  product.code = "R";
  product.name = "复方甲麻口服溶液";
  product.product_class = ProductClass::rx;
  add_product(tx, product);
  for (const char* name : {"李娜", "王芳", "赵敏", "钱进"}) add_member(tx, {.name = name});
  tx.commit();
}

NewSale SpecialStore::sale(const std::vector<std::string>& items, const SpecialAsked& asked) const {
  NewSale sale;
  sale.items = items_of(items);
  sale.prescription = asked.prescription;
  sale.reason = "补录";
  if (asked.member) sale.member = MemberId{*asked.member};
  if (asked.number) sale.buyer = BuyerIdentity{.name = asked.name, .number = asked.number};
  if (asked.day) {
    sale.on = Zone{"Asia/Shanghai"}.at_local(parse_date(*asked.day).value(), std::chrono::hours{8});
  }
  return sale;
}

ReceiptId SpecialStore::sell_special(const std::vector<std::string>& items,
                                     const SpecialAsked& asked) {
  return sell(sale(items, asked));
}

std::string SpecialStore::refusal(const std::vector<std::string>& items,
                                  const SpecialAsked& asked) {
  try {
    sell_special(items, asked);
  } catch (const Error& error) {
    if (error.code() != Errc::refused) throw;
    std::string text;
    for (const Fault& fault : error.faults()) text += fault.message + " / " + fault.hint + "\n";
    return text;
  }
  return "";
}

void SpecialStore::live_together(std::int64_t who, std::int64_t with) {
  auto tx = begin();
  join_household(tx, {.member = MemberId{who}, .with = MemberId{with}});
  tx.commit();
}

void SpecialStore::set_limits(const std::string& lines) {
  auto tx = begin();
  set_policy(tx, {.document = "[ephedrine]\n" + lines + "\n",
                  .name = "policy.toml",
                  .effective_on = tx.today()});
  tx.commit();
}

static Secret add_staff_of(SpecialStore& t, Role role) {
  auto tx = t.begin();
  auto key =
      add_staff(tx, {.login = std::string{"r-"} + to_word(role), .name = "员工", .roles = {role}});
  tx.commit();
  return std::move(key.key_file.value());
}

Store SpecialStore::let_in(Role role) {
  return Store::open(path(), KeyFile{add_staff_of(*this, role)}, {.clock = clock()});
}

std::string SpecialStore::key_of(Role role) {
  namespace fs = std::filesystem;
  const std::string path = key_file_path() + "-" + to_word(role);
  put_bytes(path, add_staff_of(*this, role).view());
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  return path;
}

}  // namespace pharmacy::test
