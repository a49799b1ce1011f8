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
void define_erase(Frame& frame);
void define_suggestions(Frame& frame);
void define_case_import(Frame& frame);
void define_reactions(Frame& frame);
void define_actions(Frame& frame);  // what is done so that the same does not come again

// The text that was given; what standard input has where that is "-".
std::string text_of(Session& session, const std::string& given);

// Takes a step, and says what it made of the complaint.
void take(Transaction& tx, Output& out, ComplaintId id, const ComplaintStep& step);

// Declares the number that the verbs about one complaint begin with.
void declare_number(Frame& frame, CLI::App& cmd, ComplaintId& id);

// A verb that takes one step of one complaint: declares its number, and gives the step whose
// members the other options fill. `text` is the one that standard input may have.
template <class Step>
Step& declare_step(Frame& frame, CLI::App& cmd, std::string Step::*text = nullptr) {
  struct Asked {
    ComplaintId id;
    Step step{};
  };
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame.on_session(cmd, [asked, text](Session& session) {
    if (text != nullptr) asked->step.*text = text_of(session, asked->step.*text);
    session.change([&](Transaction& tx, Output& out) { take(tx, out, asked->id, asked->step); });
  });
  return asked->step;
}

}  // namespace pharmacy::cli
