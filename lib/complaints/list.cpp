// Looking at complaints.
#include <array>

#include "base/checked_text.h"
#include "base/mask.h"
#include "base/phone.h"
#include "complaints/rows.h"
#include "pharmacy/complaints.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/people.h"
#include "vault/permissions.h"
#include "vault/reveal.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {
namespace {

void mask_contact(std::optional<std::string>& contact) {
  if (!contact) return;
  if (normalise_phone(*contact) == *contact) {
    contact = mask_phone(*contact);
  } else {
    mask_text(contact);
  }
}

}  // namespace

ComplaintList list_complaints(Reading& reading, const ComplaintFilter& filter) {
  vault::require(reading, vault::Permission::handle_complaints);
  check_limit(filter.limit, complaints_limit_max);
  if (filter.member) require_in_use(reading, *filter.member);
  if (filter.owner) vault::slot_of(reading.impl().keyring(), *filter.owner);
  ComplaintList list;
  list.complaints = complaints::stored_complaints(vault::database(reading), filter, reading.zone());
  list.more = list.complaints.size() > filter.limit;
  if (list.more) list.complaints.pop_back();
  vault::show_people(reading, list.complaints);
  std::vector<ComplaintId> ids;
  for (Complaint& complaint : list.complaints) {
    ids.push_back(complaint.id);
    mask_contact(complaint.contact);
  }
  vault::notes(reading, "complaints", ids);
  return list;
}

Complaint get_complaint(Reading& reading, ComplaintId id, const Reveal& reveal) {
  vault::require(reading, vault::Permission::handle_complaints);
  std::optional<std::string_view> field;
  if (reveal.field) field = to_word(*reveal.field);
  vault::begin_reveal(reading, field, reveal.reason);
  Complaint complaint = complaints::stored_complaint(vault::database(reading), id);
  vault::notes(reading, "complaint", std::array{id});
  if (complaint.member) {
    vault::shows(reading, *complaint.member);
    require_in_use(reading, *complaint.member);
  }
  if (!field) mask_contact(complaint.contact);
  return complaint;
}

}  // namespace pharmacy
