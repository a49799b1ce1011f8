#include "killing.h"

#include <doctest/doctest.h>

#include <csignal>

namespace pharmacy::test {

bool is_like_a_write(const std::string& line) {
  return line.find(" O_RDONLY") == std::string::npos;
}

Ended kill_at(const SweptCommand& command, const CallPoint& point) {
  auto ended = command.inject(point, "signal=SIGKILL");
  REQUIRE_MESSAGE((ended.status == command.deed().status || ended.status == 128 + SIGKILL),
                  ended.err);
  return ended;
}

}  // namespace pharmacy::test
