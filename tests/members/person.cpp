#include "members/person.h"

#include "pharmacy/approval.h"
#include "pharmacy/complaint_steps.h"
#include "pharmacy/consent.h"
#include "pharmacy/counsel.h"
#include "pharmacy/credit.h"
#include "pharmacy/deliveries.h"
#include "pharmacy/group.h"
#include "pharmacy/health.h"
#include "pharmacy/household.h"
#include "pharmacy/keeper.h"
#include "pharmacy/leads.h"
#include "pharmacy/members.h"
#include "pharmacy/merge.h"
#include "pharmacy/points.h"
#include "pharmacy/preference.h"
#include "pharmacy/recall.h"
#include "pharmacy/rights.h"
#include "pharmacy/risk.h"
#include "pharmacy/stock_requests.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

// People around her: their names and cards stand beside hers in every index, so that pages which
// hold something of her are split again and again.
void add_others(TestStore& t, int count) {
  for (int i = 0; i < count; ++i) {
    auto tx = t.begin();
    const std::string digits = std::to_string(i);
    const std::string number = std::string(4 - digits.size(), '0') + digits;
    const std::string word = i % 2 == 0 ? "canaq" : "canas";
    NewMember one;
    one.name = word + number;
    one.card = word + number;
    one.phone = "1391233" + number;
    one.shared_phone = true;
    one.address = word + " " + number + " 号";
    one.note = word + " 常客 " + number;
    const MemberId id = add_member(tx, one);
    edit_member(tx, id, {.name = word + "改" + number});
    give_consent(tx, {.member = id});
    tx.commit("a result that tells of " + word + number);
  }
}

}  // namespace

PersonStore::PersonStore(int others) {
  auto tx = begin();
  NewMember one;
  one.name = "canaryoldname";
  one.card = "canarycard";
  one.phone = "13912340000";
  one.sex = Sex::female;
  one.birth = parse_date("1980-02-03");
  one.address = "canaryaddress 1";
  one.note = "canarynote";
  person = add_member(tx, one);
  NewMember daughter;
  daughter.name = "小女";
  daughter.birth = parse_date("2020-05-06");
  child = add_member(tx, daughter);
  tx.commit("canaryresult");
  live();
  add_others(*this, others);
}

// Two that were registered twice: one of them is another's after all.
void PersonStore::merge_earlier() {
  auto tx = begin();
  for (const bool is_hers : {true, false}) {
    const MemberId earlier = add_member(tx, {.name = is_hers ? "canaryearlier" : "同名"});
    const MergeId merge =
        merge_members(tx, {.from = earlier, .into = person, .reason = "canarymerge"});
    if (!is_hers) unmerge_members(tx, merge);
  }
  tx.commit();
}

void PersonStore::live() {
  merge_earlier();
  is_written_down();
  complains();
  buys();
}

void PersonStore::is_written_down() {
  {
    auto tx = begin();
    edit_member(tx, person,
                {.name = "canaryname",
                 .phone = "13912344321",
                 .member_class = MemberClass::key,
                 .region = "canaryregion",
                 .call_as = "canarycallas",
                 .reason = "canarywhy"});
    set_risk(tx, {.member = person,
                  .kind = RiskKind::other,
                  .reason = "canaryrisk",
                  .review_on = parse_date("2027-01-01").value()});
    set_keeper(tx, person, "wangli");
    add_preference(tx, {.member = person, .key = PreferenceKey::brand, .value = "canarylikes"});
    join_group(tx, person, child);
    vault::database(tx).run(
        "INSERT INTO member_group (account, member, joined_at, joined_by) VALUES (1, ?1, ?2, ?3)",
        person, tx.now(), tx.actor().id);
    // Only institutions have one; she was taken for one.
    vault::database(tx).run(
        "INSERT INTO member_licence (member, kind, number, expires_on, added_at, added_by)"
        " VALUES (?1, 'canarylicence', 'x', 30000, ?2, ?3)",
        person, tx.now(), tx.actor().id);
    for (const Purpose purpose : {Purpose::membership, Purpose::health})
      give_consent(tx, {.member = person, .purpose = purpose});
    give_consent(tx, {.member = child, .purpose = Purpose::health, .guardian = person});
    NewHealthNote note{.member = person, .facts = {}, .alerts = {}};
    note.facts.kind = HealthKind::allergy;
    note.facts.ingredient = "青霉素";
    add_health_note(tx, note);
    restrict_member(tx, person, "canaryreason");
    lift_restriction(tx, person);
    grant_opening_points(tx, person, Points{50});
    adjust_points(tx, {.member = person, .points = Points{-1}, .reason = "录错"});
    add_counsel(tx, {.member = person, .product = "A", .points = {.note = "canarytold"}});
    add_stock_request(tx, {.member = person, .wanted = "canarywanted"});
    join_household(tx, {.member = person, .with = child});
    tx.commit("canaryresult");
  }
  store().view([&](Reading& reading) {
    get_member(reading, person, {.field = Revealed::phone, .reason = "other:canaryreveal"});
  });
  auto tx = begin();
  ask_approval(tx, {.action = Approvable::show_many,
                    .request = "member list --of " + to_string(person) + " canaryapproval",
                    .summary = "canaryapproval"});
  tx.commit();
}

void PersonStore::complains() {
  auto tx = begin();
  const ComplaintId complaint = add_complaint(tx, {.member = person,
                                                   .name = "canarycomplainer",
                                                   .contact = "canarycontact",
                                                   .text = "canarycomplaint",
                                                   .health = "canaryill"})
                                    .id;
  take_step(tx, complaint, Acknowledge{.note = "canaryack"});
  take_step(tx, complaint, AddEvidence{.name = "canaryfile", .content = "canaryevidence"});
  take_step(tx, complaint, PlanRemedy{.remedy = "canaryremedy", .basis = "canarybasis"});
  const LeadId lead = add_lead(tx, {.source = LeadSource::event, .name = "canarylead"});
  touch_lead(tx, {.lead = lead,
                  .how = LeadContactBy::visit,
                  .outcome = LeadOutcome::interested,
                  .note = "canaryspoke"});
  convert_lead(tx, {.lead = lead, .into = person});
  tx.commit();
}

void PersonStore::buys() {
  NewSale sale;
  sale.member = person;
  sale.items = items_of({"A=4#B1"});
  sale.deliver_by = Instant{store().now().seconds + 3600};
  const ReceiptId delivered = sell(sale);
  sale.deliver_by.reset();
  {
    auto tx = begin();
    add_tracking(tx, delivered, "CANARYPARCEL");
    record_delivery(tx, delivered);
    tx.commit();
  }
  {
    auto tx = begin();
    const RecallId recall = open_recall(tx, {.what = {.product = "A", .batches = {"B1"}}});
    record_recall_call(tx, {.recall = recall, .member = person, .note = "canarycall"});
    tx.commit();
  }
  sale.payments = payments_of({"account"});
  sell(sale);
  sale.payments.clear();
  {
    auto tx = begin();
    const auto payment = add_account_payment(tx, {.member = person, .amount = Money{100}});
    void_account_payment(tx, payment, "录错");
    tx.commit();
  }
  set_day("2026-03-05");
  set_point_value(1);
  sale.items = items_of({"B=3"});
  sale.payments = payments_of({"points=10.00", "cash"});
  const ReceiptId paid_by_points = sell(sale);
  take_back({.receipt = paid_by_points, .all = true, .reason = "quality"});
}

}  // namespace pharmacy::test
