#include "visits/receipts/risk_terms.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "pharmacy/rights.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy::visits {

static std::vector<Fault> account_faults(const NewSale& sale, const std::string& member) {
  const bool on_account = std::ranges::any_of(
      sale.payments, [](const PaymentPart& part) { return part.kind == PaymentKind::account; });
  if (!on_account) return {};
  return {{fmt::format(fmt::runtime(_("{} pays at once: nothing goes on account")), member),
           _("take another payment, as --pay cash")}};
}

static std::vector<Fault> seller_faults(const Actor& actor, const std::string& member) {
  if (vault::may(actor, vault::Permission::sell_at_risk)) return {};
  return {{fmt::format(fmt::runtime(_("a sale to {} takes a manager")), member),
           _("let a manager sell, who names herself with --login")}};
}

static std::vector<Fault> special_faults(const CheckedSale& checked, const std::string& member) {
  std::vector<Fault> faults;
  for (const StockedItem& item : checked.items) {
    if (!item.product.special) continue;
    faults.push_back({fmt::format(fmt::runtime(_("nothing under a special rule is sold to {member}:"
                                                 " {product}")),
                                  fmt::arg("member", member),
                                  fmt::arg("product", for_terminal(item.product.code))),
                      _("leave it out, or let a pharmacist or manager clear the risk")});
  }
  return faults;
}

static std::vector<Fault> faults_of(Reading& reading, const CheckedSale& checked,
                                    const std::string& member, RiskCondition condition) {
  switch (condition) {
    case RiskCondition::cash_only:
      return account_faults(checked.sale, member);
    case RiskCondition::manager_sign_off:
      return seller_faults(reading.actor(), member);
    case RiskCondition::no_special_drugs:
      return special_faults(checked, member);
  }
  return {};
}

std::vector<RiskTerm> risk_terms(Reading& reading, const CheckedSale& checked) {
  const auto& buyer = checked.sale.member;
  std::vector<RiskTerm> terms;
  if (!buyer || !is_in_use(reading, *buyer)) return terms;
  for (const RiskCondition condition : risk_conditions(reading, *buyer)) {
    auto faults = faults_of(reading, checked, to_string(*buyer), condition);
    if (!faults.empty()) terms.push_back({.condition = condition, .faults = std::move(faults)});
  }
  return terms;
}

void check_risk(Reading& reading, const CheckedSale& checked, SaleFaults& faults) {
  for (RiskTerm& term : risk_terms(reading, checked)) {
    vault::shown(reading).note("refused for a risk: " + std::string{to_word(term.condition)});
    faults.add_all(Errc::refused, std::move(term.faults));
  }
}

}  // namespace pharmacy::visits
