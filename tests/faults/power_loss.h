// What of a command's work is on the disk if the power goes off.
//
// What was written to a file since it was last synced reached the disk or not, each sector of 512
// bytes by itself, in any order. A name that was given or taken away is on the disk once the
// directory is synced that it is in, or one of the two of a move from one into another: a sync of
// the file itself does not bring its name, nor a sync of a directory the directory's own. Of the
// other changes of names either the first so many are there, as a journal keeps them, or any, but
// none without those before it of the same names, nor a move out of a directory without that
// directory. A move, and an exchange, is whole or is not.
#pragma once

#include <cstddef>

#include "disk_history.h"
#include "support/trials.h"

namespace pharmacy::test {

// Which syncs the disk heeds. Controls leave some out.
struct HeededSyncs {
  bool of_files = true;
  bool of_directories = true;
};

// The power goes off before the step with this number.
DiskFiles left_by_power_loss(const DiskHistory& history, std::size_t step, HeededSyncs heeded,
                             Random& random);

}  // namespace pharmacy::test
