// A program made for these tests: verbs that take every kind of value and end in every way.
#pragma once

#include "cli/frame.h"

namespace pharmacy::test {

void probe(cli::Frame& frame);

}  // namespace pharmacy::test
