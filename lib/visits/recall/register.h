// The register of recalls.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "visits/recall/trace.h"

namespace pharmacy::visits {

struct StoredRecall {
  RecallId id;
  ProductId product;
  std::string code;
  std::string name;
  RecallClass recall_class;
  std::optional<std::string> reason;
  Instant started;
  Instant due;
  std::string staff;
  std::optional<Instant> closed;
  std::optional<std::string> closed_reason;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &StoredRecall::id},
                      Field{"product", &StoredRecall::product},
                      Field{"code", &StoredRecall::code},
                      Field{"name", &StoredRecall::name},
                      Field{"class", &StoredRecall::recall_class},
                      Field{"reason", &StoredRecall::reason},
                      Field{"started", &StoredRecall::started},
                      Field{"due", &StoredRecall::due},
                      Field{"staff", &StoredRecall::staff},
                      Field{"closed", &StoredRecall::closed},
                      Field{"closed_reason", &StoredRecall::closed_reason}};
  }
};

// The newest first.
std::vector<StoredRecall> stored_recalls(db::Database& database);
std::vector<StoredRecall> stored_recalls(db::Database& database, ProductId product);
// Throws not_found.
StoredRecall stored_recall(db::Database& database, RecallId id);
// In the order of their texts.
std::vector<std::string> batches_of(db::Database& database, RecallId id);

// The tries of one member.
struct Tries {
  std::int64_t count = 0;
  CallOutcome newest = CallOutcome::no_answer;
  Instant at{};
};
std::map<MemberId, Tries> tries_of(db::Database& database, RecallId id);

// What came of it for one member, if anything did.
std::optional<CallOutcome> outcome_of(const Buyer& buyer, const std::optional<Tries>& tries);
inline bool is_told(std::optional<CallOutcome> outcome) {
  return outcome == CallOutcome::reached || outcome == CallOutcome::returned;
}
std::optional<Tries> tries_of(const std::map<MemberId, Tries>& all, MemberId member);

// As typed, in the form in which sales keep them; a fault where there are none, too many, one
// twice, or no acceptable text.
std::vector<std::string> checked_batches(std::vector<Fault>& faults,
                                         const std::vector<std::string>& batches);

}  // namespace pharmacy::visits
