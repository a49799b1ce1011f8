#include "crypto/stream.h"

#include <sodium.h>

namespace pharmacy::crypto {
namespace {

using State = crypto_secretstream_xchacha20poly1305_state;

static_assert(sizeof(State) == stream_state_size && alignof(State) == 1);
static_assert(stream_header_size == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(stream_overhead == crypto_secretstream_xchacha20poly1305_ABYTES);
static_assert(Key::size() == crypto_secretstream_xchacha20poly1305_KEYBYTES);

State* state_of(SecretBytes<stream_state_size>& bytes) noexcept {
  return reinterpret_cast<State*>(bytes.bytes().data());
}

}  // namespace

StreamSeal::StreamSeal(const Key& key) {
  init();
  crypto_secretstream_xchacha20poly1305_init_push(state_of(state_), header_.data(),
                                                  key.bytes().data());
}

void StreamSeal::seal(Message kind, Bytes aad, Bytes plain,
                      std::span<unsigned char> sealed) noexcept {
  const unsigned char tag = kind == Message::last
                                ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
  crypto_secretstream_xchacha20poly1305_push(state_of(state_), sealed.data(), nullptr, plain.data(),
                                             plain.size(), aad.data(), aad.size(), tag);
}

StreamOpening::StreamOpening(const Key& key, const StreamHeader& header) {
  init();
  crypto_secretstream_xchacha20poly1305_init_pull(state_of(state_), header.data(),
                                                  key.bytes().data());
}

std::optional<Message> StreamOpening::open(Bytes aad, Bytes sealed,
                                           std::span<unsigned char> plain) noexcept {
  if (sealed.size() != plain.size() + stream_overhead) return std::nullopt;
  unsigned char tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(state_of(state_), plain.data(), nullptr, &tag,
                                                 sealed.data(), sealed.size(), aad.data(),
                                                 aad.size()) != 0) {
    return std::nullopt;
  }
  switch (tag) {
    case crypto_secretstream_xchacha20poly1305_TAG_MESSAGE:
      return Message::within;
    case crypto_secretstream_xchacha20poly1305_TAG_FINAL:
      return Message::last;
    default:  // other uses of the stream
      return std::nullopt;
  }
}

}  // namespace pharmacy::crypto
