// An adverse reaction as it is reported on paper.
#pragma once

#include <cstddef>
#include <string>

#include "pharmacy/adverse_reactions.h"

namespace pharmacy::cli {

inline constexpr std::size_t form_columns = 80;

// The report on an adverse reaction, filled in as far as the store knows it, in lines of at most
// form_columns; a line is left for what a person adds.
std::string reaction_report(const ReactionForm& form, const Zone& zone);

// Words as people read them.
std::string outcome_label(ReactionOutcome outcome);

}  // namespace pharmacy::cli
