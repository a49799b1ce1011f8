#include "crypto/stream.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pharmacy::crypto {
namespace {

using SealedMessage = std::vector<unsigned char>;

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

const std::string header = "header";

struct Stream {
  Key key = random_key();
  StreamSeal seal{key};
  std::vector<SealedMessage> messages;

  Stream() {
    add("first", Message::within);
    add("", Message::within);
    add("third", Message::last);
  }
  void add(std::string_view text, Message kind) {
    SealedMessage sealed(text.size() + stream_overhead);
    seal.seal(kind, bytes_of(header), bytes_of(text), sealed);
    messages.push_back(sealed);
  }
};

// The messages in this order, until one does not open; "!" where the last one was met.
std::string opened(const Stream& stream, const std::vector<SealedMessage>& messages,
                   std::string_view aad = header) {
  StreamOpening opening{stream.key, stream.seal.header()};
  std::string text;
  for (const SealedMessage& sealed : messages) {
    std::string plain(sealed.size() - stream_overhead, '\0');
    const auto kind = opening.open(bytes_of(aad), sealed,
                                   {reinterpret_cast<unsigned char*>(plain.data()), plain.size()});
    if (!kind) break;
    text += '[' + plain + (*kind == Message::last ? "!]" : "]");
  }
  return text;
}

TEST_CASE("the messages of a stream open in their order alone") {
  const Stream stream;
  const auto& all = stream.messages;
  CHECK(opened(stream, all) == "[first][][third!]");
  CHECK(opened(stream, {all[1]}) == "");
  CHECK(opened(stream, {all[0], all[2]}) == "[first]");
  CHECK(opened(stream, {all[0], all[0]}) == "[first]");
  CHECK(opened(stream, all, "Header") == "");
  const Stream other;
  CHECK(opened(stream, other.messages) == "");
}

TEST_CASE("a message that was changed does not open") {
  const Stream stream;
  for (std::size_t bit = 0; bit < stream.messages[0].size() * 8; ++bit) {
    auto changed = stream.messages[0];
    changed[bit / 8] = static_cast<unsigned char>(changed[bit / 8] ^ 1U << (bit % 8));
    CHECK(opened(stream, {changed}) == "");
  }
  StreamOpening opening{stream.key, stream.seal.header()};
  std::array<unsigned char, 4> place{};  // of another size than what is in the message
  CHECK_FALSE(opening.open(bytes_of(header), stream.messages[0], place));
  CHECK_FALSE(opening.open(bytes_of(header), {}, place));
}

}  // namespace
}  // namespace pharmacy::crypto
