// Targets in files of their own. First those that need a sealed store: a backup, an access log, and
// the files of the engine, as somebody changed them who has some of the store's keys or none.
#pragma once

#include "fuzz/targets.h"

namespace pharmacy::test {

FuzzTarget backup_target();
FuzzTarget access_log_target();
FuzzTarget engine_target();

FuzzTarget config_target();
FuzzTarget policy_target();
FuzzTarget tries_target();
FuzzTarget session_target();

// Arguments of a program, whose name is in the first line; each further line is one.
FuzzTarget words_target();

// Controls: the same promises of readers that look at the form alone, and so break them.
FuzzTarget blind_backup_target();
FuzzTarget blind_access_log_target();
FuzzTarget blind_engine_target();

// The bytes of a file of tests/format/base.
std::string base_file(const std::string& name);

}  // namespace pharmacy::test
