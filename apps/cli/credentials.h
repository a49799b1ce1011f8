// With whose key the store is opened.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/settings.h"
#include "cli/world.h"
#include "pharmacy/store.h"

namespace pharmacy::cli {

// A key file's content. Refuses a file that is open to group or others with the chmod to run, a
// link, and anything but a regular file. "-" is the standard input. Throws not_permitted or
// input_missing.
Secret read_key_file(const World& world, const std::string& path);

// Whether a session that was opened before is enough to open the store.
enum class Proof { by_session, anew };

// Opens the store with a key file, a descriptor, a service's credential, an open session, or what
// is typed on the terminal: a passphrase (three tries), or the recovery code, which may also stand
// in a key file. Throws Error(not_found) where nothing is typed.
Store open_store(World& world, const Settings& settings, const Globals& globals,
                 const OpenOptions& options, Proof proof = Proof::by_session);

// The key for what is no open store, a backup: as open_store() finds it, asked for once. `staff`:
// who has a key to it.
Key key_for(World& world, const Settings& settings, const Globals& globals,
            const std::vector<StaffSlot>& staff);

// Throws Error(not_permitted) where there is no terminal to ask a passphrase on; `instead` names
// the option to use there.
void require_terminal(const World& world, const std::string& instead);
// A new passphrase of this person, asked twice. One that does not please `faults_of`, or is not
// repeated, is asked for again, three times in all.
Secret ask_new_passphrase(World& world, const std::string& person,
                          const std::function<std::vector<Fault>(const Secret&)>& faults_of);

}  // namespace pharmacy::cli
