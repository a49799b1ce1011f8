// Messages one after the other under one key: libsodium's secretstream (XChaCha20-Poly1305). None
// can be left out, moved or added without its being noticed, and the last one is marked.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "crypto/aead.h"
#include "crypto/secret.h"

namespace pharmacy::crypto {

constexpr std::size_t stream_header_size = 24;
constexpr std::size_t stream_overhead = 17;  // of each message
constexpr std::size_t stream_state_size = 52;

using StreamHeader = std::array<unsigned char, stream_header_size>;
enum class Message { within, last };

class StreamSeal {
 public:
  explicit StreamSeal(const Key& key);
  [[nodiscard]] const StreamHeader& header() const { return header_; }

  // `sealed` has stream_overhead bytes more than `plain`, and does not overlap it. After the last
  // message there is none.
  void seal(Message kind, Bytes aad, Bytes plain, std::span<unsigned char> sealed) noexcept;

 private:
  SecretBytes<stream_state_size> state_;
  StreamHeader header_{};
};

class StreamOpening {
 public:
  StreamOpening(const Key& key, const StreamHeader& header);

  // Writes sealed.size() - stream_overhead bytes, which must be plain's size. nullopt where the
  // message is not the next one of the stream.
  [[nodiscard]] std::optional<Message> open(Bytes aad, Bytes sealed,
                                            std::span<unsigned char> plain) noexcept;

 private:
  SecretBytes<stream_state_size> state_;
};

}  // namespace pharmacy::crypto
