// Recalls as they are shown.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "pharmacy/household.h"
#include "pharmacy/recall.h"
#include "pharmacy/rights.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/recall/register.h"
#include "visits/stock.h"

namespace pharmacy {

using visits::Buyer;
using visits::KnownBatches;
using visits::StoredRecall;
using visits::Trace;
using visits::Tries;
using TriesByMember = std::map<MemberId, Tries>;

// Whole hours, rounded down: at the last second 0 are left, and a second later -1.
static std::int64_t hours_until(Instant due, Instant now) {
  return std::chrono::floor<std::chrono::hours>(std::chrono::seconds{due.seconds - now.seconds})
      .count();
}

static void count_told(Recall& recall, const Trace& trace, const TriesByMember& tries) {
  recall.members = static_cast<std::int64_t>(trace.buyers.size());
  recall.told = std::ranges::count_if(trace.buyers, [&](const auto& buyer) {
    return visits::is_told(visits::outcome_of(buyer.second, visits::tries_of(tries, buyer.first)));
  });
  if (recall.members > 0)
    recall.told_percent = multiply_divide_floor(recall.told, 100, recall.members);
}

static RecallState state_of(const Recall& recall, Instant now) {
  if (recall.closed) return RecallState::closed;
  if (recall.told == recall.members) return RecallState::done;
  return now > *recall.due ? RecallState::overdue : RecallState::open;
}

static std::string joined(const std::vector<std::string>& batches) {
  return fmt::format("{}", fmt::join(batches, ", "));
}

static Recall shown_recall(const StoredRecall& stored, const std::vector<std::string>& batches) {
  return {.id = stored.id,
          .code = stored.code,
          .name = stored.name,
          .batches = joined(batches),
          .recall_class = stored.recall_class,
          .reason = stored.reason,
          .started = stored.started,
          .due = stored.due,
          .state = {},
          .hours_left = {},
          .members = 0,
          .told = 0,
          .told_percent = {},
          .staff = stored.staff,
          .closed = stored.closed,
          .closed_reason = stored.closed_reason};
}

namespace {

// A recall with all that was found of it.
struct Found {
  Recall recall;
  Trace trace;
  TriesByMember tries;
};

Found find_recall(Reading& reading, const StoredRecall& stored, const KnownBatches& known) {
  auto& database = vault::database(reading);
  const auto batches = visits::batches_of(database, stored.id);
  Found found{.recall = shown_recall(stored, batches),
              .trace = visits::trace(database, known, {stored.product, batches}),
              .tries = visits::tries_of(database, stored.id)};
  count_told(found.recall, found.trace, found.tries);
  found.recall.state = state_of(found.recall, reading.now());
  if (found.recall.state == RecallState::open || found.recall.state == RecallState::overdue)
    found.recall.hours_left = hours_until(stored.due, reading.now());
  return found;
}

Found find_recall(Reading& reading, RecallId id) {
  auto& database = vault::database(reading);
  return find_recall(reading, visits::stored_recall(database, id), KnownBatches{database});
}

}  // namespace

namespace {

// Who lives with the members who bought.
struct LivingWith {
  std::map<MemberId, Household> of_buyers;
  std::map<MemberId, HouseholdId> others;  // who bought nothing, and can be named
};

LivingWith living_with(Reading& reading, const Trace& trace) {
  LivingWith found;
  for (const auto& [buyer, what] : trace.buyers) {
    const Household household = get_household(reading, buyer);
    for (const MemberId one : household.members) {
      if (!trace.buyers.contains(one) && is_in_use(reading, one))
        found.others.emplace(one, household.id.value());
    }
    found.of_buyers.emplace(buyer, household);
  }
  return found;
}

void count_households(RecallFigures& figures, const LivingWith& living) {
  std::set<HouseholdId> households;
  for (const auto& [buyer, household] : living.of_buyers) {
    if (household.id) households.insert(*household.id);
  }
  figures.households = static_cast<std::int64_t>(households.size());
  figures.household_members = static_cast<std::int64_t>(living.others.size());
}

// A member without a phone is told by somebody who lives with her and has one.
void reach(RecallMember& call, const Household& household,
           const std::map<MemberId, MemberLine>& people) {
  call.household = household.id;
  if (call.phone) return;
  for (const MemberId one : household.members) {
    const auto found = people.find(one);
    if (found == people.end() || !found->second.phone) continue;
    call.phone = found->second.phone;
    call.reached_by = one;
    return;
  }
}

}  // namespace

static RecallMember call_of(const MemberLine& person, const Found& found) {
  const Buyer& buyer = found.trace.buyers.at(person.id);
  const auto tries = visits::tries_of(found.tries, person.id);
  RecallMember call{.member = person.id,
                    .name = person.name,
                    .phone = person.phone,
                    .restricted = buyer.is_restricted,
                    .quantity = buyer.quantity,
                    .returned = buyer.returned,
                    .tries = tries ? tries->count : 0,
                    .outcome = visits::outcome_of(buyer, tries),
                    .tried = tries ? std::optional{tries->at} : std::nullopt,
                    .hours_left = {},
                    .household = {},
                    .reached_by = {}};
  if (!visits::is_told(call.outcome)) call.hours_left = found.recall.hours_left;
  return call;
}

static RecallReport report_of(Reading& reading, Found found, const Reveal& reveal) {
  const LivingWith living = living_with(reading, found.trace);
  count_households(found.trace.figures, living);
  std::vector<MemberId> numbers;
  for (const auto& [member, buyer] : found.trace.buyers) numbers.push_back(member);
  for (const auto& [member, household] : living.others) numbers.push_back(member);
  std::map<MemberId, MemberLine> people;
  for (MemberLine& person : people_to_call(reading, numbers, reveal))
    people.emplace(person.id, std::move(person));
  std::vector<RecallMember> calls;
  std::vector<RecallHousehold> households;
  for (const auto& [member, person] : people) {
    const auto other = living.others.find(member);
    if (other != living.others.end()) {
      households.push_back({other->second, member, person.name, person.phone});
      continue;
    }
    calls.push_back(call_of(person, found));
    reach(calls.back(), living.of_buyers.at(member), people);
  }
  std::ranges::stable_sort(households, {}, &RecallHousehold::household);
  std::stable_partition(calls.begin(), calls.end(),
                        [](const RecallMember& call) { return !visits::is_told(call.outcome); });
  return {.recall = std::move(found.recall),
          .figures = found.trace.figures,
          .members = std::move(calls),
          .lines = std::move(found.trace.lines),
          .households = std::move(households)};
}

std::vector<Recall> list_recalls(Reading& reading) {
  vault::require(reading, vault::Permission::view_recalls);
  auto& database = vault::database(reading);
  const KnownBatches known{database};
  std::vector<Recall> all;
  for (const StoredRecall& stored : visits::stored_recalls(database))
    all.push_back(find_recall(reading, stored, known).recall);
  return all;
}

CountedRecall get_recall(Reading& reading, RecallId id) {
  vault::require(reading, vault::Permission::view_recalls);
  Found found = find_recall(reading, id);
  count_households(found.trace.figures, living_with(reading, found.trace));
  return {.recall = std::move(found.recall), .figures = found.trace.figures};
}

RecallReport recall_report(Reading& reading, RecallId id, const Reveal& reveal) {
  vault::require(reading, vault::Permission::view_recalls);
  vault::shown(reading).note("recall " + to_string(id));
  return report_of(reading, find_recall(reading, id), reveal);
}

RecallReport trace_batches(Reading& reading, const BatchesOf& what, const Reveal& reveal) {
  vault::require(reading, vault::Permission::view_recalls);
  auto& database = vault::database(reading);
  std::vector<Fault> faults;
  auto batches = visits::checked_batches(faults, what.batches);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  const auto product = visits::known_product(database, what.product);
  std::ranges::sort(batches);
  vault::shown(reading).note("batches");
  Found found{.recall = {},
              .trace = visits::trace(database, KnownBatches{database}, {product.id, batches}),
              .tries = {}};
  found.recall.code = product.code;
  found.recall.name = product.name;
  found.recall.batches = joined(batches);
  count_told(found.recall, found.trace, found.tries);
  return report_of(reading, std::move(found), reveal);
}

}  // namespace pharmacy
