// What a program of a build for checks tells AddressSanitizer where ASAN_OPTIONS does not.
//
// detect_leaks=0: nobody may look into a program of the suite, nor who looks for leaks.
// verify_asan_link_order=0: tests put the library of a clock before the sanitizer's.
// malloc_context_size=1: thirty callers of each allocation are a fifth of a short program's time.
// A report then does not say where memory was taken; the same once more with
// ASAN_OPTIONS=malloc_context_size=30 does.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "detect_leaks=0:verify_asan_link_order=0:malloc_context_size=1";
}
