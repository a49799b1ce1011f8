// What the importing verbs share: the options that say how to read a file, the summary, the
// question, and the file of rejected rows.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "cli/frame.h"
#include "pharmacy/imports.h"

namespace pharmacy::cli {

struct ImportVerb {
  // plan_member_import and its like.
  std::function<ImportPlan(Reading&, const std::string&, const ImportOptions&)> plan;
  const std::vector<SheetField>& fields;  // named in the help
  // What was added, for people: "3 members".
  std::function<std::string(const ImportSummary&)> added;
  // What else is made with it, one line: "2 new members"; may be empty.
  std::function<std::string(const ImportSummary&)> details = {};
  // How many notices of each kind are told one by one.
  std::size_t notices_most = 20;
};

// Declares the positional FILE and the options of an import on `cmd`, and what it does: reads and
// checks the file without the gate, tells, asks on a terminal, writes, all or nothing. Returns
// the options, so that a program may declare those of its own subject on them.
std::shared_ptr<ImportOptions> define_import(Frame& frame, CLI::App& cmd, ImportVerb verb);

}  // namespace pharmacy::cli
