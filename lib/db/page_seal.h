// Seals pages: pharmacy-store(5), Pages.
#pragma once

#include <cstdint>

#include "crypto/secret.h"
#include "db/nonce_source.h"
#include "db/seal_format.h"
#include "db/sealed.h"

namespace pharmacy::db {

// What the 16 clear bytes of a file say about it.
enum class ClearBytes { ours, other_file, other_format, not_sealed };

class PageSeal {
 public:
  explicit PageSeal(const StoreKeys& keys);

  // `page` as SQLite knows it, its reserved bytes zero, into `sealed`; both of page_size bytes,
  // and not the same.
  void seal(std::uint32_t number, const unsigned char* page, unsigned char* sealed,
            NonceSource& nonces) const noexcept;
  // The other way; `page` may be `sealed`. False if it does not authenticate.
  [[nodiscard]] bool open(std::uint32_t number, const unsigned char* sealed,
                          unsigned char* page) const noexcept;
  [[nodiscard]] bool verify(std::uint32_t number, const unsigned char* sealed) const noexcept;

  [[nodiscard]] ClearBytes judge(const unsigned char* clear) const noexcept;

 private:
  [[nodiscard]] bool opens(std::uint32_t number, const unsigned char* sealed,
                           unsigned char* text) const noexcept;

  crypto::Key key_;
  FileId file_id_;
  std::uint16_t epoch_;
  std::array<unsigned char, clear_size> clear_;
};

// True if SQLite may give this page to be sealed: its reserved bytes are zero and, on page 1,
// its header is that of a store.
[[nodiscard]] bool may_be_sealed(std::uint32_t number, const unsigned char* page) noexcept;

// Fills those bytes of page 1 that SQLite keeps for later versions, and looks at never, with random
// ones. SQLite shows checksums over what it writes: what is random in them hides the rest.
void mask_first_page(unsigned char* page) noexcept;

// The first bytes of page 1 that SQLite reads before it has any lock.
const std::array<unsigned char, sqlite_header_size>& constant_header() noexcept;

}  // namespace pharmacy::db
