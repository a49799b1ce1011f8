// The sums in a store that must agree.
#pragma once

#include <span>

namespace pharmacy::vault {

// The query gives one text a row for each thing that does not agree.
struct Sum {
  const char* check;
  const char* problem;  // to be translated, as is `advice`
  const char* advice;
  const char* query;
};

std::span<const Sum> sums();

// What to do where records do not agree, to be translated.
extern const char* const records_advice;

}  // namespace pharmacy::vault
