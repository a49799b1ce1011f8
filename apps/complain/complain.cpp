#include "complain/complain.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"

namespace pharmacy::cli {

// Bytes that are read of a text: more than one may have, so that one that is too long is told by
// what it is.
static constexpr std::size_t longest_text = 65'536;

std::string text_of(Session& session, const std::string& given) {
  return given == "-" ? session.read_file(given, longest_text) : given;
}

void declare_number(Frame& frame, CLI::App& cmd, ComplaintId& id) {
  frame.option(cmd, "number", id, _("Its number, as C2026-000123"))->required();
}

void take(Transaction& tx, Output& out, ComplaintId id, const ComplaintStep& step) {
  const ComplaintEvent event = take_step(tx, id, step);
  // What a change prints is kept with its operation: no text of it is, nor whom it is about.
  Table record = only(to_table(std::vector{event}),
                      {"id", "at", "staff", "complaint_step", "complaint_state", "round"});
  record.columns.insert(record.columns.begin(), "number");
  record.rows.front().insert(record.rows.front().begin(), to_cell(id));
  out.record("complain.step", std::move(record));
  out.changed(fmt::format(fmt::runtime(_("{number}: {step}; state: {state}")),
                          fmt::arg("number", to_string(id)),
                          fmt::arg("step", word_label(to_word(event.step))),
                          fmt::arg("state", word_label(to_word(event.state)))),
              {});
}

void complain(Frame& frame) {
  frame.program("complain", _("Complaints, suggestions, objections and praise, to their end"));
  define_intake(frame);
  define_looking(frame);
  define_due(frame);
  define_steps(frame);
  define_handling(frame);
  define_evidence(frame);
  define_suggestions(frame);
  define_case_import(frame);
  define_actions(frame);
  define_reactions(frame);
  define_erase(frame);
}

}  // namespace pharmacy::cli
