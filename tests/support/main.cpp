// AddressSanitizer takes a third less time where it keeps two callers of each allocation, not
// thirty, and watches the last megabyte that was given back, not 256. (With one caller it reports no
// leak.) ASAN_OPTIONS says otherwise: malloc_context_size=30 tells where memory was taken, and
// quarantine_size_mb=256 finds what is used much too late.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "malloc_context_size=2:quarantine_size_mb=1:thread_local_quarantine_size_kb=64";
}

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
