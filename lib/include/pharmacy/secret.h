// Passphrases and key files in memory.
#pragma once

#include <cstddef>
#include <string_view>

#include "pharmacy/export.h"

namespace pharmacy {

// Bytes that are locked against swapping where the system allows it, kept out of core dumps, and
// wiped when they go. Move-only; a moved-from secret is empty.
class PHARMACY_API Secret {
 public:
  Secret() noexcept = default;  // empty
  // Copies. The caller wipes its own copy.
  explicit Secret(std::string_view bytes);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] unsigned char* data() noexcept { return bytes_; }
  [[nodiscard]] const unsigned char* data() const noexcept { return bytes_; }
  // Valid until the secret changes.
  [[nodiscard]] std::string_view view() const noexcept {
    return {reinterpret_cast<const char*>(bytes_), size_};
  }

  // For reading a passphrase as it is typed. What a smaller size leaves out is wiped; what a
  // greater one adds is zero. Throws std::bad_alloc.
  void resize(std::size_t size);
  void push_back(char byte);
  void clear() noexcept;

  // Compares in a time that does not depend on the content.
  friend PHARMACY_API bool operator==(const Secret& a, const Secret& b) noexcept;

 private:
  unsigned char* bytes_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace pharmacy
