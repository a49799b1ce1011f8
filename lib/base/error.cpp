#include "pharmacy/error.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace pharmacy {

Error::Error(Errc code, std::string message, std::string hint)
    : code_{code}, faults_{Fault{std::move(message), std::move(hint)}} {}

Error::Error(Errc code, std::vector<Fault> faults) : code_{code}, faults_{std::move(faults)} {
  PHARMACY_CHECK(!faults_.empty());
}

Error::~Error() = default;

const char* Error::what() const noexcept { return faults_.front().message.c_str(); }

void abort_on_bug(const char* what, const char* file, int line) noexcept {
  static_cast<void>(
      std::fprintf(stderr, "pharmacy: broken promise at %s:%d: %s\n", file, line, what));
  std::abort();
}

}  // namespace pharmacy
