// Help, as wide as the terminal.
#pragma once

#include <string>

#include "cli/frame_impl.h"

namespace pharmacy::cli {

// Of the whole program, of a noun ("product"), or of a verb ("product add").
std::string help_text(const Frame::Impl& frame, const std::string& path);

std::string version_text(const Frame::Impl& frame);

}  // namespace pharmacy::cli
