// Seals the headers of log frames: pharmacy-store(5), Log.
#pragma once

#include <cstdint>

#include "crypto/secret.h"
#include "db/nonce_source.h"
#include "db/seal_format.h"
#include "db/sealed.h"

namespace pharmacy::db {

class HeaderSeal {
 public:
  explicit HeaderSeal(const StoreKeys& keys);

  // frame_header_size bytes of `header` into sealed_header_size bytes of `sealed`.
  void seal(std::uint32_t frame, const Salts& salts, const unsigned char* header,
            unsigned char* sealed, NonceSource& nonces) const noexcept;
  // The other way. False if it does not authenticate under these salts.
  [[nodiscard]] bool open(std::uint32_t frame, const Salts& salts, const unsigned char* sealed,
                          unsigned char* header) const noexcept;

 private:
  crypto::Key key_;
  FileId file_id_;
};

}  // namespace pharmacy::db
