// A counter where members wait for goods.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "pharmacy/members.h"
#include "pharmacy/parties.h"
#include "pharmacy/stock_requests.h"
#include "support/counter_store.h"

namespace pharmacy::test {

struct WaitingStore : CounterStore {
  MemberId add(const std::string& name, std::optional<MemberClass> of_class = std::nullopt) {
    auto tx = begin();
    const MemberId id = add_member(tx, {.name = name});
    if (of_class) set_class(tx, id, *of_class);
    tx.commit();
    return id;
  }
  static void set_class(Transaction& tx, MemberId id, MemberClass of_class) {
    MemberEdit edit;
    edit.member_class = of_class;
    edit.reason = "店长评定";
    edit_member(tx, id, edit);
  }
  StockRequestId ask(MemberId who, const std::string& product, std::int64_t thousandths = 1000) {
    auto tx = begin();
    const auto id = add_stock_request(
        tx, {.member = who, .product = product, .quantity = Quantity{thousandths}});
    tx.commit();
    return id;
  }
  std::vector<StockRequest> hold(const std::string& product, std::int64_t thousandths) {
    auto tx = begin();
    auto held = hold_stock(tx, product, Quantity{thousandths});
    tx.commit();
    return held;
  }
  std::vector<StockRequest> open(const std::string& product) {
    auto reading = this->reading();
    return list_stock_requests(reading, {.product = product}).requests;
  }
  StockRequest only_of(MemberId who) {
    auto reading = this->reading();
    const auto all = list_stock_requests(reading, {.member = who}).requests;
    REQUIRE(all.size() == 1);
    return all[0];
  }
  void end(StockRequestId id, StockRequestEnd how) {
    auto tx = begin();
    end_stock_request(tx, id, how, "顾客说不要了");
    tx.commit();
  }
};

}  // namespace pharmacy::test
