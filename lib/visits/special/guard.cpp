#include "visits/special/guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/i18n.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "pharmacy/risk.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/special/identity.h"
#include "visits/special/links.h"
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

// Whether a prescription measures it.
bool is_prescribed(const StockedItem& item, const NewSale& sale) {
  return item.product.product_class == ProductClass::rx && sale.prescription;
}

std::map<SpecialDrug, Asked> asked_of(const CheckedSale& sale) {
  std::map<SpecialDrug, Asked> all;
  for (const StockedItem& item : sale.items) {
    if (!item.product.special) continue;
    Asked& asked = all[*item.product.special];
    asked.packs += item.item.quantity;
    if (!is_prescribed(item, sale.sale)) asked.counted += item.item.quantity;
  }
  return all;
}

// "2 on 2026-03-01 (receipt 5)"
std::string told(const PacksBought& one) {
  return fmt::format(fmt::runtime(_("{packs} on {day} (receipt {receipt})")),
                     fmt::arg("packs", to_string(one.counted)), fmt::arg("day", to_string(one.day)),
                     fmt::arg("receipt", to_string(one.receipt)));
}

// "2 on 2026-03-01"
std::string told(Date day, Quantity packs) {
  return fmt::format(fmt::runtime(_("{packs} on {day}")), fmt::arg("packs", to_string(packs)),
                     fmt::arg("day", to_string(day)));
}

class Guard {
 public:
  Guard(Reading& reading, const CheckedSale& sale)
      : reading_{reading},
        database_{vault::database(reading)},
        sale_{sale},
        policy_{policy_on(reading, sale.when.day)} {}

  GuardedSale run() {
    const auto asked = asked_of(sale_);
    if (asked.empty()) {
      require_no_buyer();
      return {};
    }
    require_may_date_back();
    check_channel();
    take_buyer();
    for (const auto& [special, packs] : asked) {
      check_at_once(special, packs);
      if (guarded_.tag) check_bought(special, packs);  // others' is for who shows a document
    }
    if (faults_.empty()) return std::move(guarded_);
    log("special drug refused");
    throw Error(Errc::refused, std::move(faults_));
  }

  std::vector<Fault> before_document() {
    if (asked_of(sale_).empty()) return {};
    require_may_date_back();
    check_channel();
    return foretell();
  }

  std::vector<Fault> foretell() {
    for (const auto& [special, packs] : asked_of(sale_)) {
      check_at_once(special, packs);
      check_bought(special, packs);
    }
    if (!faults_.empty()) log("special drug foretold");
    return std::move(faults_);
  }

 private:
  void require_no_buyer() const {
    if (!sale_.sale.buyer) return;
    throw Error(Errc::invalid_input, _("no item of this sale asks who buys it"),
                _("leave out --buyer, --document and --id-number: nobody needs to know"));
  }

  // A clerk's is counted on the day on which it is recorded, or she would choose the window.
  void require_may_date_back() const {
    if (sale_.when.day == reading_.today() ||
        vault::may(reading_.actor(), vault::Permission::backdate))
      return;
    throw Error(Errc::not_permitted, _("only a manager may date back a sale of a special drug"),
                {});
  }

  // List of drugs that may not be sold online, first edition, 2022, part 2, item 2.
  void check_channel() {
    if (sale_.sale.channel == "counter" && !sale_.sale.deliver_by) return;
    faults_.push_back({_("a special drug is sold at the counter only, and delivered to nobody"),
                       _("leave out --channel and --deliver-by")});
  }

  void take_buyer() {
    const auto& buyer = sale_.sale.buyer;
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
    check_risks(*guarded_.tag);
  }

  // Of those whom the document links; whoever buys as a member was asked for herself before.
  void check_risks(const db::Bytes& tag) {
    for (const MemberId member : members_by(database_, tag)) {
      // Of somebody restricted nothing is told.
      if (member == sale_.sale.member || !is_in_use(reading_, member)) continue;
      const auto conditions = risk_conditions(reading_, member);
      if (std::ranges::find(conditions, RiskCondition::no_special_drugs) == conditions.end())
        continue;
      vault::shows(reading_, member);
      vault::shown(reading_).note("refused for a risk: no_special_drugs");
      faults_.push_back({_("no special drug is sold to this document's buyer"),
                         _("leave it out, or ask a pharmacist or manager")});
      return;
    }
  }

  std::optional<std::string> name_of_member() {
    if (!sale_.sale.member) return std::nullopt;
    return database_.value<std::string>(
        "SELECT name FROM member WHERE id = ?1 AND name IS NOT NULL", *sale_.sale.member);
  }

  void log(const std::string& what) {
    vault::shown(reading_).note(what + (logged_.empty() ? "" : ", told" + logged_));
  }

  void check_at_once(SpecialDrug special, const Asked& asked) {
    const Limits& limits = limits_of(policy_, special);
    if (is_too_many_at_once(limits, asked.counted)) {
      faults_.push_back(
          {fmt::format(fmt::runtime(_("{packs} packs of {drug} in one sale: at most {most}")),
                       fmt::arg("packs", to_string(asked.counted)),
                       fmt::arg("drug", name_of(special)), fmt::arg("most", limits.packs_per_sale)),
           {}});
    }
  }

  static bool is_too_many_at_once(const Limits& limits, Quantity packs) {
    constexpr std::int64_t pack = 1'000;
    return packs > Quantity{limits.packs_per_sale * pack};
  }

  void check_bought(SpecialDrug special, const Asked& asked) {
    const Limits& limits = limits_of(policy_, special);
    const Date window{sale_.when.day - std::chrono::days{limits.window_days - 1}};
    const auto by = linked(database_, sale_.sale.member, guarded_.tag,
                           reading_.zone().at_local(window, std::chrono::seconds{0}));
    const std::chrono::days back{std::max(limits.window_days, limits.unusual_days) - 1};
    const auto bought = packs_bought(database_, special, by, sale_.when.day - back);
    check_windows(special, limits, bought, asked.counted);
    look_for_repeats(special, limits, bought);
  }

  void check_windows(SpecialDrug special, const Limits& limits,
                     const std::vector<PacksBought>& bought, Quantity packs) {
    const std::array days{sale_.when.day, reading_.today()};  // one where it is not dated back
    const auto fits_on = [&](Date day) { return fits(bought, limits, day, packs); };
    if (packs == Quantity{0} || std::ranges::all_of(days, fits_on)) return;
    const std::chrono::days further{limits.window_days - 1};
    std::vector<PacksBought> near;
    for (const PacksBought& one : bought) {
      const bool is_near = std::ranges::any_of(
          days, [&](Date day) { return is_within(one, day - further, day + further); });
      if (is_near && one.counted > Quantity{0}) near.push_back(one);
    }
    if (near.empty()) {  // too many for any day
      if (is_too_many_at_once(limits, packs)) return;
      faults_.push_back(
          {fmt::format(
               fmt::runtime(_("{packs} packs of {drug} within {days} days: at most {most}")),
               fmt::arg("packs", to_string(packs)), fmt::arg("drug", name_of(special)),
               fmt::arg("days", limits.window_days), fmt::arg("most", limits.packs_per_window)),
           {}});
      return;
    }
    const auto again = next_fitting(bought, limits, reading_.today(), packs);
    faults_.push_back(
        {fmt::format(fmt::runtime(_("at most {most} packs of {drug} within {days} days; by this"
                                    " document or household there were {bought}")),
                     fmt::arg("most", limits.packs_per_window), fmt::arg("drug", name_of(special)),
                     fmt::arg("days", limits.window_days), fmt::arg("bought", tell(near))),
         again
             ? fmt::format(fmt::runtime(_("{packs} can be sold again from {day} on")),
                           fmt::arg("packs", to_string(packs)), fmt::arg("day", to_string(*again)))
             : std::string{}});
  }

  // Her own receipts, and those by the same document, one by one; of others the sum of each day.
  std::string tell(const std::vector<PacksBought>& near) {
    std::string text;
    const auto add = [&text](const std::string& one) {
      text += (text.empty() ? std::string{} : std::string{_(", ")}) + one;
    };
    std::map<Date, Quantity> of_others;
    for (const PacksBought& one : near) {
      if (one.member) vault::shows(reading_, *one.member);
      const bool is_by_document = guarded_.tag && one.tag == guarded_.tag;
      if (is_by_document || (one.member && one.member == sale_.sale.member)) {
        add(told(one));
        logged_ += " receipt " + to_string(one.receipt);
      } else {
        of_others[one.day] += one.counted;
      }
    }
    for (const auto& [day, packs] : of_others) {
      add(told(day, packs));
      logged_ += " sum of " + to_string(day);
    }
    return text;
  }

  void look_for_repeats(SpecialDrug special, const Limits& limits,
                        const std::vector<PacksBought>& bought) {
    const Date from = sale_.when.day - std::chrono::days{limits.unusual_days - 1};
    const auto purchases = 1 + std::ranges::count_if(bought, [&](const PacksBought& one) {
                             return is_within(one, from, sale_.when.day);
                           });
    if (purchases < limits.unusual_purchases) return;
    guarded_.unusual.push_back(
        {.special = special, .purchases = purchases, .days = limits.unusual_days});
  }

  Reading& reading_;
  db::Database& database_;
  const CheckedSale& sale_;
  const Policy policy_;
  GuardedSale guarded_;
  std::vector<Fault> faults_;
  std::string logged_;  // what a refusal tells of whom, without names and numbers of documents
};

}  // namespace

GuardedSale guard_special(Transaction& tx, const CheckedSale& sale) {
  return Guard{tx, sale}.run();
}

std::vector<Fault> foretell_special(Reading& reading, const CheckedSale& sale) {
  return Guard{reading, sale}.foretell();
}

std::vector<Fault> before_document(Reading& reading, const CheckedSale& sale) {
  return Guard{reading, sale}.before_document();
}

void insert_special(Transaction& tx, ReceiptId receipt, const CheckedSale& sale,
                    const GuardedSale& guarded) {
  if (!guarded.tag) return;
  std::int64_t line = 0;
  for (const StockedItem& item : sale.items) {
    ++line;
    if (!item.product.special) continue;
    SpecialLine kept{.receipt = receipt,
                     .line = line,
                     .special = *item.product.special,
                     .counts = !is_prescribed(item, sale.sale)};
    if (sale.when.day != tx.today()) kept.recorded_on = tx.today();
    insert(vault::database(tx), kept);
  }
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
