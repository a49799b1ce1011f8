// SIGKILL at a call by which a command may write.
#pragma once

#include <string>

#include "swept_command.h"

namespace pharmacy::test {

inline const std::string killing_calls =
    "pwrite64,pwritev,write,fsync,fdatasync,ftruncate,unlink,rename,renameat2,openat,fcntl,flock,"
    "mkdir,link,rmdir,unlinkat";

// Of a line of strace's: a file opened to be read is no write.
bool is_like_a_write(const std::string& line);

// Either it is killed there, or it ends as when it is done.
Ended kill_at(const SweptCommand& command, const CallPoint& point);

}  // namespace pharmacy::test
