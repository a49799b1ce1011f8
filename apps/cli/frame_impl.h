// What a Frame holds.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "cli/errors.h"
#include "cli/frame.h"
#include "cli/globals.h"
#include "cli/tree.h"

namespace pharmacy::cli {

class Runner;

struct Action {
  bool opens = true;        // the store, before the verb runs
  bool reads_much = false;  // a larger page cache
  bool writes = false;      // changes the store, or makes one
  std::function<void(Runner&)> run;
};

struct Frame::Impl {
  Impl(World& surroundings, std::string name, Changed& whether_changed)
      : world{surroundings}, program{std::move(name)}, changed{whether_changed} {
    declare_globals(tree, globals);
  }

  // Declares `help` and `completion`, after the program's own verbs.
  void add_common_verbs();
  // Fills the targets of the global and the verb's options from what was given.
  std::vector<Fault> fill(const VerbSpec& verb, const ParseContext& context) const;

  World& world;
  std::string program;
  std::string summary;
  Tree tree;
  Globals globals;
  std::map<const VerbSpec*, Action> actions;
  std::vector<std::string> help_about;  // the words after `help`
  std::string shell;                    // the word after `completion`
  Changed& changed;                     // the store was: a later failure does not take that back
  std::string if_unprinted;             // what to do where the answer cannot be printed
};

}  // namespace pharmacy::cli
