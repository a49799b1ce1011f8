// System calls that a signal interrupts.
#pragma once

#include <cerrno>

namespace pharmacy {

// What the call returns once none interrupts it; it is made anew as often as one does.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace pharmacy
