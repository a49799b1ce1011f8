// The keys of a policy, each once: where it stands in the document, what it may be, and which
// member of the struct it is.
#pragma once

#include <cstdint>

#include "pharmacy/policy.h"
#include "policy/document.h"

namespace pharmacy::policy {

struct Range {
  std::int64_t least;
  std::int64_t most;
};

// Of one kind of special drug.
template <class Section, class SomeLimits>
void each_limit(Section& s, SomeLimits& limits) {
  s.integer("packs_per_sale", {1, 100}, limits.packs_per_sale);
  s.integer("packs_per_window", {1, 100}, limits.packs_per_window);
  s.integer("window_days", {1, 366}, limits.window_days);
  s.integer("unusual_purchases", {2, 100}, limits.unusual_purchases);
  s.integer("unusual_days", {1, 366}, limits.unusual_days);
}

// Of one severity.
template <class Root, class SomeTimes>
void each_time(Root& root, const char* section, SomeTimes& times) {
  root.section(section, [&times](auto& s) {
    s.integer("ack_minutes", {0, 527'040}, times.ack_minutes);
    s.integer("answer_minutes", {0, 527'040}, times.answer_minutes);
  });
}

template <class Root, class SomeComplaints>
void each_complaint_key(Root& root, SomeComplaints& complaints) {
  root.section("complaints", [&complaints](auto& s) {
    s.word("calendar", complaints.calendar);
    s.integer("warn_percent", {1, 100}, complaints.warn_percent);
    s.integer("backdate_days", {0, 3650}, complaints.backdate_days);
    s.integer("repeat_days", {0, 3650}, complaints.repeat_days);
    s.integer("effect_days", {1, 3650}, complaints.effect_days);
  });
  each_time(root, "complaints_minor", complaints.minor);
  each_time(root, "complaints_major", complaints.major);
  each_time(root, "complaints_critical", complaints.critical);
  root.section("complaint_classes", [&classes = complaints.classes](auto& s) {
    s.integer("ordinary", {1, 100}, classes.ordinary);
    s.integer("member", {1, 100}, classes.member);
    s.integer("key", {1, 100}, classes.key);
    s.integer("potential", {1, 100}, classes.potential);
    s.integer("risk", {1, 100}, classes.risk);
  });
}

// Calls a method of `root` for each section and, inside, one of the section for each key:
// integer(), flag(), ten_thousandths(), time_of_day(), words() or word(). `SomePolicy` is Policy,
// or const Policy where it is only looked at.
template <class Root, class SomePolicy>
void each_key(Root& root, SomePolicy& policy) {
  root.section("points", [&points = policy.points](auto& s) {
    s.ten_thousandths("per_yuan", 10'000 * 1'000, points.per_yuan_bp);
    s.integer("per_yuan_value", {1, 1'000'000}, points.per_yuan_value);
    s.integer("expiry_years", {0, 100}, points.expiry_years);
    s.integer("grace_days", {0, 3650}, points.grace_days);
    s.words("no_earning", payment_kinds, points.no_earning);
  });
  root.section("sales", [&sales = policy.sales](auto& s) {
    s.integer("clerk_backdate_days", {0, 3650}, sales.clerk_backdate_days);
    s.integer("clerk_refund_yuan", {0, 1'000'000}, sales.clerk_refund_yuan);
    s.integer("hold_days", {0, 365}, sales.hold_days);
  });
  root.section("credit", [&days = policy.credit.days](auto& s) {
    s.integer("days", {0, 3650}, days);
  });
  root.section("service", [&service = policy.service](auto& s) {
    s.words("rx", service_steps, service.rx);
    s.words("otc_a", service_steps, service.otc_a);
    s.words("otc_b", service_steps, service.otc_b);
    s.words("special", service_steps, service.special);
    s.words("long_term", service_steps, service.long_term);
    s.words("refused_without", service_steps, service.refused_without);
  });
  root.section("ephedrine", [&limits = policy.ephedrine](auto& s) { each_limit(s, limits); });
  root.section("members", [&members = policy.members](auto& s) {
    s.integer("guardian_age", {0, 30}, members.guardian_age);
    s.integer("stale_days", {1, 36'500}, members.stale_days);
  });
  root.section("consent", [&version = policy.consent.text_version](auto& s) {
    s.integer("text_version", {1, 1'000'000}, version);
  });
  each_complaint_key(root, policy.complaints);
  root.section("shop", [&shop = policy.shop](auto& s) {
    s.time_of_day("opens", shop.opens);
    s.time_of_day("closes", shop.closes);
  });
  root.section("office", [&office = policy.office](auto& s) {
    s.time_of_day("opens", office.opens);
    s.time_of_day("closes", office.closes);
  });
  root.section("messages", [&messages = policy.messages](auto& s) {
    s.time_of_day("quiet_from", messages.quiet_from);
    s.time_of_day("quiet_until", messages.quiet_until);
    s.integer("per_month", {0, 1000}, messages.per_month);
  });
  root.section("retention", [&policy](auto& s) {
    s.integer("years", {1, 100}, policy.retention_years);
    s.integer("leads_months", {1, 120}, policy.retention_leads_months);
  });
  root.section("approvals", [&by = policy.approvals.by](auto& s) { s.word("by", by); });
  root.section("training", [&needed = policy.training.reveal_needs_training](auto& s) {
    s.flag("reveal_needs_training", needed);
  });
  root.section("sessions", [&sessions = policy.sessions](auto& s) {
    s.integer("idle_minutes", {1, 60}, sessions.idle_minutes);
    s.integer("idle_minutes_without_health", {1, 600}, sessions.idle_minutes_without_health);
    s.integer("longest_minutes", {1, 1440}, sessions.longest_minutes);
  });
  root.section("policy", [&months = policy.review_months](auto& s) {
    s.integer("review_months", {1, 120}, months);
  });
}

}  // namespace pharmacy::policy
