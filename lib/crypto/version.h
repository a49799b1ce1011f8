// Which libsodium is at work.
#pragma once

namespace pharmacy::crypto {

// "1.0.18", of the library in use.
const char* library_version() noexcept;

}  // namespace pharmacy::crypto
