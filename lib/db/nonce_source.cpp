#include "db/nonce_source.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>

#include "crypto/random.h"
#include "pharmacy/error.h"

namespace pharmacy::db {
namespace {

// Grows in every child.
std::atomic<unsigned> forks{0};

void watch_forks() {
  static const int watching = pthread_atfork(nullptr, nullptr, [] { ++forks; });
  PHARMACY_CHECK(watching == 0);
}

}  // namespace

NonceSource::NonceSource() {
  watch_forks();
  forks_ = forks;
  crypto::fill_random(session_);
}

void NonceSource::next(std::span<unsigned char, 24> nonce) noexcept {
  if (forks_ != forks.load(std::memory_order_relaxed)) {
    forks_ = forks;
    crypto::fill_random(session_);
    counter_ = 0;
  }
  std::ranges::copy(session_, nonce.begin());
  const std::uint64_t count = counter_++;
  for (unsigned i = 0; i < 8; ++i)
    nonce[16 + i] = static_cast<unsigned char>(count >> (56 - 8 * i));
}

}  // namespace pharmacy::db
