// A store with complaints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/approval.h"
#include "pharmacy/complaint_clocks.h"
#include "pharmacy/complaint_erasure.h"
#include "pharmacy/complaint_steps.h"
#include "pharmacy/complaints.h"
#include "pharmacy/points.h"
#include "pharmacy/rights.h"
#include "support/counter_store.h"

namespace pharmacy::test {

// 李娜's, who is no member.
inline NewComplaint lina() {
  return {.severity = ComplaintSeverity::minor,
          .category = ComplaintCategory::service,
          .name = "李娜",
          .contact = "139-0013-9000",
          .text = "昨天买的药盒里少了一板"};
}

struct CaseStore : CounterStore {
  using CounterStore::CounterStore;

  TakenComplaint add(const NewComplaint& complaint = lina()) {
    auto tx = begin();
    const TakenComplaint taken = add_complaint(tx, complaint);
    tx.commit();
    return taken;
  }
  ComplaintEvent take(ComplaintId id, const ComplaintStep& step) {
    auto tx = begin();
    const ComplaintEvent event = take_step(tx, id, step);
    tx.commit();
    return event;
  }
  Complaint get(ComplaintId id) {
    auto reading = this->reading();
    return get_complaint(reading, id);
  }
  ComplaintClocks clocks(ComplaintId id) {
    auto reading = this->reading();
    return complaint_clocks(reading, id);
  }
  std::vector<ComplaintEvent> events(ComplaintId id) {
    auto reading = this->reading();
    return complaint_events(reading, id);
  }
  std::vector<ComplaintId> list(const ComplaintFilter& filter = {}) {
    auto reading = this->reading();
    std::vector<ComplaintId> ids;
    for (const Complaint& one : list_complaints(reading, filter).complaints) ids.push_back(one.id);
    return ids;
  }
  std::vector<DueComplaint> due(DueScope scope = DueScope::overdue) {
    auto reading = this->reading();
    return due_complaints(reading, scope);
  }
  void erase(MemberId person) {
    auto tx = begin();
    approve_alone(tx, Approvable::erase_person, KeyFile{Secret{bytes_of(key_file_path())}},
                  "本人要求");
    erase_member(tx, {.member = person,
                      .reason = "本人要求",
                      .empty_purse = forfeit_points,
                      .erase_complaints = erase_complaints_of});
    tx.commit();
  }
  // "2026-03-02 14:30" of the store's zone.
  void set_local(std::string_view time) { set_time(local(time)); }
  Instant local(std::string_view time) { return parse_instant(time, reading().zone()).value(); }
};

}  // namespace pharmacy::test
