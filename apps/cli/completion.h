// Completion scripts, made from the tree of verbs and options.
#pragma once

#include <string>

#include "cli/frame_impl.h"

namespace pharmacy::cli {

// For "bash", "zsh" or "fish"; Error(invalid_input) for anything else.
std::string completion_script(const Frame::Impl& frame, const std::string& shell);

}  // namespace pharmacy::cli
