// Verbs that take a second person.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/asked.h"
#include "cli/frame.h"
#include "pharmacy/approval.h"

namespace pharmacy::cli {

// The options of such a verb.
struct ApprovalOptions {
  std::optional<ApprovalId> approval;
  std::optional<std::string> reason;

  void declare(Frame& frame, CLI::App& cmd);
};

// Those, which are no part of what is asked for.
inline const std::vector<std::string> approval_options{"--approval", "--reason"};

// Runs `look` as Store::view does. Where it takes an approval that was not given, that is asked
// for, and told by an Error(refused) with the request's number; where one person is enough, by her
// key once more and a reason.
void view_approved(Session& session, const ApprovalOptions& options, const ApprovalRequest& request,
                   const std::function<void(Reading&)>& look);

// A change that may take one.
struct ApprovableChange {
  std::optional<ApprovalId> approval;  // as given with --approval
  // What is asked for. It names what it is about by what never becomes another's: a number, where a
  // card was given. Called inside the change.
  std::function<ApprovalRequest(Transaction&)> request;
  std::string reason;  // what for, where one person is enough
  // What it would do: told in a dry run where it takes an approval, which ends with that. Not
  // called by a verb that told it before.
  std::function<AskedPlan(Reading&)> plan{};
  std::function<void(Transaction&, Output&)> change;
};
// Runs it as Session::change does, and is else as view_approved.
void change_approved(Session& session, const ApprovableChange& approvable);

// The option of such a verb.
void declare_approval(Frame& frame, CLI::App& cmd, std::optional<ApprovalId>& approval);

}  // namespace pharmacy::cli
