// With whose key the store is opened.
#pragma once

#include <optional>
#include <string>

#include "cli/settings.h"
#include "cli/world.h"
#include "pharmacy/store.h"

namespace pharmacy::cli {

// A key file's content. Refuses a file that is open to group or others with the chmod to run, a
// link, and anything but a regular file. "-" is the standard input. Throws not_permitted or
// input_missing.
Secret read_key_file(const World& world, const std::string& path);

// Opens the store with a key file, a descriptor, a service's credential, or a passphrase asked on
// the terminal (three tries).
Store open_store(World& world, const Settings& settings, const Globals& globals,
                 const OpenOptions& options);

// A new passphrase, asked twice. Error(not_permitted) where there is no terminal; `instead` names
// the option to use there.
Secret ask_new_passphrase(const World& world, const std::string& instead);

}  // namespace pharmacy::cli
