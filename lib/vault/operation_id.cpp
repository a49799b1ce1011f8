#include <chrono>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "pharmacy/store.h"
#include "vault/keyring/slot.h"

namespace pharmacy {

// 48 bits of time and 80 of chance, five bits a character: ids of later operations sort later.
std::string new_operation_id() {
  constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";
  constexpr std::size_t time_digits = 10;
  constexpr std::size_t random_digits = 16;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());

  std::string id(time_digits + random_digits, '0');
  for (std::size_t i = time_digits; i-- > 0; milliseconds /= digits.size()) {
    id[i] = digits[milliseconds % digits.size()];
  }
  const auto random = crypto::random_bytes<random_digits>();
  for (std::size_t i = 0; i < random_digits; ++i) {
    id[time_digits + i] = digits[random[i] % digits.size()];
  }
  return id;
}

std::string request_digest(std::string_view bytes) {
  return vault::hex(crypto::Hasher{}.add(bytes).finish());
}

}  // namespace pharmacy
