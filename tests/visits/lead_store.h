// A store with prospects.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/audit.h"
#include "pharmacy/leads.h"
#include "pharmacy/members.h"
#include "pharmacy/staff.h"
#include "support/counter_store.h"

namespace pharmacy::test {

struct LeadStore : CounterStore {
  LeadId add(const NewLead& lead) {
    auto tx = begin();
    const LeadId id = add_lead(tx, lead);
    tx.commit();
    return id;
  }
  LeadId add(const std::string& name, std::string_view next_on = {}) {
    NewLead lead{.source = LeadSource::walk_in, .name = name};
    if (!next_on.empty()) lead.next.on = parse_date(next_on).value();
    return add(lead);
  }
  void touch(const NewLeadContact& contact) {
    auto tx = begin();
    touch_lead(tx, contact);
    tx.commit();
  }
  void touch(LeadId id, LeadOutcome outcome) {
    touch({.lead = id, .how = LeadContactBy::phone, .outcome = outcome});
  }
  MemberId convert(const LeadConversion& conversion) {
    auto tx = begin();
    const MemberId id = convert_lead(tx, conversion);
    tx.commit();
    return id;
  }
  void drop(LeadId id) {
    auto tx = begin();
    drop_lead(tx, id, LeadDropReason::own_wish);
    tx.commit();
  }
  FullLead get(LeadId id) {
    auto reading = this->reading();
    return get_lead(reading, id);
  }
  std::vector<LeadId> list(const LeadFilter& filter = {}) {
    auto reading = this->reading();
    std::vector<LeadId> ids;
    for (const Lead& lead : list_leads(reading, filter).leads) ids.push_back(lead.id);
    return ids;
  }
  Member member_of(MemberId id) {
    auto reading = this->reading();
    return get_member(reading, id);
  }
  AccessEntry newest_access() {
    auto reading = this->reading();
    return list_accesses(reading, {.limit = 1}).front();
  }
};

inline NewLead wangfang() {
  return {.source = LeadSource::event,
          .name = "王芳",
          .phone = "137-0013-7000",
          .need = "每月测血压",
          .next = {.what = "电话介绍会员日", .on = parse_date("2026-03-05")}};
}

}  // namespace pharmacy::test
