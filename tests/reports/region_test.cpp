// Members and sales by region, against plain sums over the rows.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <set>

#include "pharmacy/parties.h"
#include "pharmacy/regions.h"
#include "report/report.h"
#include "reports/ledger.h"
#include "support/run.h"
#include "support/trials.h"

using namespace pharmacy;
using namespace pharmacy::test;

namespace {

const Date opening_day = parse_date("2026-08-01").value();

Ledger random_regions(Random& random) {
  static const std::vector<std::string> regions{"310115", "310101", "310200",       "440106",
                                                "442000", "静安区", "310115003001", "3101"};
  Ledger shop{.products = 3};
  const auto some_day = [&] { return opening_day + std::chrono::days{random.between(0, 90)}; };
  for (std::int64_t id = 1; id <= 40; ++id) {
    const std::string status = random.one_in(8)    ? "restricted"
                               : random.one_in(10) ? "merged"
                               : random.one_in(12) ? "erased"
                                                   : "active";
    shop.members.push_back({.id = id, .joined = some_day(), .status = status});
    for (int fact = 0; fact < 3; ++fact) {
      if (random.one_in(3)) continue;
      shop.facts.push_back({.member = id,
                            .fact = "region",
                            .value = regions[random.below(8)],
                            .is_over = random.one_in(3)});
    }
    if (random.one_in(2)) {
      const auto& size = EnumNames<CitySize>::table[random.below(6)];
      shop.facts.push_back({.member = id, .fact = "city_size", .value = size.second});
    }
  }
  for (std::int64_t id = 1; id <= 200; ++id) {
    ReceiptRow receipt{.id = id, .day = some_day()};
    receipt.kind = random.one_in(5) ? ReceiptKind::refund : ReceiptKind::sale;
    if (!random.one_in(4)) receipt.member = random.between(1, 40);
    const bool is_nothing = random.one_in(9);
    receipt.lines.push_back({.product = random.between(1, 3),
                             .quantity = is_nothing ? 0 : 1000,
                             .amount = is_nothing ? 0 : random.between(0, 9999)});
    shop.receipts.push_back(receipt);
  }
  return shop;
}

// The name of the region of a member, "" where it is not known.
std::string place_of(const Ledger& shop, const MemberRow& member, RegionLevel level) {
  if (member.status != "active") return "";
  std::string name;
  for (const FactRow& fact : shop.facts) {
    const bool is_asked = (fact.fact == "city_size") == (level == RegionLevel::city_size);
    if (fact.member == member.id && !fact.is_over && is_asked) name = fact.value;
  }
  const std::size_t kept = level == RegionLevel::city ? 4 : level == RegionLevel::province ? 2 : 99;
  const bool is_code = name == "310115003001" || (name.size() == 6 && name[0] < '9');
  return is_code && kept < 6 ? name.substr(0, kept) + std::string(6 - kept, '0') : name;
}

// A line each: the region, its members, buyers, receipts, net, and net by buyer.
std::string expected_regions(const Ledger& shop, const Period& period, RegionLevel level) {
  struct Sums {
    std::int64_t members = 0, receipts = 0, net = 0;
    std::set<std::int64_t> buyers{};
  };
  std::map<std::string, Sums> all;
  for (const MemberRow& member : shop.members) {
    Sums& sums = all[place_of(shop, member, level)];
    if (member.joined <= period.to && member.status != "merged" && member.status != "erased")
      ++sums.members;
    for (const ReceiptRow& receipt : shop.receipts) {
      if (receipt.member != member.id || !period.contains(receipt.day)) continue;
      sums.net += receipt.kind == ReceiptKind::sale ? receipt.amount() : -receipt.amount();
      if (!receipt.is_purchase()) continue;
      ++sums.receipts;
      sums.buyers.insert(member.id);
    }
  }
  const auto line = [](const std::string& name, const Sums& sums) {
    if (sums.members == 0 && sums.receipts == 0 && sums.net == 0) return std::string{};
    const auto buyers = static_cast<std::int64_t>(sums.buyers.size());
    const std::int64_t away = sums.net < 0 ? -1 : 1;
    const std::string mean =
        buyers == 0 ? "-" : std::to_string(away * ((2 * away * sums.net + buyers) / (2 * buyers)));
    return fmt::format("{} {} {} {} {} {}\n", name.empty() ? "?" : name, sums.members, buyers,
                       sums.receipts, sums.net, mean);
  };
  std::string lines;
  if (level == RegionLevel::city_size) {
    for (const auto& [size, word] : EnumNames<CitySize>::table) lines += line(word, all[word]);
  } else {
    for (const auto& [name, sums] : all) lines += name.empty() ? "" : line(name, sums);
  }
  return lines + line("", all[""]);
}

std::string told_regions(const RegionReport& report) {
  std::string lines;
  for (const RegionFigures& one : report.regions) {
    lines += fmt::format(
        "{} {} {} {} {} {}\n", one.region.value_or("?"), one.members, one.buying, one.receipts,
        one.net.count(),
        one.net_per_buyer ? std::to_string(one.net_per_buyer->count()) : std::string{"-"});
  }
  return lines;
}

}  // namespace

TEST_CASE("figures by region agree with plain sums over the rows, at each level") {
  Trials trials("reports by region", 4, 1'000);
  trials.each([&](std::int64_t, Random& random) {
    TestStore store{"2026-12-01"};
    const Ledger shop = random_regions(random);
    put(store, shop);
    for (const auto& [level, word] : EnumNames<RegionLevel>::table) {
      for (const Period period :
           {Period{opening_day, opening_day + std::chrono::days{200}},
            Period{opening_day + std::chrono::days{20}, opening_day + std::chrono::days{40}}}) {
        CAPTURE(word);
        const auto report = region_report(store.store(), period, level);
        CHECK(told_regions(report) == expected_regions(shop, period, level));
        std::int64_t members = 0, net = 0;
        for (const auto& one : report.regions) {
          members += one.members;
          net += one.net.count();
          trials.tally(one.region ? "regions" : "unknown");
        }
        CHECK(report.in_all.members == members);
        CHECK(report.in_all.net.count() == net);
      }
    }
  });
  CHECK(trials.tallied("regions") > 0);
  CHECK(trials.tallied("unknown") > 0);
}

TEST_CASE("report region tells regions without a name of anybody, the unknown last") {
  TestStore store{"2026-10-31"};
  const Date day = parse_date("2026-10-20").value();
  const LineRow line{.product = 1, .quantity = 1000, .amount = 2500};
  put(store, {.members = {{.id = 1, .joined = opening_day},
                          {.id = 2, .joined = opening_day},
                          {.id = 3, .joined = opening_day}},
              .facts = {{.member = 1, .fact = "region", .value = "310115"},
                        {.member = 2, .fact = "region", .value = "310101"}},
              .products = 1,
              .receipts = {{.id = 1, .member = 1, .day = day, .lines = {line}},
                           {.id = 2, .member = 3, .day = day, .lines = {line}},
                           {.id = 3, .day = day, .lines = {line}}}});
  const auto csv = run(cli::report, store, {"region", "--by", "city", "--format", "csv"});
  CHECK(csv.out ==
        "section,key,sub,value\n"
        "report,from,,2026-10-01\n"
        "report,to,,2026-10-31\n"
        "report,level,,city\n"
        "in_all,members,,3\n"
        "in_all,buying,,2\n"
        "in_all,receipts,,2\n"
        "in_all,net_fen,,5000\n"
        "in_all,net_per_buyer_fen,,2500\n"
        "regions,310100,members,2\n"
        "regions,310100,buying,1\n"
        "regions,310100,receipts,1\n"
        "regions,310100,net_fen,2500\n"
        "regions,310100,net_per_buyer_fen,2500\n"
        "regions,,members,1\n"
        "regions,,buying,1\n"
        "regions,,receipts,1\n"
        "regions,,net_fen,2500\n"
        "regions,,net_per_buyer_fen,2500\n");
  const auto bad = run(cli::report, store, {"region", "--by", "street"});
  CHECK(bad.status == 2);
}
