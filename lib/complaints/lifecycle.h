// The life of a complaint: which step leads from which state to which, in one table.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "pharmacy/complaint_steps.h"

namespace pharmacy::complaints {

// A set of the values of an enumeration.
template <class Enum>
class Set {
 public:
  template <class... Values>
  constexpr explicit Set(Values... values) : bits_{((1U << static_cast<unsigned>(values)) | ...)} {}
  [[nodiscard]] constexpr bool has(Enum value) const {
    return (bits_ & (1U << static_cast<unsigned>(value))) != 0;
  }

 private:
  unsigned bits_;
};

// Where a step leads.
enum class Leads {
  to,     // to a state
  stays,  // nowhere: the state stays as it is
  back    // to where a pause found it
};

// A round is an answer, and that it did not satisfy.
enum class Begins {
  nothing,
  round,
  round_if_answered  // in the one before, else that goes on
};

struct Transition {
  ComplaintStepKind step;
  Set<ComplaintKind> kinds;
  Set<ComplaintState> from;
  Leads leads;
  ComplaintState to;         // where it leads to a state
  std::int64_t round_least;  // the first round in which it is possible
  Begins begins;
};
// Of a step there may be several rows, for different kinds or states.
std::span<const Transition> transitions();

// The one that applies; none where the step is impossible.
const Transition* transition(ComplaintStepKind step, ComplaintKind kind, ComplaintState state,
                             std::int64_t round);

// Whether it leads to the end.
[[nodiscard]] bool is_end(ComplaintStepKind step);

// What is typed to take it: "close --as withdrawn".
const char* verb_of(ComplaintStepKind step);

}  // namespace pharmacy::complaints
