// What columns and headings are called in one place, where it is not what they are called in
// others.
#pragma once

#include "cli/label_entry.h"

namespace pharmacy::cli {

// "scope.column", sorted. A scope is a section, or a schema as scope_of() writes it.
inline constexpr Entry scoped_labels[] = {
    {"alerts.kind", N_("what")},
    {"alerts.level", N_("level")},
    {"alerts.product", N_("product")},
    {"by_payment.key", N_("payment")},
    {"by_staff.key", N_("staff")},
    {"lines.name", N_("product name")},
    {"members.joined", N_("new members")},
    {"members.total", N_("members in all")},
    {"pharmacy.completions.name", N_("product name")},
    {"pharmacy.member.class", N_("class")},
    {"pharmacy.member.consent.text_version", N_("version of the text")},
    {"pharmacy.member.copy.from", N_("from number")},
    {"pharmacy.member.copy.source", N_("came from")},
    {"pharmacy.member.copy.status", N_("status")},
    {"pharmacy.member.erasure.held", N_("how many")},
    {"pharmacy.member.erasure.until", N_("until")},
    {"pharmacy.member.health.added", N_("added on")},
    {"pharmacy.member.health.notes.since", N_("begins")},
    {"pharmacy.member.health.notes.text", N_("remarks")},
    {"pharmacy.member.health.notes.until", N_("ends")},
    {"pharmacy.member.keepers.since", N_("looked after since")},
    {"pharmacy.member.licences.number", N_("licence number")},
    {"pharmacy.member.merge.from", N_("from number")},
    {"pharmacy.member.points.value", N_("worth in yuan")},
    {"pharmacy.member.timeline.about", N_("more")},
    {"pharmacy.member.timeline.detail", N_("which")},
    {"pharmacy.member.timeline.event", N_("what")},
    {"pharmacy.member.timeline.topic", N_("subject")},
    {"pharmacy.member.unmerge.from", N_("from number")},
    {"pharmacy.product.name", N_("product name")},
    {"pharmacy.products.name", N_("product name")},
    {"pharmacy.references.kind", N_("table")},
    {"pharmacy.report.special.name", N_("product name")},
    {"pharmacy.store.audit.member", N_("first member")},
    {"pharmacy.store.audit.members", N_("members")},
    {"pharmacy.store.backup.path", N_("file")},
    {"pharmacy.store.policy.diff.key", N_("rule")},
    {"pharmacy.store.retention.before", N_("from before")},
    {"pharmacy.store.training.due.policy", N_("policy version")},
    {"pharmacy.store.training.policy", N_("policy version")},
    {"pharmacy.visit.request.class", N_("class")},
    {"pharmacy.visit.request.held", N_("kept for the member")},
    {"pharmacy.visit.requests.class", N_("class")},
    {"pharmacy.visit.requests.held", N_("kept for the member")},
    {"quantities.anonymous", N_("sold to non-members")},
    {"quantities.lines", N_("lines sold")},
    {"sales.lines", N_("lines sold")},
    {"section.alerts", N_("Alerts")},
    {"section.checks", N_("What was looked at")},
    {"section.points", N_("Points")},
    {"section.steps", N_("What was done")},
    {"top_products.name", N_("product name")},
};

}  // namespace pharmacy::cli
