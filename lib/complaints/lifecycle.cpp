#include "complaints/lifecycle.h"

#include <array>

namespace pharmacy::complaints {
namespace {

using enum ComplaintStepKind;
using Kind = ComplaintKind;
using State = ComplaintState;
using Kinds = Set<ComplaintKind>;
using States = Set<ComplaintState>;

constexpr Kinds all_kinds{Kind::complaint, Kind::suggestion, Kind::objection, Kind::praise,
                          Kind::adverse_reaction};
constexpr Kinds answered_kinds{Kind::complaint, Kind::objection, Kind::adverse_reaction};
constexpr Kinds studied_kinds{Kind::complaint, Kind::suggestion, Kind::objection,
                              Kind::adverse_reaction};
constexpr Kinds suggestions{Kind::suggestion};
constexpr Kinds praise{Kind::praise};

constexpr States any{State::received, State::acknowledged, State::investigating, State::planned,
                     State::replied,  State::satisfied,    State::adopted,       State::declined,
                     State::paused,   State::closed};
constexpr States open{State::received, State::acknowledged, State::investigating,
                      State::planned,  State::replied,      State::satisfied,
                      State::adopted,  State::declined,     State::paused};
constexpr States looked_at{State::acknowledged, State::investigating, State::planned};
constexpr States after_ack{State::acknowledged, State::investigating, State::planned,
                           State::replied,      State::satisfied,     State::adopted,
                           State::declined,     State::paused,        State::closed};

constexpr Transition row(ComplaintStepKind step, Kinds kinds, States from, State to,
                         std::int64_t round_least = 1, Begins begins = Begins::nothing) {
  return {step, kinds, from, Leads::to, to, round_least, begins};
}
constexpr Transition stays(ComplaintStepKind step, Kinds kinds, States from) {
  return {step, kinds, from, Leads::stays, State::received, 1, Begins::nothing};
}

// A complaint is acknowledged, looked into, answered, and closed once the person is satisfied; each
// time that she is not, another round begins. A suggestion is studied, adopted or declined, and
// ends with telling that. Praise ends with thanks.
constexpr std::array table{
    row(ack, all_kinds, States{State::received}, State::acknowledged),

    // Possible at any time while it is open, or ever.
    stays(assign, all_kinds, open),
    stays(escalate, all_kinds, open),
    stays(grade, studied_kinds, open),
    stays(evidence, all_kinds, open),
    stays(link, all_kinds, any),
    stays(cause, answered_kinds, after_ack),

    row(pause, studied_kinds, looked_at, State::paused),
    Transition{resume, studied_kinds, States{State::paused}, Leads::back, State::received, 1,
               Begins::nothing},

    row(investigate, studied_kinds, looked_at, State::investigating),
    row(plan, answered_kinds, looked_at, State::planned),
    row(reply, answered_kinds, looked_at, State::replied),
    row(satisfied, answered_kinds, States{State::replied}, State::satisfied),
    row(unsatisfied, answered_kinds, States{State::replied, State::satisfied}, State::investigating,
        1, Begins::round),

    row(adopt, suggestions, States{State::acknowledged, State::investigating}, State::adopted),
    row(decline, suggestions, States{State::acknowledged, State::investigating}, State::declined),
    row(inform, suggestions, States{State::adopted, State::declined}, State::closed),

    row(close_satisfied, answered_kinds, States{State::satisfied}, State::closed),
    row(close_withdrawn, studied_kinds, open, State::closed),
    row(close_exhausted, answered_kinds,
        States{State::acknowledged, State::investigating, State::planned, State::replied},
        State::closed, 2),
    row(close_done, praise, States{State::acknowledged}, State::closed),
    row(close_mistake, all_kinds, open, State::closed),

    row(reopen, studied_kinds, States{State::closed}, State::investigating, 1,
        Begins::round_if_answered),
};

}  // namespace

std::span<const Transition> transitions() { return table; }

const Transition* transition(ComplaintStepKind step, ComplaintKind kind, ComplaintState state,
                             std::int64_t round) {
  for (const Transition& one : table) {
    if (one.step == step && one.kinds.has(kind) && one.from.has(state) && round >= one.round_least)
      return &one;
  }
  return nullptr;
}

bool is_end(ComplaintStepKind step) {
  static constexpr unsigned ends = [] {
    unsigned bits = 0;
    for (const Transition& one : table) {
      if (one.leads == Leads::to && one.to == State::closed)
        bits |= 1U << static_cast<unsigned>(one.step);
    }
    return bits;
  }();
  return (ends & (1U << static_cast<unsigned>(step))) != 0;
}

const char* verb_of(ComplaintStepKind step) {
  switch (step) {
    case satisfied:
      return "answer --satisfied yes";
    case unsatisfied:
      return "answer --satisfied no";
    case close_satisfied:
      return "close --as satisfied";
    case close_withdrawn:
      return "close --as withdrawn";
    case close_exhausted:
      return "close --as exhausted";
    case close_done:
      return "close --as done";
    case close_mistake:
      return "close --as mistake";
    case evidence:
      return "evidence add";
    case adopt:
      return "suggest adopt";
    case decline:
      return "suggest decline";
    case inform:
      return "suggest tell";
    default:
      return to_word(step);
  }
}

}  // namespace pharmacy::complaints

namespace pharmacy {

std::vector<ComplaintStepKind> possible_steps(ComplaintKind kind, ComplaintState state,
                                              std::int64_t round) {
  std::vector<ComplaintStepKind> possible;
  for (const auto& [step, word] : EnumNames<ComplaintStepKind>::table) {
    if (complaints::transition(step, kind, state, round) != nullptr) possible.push_back(step);
  }
  return possible;
}

}  // namespace pharmacy
