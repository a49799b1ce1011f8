// Recording prospects, and looking at them.
#include "pharmacy/leads.h"

#include <fmt/format.h>

#include <array>

#include "base/i18n.h"
#include "base/mask.h"
#include "base/phone.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/permissions.h"
#include "vault/reveal.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"
#include "visits/leads/rows.h"
#include "visits/text_checks.h"

namespace pharmacy {
namespace {

std::optional<std::string> checked_lead_phone(std::vector<Fault>& faults,
                                              const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  auto phone = is_valid_utf8(*text) ? normalise_phone(*text) : std::nullopt;
  if (!phone) faults.push_back(no_phone(*text));
  return phone;
}

void require_free_phone(Transaction& tx, const std::string& phone, bool is_shared) {
  const auto other =
      vault::database(tx).value<LeadId>("SELECT id FROM lead WHERE phone = ?1", phone);
  if (other) {
    throw Error(
        Errc::conflict,
        fmt::format(fmt::runtime(_("this phone number belongs to prospect {}")), to_string(*other)),
        fmt::format(fmt::runtime(_("see it with: visit lead show {}")), to_string(*other)));
  }
  if (is_shared) return;
  const auto members = members_with_phone(tx, phone);
  if (members.empty()) return;
  throw Error(
      Errc::conflict,
      fmt::format(fmt::runtime(_("this phone number belongs to {}")), to_string(members[0])),
      _("use --shared if the two share a phone"));
}

bool sees_lead_texts(const Actor& actor) {
  return vault::may(actor, vault::Permission::edit_people);
}

void mask_lead(Lead& lead, const Actor& actor) {
  if (lead.phone) lead.phone = mask_phone(*lead.phone);
  if (sees_lead_texts(actor)) return;
  for (auto* text : {&lead.name, &lead.need, &lead.next_step}) mask_text(*text);
}

}  // namespace

LeadId add_lead(Transaction& tx, const NewLead& input) {
  vault::require(tx, vault::Permission::serve_members);
  auto& database = vault::database(tx);
  std::vector<Fault> faults;
  const auto name =
      visits::checked_text(faults, _("name"), std::string_view{input.name}, lead_name_max);
  const auto phone = checked_lead_phone(faults, input.phone);
  const auto need = visits::checked_text(faults, _("need"), input.need, lead_need_max);
  const LeadStep next = visits::checked_step(faults, input.next, tx.today());
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  if (phone) require_free_phone(tx, *phone, input.shared_phone);
  const StaffId keeper = input.keeper ? vault::staff_for_rows(tx, *input.keeper) : tx.actor().id;
  database.run(
      "INSERT INTO lead (source, name, phone, need, keeper, next_step, next_on, added_at, added_by)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      input.source, name, phone, need, keeper, next.what, next.on, tx.now(), tx.actor().id);
  const LeadId id{database.last_insert_id()};
  visits::show_leads(tx, std::array{id});
  return id;
}

LeadList list_leads(Reading& reading, const LeadFilter& filter) {
  vault::require(reading, vault::Permission::view_people);
  visits::check_limit(filter.limit, leads_limit_max);
  if (filter.keeper) vault::slot_of(reading.impl().keyring(), *filter.keeper);
  const int months = policy_on(reading, reading.today()).retention_leads_months;
  const Instant heard_since = reading.zone().at_local(add_months(reading.today(), -months), {});
  LeadList list;
  list.leads = visits::stored_leads(vault::database(reading), filter, reading.today(), heard_since);
  list.more = list.leads.size() > filter.limit;
  if (list.more) list.leads.pop_back();
  if (sees_lead_texts(reading.actor())) vault::require_may_show(reading, list.leads.size());
  std::vector<LeadId> ids;
  for (Lead& lead : list.leads) {
    ids.push_back(lead.id);
    mask_lead(lead, reading.actor());
  }
  visits::show_leads(reading, ids);
  return list;
}

FullLead get_lead(Reading& reading, LeadId id, const Reveal& reveal) {
  vault::require(reading, vault::Permission::view_people);
  auto& database = vault::database(reading);
  std::optional<std::string_view> field;
  if (reveal.field) field = to_word(*reveal.field);
  vault::begin_reveal(reading, field, reveal.reason);
  FullLead full{.lead = visits::stored_lead(database, id), .contacts = {}};
  visits::show_leads(reading, std::array{id});
  if (full.lead.member) vault::shows(reading, *full.lead.member);
  full.contacts = database.rows<LeadContact>(
      "SELECT c.at, s.login, c.how, c.outcome, c.note FROM lead_contact c"
      " JOIN staff s ON s.id = c.staff WHERE c.lead = ?1 ORDER BY c.id",
      id);
  const auto phone = full.lead.phone;
  mask_lead(full.lead, reading.actor());
  if (field) full.lead.phone = phone;
  if (!sees_lead_texts(reading.actor())) {
    for (LeadContact& contact : full.contacts) mask_text(contact.note);
  }
  return full;
}

}  // namespace pharmacy
