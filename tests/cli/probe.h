// A program made for these tests: verbs that take every kind of value and end in every way.
#pragma once

#include "cli/frame.h"
#include "support/run.h"

namespace pharmacy::test {

void probe(cli::Frame& frame);

// A person without any files of hers.
inline const Surroundings nowhere{.env = {{"HOME", "/nonexistent"}}};

}  // namespace pharmacy::test
