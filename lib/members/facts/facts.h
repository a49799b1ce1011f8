// The facts of member_fact: what a member is to the pharmacy, and how she is to be met.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/database.h"
#include "members/check.h"
#include "members/tables.h"
#include "pharmacy/members.h"

namespace pharmacy::members {

// Each under its name in Member::fields().
using Facts = std::vector<std::pair<const char*, std::optional<std::string>>>;
Facts facts_of(const NewMember& member);
Facts facts_of(const Member& member);

// What an edit makes of a fact.
struct FactChange {
  const char* fact;
  std::optional<std::string> before;
  std::optional<std::string> after;  // absent: cleared
};
// Those that become others.
std::vector<FactChange> fact_changes(const Member& now, const MemberEdit& edit, Faults& faults);

// The reason as it is kept; a fault where a class needs one that is not there.
std::optional<std::string> reason_of_class(bool has_class, const std::optional<std::string>& reason,
                                           Faults& faults);

// Faults for what a party of a kind cannot have: whoever is no person a sex or a day of birth …
void check_person(std::optional<MemberKind> kind, bool is_described, Faults& faults);
// … or consent to notes about health; no person a licence, and no clinic a household.
void check_kind_fits(db::Database& db, MemberId member, std::optional<MemberKind> kind,
                     Faults& faults);
// Person where nothing is said.
MemberKind kind_of(db::Database& db, MemberId member);

struct NewFact {
  std::string_view fact;
  std::string_view value;
  std::optional<std::string> reason{};  // of a class; the source of the fact where absent
};
void insert_fact(db::Database& db, MemberId member, const NewFact& fact, const Provenance& from);
void end_fact(db::Database& db, MemberId member, std::string_view fact, Instant now);

// For imports: leaves what the member lacks, but never the kind, as other facts hang on it.
void keep_lacking_facts(NewMember& row, const Member& stored);
[[nodiscard]] bool has_facts(const NewMember& row);
// Whether a fact that the row gives is another one in the store.
[[nodiscard]] bool differs_in_facts(const NewMember& row, const Member& stored);

// list_members by kind or class.
std::vector<MemberLine> lines_by_facts(db::Database& db, const MemberRange& range,
                                       std::int64_t limit);

}  // namespace pharmacy::members
