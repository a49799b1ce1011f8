#include "db/header_seal.h"

#include <cstring>

#include "crypto/aead.h"
#include "crypto/hash.h"

namespace pharmacy::db {
namespace {

constexpr int aad_size = 32;

std::array<unsigned char, aad_size> header_aad(std::uint32_t frame, const Salts& salts,
                                               const FileId& file) noexcept {
  std::array<unsigned char, aad_size> aad;
  std::memcpy(aad.data(), "walh", 4);
  std::memcpy(aad.data() + 4, file.data(), file.size());
  std::memcpy(aad.data() + 20, salts.data(), salts.size());
  put_u32(aad.data() + 28, frame);
  return aad;
}

}  // namespace

HeaderSeal::HeaderSeal(const StoreKeys& keys)
    : key_(crypto::derive(keys.data_key, "pharmacy.wal", keys.file_id)), file_id_(keys.file_id) {}

void HeaderSeal::seal(std::uint32_t frame, const Salts& salts, const unsigned char* header,
                      unsigned char* sealed, NonceSource& nonces) const noexcept {
  const std::span<unsigned char, 24> nonce(sealed, 24);
  nonces.next(nonce);
  crypto::seal(key_, nonce, header_aad(frame, salts, file_id_), {header, frame_header_size},
               sealed + 24, std::span<unsigned char, 16>(sealed + 24 + frame_header_size, 16));
}

bool HeaderSeal::open(std::uint32_t frame, const Salts& salts, const unsigned char* sealed,
                      unsigned char* header) const noexcept {
  return crypto::open(key_, crypto::Nonce(sealed, 24), header_aad(frame, salts, file_id_),
                      {sealed + 24, frame_header_size},
                      std::span<const unsigned char, 16>(sealed + 24 + frame_header_size, 16),
                      header);
}

}  // namespace pharmacy::db
