// Verbs that erase what is kept of a person: it is told first, and asked for twice.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/frame.h"
#include "pharmacy/approval.h"

namespace pharmacy::cli {

// The options of such a verb.
struct ErasureOptions {
  std::string reason;
  std::optional<std::string> confirm;
  std::optional<ApprovalId> approval;

  void declare(Frame& frame, CLI::App& cmd);
};

// What is to be erased, by a number that never becomes another's.
struct Erasing {
  std::string number;
  ApprovalRequest request;
  std::string question;  // that the store's name answers
  std::function<void(Transaction&)> erase;
};

// Asks for the store's name, and then as change_approved does; a dry run ends before it.
void erase_approved(Session& session, const ErasureOptions& options, const Erasing& erasing);

}  // namespace pharmacy::cli
