// Verbs that take a second person.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/frame.h"
#include "pharmacy/approval.h"

namespace pharmacy::cli {

// The options of such a verb.
struct ApprovalOptions {
  std::optional<ApprovalId> approval;
  std::optional<std::string> reason;

  void declare(Frame& frame, CLI::App& cmd);
};

// Runs `look` as Store::view does. Where it takes an approval that was not given, that is asked
// for, and told by an Error(refused) with the request's number; where one person is enough, by her
// key once more and a reason. `summary` is what the other person is shown.
void view_approved(Session& session, const ApprovalOptions& options, Approvable action,
                   const std::string& summary, const std::function<void(Reading&)>& look);

// A change that may take one.
struct ApprovableChange {
  std::optional<ApprovalId> approval;  // as given with --approval
  // What is asked for. It names what it is about by what never becomes another's: a number, where a
  // card was given. Called inside the change.
  std::function<ApprovalRequest(Transaction&)> request;
  std::string reason;  // what for, where one person is enough
  std::function<void(Transaction&, Output&)> change;
};
// Runs it as Session::change does, and is else as view_approved.
void change_approved(Session& session, const ApprovableChange& approvable);

// The option of such a verb.
void declare_approval(Frame& frame, CLI::App& cmd, std::optional<ApprovalId>& approval);

}  // namespace pharmacy::cli
