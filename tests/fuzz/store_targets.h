// Targets that need a sealed store: a backup, and an access log, as somebody changed them who has
// some of the store's keys or none.
#pragma once

#include "fuzz/targets.h"

namespace pharmacy::test {

FuzzTarget backup_target();
FuzzTarget access_log_target();

// Their controls: the same promises of readers that look at the form alone, and so break them.
FuzzTarget blind_backup_target();
FuzzTarget blind_access_log_target();

}  // namespace pharmacy::test
