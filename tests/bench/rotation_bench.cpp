// The least that a change of keys can cost: copies a file and syncs the copy, and for each page of
// it opens one page and seals one, by libsodium alone.
// usage: rotation_bench FILE COPY
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include "bench/engine.h"

namespace pharmacy::bench {
namespace {

constexpr std::size_t page_size = 4096;
constexpr std::size_t text_size = page_size - 48;
constexpr std::size_t batch_size = 64 * page_size;

// How many pages the file has.
std::size_t copy(const char* from, const char* to) {
  const int in = ::open(from, O_RDONLY | O_CLOEXEC);
  const int out = ::open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (in < 0 || out < 0) fail("cannot open the files");
  std::vector<unsigned char> batch(batch_size);
  std::size_t bytes = 0;
  for (ssize_t size = 0; (size = ::read(in, batch.data(), batch.size())) > 0;) {
    if (::write(out, batch.data(), static_cast<std::size_t>(size)) != size) fail("cannot write");
    bytes += static_cast<std::size_t>(size);
  }
  if (::fsync(out) != 0) fail("cannot sync");
  ::close(in);
  ::close(out);
  return bytes / page_size;
}

// One page, over and over: that it stays in the cache favours this side.
void open_and_seal(std::size_t pages) {
  std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_KEYBYTES> key{};
  std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> nonce{};
  std::array<unsigned char, 26> about{};
  std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_ABYTES> tag{}, other_tag{};
  std::array<unsigned char, text_size> plain{}, sealed{}, other{};
  const auto seal = [&](auto& to, auto& its_tag) {
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
        to.data(), its_tag.data(), nullptr, plain.data(), plain.size(), about.data(), about.size(),
        nullptr, nonce.data(), key.data());
  };
  seal(sealed, tag);
  for (std::size_t page = 0; page < pages; ++page) {
    if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
            plain.data(), nullptr, sealed.data(), sealed.size(), tag.data(), about.data(),
            about.size(), nonce.data(), key.data()) != 0)
      fail("a page does not open");
    seal(other, other_tag);
  }
}

}  // namespace
}  // namespace pharmacy::bench

int main(int argc, char** argv) {
  using namespace pharmacy::bench;
  if (argc != 3) fail("usage: rotation_bench FILE COPY");
  if (sodium_init() < 0) fail("no libsodium");
  open_and_seal(copy(argv[1], argv[2]));
  return 0;
}
