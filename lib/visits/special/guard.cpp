#include "visits/special/guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/i18n.h"
#include "pharmacy/household.h"
#include "pharmacy/policy.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/special/identity.h"
#include "visits/special/packs.h"

namespace pharmacy {

namespace visits {

namespace {

using Limits = Policy::SpecialDrugLimits;

// What a sale would hand out of one kind of drug.
struct Asked {
  Quantity packs;
  Quantity counted;  // of these: what no prescription measures
};

std::string name_of(SpecialDrug special) {
  switch (special) {
    case SpecialDrug::ephedrine:
      return _("compounds with ephedrine");
  }
  return to_word(special);
}

std::map<SpecialDrug, Asked> asked_of(const CheckedSale& sale) {
  std::map<SpecialDrug, Asked> all;
  for (const StockedItem& item : sale.items) {
    if (!item.product.special) continue;
    Asked& asked = all[*item.product.special];
    asked.packs += item.item.quantity;
    const bool is_prescribed =
        item.product.product_class == ProductClass::rx && sale.sale.prescription;
    if (!is_prescribed) asked.counted += item.item.quantity;
  }
  return all;
}

// "2 on 2026-03-01 (receipt 5), 1 on 2026-03-04 (receipt 9)"
std::string told(const std::vector<PacksBought>& bought) {
  std::string text;
  for (const PacksBought& one : bought) {
    if (!text.empty()) text += _(", ");
    text +=
        fmt::format(fmt::runtime(_("{packs} on {day} (receipt {receipt})")),
                    fmt::arg("packs", to_string(one.counted)), fmt::arg("day", to_string(one.day)),
                    fmt::arg("receipt", to_string(one.receipt)));
  }
  return text;
}

class Guard {
 public:
  Guard(Transaction& tx, const CheckedSale& sale)
      : tx_{tx},
        database_{vault::database(tx)},
        sale_{sale},
        policy_{policy_on(tx, sale.when.day)} {}

  GuardedSale run() {
    const auto asked = asked_of(sale_);
    if (asked.empty()) {
      require_no_buyer();
      return {};
    }
    take_buyer();
    for (const auto& [special, packs] : asked) check(special, packs);
    if (faults_.empty()) return std::move(guarded_);
    vault::shown(tx_).note("special drug refused");
    throw Error(Errc::refused, std::move(faults_));
  }

 private:
  void require_no_buyer() const {
    if (!sale_.sale.buyer) return;
    throw Error(Errc::invalid_input, _("no item of this sale asks who buys it"),
                _("leave out --buyer, --document and --id-number: nobody needs to know"));
  }

  void take_buyer() {
    const auto& buyer = sale_.sale.buyer;
    if (sale_.sale.member) by_.members = get_household(tx_, *sale_.sale.member).members;
    if (!buyer) {
      faults_.push_back(
          {_("a special drug is sold to nobody without a name and the number of a document"),
           _("look at the ID card, and give --buyer NAME --id-number NUMBER")});
      return;
    }
    const auto name = buyer->name ? buyer->name : name_of_member();
    if (!name) {
      faults_.push_back({_("whoever buys needs a name"), _("give it with --buyer NAME")});
      return;
    }
    guarded_.name = *name;
    guarded_.tag = document_tag(document_tag_key(database_), buyer->document, *buyer->number);
    by_.tag = guarded_.tag;
  }

  std::optional<std::string> name_of_member() {
    if (!sale_.sale.member) return std::nullopt;
    return database_.value<std::string>(
        "SELECT name FROM member WHERE id = ?1 AND name IS NOT NULL", *sale_.sale.member);
  }

  void check(SpecialDrug special, const Asked& asked) {
    const Limits& limits = limits_of(policy_, special);
    constexpr std::int64_t pack = 1'000;
    if (asked.counted > Quantity{limits.packs_per_sale * pack}) {
      faults_.push_back(
          {fmt::format(fmt::runtime(_("{packs} packs of {drug} in one sale: at most {most}")),
                       fmt::arg("packs", to_string(asked.counted)),
                       fmt::arg("drug", name_of(special)), fmt::arg("most", limits.packs_per_sale)),
           {}});
    }
    const std::chrono::days back{std::max(limits.window_days, limits.unusual_days) - 1};
    const auto bought = packs_bought(database_, special, by_, sale_.when.day - back);
    check_windows(special, limits, bought, asked.counted);
    look_for_repeats(special, limits, bought);
  }

  void check_windows(SpecialDrug special, const Limits& limits,
                     const std::vector<PacksBought>& bought, Quantity packs) {
    const Date day = sale_.when.day;
    if (packs == Quantity{0} || fits(bought, limits, day, packs)) return;
    const std::chrono::days further{limits.window_days - 1};
    std::vector<PacksBought> near;
    for (const PacksBought& one : bought) {
      if (one.counted == Quantity{0} || one.day < day - further || one.day > day + further)
        continue;
      near.push_back(one);
      if (one.member) vault::shows(tx_, *one.member);
    }
    if (near.empty()) {  // too many for any day
      faults_.push_back(
          {fmt::format(
               fmt::runtime(_("{packs} packs of {drug} within {days} days: at most {most}")),
               fmt::arg("packs", to_string(packs)), fmt::arg("drug", name_of(special)),
               fmt::arg("days", limits.window_days), fmt::arg("most", limits.packs_per_window)),
           {}});
      return;
    }
    const auto again = next_fitting(bought, limits, day, packs);
    faults_.push_back(
        {fmt::format(fmt::runtime(_("at most {most} packs of {drug} within {days} days; by this"
                                    " document or household there were {bought}")),
                     fmt::arg("most", limits.packs_per_window), fmt::arg("drug", name_of(special)),
                     fmt::arg("days", limits.window_days), fmt::arg("bought", told(near))),
         again
             ? fmt::format(fmt::runtime(_("{packs} can be sold again from {day} on")),
                           fmt::arg("packs", to_string(packs)), fmt::arg("day", to_string(*again)))
             : std::string{}});
  }

  void look_for_repeats(SpecialDrug special, const Limits& limits,
                        const std::vector<PacksBought>& bought) {
    const Date from = sale_.when.day - std::chrono::days{limits.unusual_days - 1};
    const auto purchases = 1 + std::ranges::count_if(bought, [&](const PacksBought& one) {
                             return from <= one.day && one.day <= sale_.when.day;
                           });
    if (purchases < limits.unusual_purchases) return;
    guarded_.unusual.push_back(
        {.special = special, .purchases = purchases, .days = limits.unusual_days});
  }

  Transaction& tx_;
  db::Database& database_;
  const CheckedSale& sale_;
  const Policy policy_;
  BoughtBy by_;
  GuardedSale guarded_;
  std::vector<Fault> faults_;
};

}  // namespace

GuardedSale guard_special(Transaction& tx, const CheckedSale& sale) {
  return Guard{tx, sale}.run();
}

void insert_buyer(Transaction& tx, ReceiptId receipt, const CheckedSale& sale,
                  const GuardedSale& guarded) {
  if (!guarded.tag) return;
  const BuyerIdentity& buyer = sale.sale.buyer.value();
  const auto seal = vault::health_seal(tx);
  vault::database(tx).run(
      "INSERT INTO special_buyer (receipt, epoch, sealed, tag) VALUES (?1, ?2, ?3, ?4)", receipt,
      static_cast<std::int64_t>(seal.epoch),
      sealed({.receipt = receipt,
              .name = guarded.name,
              .document = buyer.document,
              .number = buyer.number.value()},
             seal),
      *guarded.tag);
  vault::shown(tx).note("special drug");
}

}  // namespace visits

void check_buyer(Reading& reading, const BuyerIdentity& buyer) {
  std::vector<Fault> faults;
  static_cast<void>(visits::checked_buyer(faults, buyer, reading.today()));
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
}

bool needs_buyer(Reading& reading, const std::vector<std::string>& codes) {
  vault::require(reading, vault::Permission::sell);
  auto& database = vault::database(reading);
  return std::ranges::any_of(codes, [&](const std::string& code) {
    const auto product = visits::find_stocked(database, code);
    return product && product->special;
  });
}

}  // namespace pharmacy
