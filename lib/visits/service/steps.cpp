#include "visits/service/steps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/staff.h"
#include "pharmacy/text.h"
#include "vault/access.h"

namespace pharmacy::visits {

using Steps = std::set<ServiceStep>;

static void add_words(Steps& steps, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (const auto step = from_word<ServiceStep>(word)) steps.insert(*step);
  }
}

// What is asked of one line, by what its product is.
static Steps steps_of(const Policy& policy, const StockedProduct& product) {
  Steps steps;
  const auto& service = policy.service;
  if (product.product_class == ProductClass::rx) add_words(steps, service.rx);
  if (product.product_class == ProductClass::otc_a) add_words(steps, service.otc_a);
  if (product.product_class == ProductClass::otc_b) add_words(steps, service.otc_b);
  if (product.special) add_words(steps, service.special);
  if (product.long_term == true) add_words(steps, service.long_term);
  return steps;
}

static bool is_done(ServiceStep step, const CheckedSale& sale, const LineRow& line) {
  switch (step) {
    case ServiceStep::prescription:
      return sale.sale.prescription.has_value();
    case ServiceStep::pharmacist:
      return sale.pharmacist.has_value();
    case ServiceStep::batch:
      return line.batch.has_value();
    case ServiceStep::expiry:
      return line.expiry.has_value();
    case ServiceStep::days_supply:
      return line.days_supply.has_value();
  }
  PHARMACY_CHECK(false);
}

namespace {

// What to say of a step that is missing, and how it is done.
struct StepWords {
  const char* missing;
  const char* way;
};

StepWords words_of(ServiceStep step) {
  switch (step) {
    case ServiceStep::prescription:
      return {_("no prescription is recorded for {}"), _("give its number with --prescription")};
    case ServiceStep::pharmacist:
      return {_("no pharmacist released {}"), _("name the one who did with --pharmacist")};
    case ServiceStep::batch:
      return {_("no batch is recorded for {}"), _("give it as CODE#BATCH, or with --batch")};
    case ServiceStep::expiry:
      return {_("no expiry date is recorded for {}"), _("give it with --expiry")};
    case ServiceStep::days_supply:
      return {_("it is not recorded how long this lasts: {}"),
              _("give the days with --days-supply, or in the catalog")};
  }
  PHARMACY_CHECK(false);
}

}  // namespace

static std::string text_of(ServiceStep step, const CheckedSale& sale,
                           const std::vector<std::int64_t>& lines) {
  std::vector<std::string> names;
  for (const std::int64_t line : lines) {
    const auto name = for_terminal(sale.items[static_cast<std::size_t>(line) - 1].product.name);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return fmt::format(fmt::runtime(words_of(step).missing), fmt::join(names, _(", ")));
}

std::optional<std::string> releasing_pharmacist(Reading& reading,
                                                const std::optional<std::string>& login) {
  const auto& roles = reading.actor().roles;
  if (!login) {
    if (std::ranges::find(roles, Role::pharmacist) == roles.end()) return std::nullopt;
    return reading.actor().login;
  }
  const Staff staff = get_staff(reading, *login);
  const std::string words = ',' + staff.roles + ',';
  if (staff.status != "active" || words.find(",pharmacist,") == std::string::npos) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("{} is no pharmacist here")), for_terminal(*login)),
                _("list who is with: store staff list"));
  }
  return staff.login;
}

std::vector<MissedStep> missed_steps(const Policy& policy, const CheckedSale& sale,
                                     const std::vector<LineRow>& lines) {
  std::map<ServiceStep, std::vector<std::int64_t>> missing;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const ServiceStep step : steps_of(policy, sale.items[i].product))
      if (!is_done(step, sale, lines[i])) missing[step].push_back(lines[i].line);
  }
  Steps conditions;
  add_words(conditions, policy.service.refused_without);
  std::vector<Fault> refused;
  std::vector<MissedStep> missed;
  for (auto& [step, of] : missing) {
    const std::string text = text_of(step, sale, of);
    if (conditions.contains(step)) refused.push_back({text, words_of(step).way});
    missed.push_back({.step = step, .lines = std::move(of), .text = text});
  }
  if (!refused.empty()) throw Error(Errc::refused, std::move(refused));
  return missed;
}

void insert(Transaction& tx, ReceiptId receipt, const std::vector<MissedStep>& missed) {
  auto& database = vault::database(tx);
  for (const MissedStep& step : missed) {
    for (const std::int64_t line : step.lines)
      database.run("INSERT INTO missed_step (receipt, line, step) VALUES (?1, ?2, ?3)", receipt,
                   line, step.step);
  }
}

}  // namespace pharmacy::visits
