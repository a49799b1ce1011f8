// Plain SQLite that pays for the cipher and for nothing else of the seal.
#pragma once

namespace pharmacy::bench {

// A VFS that does as the system's, and has libsodium open a page for each page that is read and
// seal one for each that is written: another page, so that the file stays a plain database. No
// seal of this cipher can cost less. Registered on first use.
const char* cipher_vfs_name();

}  // namespace pharmacy::bench
