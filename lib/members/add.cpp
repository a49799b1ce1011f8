#include "members/facts/facts.h"
#include "members/tables.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {

MemberId add_member(Transaction& tx, const NewMember& input) {
  vault::require(tx, vault::Permission::edit_people);
  members::Faults faults;
  NewMember member = members::checked(input, tx.today(), faults);
  member.reason = members::reason_of_class(member.member_class.has_value(), input.reason, faults);
  auto& db = vault::database(tx);
  std::vector<Fault> conflicts;
  if (member.card) {
    if (const auto owner = members::card_owner(db, *member.card)) {
      vault::shows(tx, owner->member);
      conflicts.push_back(members::card_taken(*owner));
    }
  }
  if (member.phone && !member.shared_phone) {
    const auto owners = members::phone_owners(db, *member.phone, 1);
    if (!owners.empty()) {
      vault::shows(tx, owners[0]);
      conflicts.push_back(members::phone_taken(owners[0]));
    }
  }
  members::throw_if_any(faults, conflicts);

  const MemberId id =
      members::insert_member(db, member, tx.today(), members::told(tx, input.source));
  if (member.name) {
    for (const auto& key : members::search_keys(*member.name)) members::insert_key(db, id, key);
  }
  vault::shows(tx, id);
  return id;
}

}  // namespace pharmacy
