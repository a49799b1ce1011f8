// Whole files that the user named, read and written with care.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "pharmacy/export.h"

namespace pharmacy {

// The bytes of a file, a pipe, or the standard input where `path` is "-". Throws
// Error(input_missing) where it cannot be read, Error(bad_data) where it has more than
// `max_bytes`.
PHARMACY_API std::string read_file(const std::string& path, std::size_t max_bytes);

enum class Existing { refused, replaced };

// Writes a file that only its owner may read (0600): into a new one beside it, synced, then
// renamed, and the directory synced. So `path` holds all of `content` or what it held before.
// Throws Error(cannot_create) where the file cannot be made, where it exists and Existing says
// refused, and where `path` is a link or anything else but a file; Error(io) where writing fails.
PHARMACY_API void write_file(const std::string& path, std::string_view content, Existing existing);
// Adds a line to a text file, made 0600 where it is absent, and syncs it: lines of several writers
// do not mix, and what stands at the end without a line's end is ended first. Throws
// Error(cannot_create) where it cannot be opened, is a link, has a second name, or is no ordinary
// file; Error(io).
PHARMACY_API void append_line(const std::string& path, std::string_view line);
// Throws cannot_create where write_file() would because of what is there already, or because the
// directory is not there or takes no file: for files that are written only after something else is
// done.
PHARMACY_API void check_new_file(const std::string& path, Existing existing);

}  // namespace pharmacy
