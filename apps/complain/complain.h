// complain: what people are not content with, what they suggest, and what comes of it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cli/frame.h"
#include "pharmacy/complaint_steps.h"

namespace pharmacy::cli {

void complain(Frame& frame);

// Its verbs.
void define_intake(Frame& frame);
void define_looking(Frame& frame);
void define_due(Frame& frame);
void define_steps(Frame& frame);     // who has it, how grave it is, when it waits
void define_handling(Frame& frame);  // from the investigation to the end
void define_evidence(Frame& frame);
void define_suggestions(Frame& frame);
void define_case_import(Frame& frame);
void define_reactions(Frame& frame);
void define_actions(Frame& frame);  // what is done so that the same does not come again

// The text that was given; what standard input has where that is "-".
std::string text_of(Session& session, const std::string& given);

// Takes a step, and says what it made of the complaint.
void take(Transaction& tx, Output& out, ComplaintId id, const ComplaintStep& step);

// A verb that takes one step of one complaint. `Asked` has a ComplaintId `id`, and step(Session&)
// that makes the step of what was given.
template <class Asked>
void on_step(Frame& frame, CLI::App& cmd, const std::shared_ptr<Asked>& asked) {
  frame.on_session(cmd, [asked](Session& session) {
    const ComplaintStep step = asked->step(session);
    session.change([&](Transaction& tx, Output& out) { take(tx, out, asked->id, step); });
  });
}
// Declares the number that all of them begin with.
void declare_number(Frame& frame, CLI::App& cmd, ComplaintId& id);

}  // namespace pharmacy::cli
