// The policies of a store: which one is in force, what it says, and when it is to be reviewed. For
// the vault, which asks for permissions; the rooms above ask by a Reading (pharmacy/policy.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "pharmacy/ids.h"
#include "pharmacy/policy.h"

namespace pharmacy::policy {

// The document that every new store begins with: schema/default_policy.toml.
std::string_view default_document();

// Of the policies effective on `day`, the one from the latest day, and of two from one day the
// later version. Throws damaged where the store has none.
Policy policy_on(db::Database& database, Date day);
// One of those that the store has: by it was decided what a row refers it to for.
Policy policy_of(db::Database& database, std::int64_t version);

// As of `today`: see list_policies(), get_policy() and policy_text_on().
std::vector<PolicyVersion> versions(db::Database& database, Date today);
PolicyText version(db::Database& database, std::int64_t number, Date today);
PolicyText text_on(db::Database& database, Date day, Date today);

// Who records something, and when.
struct Recorder {
  StaffId staff;
  Instant now;
  Date today;
};
// See check_new_policy() and set_policy().
void check_new(db::Database& database, const NewPolicy& input, Date today);
SetPolicy add(db::Database& database, const NewPolicy& input, const Recorder& by);

// See list_policy_reviews() and review_policy().
std::vector<PolicyReview> reviews(db::Database& database, const Zone& zone, Date today);
PolicyReview add_review(db::Database& database, const Zone& zone,
                        std::optional<std::int64_t> version, std::string_view note,
                        const Recorder& by);

}  // namespace pharmacy::policy
