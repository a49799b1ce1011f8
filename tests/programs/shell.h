// Lines of shell with the programs, and what memory they take.
#pragma once

#include <string>

#include "support/counter.h"

namespace pharmacy::test {

// A line of shell with the programs on the counter's store.
Ended shell(const Counter& counter, const std::string& line);

struct Peak {
  Ended ended;
  long kib;  // the most memory that one process of it took
};
// The same; the status is that of the line.
Peak peak_of(const Counter& counter, const std::string& line);

}  // namespace pharmacy::test
