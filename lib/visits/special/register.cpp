// The register of special drugs, and who buys them unusually often.
#include <algorithm>
#include <map>
#include <set>

#include "pharmacy/household.h"
#include "pharmacy/policy.h"
#include "pharmacy/special.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/health_keys.h"
#include "vault/permissions.h"
#include "visits/special/identity.h"
#include "visits/special/packs.h"

namespace pharmacy {

namespace {

using visits::PacksBought;

// Opens buyers, each key once.
class BuyerReader {
 public:
  explicit BuyerReader(Reading& reading)
      : reading_{reading}, may_{vault::may(reading.actor(), vault::Permission::read_health)} {}

  void read(SpecialSale& sale, std::optional<std::int64_t> epoch,
            const std::optional<db::Bytes>& sealed) {
    sale.record = BuyerRecord::not_recorded;
    if (!epoch || !sealed) return;
    sale.record = BuyerRecord::sealed;
    const auto* keys = may_ ? keys_of(*epoch) : nullptr;
    if (keys == nullptr) return;
    const auto buyer = visits::opened_buyer(*sealed, *keys);
    if (!buyer || buyer->receipt != sale.receipt) {
      sale.record = BuyerRecord::damaged;
      return;
    }
    sale.record = BuyerRecord::opened;
    sale.buyer = buyer->name;
    sale.document = buyer->document;
    sale.number = buyer->number;
  }

 private:
  const crypto::BoxKeys* keys_of(std::int64_t epoch) {
    auto found = keys_.find(epoch);
    if (found == keys_.end()) {
      found = keys_.emplace(epoch, vault::health_key(reading_, static_cast<std::uint16_t>(epoch)))
                  .first;
    }
    return found->second ? &*found->second : nullptr;
  }

  Reading& reading_;
  bool may_;
  std::map<std::int64_t, std::optional<crypto::BoxKeys>> keys_;
};

SpecialSale sale_in(db::Statement& row) {
  return {.receipt = row.get<ReceiptId>(0),
          .line = row.get<std::int64_t>(1),
          .day = row.get<Date>(2),
          .special = row.get<SpecialDrug>(3),
          .code = row.get<std::string>(4),
          .name = row.get<std::string>(5),
          .form = row.get<std::optional<std::string>>(6),
          .strength = row.get<std::optional<std::string>>(7),
          .maker = row.get<std::optional<std::string>>(8),
          .batch = row.get<std::optional<std::string>>(9),
          .quantity = row.get<Quantity>(10),
          .returned = row.get<Quantity>(11),
          .record = BuyerRecord::not_recorded,
          .buyer = {},
          .document = {},
          .number = {},
          .member = row.get<std::optional<MemberId>>(12),
          .staff = row.get<std::string>(13),
          .prescription = row.get<std::optional<std::string>>(14)};
}

}  // namespace

std::vector<SpecialSale> special_register(Reading& reading, const Period& period) {
  vault::require(reading, vault::Permission::view_special);
  BuyerReader buyers{reading};
  std::vector<SpecialSale> sales;
  std::set<ReceiptId> people;
  auto row = vault::database(reading).prepare(
      "SELECT l.receipt, l.line, r.day, x.special, p.code, p.name, p.form, p.strength, p.maker,"
      " l.batch, l.quantity, coalesce((SELECT sum(b.quantity) FROM line_return b"
      "  WHERE b.receipt = l.receipt AND b.line = l.line), 0),"
      " iif(m.status = 'erased', NULL, r.member), coalesce(r.staff_name, s.login),"
      " r.prescription, i.epoch, i.sealed"
      " FROM receipt r CROSS JOIN special_line x ON x.receipt = r.id"
      " CROSS JOIN line l ON l.receipt = x.receipt AND l.line = x.line"
      " CROSS JOIN product p ON p.id = l.product JOIN staff s ON s.id = r.staff"
      " LEFT JOIN member m ON m.id = r.member LEFT JOIN special_buyer i ON i.receipt = r.id"
      " WHERE r.day BETWEEN ?1 AND ?2 AND l.quantity > 0 ORDER BY l.receipt, l.line");
  row.bind(period.from, period.to);
  while (row.step()) {
    SpecialSale sale = sale_in(row);
    buyers.read(sale, row.get<std::optional<std::int64_t>>(15),
                row.get<std::optional<db::Bytes>>(16));
    if (sale.record == BuyerRecord::opened) people.insert(sale.receipt);
    if (sale.member) vault::shows(reading, *sale.member);
    sales.push_back(std::move(sale));
  }
  vault::require_may_show(reading, people.size());
  vault::shown(reading).note("special register " + to_string(period) + ", buyers " +
                             std::to_string(people.size()));
  return sales;
}

namespace {

// One of a document, or of a household, in the order of days.
using Purchases = std::vector<PacksBought>;

// The most of them within so many days that end in the period; empty where that is not unusual.
Purchases most_within(const Purchases& all, const Policy::SpecialDrugLimits& limits,
                      const Period& period) {
  std::size_t first = 0;
  std::size_t most_first = 0;
  std::size_t most = 0;
  for (std::size_t last = 0; last < all.size(); ++last) {
    while (all[last].day - all[first].day >= std::chrono::days{limits.unusual_days}) ++first;
    const std::size_t purchases = last - first + 1;
    if (!period.contains(all[last].day) || purchases <= most) continue;
    most_first = first;
    most = purchases;
  }
  if (most < static_cast<std::size_t>(limits.unusual_purchases)) return {};
  const auto from = all.begin() + static_cast<std::ptrdiff_t>(most_first);
  return {from, from + static_cast<std::ptrdiff_t>(most)};
}

UnusualBuying told(const Purchases& purchases, SpecialDrug special,
                   std::optional<HouseholdId> household) {
  UnusualBuying one{.special = special,
                    .purchases = static_cast<std::int64_t>(purchases.size()),
                    .packs = {},
                    .from = purchases.front().day,
                    .to = purchases.back().day,
                    .household = household,
                    .member = purchases.back().member,
                    .receipt = purchases.back().receipt};
  for (const PacksBought& bought : purchases) one.packs += bought.packs;
  return one;
}

// Those of one drug by who lives together, and by document.
struct Groups {
  std::map<MemberId, Purchases> of_members;  // by the lowest number of who lives together
  std::map<db::Bytes, Purchases> of_documents;
};

Groups groups_of(Reading& reading, const std::vector<PacksBought>& all) {
  Groups groups;
  for (const PacksBought& one : all) {
    if (one.member) {
      const MemberId first = get_household(reading, *one.member).members.front();
      groups.of_members[first].push_back(one);
    }
    if (one.tag) groups.of_documents[*one.tag].push_back(one);
  }
  return groups;
}

}  // namespace

std::vector<UnusualBuying> unusual_buying(Reading& reading, const Period& period) {
  vault::require(reading, vault::Permission::view_special);
  const Policy policy = policy_on(reading, period.to);
  std::vector<UnusualBuying> found;
  // A household that buys by one document is told once: of what it bought, not of the document.
  std::set<std::vector<ReceiptId>> known;
  const auto tell = [&](const Purchases& purchases, SpecialDrug special,
                        std::optional<HouseholdId> household) {
    if (purchases.empty()) return;
    std::vector<ReceiptId> receipts;
    for (const PacksBought& one : purchases) receipts.push_back(one.receipt);
    if (!known.insert(receipts).second) return;
    for (const PacksBought& one : purchases) {
      if (one.member) vault::shows(reading, *one.member);
    }
    found.push_back(told(purchases, special, household));
  };
  for (const auto& [special, word] : EnumNames<SpecialDrug>::table) {
    const auto& limits = visits::limits_of(policy, special);
    const std::chrono::days back{limits.unusual_days - 1};
    const Groups groups =
        groups_of(reading, visits::packs_bought_in(vault::database(reading), special,
                                                   {period.from - back, period.to}));
    for (const auto& [first, purchases] : groups.of_members)
      tell(most_within(purchases, limits, period), special, get_household(reading, first).id);
    for (const auto& [tag, purchases] : groups.of_documents)
      tell(most_within(purchases, limits, period), special, std::nullopt);
  }
  std::ranges::stable_sort(found, std::greater{}, &UnusualBuying::purchases);
  vault::shown(reading).note("special drugs, unusual " + to_string(period));
  return found;
}

}  // namespace pharmacy
