// What a reaction says of the patient, as it is sealed: pharmacy-store(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pharmacy/adverse_reactions.h"
#include "pharmacy/error.h"

namespace pharmacy::complaints {

// As they are kept; faults where they are wrong.
ReactionDetails checked_details(const ReactionDetails& given, std::vector<Fault>& faults);
bool has_any(const ReactionDetails& details);
// Puts what is known newer before what is known already.
void put_over(ReactionDetails& known, const ReactionDetails& newer);

// What is known, by its name, in the order in which it is sealed: {"age", "45"}; a weight in kg.
std::vector<std::pair<std::string, std::string>> named_details(const ReactionDetails& details);

// Which judgement it was told with.
struct ReactionPlace {
  ComplaintId complaint;
  std::int64_t reaction;
};
// What is sealed, and back: nullopt where it is not what written_details() writes of this place.
std::string written_details(const ReactionPlace& place, const ReactionDetails& details);
std::optional<ReactionDetails> read_details(const ReactionPlace& place, std::string_view written);

}  // namespace pharmacy::complaints
