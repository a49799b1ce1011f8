#include "cli/policy_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/label_entry.h"
#include "cli/labels.h"

namespace pharmacy::cli {

// Sorted. Each says in what unit it counts.
static constexpr Entry rules[] = {
    {"approvals.by", N_("who it takes for an approval")},
    {"complaint_classes.key", N_("percent of the times of complaints for key customers")},
    {"complaint_classes.member", N_("percent of the times of complaints for members")},
    {"complaint_classes.ordinary", N_("percent of the times of complaints for ordinary customers")},
    {"complaint_classes.potential",
     N_("percent of the times of complaints for customers with potential")},
    {"complaint_classes.risk", N_("percent of the times of complaints for customers at risk")},
    {"complaints.backdate_days", N_("days that the intake of a complaint may be dated back")},
    {"complaints.calendar", N_("hours by which the times of complaints are counted")},
    {"complaints.effect_days",
     N_("days before and after an action, in which its cause is counted")},
    {"complaints.repeat_days", N_("days within which a complaint repeats another")},
    {"complaints.warn_percent", N_("percent of the time of a complaint after which it is told")},
    {"complaints_critical.ack_minutes", N_("minutes to the first word on a critical complaint")},
    {"complaints_critical.answer_minutes", N_("minutes to the answer to a critical complaint")},
    {"complaints_major.ack_minutes", N_("minutes to the first word on a major complaint")},
    {"complaints_major.answer_minutes", N_("minutes to the answer to a major complaint")},
    {"complaints_minor.ack_minutes", N_("minutes to the first word on a minor complaint")},
    {"complaints_minor.answer_minutes", N_("minutes to the answer to a minor complaint")},
    {"consent.text_version", N_("version of the form by which members agree")},
    {"credit.days", N_("days until what was bought on account is due")},
    {"ephedrine.packs_per_sale", N_("packs with ephedrine in one sale, at most")},
    {"ephedrine.packs_per_window", N_("packs with ephedrine within some days, at most")},
    {"ephedrine.unusual_days", N_("days within which purchases with ephedrine are unusual")},
    {"ephedrine.unusual_purchases", N_("purchases with ephedrine that are unusual")},
    {"ephedrine.window_days", N_("days for which packs with ephedrine are counted")},
    {"members.guardian_age", N_("age from which a member needs no guardian")},
    {"members.stale_days", N_("days that a phone or an address counts as verified")},
    {"messages.per_month", N_("messages to a member in a month, at most")},
    {"messages.quiet_from", N_("no messages from")},
    {"messages.quiet_until", N_("no messages until")},
    {"office.closes", N_("the office closes at")},
    {"office.opens", N_("the office opens at")},
    {"points.expiry_years", N_("years after which points end")},
    {"points.grace_days", N_("days that points given back live at least")},
    {"points.no_earning", N_("payments that earn no points")},
    {"points.per_yuan", N_("points for each yuan")},
    {"points.per_yuan_value", N_("points that pay one yuan")},
    {"policy.review_months", N_("months until a policy is reviewed again")},
    {"retention.leads_months", N_("months that prospects are kept of whom nothing is heard")},
    {"retention.years", N_("years that records are kept")},
    {"sales.clerk_backdate_days", N_("days that a clerk may date a sale back")},
    {"sales.clerk_refund_yuan", N_("yuan that a clerk may pay back of a sale")},
    {"sales.hold_days", N_("days that goods are held for whoever asked for them")},
    {"service.long_term", N_("steps of the sale of drugs taken for long")},
    {"service.otc_a", N_("steps of the sale of class A non-prescription drugs")},
    {"service.otc_b", N_("steps of the sale of class B non-prescription drugs")},
    {"service.refused_without", N_("steps without which nothing is sold")},
    {"service.rx", N_("steps of the sale of prescription drugs")},
    {"service.special", N_("steps of the sale of special drugs")},
    {"sessions.idle_minutes", N_("idle minutes that end a session")},
    {"sessions.idle_minutes_without_health",
     N_("idle minutes that end a session without health notes")},
    {"sessions.longest_minutes", N_("minutes that a session lasts at most")},
    {"shop.closes", N_("the shop closes at")},
    {"shop.opens", N_("the shop opens at")},
    {"training.reveal_needs_training",
     N_("a training in privacy is needed to see masked numbers whole")},
};
static_assert(std::is_sorted(std::begin(rules), std::end(rules),
                             [](const Entry& a, const Entry& b) { return a.first < b.first; }));

std::optional<std::string> rule_label(std::string_view key) {
  const auto* found = std::find_if(std::begin(rules), std::end(rules),
                                   [key](const Entry& rule) { return rule.first == key; });
  if (found == std::end(rules)) return std::nullopt;
  return _(found->second);
}

std::string rule_value(const std::optional<std::string>& value) {
  if (!value) return _("none");
  if (*value == "true") return _("yes");
  if (*value == "false") return _("no");
  std::vector<std::string> words;
  for (std::size_t from = 0; from <= value->size();) {
    const auto to = std::min(value->find(',', from), value->size());
    words.push_back(word_label(std::string_view{*value}.substr(from, to - from)));
    from = to + 1;
  }
  return fmt::format("{}", fmt::join(words, _("; ")));
}

static std::string line(const std::string& rule, const std::string& before,
                        const std::string& after) {
  return fmt::format(fmt::runtime(_("{rule}: {before} -> {after}")), fmt::arg("rule", rule),
                     fmt::arg("before", before), fmt::arg("after", after));
}

std::string difference_line(const PolicyDifference& difference) {
  return line(rule_label(difference.key).value_or(difference.key), rule_value(difference.before),
              rule_value(difference.after));
}

void put_rules(Table& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    for (auto& row : table.rows) {
      const auto* text = std::get_if<std::string>(&row[i]);
      const auto value = text != nullptr ? std::optional{*text} : std::nullopt;
      if (table.columns[i] == "key" && value) {
        row[i] = rule_label(*value).value_or(*value);
      } else if (table.columns[i] != "key") {
        row[i] = rule_value(value);
      }
    }
  }
}

void join_rules(Table& table) {
  if (table.columns != std::vector<std::string>{"key", "before", "after"}) return;
  table.columns = {"difference"};
  for (auto& row : table.rows) {
    const auto text = [&row](std::size_t at) { return std::get<std::string>(row[at]); };
    row = {line(text(0), text(1), text(2))};
  }
}

}  // namespace pharmacy::cli
