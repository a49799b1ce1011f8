// Policies behind their permissions.
#include "pharmacy/policy.h"

#include <fmt/format.h>

#include "policy/policies.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

using vault::Permission;

policy::Recorder recorder(const Transaction& tx) {
  return {.staff = tx.actor().id, .now = tx.now(), .today = tx.today()};
}

// The log tells of which one.
void note(Transaction& tx, std::int64_t version) {
  vault::shown(tx).note(fmt::format("policy {}", version));
}

}  // namespace

Policy policy_on(Reading& reading, Date day) {
  return policy::policy_on(vault::database(reading), day);
}

std::vector<PolicyVersion> list_policies(Reading& reading) {
  vault::require(reading, Permission::view_figures);
  return policy::versions(vault::database(reading), reading.today());
}

PolicyText get_policy(Reading& reading, std::int64_t version) {
  vault::require(reading, Permission::view_figures);
  return policy::version(vault::database(reading), version, reading.today());
}

PolicyText policy_text_on(Reading& reading, Date day) {
  vault::require(reading, Permission::view_figures);
  return policy::text_on(vault::database(reading), day, reading.today());
}

std::vector<PolicyReview> list_policy_reviews(Reading& reading) {
  vault::require(reading, Permission::view_figures);
  return policy::reviews(vault::database(reading), reading.zone(), reading.today());
}

void check_may_set_policies(Reading& reading) { vault::require(reading, Permission::set_policies); }

void check_new_policy(Reading& reading, const NewPolicy& input) {
  check_may_set_policies(reading);
  policy::check_new(vault::database(reading), input, reading.today());
}

SetPolicy set_policy(Transaction& tx, const NewPolicy& input) {
  check_may_set_policies(tx);
  const SetPolicy set = policy::add(vault::database(tx), input, recorder(tx));
  note(tx, set.version);
  return set;
}

PolicyReview review_policy(Transaction& tx, std::optional<std::int64_t> version,
                           std::string_view text) {
  check_may_set_policies(tx);
  PolicyReview review =
      policy::add_review(vault::database(tx), tx.zone(), version, text, recorder(tx));
  note(tx, review.version);
  return review;
}

}  // namespace pharmacy
