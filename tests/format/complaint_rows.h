// What the library says of what complaints and adverse reactions tell of health.
#pragma once

#include "format/python.h"
#include "pharmacy/store.h"

namespace pharmacy::test {

// Of each in a store, by "complaint-2026000001" and "reaction-1".
Verdicts verdicts_on_complaints(Reading& reading);

}  // namespace pharmacy::test
