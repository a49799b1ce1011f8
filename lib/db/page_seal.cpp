#include "db/page_seal.h"

#include <algorithm>
#include <cstring>

#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/random.h"

namespace pharmacy::db {
namespace {

constexpr int nonce_offset = text_size;
constexpr int tag_offset = nonce_offset + 24;
constexpr int epoch_offset = tag_offset + 16;
constexpr int zero_offset = epoch_offset + 2;

constexpr std::array<unsigned char, 8> clear_start = {0x89, 'P', 'H', 'S', 1, 1, 12, reserved_size};

// Bytes of SQLite's header that are reserved for expansion.
constexpr int spare_offset = 72;
constexpr std::size_t spare_size = 20;

constexpr int sqlite_magic_size = 16;
constexpr unsigned char sqlite_magic[sqlite_magic_size + 1] = "SQLite format 3\0";

// Additional data of a page; page 1 adds its clear bytes.
class PageAad {
 public:
  PageAad(std::uint32_t number, std::uint16_t epoch, const FileId& file,
          const unsigned char* clear) noexcept {
    std::memcpy(bytes_, "page", 4);
    std::memcpy(bytes_ + 4, file.data(), file.size());
    put_u32(bytes_ + 20, number);
    put_u16(bytes_ + 24, epoch);
    if (number == 1) {
      std::memcpy(bytes_ + 26, clear, clear_size);
      size_ += clear_size;
    }
  }
  [[nodiscard]] crypto::Bytes bytes() const noexcept { return {bytes_, size_}; }

 private:
  unsigned char bytes_[26 + clear_size];
  std::size_t size_ = 26;
};

// Where the sealed part of a page begins.
constexpr int start_of(std::uint32_t number) { return number == 1 ? clear_size : 0; }

}  // namespace

PageSeal::PageSeal(const StoreKeys& keys)
    : key_(crypto::derive(keys.data_key, "pharmacy.page", keys.file_id)),
      file_id_(keys.file_id),
      epoch_(keys.epoch) {
  std::ranges::copy(clear_start, clear_.begin());
  std::copy_n(file_id_.begin(), 8, clear_.begin() + 8);
}

void PageSeal::seal(std::uint32_t number, const unsigned char* page, unsigned char* sealed,
                    NonceSource& nonces) const noexcept {
  const PageAad aad(number, epoch_, file_id_, clear_.data());
  const int start = start_of(number);
  if (number == 1) std::memcpy(sealed, clear_.data(), clear_size);
  const std::span<unsigned char, 24> nonce(sealed + nonce_offset, 24);
  nonces.next(nonce);
  crypto::seal(key_, nonce, aad.bytes(),
               {page + start, static_cast<std::size_t>(text_size - start)}, sealed + start,
               std::span<unsigned char, 16>(sealed + tag_offset, 16));
  put_u16(sealed + epoch_offset, epoch_);
  std::memset(sealed + zero_offset, 0, page_size - zero_offset);
}

bool PageSeal::opens(std::uint32_t number, const unsigned char* sealed,
                     unsigned char* text) const noexcept {
  if (get_u16(sealed + epoch_offset) != epoch_) return false;
  for (int i = zero_offset; i < page_size; ++i)
    if (sealed[i] != 0) return false;
  // From the log too: a checkpoint would make another format of the file.
  if (number == 1 && std::memcmp(sealed, clear_.data(), clear_size) != 0) return false;
  const PageAad aad(number, epoch_, file_id_, sealed);
  const int start = start_of(number);
  return crypto::open(key_, crypto::Nonce(sealed + nonce_offset, 24), aad.bytes(),
                      {sealed + start, static_cast<std::size_t>(text_size - start)},
                      std::span<const unsigned char, 16>(sealed + tag_offset, 16), text);
}

bool PageSeal::open(std::uint32_t number, const unsigned char* sealed,
                    unsigned char* page) const noexcept {
  if (!opens(number, sealed, page + start_of(number))) return false;
  if (number == 1) std::memcpy(page, sqlite_magic, sqlite_magic_size);
  std::memset(page + text_size, 0, reserved_size);
  return true;
}

bool PageSeal::verify(std::uint32_t number, const unsigned char* sealed) const noexcept {
  return opens(number, sealed, nullptr);
}

ClearBytes PageSeal::judge(const unsigned char* clear) const noexcept {
  if (std::memcmp(clear, clear_.data(), clear_size) == 0) return ClearBytes::ours;
  if (std::memcmp(clear, clear_start.data(), 4) != 0) return ClearBytes::not_sealed;
  if (std::memcmp(clear, clear_start.data(), clear_start.size()) != 0)
    return ClearBytes::other_format;
  return ClearBytes::other_file;
}

bool may_be_sealed(std::uint32_t number, const unsigned char* page) noexcept {
  if (number == 0 || number == lock_byte_page) return false;
  if (!std::all_of(page + text_size, page + page_size, [](unsigned char b) { return b == 0; }))
    return false;
  // Page size, versions for reading and writing, reserved bytes.
  return number != 1 || std::memcmp(page, constant_header().data(), 21) == 0;
}

void mask_first_page(unsigned char* page) noexcept {
  crypto::fill_random({page + spare_offset, spare_size});
}

const std::array<unsigned char, sqlite_header_size>& constant_header() noexcept {
  static const auto header = [] {
    std::array<unsigned char, sqlite_header_size> bytes{};
    std::memcpy(bytes.data(), sqlite_magic, sqlite_magic_size);
    bytes[16] = page_size >> 8;
    bytes[18] = bytes[19] = 2;  // WAL
    bytes[20] = reserved_size;
    bytes[21] = 64;  // fractions that SQLite fixes
    bytes[22] = bytes[23] = 32;
    return bytes;
  }();
  return header;
}

}  // namespace pharmacy::db
