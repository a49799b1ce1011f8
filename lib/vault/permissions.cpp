#include "vault/permissions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/store_impl.h"

namespace pharmacy::vault {
namespace {

using enum Role;
using enum Permission;

// Roles in the order in which they are named to whoever lacks them.
struct Rule {
  Permission permission;
  std::initializer_list<Role> roles;
};

const Rule rules[] = {
    {view_people, {clerk, service, pharmacist, manager, auditor}},
    {reveal, {service, pharmacist, manager}},
    {edit_people, {clerk, service, pharmacist, manager}},
    {export_people, {manager}},
    {transfer, {manager}},
    {import_records, {manager}},
    {adjust_points, {manager}},
    {view_catalog, {clerk, service, pharmacist, manager, auditor}},
    {edit_catalog, {pharmacist, manager}},
    {override_check, {pharmacist}},
    {sell, {clerk, pharmacist, manager}},
    {view_receipts, {clerk, service, pharmacist, manager, auditor}},
    {refund, {clerk, pharmacist, manager}},
    {refund_freely, {pharmacist, manager}},
    {take_back_medicine, {manager}},
    {backdate, {manager}},
    {view_figures, {service, pharmacist, manager, auditor, job}},
    {view_scorecards, {manager, auditor}},
    {view_log, {manager, auditor}},
    {backup, {manager, job}},
    {restore, {manager}},
    {check_store, {manager, auditor, job}},
    {approve, {pharmacist, manager}},
    {view_approvals, {pharmacist, manager, auditor}},
    {run_doctor, {manager, job}},
    {view_registers, {manager, auditor, job}},
    {edit_registers, {manager}},
    {manage_staff, {manager}},
    {add_health, {clerk, pharmacist}},
    {read_health, {pharmacist, manager}},
    {grant_health, {pharmacist, manager}},
    {set_policies, {manager}},
    {answer_rights, {pharmacist, manager}},
    {erase_people, {manager}},
    {merge_people, {pharmacist, manager}},
    {view_risks, {pharmacist, manager, auditor}},
    {set_risks, {pharmacist, manager}},
    {sell_at_risk, {manager}},
    {view_recalls, {pharmacist, manager, auditor}},
    {recall, {pharmacist, manager}},
    {close_recall, {manager}},
    {counsel, {pharmacist}},
    {view_counsel, {pharmacist, manager, auditor}},
    {serve_members, {clerk, service, pharmacist, manager}},
    {view_special, {pharmacist, manager, auditor}},
    {take_complaints, {clerk, service, pharmacist, manager}},
    {take_reactions, {service, pharmacist, manager}},
    {handle_complaints, {service, pharmacist, manager}},
    {exhaust_complaints, {manager}},
    {escalate_complaints, {service, pharmacist, manager, job}},
    {watch_complaints, {service, pharmacist, manager, auditor, job}},
    {view_reactions, {pharmacist, manager, auditor}},
    {handle_reactions, {pharmacist, manager}},
    {view_credit, {manager, auditor}},
};
static_assert(std::size(rules) == EnumNames<Permission>::table.size());

const Rule& rule_of(Permission permission) {
  const auto* found = std::ranges::find(rules, permission, &Rule::permission);
  PHARMACY_CHECK(found != std::end(rules));
  return *found;
}

// "manager, pharmacist" in the reader's language.
template <class Roles>
std::string words_of(const Roles& roles) {
  std::string words;
  for (const Role role : roles) {
    if (!words.empty()) words += _(", ");
    words += _(to_word(role));
  }
  return words;
}

[[noreturn]] void throw_not_permitted(const Actor& actor, Permission permission) {
  throw Error(Errc::not_permitted,
              fmt::format(fmt::runtime(_("{login} may not do this: {login} is {roles}")),
                          fmt::arg("login", actor.login), fmt::arg("roles", words_of(actor.roles))),
              fmt::format(fmt::runtime(_("it takes one of these roles: {}")),
                          words_of(rule_of(permission).roles)));
}

}  // namespace

bool may(std::span<const Role> roles, Permission permission) {
  const auto& allowed = rule_of(permission).roles;
  return std::ranges::any_of(
      roles, [&](Role role) { return std::ranges::find(allowed, role) != allowed.end(); });
}

bool may(const Actor& actor, Permission permission) {
  return may(std::span{actor.roles}, permission);
}

void require(Reading& reading, Permission permission) {
  const Actor actor = reading.actor();
  if (may(actor, permission)) return;
  reading.impl().refuse(to_word(permission));
  throw_not_permitted(actor, permission);
}

void require(const Actor& actor, Permission permission) {
  if (!may(actor, permission)) throw_not_permitted(actor, permission);
}

void require(Store::Impl& store, Permission permission) {
  if (may(store.who.actor, permission)) return;
  store.log_refusal(to_word(permission));
  throw_not_permitted(store.who.actor, permission);
}

}  // namespace pharmacy::vault
