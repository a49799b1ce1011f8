// Opening a recall, calling members, and closing it.
#include "pharmacy/recall.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/recall/register.h"
#include "visits/stock.h"
#include "visits/text_checks.h"

namespace pharmacy {

// A batch is recalled once at a time.
static void require_not_recalled(db::Database& database, ProductId product,
                                 const std::vector<std::string>& batches) {
  for (const visits::StoredRecall& other : visits::stored_recalls(database, product)) {
    if (other.closed) continue;
    for (const std::string& batch : batches) {
      for (const std::string& known : visits::batches_of(database, other.id)) {
        if (fold(known) != fold(batch)) continue;
        throw Error(
            Errc::conflict,
            fmt::format(fmt::runtime(_("recall {recall} has batch {batch} already")),
                        fmt::arg("recall", to_string(other.id)),
                        fmt::arg("batch", for_terminal(batch))),
            fmt::format(fmt::runtime(_("see it with: report recall {}")), to_string(other.id)));
      }
    }
  }
}

static void require_open(const visits::StoredRecall& recall) {
  if (!recall.closed) return;
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("recall {} is closed")), to_string(recall.id)),
              _("for what turns up later, open another one: visit recall open"));
}

RecallId open_recall(Transaction& tx, const NewRecall& input) {
  vault::require(tx, vault::Permission::recall);
  auto& database = vault::database(tx);
  std::vector<Fault> faults;
  const auto batches = visits::checked_batches(faults, input.what.batches);
  const auto reason = visits::checked_text(faults, _("reason"), input.reason, reason_max);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  const auto product = visits::known_product(database, input.what.product);
  require_not_recalled(database, product.id, batches);
  const Instant due{tx.now().seconds +
                    std::chrono::seconds{recall_term(input.recall_class)}.count()};
  database.run(
      "INSERT INTO recall (product, class, reason, started_at, due_at, staff)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      product.id, input.recall_class, reason, tx.now(), due, tx.actor().id);
  const RecallId id{database.last_insert_id()};
  for (const std::string& batch : batches)
    database.run("INSERT INTO recall_batch (recall, batch) VALUES (?1, ?2)", id, batch);
  vault::shown(tx).note("recall " + to_string(id));
  return id;
}

std::int64_t record_recall_call(Transaction& tx, const NewRecallCall& input) {
  vault::require(tx, vault::Permission::recall);
  auto& database = vault::database(tx);
  vault::shows(tx, input.member);
  std::vector<Fault> faults;
  const auto note = visits::checked_text(faults, _("note"), input.note, reason_max);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  const auto recall = visits::stored_recall(database, input.recall);
  require_open(recall);
  const auto found = visits::trace(database, visits::KnownBatches{database},
                                   {recall.product, visits::batches_of(database, input.recall)});
  if (!found.buyers.contains(input.member)) {
    throw Error(
        Errc::refused,
        fmt::format(fmt::runtime(_("{member} bought nothing that recall {recall} is about")),
                    fmt::arg("member", to_string(input.member)),
                    fmt::arg("recall", to_string(input.recall))),
        fmt::format(fmt::runtime(_("see who did with: report recall {}")),
                    to_string(input.recall)));
  }
  database.run(
      "INSERT INTO recall_call (recall, member, outcome, note, at, staff)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      input.recall, input.member, input.outcome, note, tx.now(), tx.actor().id);
  vault::shown(tx).note("recall " + to_string(input.recall));
  return database
      .value<std::int64_t>("SELECT count(*) FROM recall_call WHERE recall = ?1 AND member = ?2",
                           input.recall, input.member)
      .value();
}

std::vector<MemberId> close_recall(Transaction& tx, RecallId id, const std::string& reason) {
  vault::require(tx, vault::Permission::close_recall);
  auto& database = vault::database(tx);
  std::vector<Fault> faults;
  const auto why = visits::checked_text(faults, _("reason"), std::string_view{reason}, reason_max);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  const auto recall = visits::stored_recall(database, id);
  require_open(recall);
  const auto found = visits::trace(database, visits::KnownBatches{database},
                                   {recall.product, visits::batches_of(database, id)});
  const auto tries = visits::tries_of(database, id);
  std::vector<MemberId> unreached;
  for (const auto& [member, buyer] : found.buyers) {
    if (visits::is_told(visits::outcome_of(buyer, visits::tries_of(tries, member)))) continue;
    vault::shows(tx, member);
    unreached.push_back(member);
  }
  database.run(
      "INSERT INTO recall_close (recall, reason, unreached, at, staff) VALUES (?1, ?2, ?3, ?4, ?5)",
      id, why, static_cast<std::int64_t>(unreached.size()), tx.now(), tx.actor().id);
  vault::shown(tx).note("recall " + to_string(id) + " closed");
  return unreached;
}

}  // namespace pharmacy
