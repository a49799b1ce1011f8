#include "visits/recall/register.h"

#include <fmt/format.h>

#include <set>

#include "base/i18n.h"
#include "pharmacy/text.h"
#include "pharmacy/visits.h"
#include "visits/text_checks.h"

#define PHARMACY_RECALL_COLUMNS                                                        \
  "SELECT c.id, c.product, p.code, p.name, c.class, c.reason, c.started_at, c.due_at," \
  " s.login, e.at, e.reason FROM recall c JOIN product p ON p.id = c.product"          \
  " JOIN staff s ON s.id = c.staff LEFT JOIN recall_close e ON e.recall = c.id"

namespace pharmacy::visits {

namespace {

struct StoredCall {
  MemberId member;
  CallOutcome outcome;
  Instant at;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &StoredCall::member}, Field{"outcome", &StoredCall::outcome},
                      Field{"at", &StoredCall::at}};
  }
};

}  // namespace

std::vector<StoredRecall> stored_recalls(db::Database& database) {
  return database.rows<StoredRecall>(PHARMACY_RECALL_COLUMNS " ORDER BY c.id DESC");
}

std::vector<StoredRecall> stored_recalls(db::Database& database, ProductId product) {
  return database.rows<StoredRecall>(
      PHARMACY_RECALL_COLUMNS " WHERE c.product = ?1 ORDER BY c.id DESC", product);
}

StoredRecall stored_recall(db::Database& database, RecallId id) {
  auto found = database.row<StoredRecall>(PHARMACY_RECALL_COLUMNS " WHERE c.id = ?1", id);
  if (found) return *std::move(found);
  throw Error(Errc::not_found, fmt::format(fmt::runtime(_("there is no recall {}")), to_string(id)),
              _("list them with: visit recall list"));
}

std::vector<std::string> batches_of(db::Database& database, RecallId id) {
  return database.values<std::string>(
      "SELECT batch FROM recall_batch WHERE recall = ?1 ORDER BY batch", id);
}

std::map<MemberId, Tries> tries_of(db::Database& database, RecallId id) {
  std::map<MemberId, Tries> all;
  for (const StoredCall& call : database.rows<StoredCall>(
           "SELECT member, outcome, at FROM recall_call WHERE recall = ?1 ORDER BY id", id)) {
    Tries& tries = all[call.member];
    ++tries.count;
    tries.newest = call.outcome;
    tries.at = call.at;
  }
  return all;
}

std::optional<Tries> tries_of(const std::map<MemberId, Tries>& all, MemberId member) {
  const auto found = all.find(member);
  return found == all.end() ? std::nullopt : std::optional{found->second};
}

std::optional<CallOutcome> outcome_of(const Buyer& buyer, const std::optional<Tries>& tries) {
  if (buyer.is_back()) return CallOutcome::returned;
  return tries ? std::optional{tries->newest} : std::nullopt;
}

std::vector<std::string> checked_batches(std::vector<Fault>& faults,
                                         const std::vector<std::string>& batches) {
  if (batches.empty() || batches.size() > recall_batches_max) {
    faults.push_back({fmt::format(fmt::runtime(_("not a number of batches: {}")), batches.size()),
                      fmt::format(fmt::runtime(_("give 1 to {}")), recall_batches_max)});
  }
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const std::string& batch : batches) {
    const auto found = faults.size();
    all.push_back(checked_text(faults, _("batch"), std::string_view{fold_width(batch)}, batch_max));
    if (faults.size() == found && !seen.insert(fold(all.back())).second) {
      faults.push_back(
          {fmt::format(fmt::runtime(_("batch {} is named twice")), for_terminal(all.back())), {}});
    }
  }
  return all;
}

}  // namespace pharmacy::visits

#undef PHARMACY_RECALL_COLUMNS
