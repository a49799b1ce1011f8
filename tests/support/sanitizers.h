// What is compiled in or left out where AddressSanitizer is.
#pragma once

// 1 or 0. With brackets, so that a file which forgets to include this is not compiled.
#if defined(__SANITIZE_ADDRESS__)  // gcc
#define PHARMACY_SANITIZES_ADDRESS() 1
#elif defined(__has_feature)  // clang
#define PHARMACY_SANITIZES_ADDRESS() __has_feature(address_sanitizer)
#else
#define PHARMACY_SANITIZES_ADDRESS() 0
#endif
