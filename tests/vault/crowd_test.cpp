// Lists in which people stand by their names: more than 200 whole ones take an approval.
#include <fmt/format.h>

#include <functional>

#include "pharmacy/approval.h"
#include "pharmacy/complaints.h"
#include "pharmacy/counsel.h"
#include "pharmacy/credit.h"
#include "pharmacy/deliveries.h"
#include "pharmacy/group.h"
#include "pharmacy/keeper.h"
#include "pharmacy/leads.h"
#include "pharmacy/licence.h"
#include "pharmacy/members.h"
#include "pharmacy/parties.h"
#include "pharmacy/risk.h"
#include "pharmacy/stock_requests.h"
#include "pharmacy/upkeep.h"
#include "support/counter_store.h"
#include "support/vault.h"

using namespace pharmacy;

namespace {

// A shop in which something is known of one person more than one may see at once.
struct BusyShop : test::CounterStore {
  BusyShop() {
    auto tx = begin();
    for (std::size_t i = 0; i <= people_shown_max; ++i) {
      const MemberId person = add_member(
          tx, {.name = fmt::format("会员{}", i), .phone = fmt::format("1390013{:04}", i)});
      const MemberId clinic =
          add_member(tx, {.name = fmt::format("诊所{}", i), .kind = MemberKind::clinic});
      know(tx, person, clinic);
    }
    tx.commit();
  }

 private:
  void know(Transaction& tx, MemberId person, MemberId clinic) const {
    add_complaint(tx, {.member = person, .text = "药盒里少了一板"});
    add_stock_request(tx, {.member = person, .wanted = "血压计"});
    add_counsel(tx, {.member = person, .product = "A", .points = {.dose = "每次1片"}});
    add_lead(tx, {.source = LeadSource::event, .name = "王芳"});
    set_keeper(tx, person, "wangli");
    join_group(tx, clinic, person);
    join_group(tx, member, add_member(tx, {.name = "分店", .kind = MemberKind::clinic}));
    add_licence(tx, {.member = clinic,
                     .kind = "许可证",
                     .number = "A1",
                     .expires_on = tx.today() + std::chrono::days{9}});
    set_risk(tx, {.member = person,
                  .kind = RiskKind::other,
                  .reason = "x",
                  .review_on = tx.today() + std::chrono::days{9}});
    NewSale sale{.member = person,
                 .items = test::items_of({"B"}),
                 .payments = test::payments_of({"account"})};
    sale.deliver_by = Instant{tx.now().seconds + 3600};
    add_sale(tx, sale);
  }
};

// How many are listed, of at most so many.
using Listing = std::function<std::size_t(Reading&, std::size_t limit)>;

}  // namespace

TEST_CASE("no list shows more than 200 people by their whole names without an approval") {
  BusyShop s;
  const std::vector<std::pair<const char*, Listing>> lists{
      {"members",
       [](Reading& r, std::size_t n) { return list_members(r, {.limit = n}).lines.size(); }},
      {"complaints",
       [](Reading& r, std::size_t n) {
         return list_complaints(r, {.limit = n}).complaints.size();
       }},
      {"requests",
       [](Reading& r, std::size_t n) {
         return list_stock_requests(r, {.limit = n}).requests.size();
       }},
      {"counsels",
       [](Reading& r, std::size_t n) { return list_counsels(r, {.limit = n}).counsels.size(); }},
      {"deliveries",
       [](Reading& r, std::size_t n) {
         return list_deliveries(r, {.limit = n}).deliveries.size();
       }},
      {"leads", [](Reading& r, std::size_t n) { return list_leads(r, {.limit = n}).leads.size(); }},
      {"kept", [](Reading& r, std::size_t n) { return list_kept(r, {.limit = n}).members.size(); }},
      {"group",
       [&](Reading& r, std::size_t n) {
         return list_group(r, s.member, {.limit = n}).members.size();
       }},
      {"accounts",
       [](Reading& r, std::size_t n) { return list_groups(r, {.limit = n}).accounts.size(); }},
      {"licences",
       [](Reading& r, std::size_t n) { return list_licences(r, {.limit = n}).licences.size(); }},
      {"risks", [](Reading& r, std::size_t n) { return list_risks(r, {.limit = n}).risks.size(); }},
      {"stale", [](Reading& r,
                   std::size_t n) { return list_stale(r, {.days = 0, .limit = n}).lines.size(); }},
      {"incomplete", [](Reading& r, std::size_t n) {
         return list_incomplete(r, {.below = 100, .limit = n}).lines.size();
       }}};
  for (const auto& one : lists) {
    CAPTURE(one.first);
    auto reading = s.reading();
    CHECK_THROWS_AS(one.second(reading, people_shown_max + 1), ApprovalNeeded);
    CHECK(one.second(reading, people_shown_max) == people_shown_max);
  }
  auto reading = s.reading();
  CHECK_THROWS_AS(list_credit(reading), ApprovalNeeded);
}
