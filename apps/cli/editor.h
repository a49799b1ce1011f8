// A person's editor, on a text that only she can read.
#pragma once

#include <optional>
#include <string>

namespace pharmacy::cli {

// Opens $VISUAL, $EDITOR, sensible-editor or vi on a copy of `text` in a file called `name`, mode
// 0600, in a new directory of its own, 0700, and gives back what is in it at the end. The file is
// overwritten with zeros and removed, with whatever the editor left beside it, before this returns,
// throws, or ends the program by a signal. nullopt where the editor ends with another status than
// 0. Throws Error(invalid_input) where it cannot be started, Error(cannot_create) for the file.
std::optional<std::string> edit_in_editor(const std::string& name, const std::string& text);

// Keeps a text for whoever wrote it, in a file called `name`, mode 0600, in a new directory of
// $TMPDIR or /tmp; where. Throws Error(cannot_create), Error(io).
std::string keep_text(const std::string& name, const std::string& text);

}  // namespace pharmacy::cli
