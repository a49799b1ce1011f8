// Recalls as they are shown.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "pharmacy/recall.h"
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
                    .hours_left = {}};
  if (!visits::is_told(call.outcome)) call.hours_left = found.recall.hours_left;
  return call;
}

static RecallReport report_of(Reading& reading, Found found, const Reveal& reveal) {
  std::vector<MemberId> buyers;
  for (const auto& [member, buyer] : found.trace.buyers) buyers.push_back(member);
  std::vector<RecallMember> calls;
  for (const MemberLine& person : people_to_call(reading, buyers, reveal))
    calls.push_back(call_of(person, found));
  std::ranges::stable_partition(
      calls, [](const RecallMember& call) { return !visits::is_told(call.outcome); });
  return {.recall = std::move(found.recall),
          .figures = found.trace.figures,
          .members = std::move(calls),
          .lines = std::move(found.trace.lines)};
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
  const auto product = visits::find_stocked(database, what.product);
  if (!product) throw Error(Errc::not_found, {visits::no_product(database, what.product)});
  std::ranges::sort(batches);
  vault::shown(reading).note("batches");
  Found found{.recall = {},
              .trace = visits::trace(database, KnownBatches{database}, {product->id, batches}),
              .tries = {}};
  found.recall.code = product->code;
  found.recall.name = product->name;
  found.recall.batches = joined(batches);
  count_told(found.recall, found.trace, found.tries);
  return report_of(reading, std::move(found), reveal);
}

}  // namespace pharmacy
